//! The bare unit that the complete one is measured against: a message with two indexed columns, nothing else.

use crate::sql::Sql;
use crate::val::vals;
use crate::{Lane, Store, StoreError, Tx};

static INSERT: Sql =
    Sql::new("probe::INSERT", "INSERT INTO probe (id, control_id, received, body) VALUES ($1, $2, $3, $4)");

/// Makes the probe's table.
pub fn make_table(store: &Store) -> Result<(), StoreError> {
    store.write_blocking(Lane::RealTime, |tx| {
        let (number, bytes) = if tx.is_lite() { ("INTEGER", "BLOB") } else { ("BIGINT", "BYTEA") };
        tx.batch(&format!(
            "CREATE TABLE probe (id {number} PRIMARY KEY, control_id TEXT NOT NULL, received {number} NOT NULL, \
             body {bytes} NOT NULL)"
        ))?;
        tx.batch("CREATE UNIQUE INDEX probe_control_id ON probe (control_id)")?;
        tx.batch("CREATE INDEX probe_received ON probe (received)")
    })
}

/// The bare unit.
pub fn insert(tx: &mut Tx<'_>, id: i64, control_id: &str, body: &[u8]) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![id, control_id, id, body])
}
