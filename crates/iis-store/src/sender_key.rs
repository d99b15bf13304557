//! Keys of senders: certificates and SSH keys, each as its hash, each of one sender.

use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::recognition::{KeyKind, SenderKey};
use iis_model::{SenderId, Timestamp};

sql! {
    PUT = "INSERT INTO sender_key (kind, sha256, sender_id, created_at) VALUES ($1, $2, $3, $4)";
    OWNER = "SELECT sender_id FROM sender_key WHERE kind = $1 AND sha256 = $2";
    OF_SENDER = "SELECT kind, sha256 FROM sender_key WHERE sender_id = $1 ORDER BY kind, sha256";
    REMOVE = "DELETE FROM sender_key WHERE kind = $1 AND sha256 = $2";
}

impl FromRow for SenderKey {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let kind = KeyKind::from_code(row.text(0)?);
        let kind = kind.ok_or_else(|| StoreError::internal("a sender's key of unknown kind"))?;
        Ok(Self { kind, sha256: row.get(1)? })
    }
}

/// Gives a key to a sender. A key that has an owner is refused by `sender_key_pkey`.
pub fn put(tx: &mut Tx<'_>, id: SenderId, key: &SenderKey, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![key.kind.code(), &key.sha256, id, at])
}

/// Whose key it is.
pub fn owner(tx: &mut Tx<'_>, key: &SenderKey) -> Result<Option<SenderId>, StoreError> {
    Ok(tx.one::<i64>(&OWNER, vals![key.kind.code(), &key.sha256])?.map(SenderId))
}

/// The keys of a sender, in order.
pub fn of_sender(tx: &mut Tx<'_>, id: SenderId) -> Result<Vec<SenderKey>, StoreError> {
    tx.all(&OF_SENDER, vals![id])
}

/// Takes a key away from whoever has it.
pub fn remove(tx: &mut Tx<'_>, key: &SenderKey) -> Result<(), StoreError> {
    tx.exec(&REMOVE, vals![key.kind.code(), &key.sha256])
}
