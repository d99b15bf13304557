//! Whose address for mail was moved: from where, and by whom of the Help Desk.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    PUT = "INSERT INTO address_moved (id, worker_id, email_before, clerk_id, moved_at) VALUES ($1, $2, $3, $4, $5)";
    OF = "SELECT id, worker_id, email_before, clerk_id, moved_at FROM address_moved \
          WHERE worker_id = $1 AND moved_at > $2 ORDER BY moved_at DESC, id DESC";
    DELETE_BEFORE = "DELETE FROM address_moved WHERE moved_at <= $1";
}

/// An address that was moved.
#[derive(Clone, PartialEq, Eq)]
pub struct MovedRow {
    /// Row key.
    pub id: i64,
    /// Whose it is.
    pub worker_id: i64,
    /// The address of before.
    pub email_before: Box<str>,
    /// Who of the Help Desk moved it; none: the person, or the coordinator of the list.
    pub clerk_id: Option<AccountId>,
    /// When.
    pub moved_at: Timestamp,
}
from_row!(MovedRow { id, worker_id, email_before, clerk_id, moved_at });

/// Notes that an address was moved.
pub fn put(tx: &mut Tx<'_>, row: &MovedRow) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![row.id, row.worker_id, &row.email_before, row.clerk_id, row.moved_at])
}

/// From where the address of a person was moved after a moment, the latest first.
pub fn of(tx: &mut Tx<'_>, worker: i64, since: Timestamp) -> Result<Vec<MovedRow>, StoreError> {
    tx.all(&OF, vals![worker, since])
}

/// Forgets what was moved at a moment or before it; says how much that was.
pub fn delete_before(tx: &mut Tx<'_>, old: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_BEFORE, vals![old])
}
