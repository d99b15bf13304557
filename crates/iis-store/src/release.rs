//! Releases that were imported, side by side: of the immunization schedule, and of the code sets. Each kind has a table
//! of its own, with the same columns.

use crate::row::from_row;
use crate::sql::{Sql, sql};
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

macro_rules! insert_into {
    ($table:literal) => {
        concat!(
            "INSERT INTO ",
            $table,
            " (name, body, sha256, counts, imported_at, imported_by) VALUES ($1, $2, $3, $4, $5, $6)"
        )
    };
}
macro_rules! get_from {
    ($table:literal) => {
        concat!(
            "SELECT name, body, sha256, counts, imported_at, imported_by FROM ",
            $table,
            " WHERE name = $1"
        )
    };
}
macro_rules! list_of {
    ($table:literal) => {
        concat!("SELECT name, sha256, counts, imported_at FROM ", $table, " ORDER BY imported_at, name")
    };
}

sql! {
    INSERT_SCHEDULE = insert_into!("cdsi_release");
    GET_SCHEDULE = get_from!("cdsi_release");
    LIST_SCHEDULES = list_of!("cdsi_release");
    INSERT_CODE_SETS = insert_into!("code_release");
    GET_CODE_SETS = get_from!("code_release");
    LIST_CODE_SETS = list_of!("code_release");
}

/// The releases of the immunization schedule (table `cdsi_release`).
pub static SCHEDULES: Releases =
    Releases { insert: &INSERT_SCHEDULE, get: &GET_SCHEDULE, list: &LIST_SCHEDULES };

/// The releases of the code sets (table `code_release`).
pub static CODE_SETS: Releases =
    Releases { insert: &INSERT_CODE_SETS, get: &GET_CODE_SETS, list: &LIST_CODE_SETS };

/// The releases of one kind.
pub struct Releases {
    insert: &'static Sql,
    get: &'static Sql,
    list: &'static Sql,
}

/// A release as it was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRow {
    /// Its name, given by the operator: CDC's number of a schedule, the day of the files of code sets.
    pub name: Box<str>,
    /// Its tables, as bytes of whoever reads them.
    pub body: Box<[u8]>,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// How many rows of each kind it has, as JSON.
    pub counts: Box<str>,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// By whom.
    pub imported_by: Box<str>,
}
from_row!(ReleaseRow { name, body, sha256, counts, imported_at, imported_by });

/// A release in a list: name, SHA-256 of its tables, counts, when it was imported.
pub type ListedRelease = (Box<str>, [u8; 32], Box<str>, Timestamp);

impl Releases {
    /// The release of a name.
    pub fn get(&self, tx: &mut Tx<'_>, name: &str) -> Result<Option<ReleaseRow>, StoreError> {
        tx.one(self.get, vals![name])
    }

    /// All releases, in the order in which they were imported.
    pub fn list(&self, tx: &mut Tx<'_>) -> Result<Vec<ListedRelease>, StoreError> {
        tx.all(self.list, &[])
    }

    /// Adds a release; the constraint `cdsi_release_pkey` or `code_release_pkey` refuses a second one of the same name.
    pub fn insert(&self, tx: &mut Tx<'_>, row: &ReleaseRow) -> Result<(), StoreError> {
        tx.exec(
            self.insert,
            vals![&row.name, &row.body, &row.sha256, &row.counts, row.imported_at, &row.imported_by],
        )
    }
}
