//! How long it took until a message was answered: written after the answer, in batches.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::MessageId;

sql! {
    PUT = "INSERT INTO message_answer (message_id, micros) VALUES ($1, $2) ON CONFLICT (message_id) DO NOTHING";
}

/// Notes that a message was answered after so many microseconds.
pub fn put(tx: &mut Tx<'_>, id: MessageId, micros: i64) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![id, micros])
}
