//! Releases of the code sets that were imported, side by side.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    INSERT = "INSERT INTO code_release (name, body, sha256, counts, imported_at, imported_by) \
              VALUES ($1, $2, $3, $4, $5, $6)";
    GET = "SELECT name, body, sha256, counts, imported_at, imported_by FROM code_release WHERE name = $1";
    LIST = "SELECT name, sha256, counts, imported_at FROM code_release ORDER BY imported_at, name";
}

/// A release as it was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRow {
    /// Its name, given by the operator: normally the day of the files.
    pub name: Box<str>,
    /// Its tables, as bytes of whoever reads them.
    pub body: Box<[u8]>,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// How many rows of each kind it has, as JSON.
    pub counts: Box<str>,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// By whom.
    pub imported_by: Box<str>,
}
from_row!(ReleaseRow { name, body, sha256, counts, imported_at, imported_by });

/// A release in a list: name, SHA-256 of its tables, counts, when it was imported.
pub type ListedRelease = (Box<str>, [u8; 32], Box<str>, Timestamp);

/// The release of a name.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<ReleaseRow>, StoreError> {
    tx.one(&GET, vals![name])
}

/// All releases, in the order in which they were imported.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<ListedRelease>, StoreError> {
    tx.all(&LIST, &[])
}

/// Adds a release; the constraint `code_release_pkey` refuses a second one of the same name.
pub fn insert(tx: &mut Tx<'_>, row: &ReleaseRow) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![&row.name, &row.body, &row.sha256, &row.counts, row.imported_at, &row.imported_by])
}
