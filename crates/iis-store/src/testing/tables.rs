//! Whole tables as text, alike on both engines: for comparing and for tampering.

use super::TestStore;
use crate::row::{Cell, FromRow, Row};
use crate::schema::{Table, Token, tables};
use crate::select::Select;
use crate::{StoreError, Tx};
use iis_model::Timestamp;
use std::collections::BTreeMap;

/// The rows of every table, by name, each row as one text.
pub fn dump(t: &TestStore) -> BTreeMap<String, Vec<String>> {
    t.store.read_blocking(dump_in).expect("the tables can be read")
}

/// The same on a transaction.
pub fn dump_in(tx: &mut Tx<'_>) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
    tables().iter().map(|table| Ok((table.name.clone(), rows(tx, table)?))).collect()
}

pub(super) struct Cells(pub(super) Vec<String>);

impl FromRow for Cells {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let mut cells = Vec::new();
        while let Ok(cell) = row.cell(cells.len()) {
            cells.push(match cell {
                Cell::Null => "-".to_owned(),
                Cell::I64(v) => v.to_string(),
                Cell::Bool(v) => i64::from(v).to_string(),
                Cell::Text(v) => format!("{v:?}"),
                Cell::Bytes(v) => format!("{v:02x?}"),
                Cell::Date(v) => format!("{:?}", v.to_string()),
                Cell::Time(v) => v.as_microsecond().to_string(),
            });
        }
        Ok(Self(cells))
    }
}

fn rows(tx: &mut Tx<'_>, table: &Table) -> Result<Vec<String>, StoreError> {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let text = format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, table.key.join(", "));
    let found: Vec<Cells> = tx.select(&Select { text, params: Vec::new() })?;
    Ok(found.into_iter().map(|row| row.0.join(" | ")).collect())
}

/// A literal moment in a tampering statement, in the engine's words.
pub fn time_literal(t: &TestStore, at: Timestamp) -> String {
    if t.is_sqlite() { at.as_microsecond().to_string() } else { format!("'{at}'") }
}

/// The columns of the live database as `table.column`, with the token that their type stands for; tokens that an
/// engine does not tell apart are given by the first of them.
pub fn live_columns(t: &TestStore) -> BTreeMap<String, Token> {
    const LITE: &str = "SELECT m.name || '.' || c.name, c.type FROM sqlite_schema m, pragma_table_info(m.name) c \
                        WHERE m.type = 'table' ORDER BY 1";
    const PG: &str = "SELECT table_name::TEXT || '.' || column_name::TEXT, data_type::TEXT \
                      FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1";
    let text = if t.is_sqlite() { LITE } else { PG }.to_owned();
    let found: Vec<(String, String)> = t
        .store
        .read_blocking(move |tx| tx.select(&Select { text: text.clone(), params: Vec::new() }))
        .expect("a catalog");
    found
        .into_iter()
        .map(|(name, ty)| {
            let token = match &*ty {
                "INTEGER" | "bigint" => Token::Id,
                "TEXT" | "text" => Token::Text,
                "BLOB" | "bytea" => Token::Bytes,
                "date" => Token::Date,
                "timestamp with time zone" => Token::Time,
                "boolean" => Token::Bool,
                other => panic!("a column of the type {other}"),
            };
            (name, token)
        })
        .collect()
}

impl TestStore {
    /// Runs statements past the store, as somebody with the database's password could.
    pub fn tamper(&self, statements: &str) {
        tamper(&self.config.url, statements);
    }
}

/// Runs statements on the database of an address, past the store.
pub fn tamper(url: &str, statements: &str) {
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let connection = rusqlite::Connection::open(path).expect("the file opens");
            connection.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
            connection.execute_batch(statements).expect("a statement of a test");
        }
        None => super::postgres::run(url, statements).expect("a statement of a test"),
    }
}

/// How many rows some tables have.
pub fn counts(tx: &mut Tx<'_>, tables: &[&str]) -> Result<Vec<i64>, StoreError> {
    let count = |table: &&str| {
        let text = format!("SELECT COUNT(*) FROM {table} WHERE 1 = 1");
        let found: Vec<i64> = tx.select(&Select { text, params: Vec::new() })?;
        found.first().copied().ok_or_else(|| StoreError::internal("a count without a row"))
    };
    tables.iter().map(count).collect()
}
