//! Files of vital records that were loaded, and what was found in them.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{OrganizationId, Timestamp};

sql! {
    BEGIN = "INSERT INTO vital_load (id, organization_id, file_sha256, file_name, actor, begun_at, lines, stored, known, \
             refused) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0) ON CONFLICT (organization_id, file_sha256) DO NOTHING";
    OF_FILE = "SELECT id FROM vital_load WHERE organization_id = $1 AND file_sha256 = $2";
    END = "UPDATE vital_load SET ended_at = $2, lines = $3, stored = $4, known = $5, refused = $6 WHERE id = $1";
    LIST = "SELECT id, organization_id, file_name, actor, begun_at, ended_at, lines, stored, known, refused \
            FROM vital_load ORDER BY begun_at DESC, id DESC LIMIT $1";
    FORGET_FINDINGS = "DELETE FROM vital_finding WHERE load_id = $1";
    FINDING = "INSERT INTO vital_finding (load_id, n, line, code, severity, place, text) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FINDINGS = "SELECT line, code, severity, place, text FROM vital_finding WHERE load_id = $1 ORDER BY n LIMIT $2";
}

/// A file that begins to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLoad {
    /// Row key.
    pub id: i64,
    /// The office.
    pub organization_id: OrganizationId,
    /// By which the file is known again.
    pub file_sha256: [u8; 32],
    /// The file's name, without folders.
    pub file_name: Box<str>,
    /// Who loads it.
    pub actor: Box<str>,
    /// When.
    pub begun_at: Timestamp,
}

/// What became of the lines of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines behind the header.
    pub lines: i64,
    /// Stored by this load.
    pub stored: i64,
    /// Stored before: the same line again.
    pub known: i64,
    /// Not stored.
    pub refused: i64,
}

/// A load as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadRow {
    /// Row key.
    pub id: i64,
    /// The office.
    pub organization_id: OrganizationId,
    /// The file's name, without folders.
    pub file_name: Box<str>,
    /// Who loaded it first.
    pub actor: Box<str>,
    /// When it was begun first.
    pub begun_at: Timestamp,
    /// When it came to its end last; none: it never did.
    pub ended_at: Option<Timestamp>,
    /// Lines behind the header.
    pub lines: i64,
    /// Stored by the last load of this file.
    pub stored: i64,
    /// Stored before.
    pub known: i64,
    /// Not stored.
    pub refused: i64,
}
from_row!(LoadRow {
    id,
    organization_id,
    file_name,
    actor,
    begun_at,
    ended_at,
    lines,
    stored,
    known,
    refused,
});

/// Something about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// The line of the file, from 1.
    pub line: i64,
    /// Stable code.
    pub code: Box<str>,
    /// "information", "warning" or "error".
    pub severity: Box<str>,
    /// The column; empty: the whole line.
    pub place: Box<str>,
    /// What is wrong and how to mend it, without values.
    pub text: Box<str>,
}
from_row!(FindingRow { line, code, severity, place, text });

/// The load of this file, begun now or before.
pub fn begin(tx: &mut Tx<'_>, _granted: &Granted, row: &NewLoad) -> Result<i64, StoreError> {
    let (file, name) = (&row.file_sha256, &row.file_name);
    tx.exec(&BEGIN, vals![row.id, row.organization_id, file, name, &row.actor, row.begun_at])?;
    let id = tx.one(&OF_FILE, vals![row.organization_id, file])?;
    id.ok_or_else(|| StoreError::internal("a load that was begun is not there"))
}

/// Notes the end of a load, with all that was found in the place of what was found before.
pub fn end(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    (id, at): (i64, Timestamp),
    counts: Counts,
    findings: &[FindingRow],
) -> Result<(), StoreError> {
    let Counts { lines, stored, known, refused } = counts;
    tx.exec(&FORGET_FINDINGS, vals![id])?;
    for (row, n) in findings.iter().zip(1_i64..) {
        let FindingRow { line, code, severity, place, text } = row;
        tx.exec(&FINDING, vals![id, n, *line, code, severity, place, text])?;
    }
    tx.exec(&END, vals![id, at, lines, stored, known, refused])
}

/// The latest loads, the last begun first.
pub fn list(tx: &mut Tx<'_>, _granted: &Granted, limit: i64) -> Result<Vec<LoadRow>, StoreError> {
    tx.all(&LIST, vals![limit])
}

/// What was found in a load, in the order of the file.
pub fn findings(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: i64,
    limit: i64,
) -> Result<Vec<FindingRow>, StoreError> {
    tx.all(&FINDINGS, vals![id, limit])
}
