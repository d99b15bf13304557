//! Failed sign-ins, by the hash of the user name that was typed, whether or not an account has it.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    INSERT = "INSERT INTO sign_in_failure (name_sha256, n, at) VALUES ($1, $2, $3)";
    OF_NAME = "SELECT n, at FROM sign_in_failure WHERE name_sha256 = $1 ORDER BY n";
    DELETE_OF_NAME = "DELETE FROM sign_in_failure WHERE name_sha256 = $1";
    DELETE_BEFORE = "DELETE FROM sign_in_failure WHERE at < $1";
}

/// The failures of a name, in the order in which they came: number and moment.
pub fn of_name(tx: &mut Tx<'_>, name_sha256: &[u8; 32]) -> Result<Vec<(i64, Timestamp)>, StoreError> {
    tx.all(&OF_NAME, vals![name_sha256])
}

/// Notes the `n`th failure of a name. When another one was faster, `sign_in_failure_pkey` refuses it.
pub fn insert(tx: &mut Tx<'_>, name_sha256: &[u8; 32], n: i64, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![name_sha256, n, at])
}

/// Forgets the failures of a name: its owner has come, or staff opened the lock.
pub fn delete_of_name(tx: &mut Tx<'_>, name_sha256: &[u8; 32]) -> Result<(), StoreError> {
    tx.exec(&DELETE_OF_NAME, vals![name_sha256])
}

/// Forgets failures before `at`, and says how many.
pub fn delete_before(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_BEFORE, vals![at])
}
