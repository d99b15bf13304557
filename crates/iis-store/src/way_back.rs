//! Ways back after a lock-out: links of letters, by the hash of their token; and codes that were mailed at sign-in.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    PUT = "INSERT INTO way_back (token_sha256, account_id, valid_until) VALUES ($1, $2, $3) \
           ON CONFLICT (token_sha256) DO UPDATE SET valid_until = excluded.valid_until";
    GET = "SELECT account_id FROM way_back WHERE token_sha256 = $1 AND valid_until > $2";
    DELETE_OF = "DELETE FROM way_back WHERE account_id = $1";
    DELETE_EXPIRED = "DELETE FROM way_back WHERE valid_until <= $1";
    PUT_CODE = "INSERT INTO mailed_code (account_id, code_sha256, valid_until) VALUES ($1, $2, $3) \
                ON CONFLICT (account_id) DO UPDATE SET code_sha256 = excluded.code_sha256, \
                valid_until = excluded.valid_until";
    USE_CODE = "DELETE FROM mailed_code WHERE account_id = $1 AND code_sha256 = $2 AND valid_until > $3";
    DELETE_CODE = "DELETE FROM mailed_code WHERE account_id = $1";
    DELETE_EXPIRED_CODES = "DELETE FROM mailed_code WHERE valid_until <= $1";
}

/// Keeps a link.
pub fn put(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    account: AccountId,
    valid_until: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![token_sha256, account, valid_until])
}

/// Whose way back a link is, unless it is over.
pub fn get(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    now: Timestamp,
) -> Result<Option<AccountId>, StoreError> {
    tx.one(&GET, vals![token_sha256, now])
}

/// Removes the links of an account.
pub fn delete_of(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    tx.exec(&DELETE_OF, vals![account])
}

/// Keeps the hash of a code that was mailed, in place of an earlier one.
pub fn put_code(
    tx: &mut Tx<'_>,
    account: AccountId,
    code_sha256: &[u8; 32],
    valid_until: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&PUT_CODE, vals![account, code_sha256, valid_until])
}

/// Uses a mailed code up; false: it is not this one, or it is over.
pub fn use_code(
    tx: &mut Tx<'_>,
    account: AccountId,
    code_sha256: &[u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.count(&USE_CODE, vals![account, code_sha256, now])? == 1)
}

/// Takes back the code that was mailed to an account.
pub fn delete_code(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    tx.exec(&DELETE_CODE, vals![account])
}

/// Removes links and codes that are over, and says how many.
pub fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    Ok(tx.count(&DELETE_EXPIRED, vals![now])? + tx.count(&DELETE_EXPIRED_CODES, vals![now])?)
}
