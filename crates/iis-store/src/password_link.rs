//! Links that set a password once, found by the hash of their token.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    INSERT = "INSERT INTO password_link (token_sha256, account_id, made_at, valid_until) VALUES ($1, $2, $3, $4)";
    GET = "SELECT account_id FROM password_link WHERE token_sha256 = $1 AND valid_until > $2";
    OF = "SELECT valid_until FROM password_link WHERE account_id = $1 AND valid_until > $2 LIMIT 1";
    DELETE_OF = "DELETE FROM password_link WHERE account_id = $1";
    DELETE_EXPIRED = "DELETE FROM password_link WHERE valid_until <= $1";
}

/// Adds a link.
pub fn insert(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    account: AccountId,
    at: Timestamp,
    until: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![token_sha256, account, at, until])
}

/// The account whose password a link sets, unless it is over.
pub fn get(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    now: Timestamp,
) -> Result<Option<AccountId>, StoreError> {
    tx.one(&GET, vals![token_sha256, now])
}

/// Whether an account has a link that is not over.
pub fn waits(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> Result<bool, StoreError> {
    let until: Option<Timestamp> = tx.one(&OF, vals![account, now])?;
    Ok(until.is_some())
}

/// Removes the links of an account.
pub fn delete_of(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    tx.exec(&DELETE_OF, vals![account])
}

/// Removes links that are over, and says how many.
pub fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_EXPIRED, vals![now])
}
