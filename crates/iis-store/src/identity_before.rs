//! The name and the license that a person on record had before somebody of the Help Desk corrected them, and who did.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    PUT = "INSERT INTO identity_before (id, worker_id, name, license_kind, license_number, clerk_id, changed_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF = "SELECT id, worker_id, name, license_kind, license_number, clerk_id, changed_at FROM identity_before \
          WHERE worker_id = $1 ORDER BY changed_at DESC, id DESC";
    BY_LICENSE = "SELECT id, worker_id, name, license_kind, license_number, clerk_id, changed_at FROM identity_before \
                  WHERE license_number = $1 ORDER BY changed_at DESC, id DESC";
    DELETE_BEFORE = "DELETE FROM identity_before WHERE changed_at <= $1";
}

/// Name and license of before.
#[derive(Clone, PartialEq, Eq)]
pub struct BeforeRow {
    /// Row key.
    pub id: i64,
    /// Whose they were.
    pub worker_id: i64,
    /// The name.
    pub name: Box<str>,
    /// Kind of license, as [`crate::worker::plain`] writes it; empty: none.
    pub license_kind: Box<str>,
    /// Its number, in the same way.
    pub license_number: Box<str>,
    /// Who of the Help Desk corrected them; none: the operator.
    pub clerk_id: Option<AccountId>,
    /// When.
    pub changed_at: Timestamp,
}
from_row!(BeforeRow { id, worker_id, name, license_kind, license_number, clerk_id, changed_at });

/// Notes what was on record until now.
pub fn put(tx: &mut Tx<'_>, row: &BeforeRow) -> Result<(), StoreError> {
    tx.exec(
        &PUT,
        vals![
            row.id,
            row.worker_id,
            &row.name,
            &row.license_kind,
            &row.license_number,
            row.clerk_id,
            row.changed_at
        ],
    )
}

/// What was on record of a person, the latest first, as long as it is kept.
pub fn of(tx: &mut Tx<'_>, worker: i64) -> Result<Vec<BeforeRow>, StoreError> {
    tx.all(&OF, vals![worker])
}

/// Of whom a license was on record, by its number as [`crate::worker::plain`] writes it.
pub fn by_license(tx: &mut Tx<'_>, number: &str) -> Result<Vec<BeforeRow>, StoreError> {
    tx.all(&BY_LICENSE, vals![number])
}

/// Forgets what was changed at a moment or before it; says how much that was.
pub fn delete_before(tx: &mut Tx<'_>, old: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_BEFORE, vals![old])
}
