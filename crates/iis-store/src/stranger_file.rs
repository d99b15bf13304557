//! How much people sent who are not signed in: for each of their files when it came, with which case, and how large it is.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    INSERT = "INSERT INTO stranger_file (id, case_id, at, bytes) VALUES ($1, $2, $3, $4)";
    OF_CASE = "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM stranger_file WHERE case_id = $1";
    SINCE = "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM stranger_file WHERE at > $1";
}

/// How much was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// How many files.
    pub files: i64,
    /// How many bytes they have together.
    pub bytes: i64,
}
from_row!(Sum { files, bytes });

/// Notes a file.
pub fn insert(tx: &mut Tx<'_>, id: i64, case_id: i64, at: Timestamp, bytes: i64) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![id, case_id, at, bytes])
}

/// What was sent with a case.
pub fn of_case(tx: &mut Tx<'_>, case_id: i64) -> Result<Sum, StoreError> {
    Ok(tx.one(&OF_CASE, vals![case_id])?.unwrap_or_default())
}

/// How many bytes were sent after a moment, with all cases.
pub fn bytes_since(tx: &mut Tx<'_>, since: Timestamp) -> Result<i64, StoreError> {
    Ok(tx.one(&SINCE, vals![since])?.unwrap_or(0))
}
