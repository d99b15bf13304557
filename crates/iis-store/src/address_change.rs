//! Addresses for mail that wait for their link, found by the hash of its token; and who of the Help Desk changed whose.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    PUT = "INSERT INTO address_change (account_id, token_sha256, email, valid_until, clerk_id) VALUES ($1, $2, $3, $4, $5) \
           ON CONFLICT (account_id) DO UPDATE SET token_sha256 = excluded.token_sha256, email = excluded.email, \
           valid_until = excluded.valid_until, clerk_id = excluded.clerk_id";
    GET = "SELECT account_id, email, valid_until, clerk_id FROM address_change WHERE token_sha256 = $1 AND valid_until > $2";
    OF = "SELECT account_id, email, valid_until, clerk_id FROM address_change WHERE account_id = $1 AND valid_until > $2";
    DELETE_OF = "DELETE FROM address_change WHERE account_id = $1";
    DELETE_EXPIRED = "DELETE FROM address_change WHERE valid_until <= $1";
    PUT_CLERK = "INSERT INTO address_clerk (account_id, clerk_id, changed_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (account_id, clerk_id) DO UPDATE SET changed_at = excluded.changed_at";
    CLERKS = "SELECT clerk_id FROM address_clerk WHERE account_id = $1 AND changed_at > $2 ORDER BY clerk_id";
    DELETE_CLERKS = "DELETE FROM address_clerk WHERE changed_at <= $1";
}

/// An address that waits for its link.
#[derive(Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// Whose it is to be.
    pub account_id: AccountId,
    /// The address.
    pub email: Box<str>,
    /// How long the link works.
    pub valid_until: Timestamp,
    /// Who of the Help Desk asked for it; none: the owner.
    pub clerk_id: Option<AccountId>,
}
from_row!(ChangeRow { account_id, email, valid_until, clerk_id });

/// Keeps an address that waits, in place of an earlier one of the account.
pub fn put(tx: &mut Tx<'_>, token_sha256: &[u8; 32], row: &ChangeRow) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![row.account_id, token_sha256, &row.email, row.valid_until, row.clerk_id])
}

/// The address of a link, unless it is over.
pub fn get(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    now: Timestamp,
) -> Result<Option<ChangeRow>, StoreError> {
    tx.one(&GET, vals![token_sha256, now])
}

/// The address that waits for an account.
pub fn of(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> Result<Option<ChangeRow>, StoreError> {
    tx.one(&OF, vals![account, now])
}

/// Removes what waits for an account.
pub fn delete_of(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    tx.exec(&DELETE_OF, vals![account])
}

/// Removes what is over, and says how much that was.
pub fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_EXPIRED, vals![now])
}

/// Notes who of the Help Desk changed the address of an account.
pub fn put_clerk(
    tx: &mut Tx<'_>,
    account: AccountId,
    clerk: AccountId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&PUT_CLERK, vals![account, clerk, at])
}

/// Who of the Help Desk changed the address of an account after a moment.
pub fn clerks(tx: &mut Tx<'_>, account: AccountId, since: Timestamp) -> Result<Vec<AccountId>, StoreError> {
    tx.all(&CLERKS, vals![account, since])
}

/// Forgets who did so before a moment, and says how many that were.
pub fn delete_clerks(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_CLERKS, vals![before])
}
