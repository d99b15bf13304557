//! Sets of weights of patient matching that were imported, side by side.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    INSERT = "INSERT INTO match_release (version, name, body, sha256, imported_at, imported_by, measured, shadowed, \
              in_force_since) VALUES ($1, $2, $3, $4, $5, $6, '', '', NULL)";
    GET = "SELECT version, name, body, sha256, imported_at, imported_by, measured, shadowed, in_force_since \
           FROM match_release WHERE version = $1";
    LIST = "SELECT version, name, body, sha256, imported_at, imported_by, measured, shadowed, in_force_since \
            FROM match_release ORDER BY version";
    PUT_MEASURED = "UPDATE match_release SET measured = $2 WHERE version = $1";
    PUT_SHADOWED = "UPDATE match_release SET shadowed = $2 WHERE version = $1";
    PUT_IN_FORCE = "UPDATE match_release SET in_force_since = $2 WHERE version = $1 AND in_force_since IS NULL";
}

/// A set of weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRow {
    /// The number that decisions name.
    pub version: i64,
    /// Its name, given by the operator.
    pub name: Box<str>,
    /// The policy file.
    pub body: Box<str>,
    /// SHA-256 of it.
    pub sha256: [u8; 32],
    /// When it was imported.
    pub imported_at: Timestamp,
    /// By whom.
    pub imported_by: Box<str>,
    /// What it was measured to do, as JSON; empty: not measured.
    pub measured: Box<str>,
    /// Which decisions it would change, as JSON; empty: not looked at.
    pub shadowed: Box<str>,
    /// When it was first put in force.
    pub in_force_since: Option<Timestamp>,
}
from_row!(ReleaseRow {
    version,
    name,
    body,
    sha256,
    imported_at,
    imported_by,
    measured,
    shadowed,
    in_force_since
});

/// The set of a number.
pub fn get(tx: &mut Tx<'_>, version: i64) -> Result<Option<ReleaseRow>, StoreError> {
    tx.one(&GET, vals![version])
}

/// All sets, by number.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<ReleaseRow>, StoreError> {
    tx.all(&LIST, &[])
}

/// Adds a set that nobody measured yet; the constraints `match_release_pkey` and `match_release_name` refuse a second one
/// of the same number or name.
pub fn insert(tx: &mut Tx<'_>, row: &ReleaseRow) -> Result<(), StoreError> {
    let params = vals![row.version, &row.name, &row.body, &row.sha256, row.imported_at, &row.imported_by];
    tx.exec(&INSERT, params)
}

/// Notes what a set was measured to do.
pub fn put_measured(tx: &mut Tx<'_>, version: i64, measured: &str) -> Result<(), StoreError> {
    tx.exec(&PUT_MEASURED, vals![version, measured])
}

/// Notes which decisions a set would change.
pub fn put_shadowed(tx: &mut Tx<'_>, version: i64, shadowed: &str) -> Result<(), StoreError> {
    tx.exec(&PUT_SHADOWED, vals![version, shadowed])
}

/// Notes that a set is put in force, unless it was before.
pub fn put_in_force(tx: &mut Tx<'_>, version: i64, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&PUT_IN_FORCE, vals![version, at])
}
