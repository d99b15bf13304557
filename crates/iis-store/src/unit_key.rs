//! Keys of units that are no messages: forms, job steps, merges. The reply is kept with the key.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    INSERT = "INSERT INTO unit_key (key, at, result) VALUES ($1, $2, $3)";
    GET = "SELECT result FROM unit_key WHERE key = $1";
    DELETE_BEFORE = "DELETE FROM unit_key WHERE at < $1";
}

/// Keeps what a unit became under its key.
pub fn insert(tx: &mut Tx<'_>, key: &[u8; 32], at: Timestamp, result: &[u8]) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![key, at, result])
}

/// The reply kept with the key.
pub fn stored_reply(tx: &mut Tx<'_>, key: &[u8; 32]) -> Result<Option<Box<[u8]>>, StoreError> {
    tx.one(&GET, vals![key])
}

/// Removes keys older than `at`, and says how many: retention.
pub fn delete_before(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_BEFORE, vals![at])
}
