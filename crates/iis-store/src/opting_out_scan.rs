//! Scans of the signed forms by which somebody opted out or came back. Rows are only added.
//!
//! A scan shows name and signature: when an identity is sealed its forms move to the new number and their scans do not.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{PersonId, RegistryNumber};

sql! {
    INSERT = "INSERT INTO opting_out_scan (registry_number, form_id, media_type, content, content_sha256, scanner) \
              VALUES ($1, $2, $3, $4, $5, $6)";
    OF_PERSON = "SELECT s.registry_number, s.form_id, s.media_type, s.content_sha256, s.scanner FROM registry_number r \
                 JOIN opting_out o ON o.registry_number = r.number \
                 JOIN opting_out_scan s ON s.registry_number = o.registry_number AND s.form_id = o.id \
                 WHERE r.person_id = $1 ORDER BY s.form_id";
    CONTENT = "SELECT content FROM opting_out_scan WHERE registry_number = $1 AND form_id = $2";
}

/// A scan without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanRow {
    /// Whose number the form is filed under.
    pub registry_number: RegistryNumber,
    /// Which form: the row key of its [`crate::opting_out::FormRow`].
    pub form_id: i64,
    /// Its media type, by its content.
    pub media_type: Box<str>,
    /// SHA-256 of its content.
    pub content_sha256: [u8; 32],
    /// What the operator's scanner for malware said of it, as a word.
    pub scanner: Box<str>,
}
from_row!(ScanRow { registry_number, form_id, media_type, content_sha256, scanner });

/// A scan with its content.
pub type WithContent = (ScanRow, Box<[u8]>);

/// The scans of a person's forms; none where the grant does not reach.
pub fn of_person(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<ScanRow>, StoreError> {
    if crate::reach::shows(tx, granted, id)? { tx.all(&OF_PERSON, vals![id]) } else { Ok(Vec::new()) }
}

/// The scan of one form of a person, with its content; none where the grant does not reach.
pub fn of_form(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    form_id: i64,
) -> Result<Option<WithContent>, StoreError> {
    let rows = of_person(tx, granted, id)?;
    let Some(row) = rows.into_iter().find(|row| row.form_id == form_id) else { return Ok(None) };
    let content: Option<Box<[u8]>> = tx.one(&CONTENT, vals![row.registry_number, form_id])?;
    Ok(content.map(|content| (row, content)))
}

/// Adds a scan.
pub fn insert(tx: &mut Tx<'_>, row: &ScanRow, content: &[u8]) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![row.registry_number, row.form_id, &row.media_type, content, &row.content_sha256, &row.scanner],
    )
}
