//! A SQLite connection with its prepared statements.

use crate::row::{Row, RowOf};
use crate::sql::{Sql, numbered};
use crate::{StoreError, Val};
use rusqlite::{Connection, ErrorCode, Statement};
use std::collections::HashMap;

/// Statements with texts made at run time that are kept prepared.
const DYNAMIC_STATEMENTS: usize = 64;

/// A connection that one thread owns, with its statements by their slot.
pub(crate) struct LiteSession<'c> {
    pub(crate) connection: &'c Connection,
    statements: Vec<Option<Statement<'c>>>,
    /// The names of unique indexes by the columns with which SQLite reports them: `site.code`. Read when needed.
    unique: HashMap<String, Box<str>>,
}

impl<'c> LiteSession<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        connection.set_prepared_statement_cache_capacity(DYNAMIC_STATEMENTS);
        Self { connection, statements: Vec::new(), unique: HashMap::new() }
    }

    pub(crate) fn exec(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64, StoreError> {
        let outcome = match self.prepared(sql) {
            Ok(statement) => bind(statement, params).and_then(|()| statement.raw_execute()),
            Err(error) => Err(error),
        };
        outcome.map(|rows| rows as u64).map_err(|error| self.failure(sql.name(), error))
    }

    pub(crate) fn each(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        f: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let outcome = match self.prepared(sql) {
            Ok(statement) => rows(statement, params, f)?,
            Err(error) => Err(error),
        };
        outcome.map_err(|error| self.failure(sql.name(), error))
    }

    pub(crate) fn each_text(
        &mut self,
        text: &str,
        params: &[Val<'_>],
        f: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let outcome = match self.connection.prepare_cached(&numbered(text)) {
            Ok(mut statement) => rows(&mut statement, params, f)?,
            Err(error) => Err(error),
        };
        outcome.map_err(|error| self.failure("a select", error))
    }

    pub(crate) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(text).map_err(|error| self.failure("a step of the schema", error))
    }

    fn prepared(&mut self, sql: &'static Sql) -> rusqlite::Result<&mut Statement<'c>> {
        let slot = sql.slot();
        if slot >= self.statements.len() {
            self.statements.resize_with(slot + 1, || None);
        }
        let place = &mut self.statements[slot];
        match place {
            Some(statement) => Ok(statement),
            empty => Ok(empty.insert(self.connection.prepare(sql.lite())?)),
        }
    }

    /// SQLite's error in the store's words, unique constraints by their name.
    fn failure(&mut self, statement: &str, error: rusqlite::Error) -> StoreError {
        if let rusqlite::Error::SqliteFailure(_, Some(text)) = &error
            && let Some(columns) = text.strip_prefix("UNIQUE constraint failed: ")
        {
            if !self.unique.contains_key(columns) {
                self.unique = unique_names(self.connection).unwrap_or_default();
            }
            return StoreError::Constraint(self.unique.get(columns).map_or(columns, |name| name).into());
        }
        said(statement, error)
    }
}

/// The names of unique indexes and primary keys by their columns.
fn unique_names(connection: &Connection) -> rusqlite::Result<HashMap<String, Box<str>>> {
    const INDEXES: &str = "SELECT m.name, l.name, l.origin, \
        (SELECT group_concat(m.name || '.' || i.name, ', ') FROM pragma_index_info(l.name) i) \
        FROM sqlite_schema m, pragma_index_list(m.name) l WHERE m.type = 'table' AND l.\"unique\"";
    const ROW_KEYS: &str = "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND c.pk > 0 AND (SELECT COUNT(*) FROM pragma_table_info(m.name) k WHERE k.pk > 0) = 1";
    let mut names = HashMap::new();
    let mut statement = connection.prepare(ROW_KEYS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, column): (String, String) = (row.get(0)?, row.get(1)?);
        names.insert(format!("{table}.{column}"), format!("{table}_pkey").into());
    }
    let mut statement = connection.prepare(INDEXES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, index, origin): (String, Box<str>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let name = if origin == "pk" { format!("{table}_pkey").into() } else { index };
        names.insert(row.get(3)?, name);
    }
    Ok(names)
}

fn bind(statement: &mut Statement<'_>, params: &[Val<'_>]) -> rusqlite::Result<()> {
    for (at, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, param)?;
    }
    Ok(())
}

/// The outer result is the caller's, the inner one SQLite's.
fn rows(
    statement: &mut Statement<'_>,
    params: &[Val<'_>],
    mut f: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<rusqlite::Result<()>, StoreError> {
    if let Err(error) = bind(statement, params) {
        return Ok(Err(error));
    }
    let mut rows = statement.raw_query();
    loop {
        match rows.next() {
            Ok(Some(row)) => f(&Row(RowOf::Lite(row)))?,
            Ok(None) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        }
    }
}

/// SQLite's error in the store's words. `doing` is a statement's name, or what was being done.
pub(crate) fn said(doing: &str, error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(code, text) = error else {
        return StoreError::internal(format!("{doing}: {}", kind(&error)));
    };
    let text = text.unwrap_or_default();
    match code.code {
        // "CHECK constraint failed: person_status", "NOT NULL constraint failed: person.version"
        ErrorCode::ConstraintViolation => {
            StoreError::Constraint(text.split_once(": ").map_or(&*text, |(_, name)| name).into())
        }
        ErrorCode::DiskFull => StoreError::DiskFull,
        ErrorCode::ReadOnly => StoreError::ReadOnly,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::OutOfMemory
        | ErrorCode::FileLockingProtocolFailed => {
            StoreError::unavailable(format!("{doing}: SQLite code {}", code.extended_code))
        }
        // Texts of this kind quote the statement, which holds no values.
        _ => StoreError::internal(format!("{doing}: SQLite code {}: {text}", code.extended_code)),
    }
}

/// Errors of the binding itself, without the value that they may quote.
fn kind(error: &rusqlite::Error) -> &'static str {
    match error {
        rusqlite::Error::InvalidParameterCount(..) => "wrong number of parameters",
        rusqlite::Error::InvalidColumnType(..) => "a column of another type",
        rusqlite::Error::ExecuteReturnedResults => "a statement that returns rows was executed",
        _ => "a fault of the binding",
    }
}
