//! How often somebody who is not signed in asked for letters to an address: of the address only a hash.
//!
//! Counted are the asks, not the letters: whoever asks for a letter about something that is not there learns from the count
//! no more than that they asked.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    COUNT_SINCE = "SELECT COUNT(*) FROM letter_ask WHERE recipient_sha256 = $1 AND kind = $2 AND asked_at > $3";
    INSERT = "INSERT INTO letter_ask (id, recipient_sha256, kind, asked_at) VALUES ($1, $2, $3, $4)";
    DELETE_BEFORE = "DELETE FROM letter_ask WHERE asked_at <= $1";
}

/// How often letters of a kind to an address were asked for since then.
pub fn since(
    tx: &mut Tx<'_>,
    recipient_sha256: &[u8; 32],
    kind: &str,
    since: Timestamp,
) -> Result<i64, StoreError> {
    Ok(tx.one(&COUNT_SINCE, vals![recipient_sha256, kind, since])?.unwrap_or(0))
}

/// Notes that one is asked for.
pub fn insert(
    tx: &mut Tx<'_>,
    id: i64,
    recipient_sha256: &[u8; 32],
    kind: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![id, recipient_sha256, kind, at])
}

/// Forgets what is longer ago.
pub fn delete_before(tx: &mut Tx<'_>, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&DELETE_BEFORE, vals![at])
}
