//! Sites that are closed to their people: for changes at first, altogether later.

use crate::role_assignment::Standing;
use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{OrganizationId, SiteId, Timestamp};

sql! {
    CLOSE = "INSERT INTO closed_site (site_id, enrollment, since, is_locked) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (site_id) DO NOTHING";
    OPEN = "DELETE FROM closed_site WHERE site_id = $1";
    NOT_LOCKED = "SELECT site_id, enrollment, since, is_locked, warned_at FROM closed_site WHERE is_locked = $1 \
                  ORDER BY site_id";
    GET = "SELECT site_id, enrollment, since, is_locked, warned_at FROM closed_site WHERE site_id = $1";
    IN_ORGANIZATION = "SELECT s.id, c.is_locked FROM site s LEFT JOIN closed_site c ON c.site_id = s.id \
                       WHERE s.organization_id = $1 ORDER BY s.id";
    LOCK = "UPDATE closed_site SET is_locked = $3 WHERE site_id = $1 AND since = $2 AND is_locked <> $3";
    WARN = "UPDATE closed_site SET warned_at = $3 WHERE site_id = $1 AND since = $2 AND warned_at IS NULL";
}

/// A closed site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedSite {
    /// Which.
    pub site_id: SiteId,
    /// The number of its enrollment.
    pub enrollment: i64,
    /// Since when.
    pub since: Timestamp,
    /// Whether its people are locked out of it.
    pub is_locked: bool,
    /// When they were warned of that.
    pub warned_at: Option<Timestamp>,
}
from_row!(ClosedSite { site_id, enrollment, since, is_locked, warned_at });

/// Closes a site for changes; whether it was open. One that is closed already stays as it is.
pub fn close(tx: &mut Tx<'_>, id: SiteId, enrollment: i64, since: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.count(&CLOSE, vals![id, enrollment, since, false])? == 1)
}

/// Opens a site again; whether it was closed.
pub fn open(tx: &mut Tx<'_>, id: SiteId) -> Result<bool, StoreError> {
    Ok(tx.count(&OPEN, vals![id])? == 1)
}

/// How a site is closed; none: it is open.
pub fn get(tx: &mut Tx<'_>, id: SiteId) -> Result<Option<ClosedSite>, StoreError> {
    tx.one(&GET, vals![id])
}

/// The sites of an organization, each with what it lets its people do.
pub fn in_organization(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
) -> Result<Vec<(SiteId, Standing)>, StoreError> {
    let rows: Vec<(SiteId, Option<bool>)> = tx.all(&IN_ORGANIZATION, vals![organization])?;
    Ok(rows.into_iter().map(|(site, is_locked)| (site, Standing::of_closed(is_locked))).collect())
}

/// Closed sites whose people still read.
pub fn not_locked(tx: &mut Tx<'_>) -> Result<Vec<ClosedSite>, StoreError> {
    tx.all(&NOT_LOCKED, vals![false])
}

/// Locks the people of a closed site out of it. False: somebody else was faster, or it is not closed as it was read.
pub fn lock(tx: &mut Tx<'_>, one: &ClosedSite) -> Result<bool, StoreError> {
    Ok(tx.count(&LOCK, vals![one.site_id, one.since, true])? == 1)
}

/// Notes that they were warned. False: somebody else was faster, or it is not closed as it was read.
pub fn warn(tx: &mut Tx<'_>, one: &ClosedSite, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.count(&WARN, vals![one.site_id, one.since, at])? == 1)
}
