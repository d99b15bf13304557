//! What a sender's messages of one day came to: one row a sender and day, computed from the stored messages.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{Date, SenderId, Timestamp};

sql! {
    PUT = "INSERT INTO sender_quality (sender_id, day, counts, computed_at) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (sender_id, day) DO UPDATE SET counts = excluded.counts, computed_at = excluded.computed_at";
    OF_SENDER = "SELECT sender_id, day, counts, computed_at FROM sender_quality \
                 WHERE sender_id = $1 AND day >= $2 AND day <= $3 ORDER BY day";
}

/// The counts of one sender and day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderQualityRow {
    /// The sender.
    pub sender_id: SenderId,
    /// The day of receipt in the jurisdiction.
    pub day: Date,
    /// How often each thing was counted, as JSON.
    pub counts: Box<str>,
    /// When it was computed.
    pub computed_at: Timestamp,
}
from_row!(SenderQualityRow { sender_id, day, counts, computed_at });

/// Puts the counts of a sender and day in place of those that were there.
pub fn put(tx: &mut Tx<'_>, row: &SenderQualityRow) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![row.sender_id, row.day, &row.counts, row.computed_at])
}

/// The days of a sender from one day to another, both included.
pub fn of_sender(
    tx: &mut Tx<'_>,
    sender: SenderId,
    from: Date,
    to: Date,
) -> Result<Vec<SenderQualityRow>, StoreError> {
    tx.all(&OF_SENDER, vals![sender, from, to])
}
