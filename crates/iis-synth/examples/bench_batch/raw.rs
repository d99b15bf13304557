//! The reference: the same rows again, into the same tables with the same indexes, by nothing but inserts.

use anyhow::Result;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows of one transaction.
const AT_ONCE: usize = 1_000;

/// Raw inserts that were measured.
pub(crate) struct Raw {
    pub(crate) rows: u64,
    /// Of the inserts and commits alone.
    pub(crate) took: Duration,
}

/// Inserts all rows of one database into a new one, table by table in the order of their keys.
pub(crate) fn insert_again(from: &Path, to: &Path) -> Result<Raw> {
    let (from, to) = (Connection::open(from)?, Connection::open(to)?);
    to.execute_batch("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")?;
    let mut made = from.prepare(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC",
    )?;
    for sql in made.query_map([], |row| row.get::<_, String>(0))? {
        to.execute_batch(&sql?)?;
    }
    let mut named =
        from.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")?;
    let tables: Vec<String> = named.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut raw = Raw { rows: 0, took: Duration::ZERO };
    for table in tables {
        copy(&from, &to, &table, &mut raw)?;
    }
    Ok(raw)
}

fn copy(from: &Connection, to: &Connection, table: &str, raw: &mut Raw) -> Result<()> {
    let mut select = from.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = select.column_count();
    let places = vec!["?"; columns].join(", ");
    let mut insert = to.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
    let mut rows = select.query([])?;
    loop {
        let mut part: Vec<Vec<Value>> = Vec::with_capacity(AT_ONCE);
        while part.len() < AT_ONCE {
            let Some(row) = rows.next()? else { break };
            part.push((0..columns).map(|at| row.get(at)).collect::<Result<_, _>>()?);
        }
        if part.is_empty() {
            return Ok(());
        }
        let started = Instant::now();
        to.execute_batch("BEGIN IMMEDIATE")?;
        for row in &part {
            insert.execute(params_from_iter(row))?;
        }
        to.execute_batch("COMMIT")?;
        raw.took += started.elapsed();
        raw.rows += part.len() as u64;
    }
}
