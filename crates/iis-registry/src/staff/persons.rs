//! People on record, by their address for mail: one address is one person's. Whoever stands on no staff list and has no account
//! keeps none, so that no typing error and no coordinator bars an address from whoever reads its mail (decision 0059).

use iis_store::worker::{self, WorkerRow};
use iis_store::{StoreError, Tx};

/// Whether nothing is known of a person any more but what was typed once: no account, no place on a list.
pub(crate) fn is_gone(tx: &mut Tx<'_>, id: i64) -> Result<bool, StoreError> {
    Ok(worker::accounts_of(tx, id)?.is_empty() && worker::of_worker(tx, id)?.is_empty())
}

/// The person of an address.
pub(crate) fn of_address(tx: &mut Tx<'_>, email: &str) -> Result<Option<WorkerRow>, StoreError> {
    let Some(known) = worker::by_email(tx, email)? else { return Ok(None) };
    Ok(if is_gone(tx, known.id)? { None } else { Some(known) })
}

/// The same before the address is given to somebody: whoever is gone lets it go.
pub(crate) fn settled(tx: &mut Tx<'_>, email: &str) -> Result<Option<WorkerRow>, StoreError> {
    let Some(known) = worker::by_email(tx, email)? else { return Ok(None) };
    if !is_gone(tx, known.id)? {
        return Ok(Some(known));
    }
    worker::set_email(tx, known.id, &format!("gone-{}", known.id))?; // no address
    Ok(None)
}

/// People with a license who are on record.
pub(crate) fn of_license(tx: &mut Tx<'_>, kind: &str, number: &str) -> Result<Vec<WorkerRow>, StoreError> {
    let mut there = Vec::new();
    for row in worker::by_license(tx, kind, number)? {
        if !is_gone(tx, row.id)? {
            there.push(row);
        }
    }
    Ok(there)
}

/// Whether a site alone answers for what is known of a person: no account, and no place on another site's list.
pub(super) fn is_of_site_alone(
    tx: &mut Tx<'_>,
    id: i64,
    site: iis_model::SiteId,
) -> Result<bool, StoreError> {
    let has_account = !worker::accounts_of(tx, id)?.is_empty();
    Ok(!has_account && worker::of_worker(tx, id)?.iter().all(|entry| entry.site_id == site))
}
