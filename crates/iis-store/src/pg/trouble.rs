//! What a failure of PostgreSQL means for the unit, and how it is said.

use crate::StoreError;
use std::error::Error as _;
use tokio_postgres::Error;

/// What a failure means for the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// None, or the statement's own fault.
    None,
    /// Serialization failure or deadlock (40001, 40P01): run the unit again.
    Conflict,
    /// The connection is lost; nothing was committed.
    Lost,
    /// The connection is lost while COMMIT was under way: nobody knows.
    Unknown,
}

impl Trouble {
    /// What an error means; `committing` when COMMIT was among what was sent.
    pub(super) fn of(error: &Error, committing: bool) -> Self {
        match error.code().map(tokio_postgres::error::SqlState::code) {
            Some("40001" | "40P01") => Self::Conflict,
            // The server ends the connection: shutting down, crashed elsewhere, starting.
            Some("57P01" | "57P02" | "57P03") | None if committing => Self::Unknown,
            Some("57P01" | "57P02" | "57P03") | None => Self::Lost,
            Some(_) => Self::None,
        }
    }
}

/// Why there is no connection. Before anything is asked no patient's value can be in the driver's words.
pub(super) fn not_connected(error: &Error) -> StoreError {
    match (error.as_db_error(), error.source()) {
        (None, Some(cause)) => StoreError::unavailable(format!("connecting: {error}: {cause}")),
        _ => said("connecting", error),
    }
}

/// PostgreSQL's error in the store's words. Its own text may quote values, so only code, constraint and column are
/// taken from it.
pub(crate) fn said(doing: &str, error: &Error) -> StoreError {
    let Some(db) = error.as_db_error() else {
        return StoreError::unavailable(format!("{doing}: the connection to PostgreSQL failed"));
    };
    let code = db.code().code();
    match (code, db.constraint(), db.table(), db.column()) {
        ("23502", _, Some(table), Some(column)) => StoreError::Constraint(format!("{table}.{column}").into()),
        (_, Some(constraint), ..) if code.starts_with("23") => StoreError::Constraint(constraint.into()),
        ("53100", ..) => StoreError::DiskFull,
        ("25006", ..) => StoreError::ReadOnly,
        ("40001" | "40P01", ..) => StoreError::Stale,
        ("55P03" | "57014", ..) => StoreError::Busy,
        ("3D000" | "28P01" | "28000", ..) => {
            StoreError::unavailable(format!("{doing}: PostgreSQL refuses us ({code})"))
        }
        _ if matches!(&code[..2], "08" | "53" | "57" | "58" | "XX") => {
            StoreError::unavailable(format!("{doing}: PostgreSQL code {code}"))
        }
        _ => StoreError::internal(format!("{doing}: PostgreSQL code {code}")),
    }
}
