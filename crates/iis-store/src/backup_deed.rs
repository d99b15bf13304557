//! What somebody did at a site by standing in for another: the places in the audit, so that it can be listed to that other.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{SiteId, Timestamp};

sql! {
    INSERT = "INSERT INTO backup_deed (site_id, at, chain_id, n) VALUES ($1, $2, $3, $4)";
    OF_SITE = "SELECT a.at, a.actor, a.action, a.result FROM backup_deed b \
               JOIN audit a ON a.chain_id = b.chain_id AND a.n = b.n \
               WHERE b.site_id = $1 AND b.at >= $2 ORDER BY b.at DESC, b.chain_id DESC, b.n DESC LIMIT $3";
}

/// A deed, as the audit tells it; nothing of whom it was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupDeed {
    /// When.
    pub at: Timestamp,
    /// The user name of whoever stood in.
    pub actor: Box<str>,
    /// What was done.
    pub action: Box<str>,
    /// How it ended.
    pub result: Box<str>,
}
from_row!(BackupDeed { at, actor, action, result });

/// Notes that the row at this place of the audit was done as backup.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    site: SiteId,
    at: Timestamp,
    (chain_id, n): (i64, i64),
) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![site, at, chain_id, n])
}

/// What was done as backup at a site since then, the last first, at most so many.
pub fn of_site(
    tx: &mut Tx<'_>,
    site: SiteId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<BackupDeed>, StoreError> {
    tx.all(&OF_SITE, vals![site, since, limit])
}
