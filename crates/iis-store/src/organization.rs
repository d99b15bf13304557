//! Organizations: legal entities that enroll and own sites.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::OrganizationId;

sql! {
    PUT = "INSERT INTO organization (id, name, status) VALUES ($1, $2, $3) \
           ON CONFLICT (id) DO UPDATE SET name = excluded.name, status = excluded.status";
    GET = "SELECT id, name, status FROM organization WHERE id = $1";
    LIST = "SELECT id, name, status FROM organization WHERE id > $1 ORDER BY id LIMIT $2";
}

/// An organization as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationRow {
    /// Row key. 0 is never an organization: it stands for shared authorities.
    pub id: OrganizationId,
    /// Name.
    pub name: Box<str>,
    /// "active" or "inactive".
    pub status: Box<str>,
}
from_row!(OrganizationRow { id, name, status });

/// Adds the organization, or changes it.
pub fn put(tx: &mut Tx<'_>, row: &OrganizationRow) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![row.id, &row.name, &row.status])
}

/// The organization of this id.
pub fn get(tx: &mut Tx<'_>, id: OrganizationId) -> Result<Option<OrganizationRow>, StoreError> {
    tx.one(&GET, vals![id])
}

/// Organizations after `after` by id, at most `limit`.
pub fn list(tx: &mut Tx<'_>, after: OrganizationId, limit: i64) -> Result<Vec<OrganizationRow>, StoreError> {
    tx.all(&LIST, vals![after, limit])
}
