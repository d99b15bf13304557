//! People on record, by their address for mail: one address is one person's. Whoever stands on no staff list and has no account
//! keeps none, so that no typing error and no coordinator bars an address from whoever reads its mail (decision 0059).

use crate::Context;
use crate::names::is_same_person;
use iis_model::{AccountId, EmailAddress, Timestamp};
use iis_store::address_moved::{self, MovedRow};
use iis_store::identity_before::{self, BeforeRow};
use iis_store::worker::{self, WorkerRow};
use iis_store::{StoreError, Tx};
use jiff::SignedDuration;

/// So long it is known from where an address was moved: the address of before hears of what is decided (decision 0061).
pub(crate) const WATCHED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Gives a person another address for mail, and notes the one of before. `clerk` is who of the Help Desk does so; none: the person, or
/// the coordinator of the list.
pub(crate) fn move_address(
    tx: &mut Tx<'_>,
    cx: &Context,
    (person, email): (&WorkerRow, &EmailAddress),
    clerk: Option<AccountId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    if *person.email == *email.as_str() {
        return Ok(());
    }
    worker::set_email(tx, person.id, email.as_str())?;
    let row = MovedRow {
        id: cx.store.ids().take()?,
        worker_id: person.id,
        email_before: person.email.clone(),
        clerk_id: clerk,
        moved_at: at,
    };
    address_moved::put(tx, &row)
}

/// Notes that a clerk gave somebody with an account the first address: moved from nowhere.
pub(crate) fn first_address(
    tx: &mut Tx<'_>,
    cx: &Context,
    person: i64,
    clerk: Option<AccountId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    if clerk.is_none() {
        return Ok(()); // its owner, signed in, or the operator
    }
    let id = cx.store.ids().take()?;
    let row = MovedRow { id, worker_id: person, email_before: "".into(), clerk_id: clerk, moved_at: at };
    address_moved::put(tx, &row)
}

/// From where the address of a person was moved lately, the latest first.
pub(crate) fn moved(tx: &mut Tx<'_>, person: i64, now: Timestamp) -> Result<Vec<MovedRow>, StoreError> {
    address_moved::of(tx, person, now.saturating_sub(WATCHED).unwrap_or(Timestamp::MIN))
}

/// Notes name and license of a person before the Help Desk corrects them, if they become others: they tell who it is for as long as
/// [`WATCHED`], so that a correction makes nobody unknown.
pub(crate) fn note_before(
    tx: &mut Tx<'_>,
    cx: &Context,
    (person, name, license): (&WorkerRow, &str, (&str, &str)),
    clerk: Option<AccountId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (kind, number) = (worker::plain(&person.license_kind), worker::plain(&person.license_number));
    if *person.name == *name && kind == worker::plain(license.0) && number == worker::plain(license.1) {
        return Ok(());
    }
    let row = BeforeRow {
        id: cx.store.ids().take()?,
        worker_id: person.id,
        name: person.name.clone(),
        license_kind: kind.into(),
        license_number: number.into(),
        clerk_id: clerk,
        changed_at: at,
    };
    identity_before::put(tx, &row)
}

/// So long something must have stood on record to tell who a person is: what a clerk wrote and took back at once tells nothing.
const STOOD: SignedDuration = SignedDuration::from_hours(24);

/// What stood on record of a person until lately, the latest first.
pub(crate) fn stood_before(tx: &mut Tx<'_>, person: i64) -> Result<Vec<BeforeRow>, StoreError> {
    let rows = identity_before::of(tx, person)?;
    let begins: Vec<_> = rows.iter().skip(1).map(|older| Some(older.changed_at)).chain([None]).collect();
    let stood = rows
        .into_iter()
        .zip(begins)
        .filter(|(row, begins)| begins.is_none_or(|begins| row.changed_at.duration_since(begins) >= STOOD));
    Ok(stood.map(|(row, _)| row).collect())
}

/// Whether a person is called so, or was until lately.
pub(crate) fn is_or_was_called(tx: &mut Tx<'_>, person: &WorkerRow, name: &str) -> Result<bool, StoreError> {
    if is_same_person(&person.name, name) {
        return Ok(true);
    }
    Ok(stood_before(tx, person.id)?.iter().any(|before| is_same_person(&before.name, name)))
}

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

/// People with a license who are on record, and those who had it until lately.
pub(crate) fn of_license(tx: &mut Tx<'_>, kind: &str, number: &str) -> Result<Vec<WorkerRow>, StoreError> {
    let mut there = Vec::new();
    let mut known = worker::by_license(tx, kind, number)?;
    for before in identity_before::by_license(tx, &worker::plain(number))? {
        let stood = stood_before(tx, before.worker_id)?.iter().any(|one| one.id == before.id);
        if stood
            && *before.license_kind == *worker::plain(kind)
            && !known.iter().any(|row| row.id == before.worker_id)
        {
            known.extend(worker::get(tx, before.worker_id)?);
        }
    }
    for row in known {
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
