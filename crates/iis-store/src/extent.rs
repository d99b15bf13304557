//! How much there is: for the restore drill and for `doctor`. Numbers and a moment, no patient data.

use crate::row::from_row;
use crate::sql::sql;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    MESSAGES = "SELECT COUNT(*), MAX(received_at) FROM message";
    PERSONS = "SELECT COUNT(*) FROM person WHERE status <> 'merged'";
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Persons, without those merged into others.
    pub persons: i64,
    /// Messages that are kept.
    pub messages: i64,
    /// When the last of them came.
    pub latest_at: Option<Timestamp>,
}

struct Messages {
    count: i64,
    latest_at: Option<Timestamp>,
}
from_row!(Messages { count, latest_at });

/// Counts everything; takes a while on a large database.
pub fn extent(tx: &mut Tx<'_>) -> Result<Extent, StoreError> {
    let messages: Option<Messages> = tx.one(&MESSAGES, &[])?;
    let persons = tx.one::<i64>(&PERSONS, &[])?.unwrap_or(0);
    let Messages { count, latest_at } = messages.unwrap_or(Messages { count: 0, latest_at: None });
    Ok(Extent { persons, messages: count, latest_at })
}
