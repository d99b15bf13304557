//! Documents that were printed, and which of them are not to be believed any more. Rows are only added.

use crate::reach::shows;
use crate::row::{FromRow, Row, from_row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{PersonId, RegistryNumber, Timestamp};

sql! {
    INSERT = "INSERT INTO printed_document (id, code_sha256, registry_number, person_id, person_version, form, language, \
              initials, birth_year, doses, issued_at, actor, purpose, pdf_sha256) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    BY_CODE = "SELECT d.id, d.code_sha256, d.registry_number, d.person_id, d.person_version, d.form, d.language, d.initials, \
               d.birth_year, d.doses, d.issued_at, d.actor, d.purpose, d.pdf_sha256, p.id, p.version, v.at, v.reason, w.protected \
               FROM printed_document d LEFT JOIN registry_number r ON r.number = d.registry_number \
               LEFT JOIN person p ON p.id = r.person_id LEFT JOIN revoked_document v ON v.document_id = d.id \
               LEFT JOIN person_view w ON w.person_id = p.id \
               WHERE d.code_sha256 = $1";
    OF_PERSON = "SELECT d.id, d.code_sha256, d.registry_number, d.person_id, d.person_version, d.form, d.language, d.initials, \
                 d.birth_year, d.doses, d.issued_at, d.actor, d.purpose, d.pdf_sha256, p.id, p.version, v.at, v.reason, w.protected \
                 FROM registry_number r JOIN printed_document d ON d.registry_number = r.number \
                 JOIN person p ON p.id = r.person_id LEFT JOIN revoked_document v ON v.document_id = d.id \
                 LEFT JOIN person_view w ON w.person_id = p.id WHERE r.person_id = $1 ORDER BY d.issued_at DESC, d.id DESC LIMIT $2 OFFSET $3";
    OF_PERSON_BY_ID = "SELECT d.id, d.code_sha256, d.registry_number, d.person_id, d.person_version, d.form, d.language, \
                       d.initials, d.birth_year, d.doses, d.issued_at, d.actor, d.purpose, d.pdf_sha256, p.id, p.version, \
                       v.at, v.reason, w.protected FROM printed_document d \
                       JOIN registry_number r ON r.number = d.registry_number \
                       JOIN person p ON p.id = r.person_id LEFT JOIN revoked_document v ON v.document_id = d.id \
                       LEFT JOIN person_view w ON w.person_id = p.id WHERE d.id = $2 AND r.person_id = $1";
    REVOKE = "INSERT INTO revoked_document (document_id, at, actor, reason) VALUES ($1, $2, $3, $4) \
              ON CONFLICT (document_id) DO NOTHING";
}

/// A document to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Row key.
    pub id: i64,
    /// The hash of the code that stands on it.
    pub code_sha256: [u8; 32],
    /// Whose number stands on it.
    pub registry_number: RegistryNumber,
    /// The person of that number when it was printed.
    pub person_id: PersonId,
    /// The person's version that was printed.
    pub person_version: i64,
    /// Which form.
    pub form: Box<str>,
    /// In which language: `en`, `es`.
    pub language: Box<str>,
    /// The person's initials as printed.
    pub initials: Box<str>,
    /// The person's birth year as printed.
    pub birth_year: Option<i64>,
    /// How many doses it lists.
    pub doses: i64,
    /// When.
    pub issued_at: Timestamp,
    /// Who printed it.
    pub actor: Box<str>,
    /// What for.
    pub purpose: Box<str>,
    /// The hash of the file.
    pub pdf_sha256: [u8; 32],
}
from_row!(NewDocument {
    id,
    code_sha256,
    registry_number,
    person_id,
    person_version,
    form,
    language,
    initials,
    birth_year,
    doses,
    issued_at,
    actor,
    purpose,
    pdf_sha256,
});

/// A document as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedDocument {
    /// As it was kept.
    pub kept: NewDocument,
    /// The person to whom the number belongs now.
    pub person_now: Option<PersonId>,
    /// That person's version now.
    pub version_now: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Why it was revoked.
    pub revoked_because: Option<Box<str>>,
    /// Whether that person's record is protected now.
    pub is_protected_now: Option<bool>,
}

impl FromRow for PrintedDocument {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            kept: NewDocument::from_row(row)?,
            person_now: row.get(14)?,
            version_now: row.get(15)?,
            revoked_at: row.get(16)?,
            revoked_because: row.get(17)?,
            is_protected_now: row.get(18)?,
        })
    }
}

impl PrintedDocument {
    /// Whether the record is still the one that was printed.
    pub fn is_current(&self) -> bool {
        self.person_now == Some(self.kept.person_id) && self.version_now == Some(self.kept.person_version)
    }
}

/// Keeps a document about a person within reach; whether it is kept.
pub fn insert(tx: &mut Tx<'_>, granted: &Granted, row: &NewDocument) -> Result<bool, StoreError> {
    if !shows(tx, granted, row.person_id)? {
        return Ok(false);
    }
    let key = vals![
        row.id,
        &row.code_sha256,
        row.registry_number,
        row.person_id,
        row.person_version,
        &row.form,
        &row.language,
        &row.initials,
        row.birth_year,
        row.doses,
        row.issued_at,
        &row.actor,
        &row.purpose,
        &row.pdf_sha256
    ];
    tx.exec(&INSERT, key)?;
    Ok(true)
}

/// The document of a code. Whoever knows the code holds the paper: it takes no other permission.
pub fn by_code(tx: &mut Tx<'_>, code_sha256: &[u8; 32]) -> Result<Option<PrintedDocument>, StoreError> {
    tx.one(&BY_CODE, vals![code_sha256])
}

/// What was printed about a person, under whatever number, newest first: at most `limit` behind the first `skipped`.
pub fn of_person(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    (skipped, limit): (i64, i64),
) -> Result<Vec<PrintedDocument>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&OF_PERSON, vals![id, limit, skipped])
}

/// A document about a person; none: there is no such one.
pub fn get(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    document: i64,
) -> Result<Option<PrintedDocument>, StoreError> {
    if shows(tx, granted, id)? { tx.one(&OF_PERSON_BY_ID, vals![id, document]) } else { Ok(None) }
}

/// Says that a document is not to be believed any more. It stays as it was first revoked.
pub fn revoke(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    document: i64,
    at: Timestamp,
    (actor, reason): (&str, &str),
) -> Result<(), StoreError> {
    tx.exec(&REVOKE, vals![document, at, actor, reason])
}
