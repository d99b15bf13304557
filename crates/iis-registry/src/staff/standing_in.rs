//! What the backup coordinator did in the place of the primary one: marked in the audit as it is done, and listed to the
//! primary (S-50).

use super::Position;
use crate::access::Refused;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_store::{backup_deed, worker};
use jiff::SignedDuration;

pub use iis_store::backup_deed::BackupDeed;

/// So many days back deeds are listed; the audit keeps all of them.
pub const LISTED_DAYS: i64 = 30;

/// The most deeds that are listed.
const MOST_LISTED: i64 = 200;

/// What was done as backup at a site in the last [`LISTED_DAYS`] days, the last first.
pub async fn done_as_backup(
    cx: &Context,
    granted: &Granted,
    site: &Site,
    arrival: Arrival,
) -> Result<Vec<BackupDeed>, Failure> {
    if !granted.reach().covers_site(site.id, site.organization_id) {
        return Err(Refused.into());
    }
    let (id, since) = (site.id, arrival.at - SignedDuration::from_hours(24 * LISTED_DAYS));
    Ok(cx.store.read(move |tx| backup_deed::of_site(tx, id, since, MOST_LISTED)).await?)
}

/// Whether a site of a vaccine program has nobody on its staff list who stands in for the primary coordinator: it has at
/// least one.
pub async fn lacks_backup(cx: &Context, site: &Site) -> Result<bool, Failure> {
    if site.pin.is_none() {
        return Ok(false);
    }
    let id = site.id;
    let listed = cx.store.read(move |tx| worker::of_site(tx, id)).await?;
    Ok(!listed.iter().any(|row| *row.position == *Position::BackupCoordinator.word()))
}
