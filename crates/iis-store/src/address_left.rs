//! Addresses for mail that owners of accounts left behind: the one of before, and when.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    PUT = "INSERT INTO address_left (account_id, email, changed_at) VALUES ($1, $2, $3) \
           ON CONFLICT (account_id, email) DO UPDATE SET changed_at = excluded.changed_at";
    OF = "SELECT email, changed_at FROM address_left WHERE account_id = $1 AND changed_at > $2 \
          ORDER BY changed_at DESC, email";
    DELETE_BEFORE = "DELETE FROM address_left WHERE changed_at <= $1";
}

/// An address that was left behind.
#[derive(Clone, PartialEq, Eq)]
pub struct LeftRow {
    /// The address.
    pub email: Box<str>,
    /// When another one took its place.
    pub changed_at: Timestamp,
}
from_row!(LeftRow { email, changed_at });

/// Notes that the owner of an account left an address behind.
pub fn put(tx: &mut Tx<'_>, account: AccountId, email: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![account, email, at])
}

/// What the owner of an account left behind after a moment, the latest first.
pub fn of(tx: &mut Tx<'_>, account: AccountId, since: Timestamp) -> Result<Vec<LeftRow>, StoreError> {
    tx.all(&OF, vals![account, since])
}

/// Forgets what was left at a moment or before it, and says how much that was.
pub fn delete_before(tx: &mut Tx<'_>, old: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_BEFORE, vals![old])
}
