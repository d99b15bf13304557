//! Public forms that began a case: the same form sent twice begins one.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    NUMBER_OF = "SELECT number FROM sent_form WHERE key_sha256 = $1";
    HOLD = "INSERT INTO sent_form (key_sha256, number, at) VALUES ($1, 0, $2) ON CONFLICT (key_sha256) DO NOTHING";
    SET = "UPDATE sent_form SET number = $2 WHERE key_sha256 = $1";
    DELETE = "DELETE FROM sent_form WHERE key_sha256 = $1";
    DELETE_BEFORE = "DELETE FROM sent_form WHERE at <= $1";
}

/// The number of the case that a form began; none: it began none.
pub fn number_of(tx: &mut Tx<'_>, key_sha256: &[u8; 32]) -> Result<Option<i64>, StoreError> {
    tx.one(&NUMBER_OF, vals![key_sha256])
}

/// Holds a form until the transaction ends; whoever else sends it waits. False: it began a case before.
pub fn hold(tx: &mut Tx<'_>, key_sha256: &[u8; 32], at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.count(&HOLD, vals![key_sha256, at])? == 1)
}

/// Notes the case that a form began.
pub fn set(tx: &mut Tx<'_>, key_sha256: &[u8; 32], number: i64) -> Result<(), StoreError> {
    tx.exec(&SET, vals![key_sha256, number])
}

/// Lets a form go that began nothing.
pub fn delete(tx: &mut Tx<'_>, key_sha256: &[u8; 32]) -> Result<(), StoreError> {
    tx.exec(&DELETE, vals![key_sha256])
}

/// Forgets forms that were sent at a moment or before it; says how many.
pub fn delete_before(tx: &mut Tx<'_>, old: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_BEFORE, vals![old])
}
