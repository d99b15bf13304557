//! Second factors of accounts, and their recovery codes.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    GET = "SELECT account_id, nonce, sealed, last_step, added_at FROM second_factor WHERE account_id = $1";
    PUT = "INSERT INTO second_factor (account_id, nonce, sealed, last_step, added_at) VALUES ($1, $2, $3, $4, $5) \
           ON CONFLICT (account_id) DO UPDATE SET nonce = excluded.nonce, sealed = excluded.sealed, \
           last_step = excluded.last_step, added_at = excluded.added_at";
    STEP = "UPDATE second_factor SET last_step = $2 WHERE account_id = $1 AND last_step < $2";
    DELETE = "DELETE FROM second_factor WHERE account_id = $1";
    ADD_CODE = "INSERT INTO recovery_code (account_id, code_sha256) VALUES ($1, $2)";
    USE_CODE = "DELETE FROM recovery_code WHERE account_id = $1 AND code_sha256 = $2";
    CODES = "SELECT COUNT(*) FROM recovery_code WHERE account_id = $1";
    CLEAR_CODES = "DELETE FROM recovery_code WHERE account_id = $1";
}

/// A second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactorRow {
    /// Whose.
    pub account_id: AccountId,
    /// What the seal was made with.
    pub nonce: Box<[u8]>,
    /// The secret, sealed.
    pub sealed: Box<[u8]>,
    /// The time step of the last code that was taken.
    pub last_step: i64,
    /// Since when.
    pub added_at: Timestamp,
}
from_row!(SecondFactorRow { account_id, nonce, sealed, last_step, added_at });

/// The second factor of an account.
pub fn get(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<SecondFactorRow>, StoreError> {
    tx.one(&GET, vals![id])
}

/// Gives an account a second factor, in place of the one it has, with these recovery codes and no others.
pub fn put(tx: &mut Tx<'_>, row: &SecondFactorRow, codes: &[[u8; 32]]) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![row.account_id, &row.nonce, &row.sealed, row.last_step, row.added_at])?;
    tx.exec(&CLEAR_CODES, vals![row.account_id])?;
    codes.iter().try_for_each(|code| tx.exec(&ADD_CODE, vals![row.account_id, code]))
}

/// Notes the time step of a code; says whether it is later than all before.
pub fn take_step(tx: &mut Tx<'_>, id: AccountId, step: i64) -> Result<bool, StoreError> {
    Ok(tx.count(&STEP, vals![id, step])? == 1)
}

/// Uses up a recovery code; says whether there was one.
pub fn use_code(tx: &mut Tx<'_>, id: AccountId, code_sha256: &[u8; 32]) -> Result<bool, StoreError> {
    Ok(tx.count(&USE_CODE, vals![id, code_sha256])? == 1)
}

/// How many recovery codes are left.
pub fn codes_left(tx: &mut Tx<'_>, id: AccountId) -> Result<i64, StoreError> {
    Ok(tx.one(&CODES, vals![id])?.unwrap_or(0))
}

/// Takes the second factor and its codes away.
pub fn delete(tx: &mut Tx<'_>, id: AccountId) -> Result<(), StoreError> {
    tx.exec(&DELETE, vals![id])?;
    tx.exec(&CLEAR_CODES, vals![id])
}
