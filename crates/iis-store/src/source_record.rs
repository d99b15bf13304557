//! Source records: one medical record number at one reporting organization, with the fold of its submissions.

use crate::reach::{all_shown, shown, shows};
use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{Hash, StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{Demographics, OrganizationId, PersonId, SourceRecordId, Timestamp};

sql! {
    INSERT = "INSERT INTO source_record (id, organization_id, authority, mrn, generation, created_at, is_vital) \
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    PUT_VIEW = "INSERT INTO source_view (source_record_id, demographics, revision, sent_at) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (source_record_id) DO UPDATE SET demographics = excluded.demographics, \
                revision = excluded.revision, sent_at = excluded.sent_at";
    FIND = "SELECT s.id, s.generation, l.person_id, p.version, u.revision, u.sent_at, u.sent_hash, u.withdrawn_by, \
            (SELECT MAX(x.sent_at) FROM submission x WHERE x.source_record_id = s.id AND x.withdrawn_by IS NULL), s.is_vital, \
            (EXISTS (SELECT 1 FROM sealed_identity z WHERE z.person_id = l.person_id AND z.event <> 'replacement-reversal') \
            OR EXISTS (SELECT 1 FROM sealed_submission y WHERE y.source_record_id = s.id)) \
            FROM source_record s LEFT JOIN link l ON l.source_record_id = s.id \
            LEFT JOIN person p ON p.id = l.person_id \
            LEFT JOIN submission u ON u.source_record_id = s.id AND u.revision = \
            (SELECT MAX(x.revision) FROM submission x WHERE x.source_record_id = s.id) \
            WHERE s.organization_id = $1 AND s.authority = $2 AND s.mrn = $3 ORDER BY s.generation";
    OF_PERSON = "SELECT s.id, s.organization_id, s.authority, s.mrn, s.created_at, s.is_vital, \
                 EXISTS (SELECT 1 FROM sealed_submission z WHERE z.source_record_id = s.id) \
                 AND NOT EXISTS (SELECT 1 FROM source_view v WHERE v.source_record_id = s.id) FROM link l \
                 JOIN source_record s ON s.id = l.source_record_id WHERE l.person_id = $1 ORDER BY s.id";
    ORGANIZATIONS = "SELECT DISTINCT s.organization_id FROM link l JOIN source_record s ON s.id = l.source_record_id \
                     JOIN source_view v ON v.source_record_id = s.id WHERE l.person_id = $1 ORDER BY s.organization_id";
    DELETE_VIEW = "DELETE FROM source_view WHERE source_record_id = $1";
    VIEW = "SELECT v.source_record_id, v.demographics, v.revision, v.sent_at, s.is_vital FROM source_view v \
            JOIN source_record s ON s.id = v.source_record_id WHERE v.source_record_id = $1";
    VIEWS_OF_PERSON = "SELECT v.source_record_id, v.demographics, v.revision, v.sent_at, s.is_vital FROM link l \
                       JOIN source_view v ON v.source_record_id = l.source_record_id \
                       JOIN source_record s ON s.id = l.source_record_id \
                       WHERE l.person_id = $1 ORDER BY v.source_record_id";
    OF_NUMBER = "SELECT DISTINCT l.person_id FROM source_record s JOIN link l ON l.source_record_id = s.id \
                 JOIN source_view v ON v.source_record_id = s.id \
                 WHERE s.mrn = $1 ORDER BY l.person_id LIMIT $2";
    LIST = "SELECT id FROM source_record WHERE id > $1 ORDER BY id LIMIT $2";
}

/// A source record to be added. Numbers and authorities longer than 250 characters are refused by
/// `source_record_mrn_length` and `source_record_authority_length`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSourceRecord {
    /// Row key.
    pub id: SourceRecordId,
    /// The reporting organization; 0 when the authority is shared.
    pub organization_id: OrganizationId,
    /// The assigning authority.
    pub authority: Box<str>,
    /// The medical record number.
    pub mrn: Box<str>,
    /// 1, or higher when the organization gave the number out again to somebody else.
    pub generation: i64,
    /// When.
    pub created_at: Timestamp,
    /// Whether it is a vital records office's own.
    pub is_vital: bool,
}

/// What a source record says, folded from its submissions (consolidated).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceView {
    /// The source record.
    pub source_record_id: SourceRecordId,
    /// The fold.
    pub demographics: Demographics,
    /// The revision that changed it last.
    pub revision: i64,
    /// When that revision was sent.
    pub sent_at: Timestamp,
    /// Whether the record is a vital records office's own.
    pub is_vital: bool,
}

impl FromRow for SourceView {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            source_record_id: row.get(0)?,
            demographics: row.json(1)?,
            revision: row.get(2)?,
            sent_at: row.get(3)?,
            is_vital: row.get::<Option<bool>>(4)?.unwrap_or(false),
        })
    }
}

/// A source record as the line finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRecord {
    /// Row key.
    pub id: SourceRecordId,
    /// 1, or higher when the organization gave the number out again to somebody else.
    pub generation: i64,
    /// The person it is linked to, with the version seen.
    pub person: Option<(PersonId, i64)>,
    /// Its last submission.
    pub last: Option<LastSubmission>,
    /// Whether it is a vital records office's own.
    pub is_vital: bool,
    /// Whether an identity of the person was replaced, or of whom it was before a merge (see [`crate::sealed`]).
    pub is_of_sealed: bool,
}

/// The last submission of a source record, and when the newest one was sent: not always the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastSubmission {
    /// Its revision.
    pub revision: i64,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Of what it said about the person.
    pub sent_hash: Hash,
    /// Whether it is withdrawn.
    pub is_withdrawn: bool,
    /// When the submission was sent that was sent last of all that count; none: all are withdrawn.
    pub newest_at: Option<Timestamp>,
}

impl FoundRecord {
    /// Its last revision; 0 before the first submission.
    pub fn revision(&self) -> i64 {
        self.last.map_or(0, |last| last.revision)
    }
}

impl FromRow for FoundRecord {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let person: (Option<PersonId>, Option<i64>) = (row.get(2)?, row.get(3)?);
        let last = match row.get(4)? {
            None => None,
            Some(revision) => Some(LastSubmission {
                revision,
                sent_at: row.get(5)?,
                sent_hash: row.get(6)?,
                is_withdrawn: row.get::<Option<i64>>(7)?.is_some(),
                newest_at: row.get(8)?,
            }),
        };
        Ok(Self {
            id: row.get(0)?,
            generation: row.get(1)?,
            person: person.0.zip(person.1),
            last,
            is_vital: row.get::<Option<bool>>(9)?.unwrap_or(false),
            is_of_sealed: row.get(10)?,
        })
    }
}

/// A source record as an address: whose number it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRecordRow {
    /// Row key.
    pub id: SourceRecordId,
    /// The reporting organization; 0 when the authority is shared.
    pub organization_id: OrganizationId,
    /// The assigning authority.
    pub authority: Box<str>,
    /// The medical record number.
    pub mrn: Box<str>,
    /// Since when.
    pub created_at: Timestamp,
    /// Whether it is a vital records office's own; none: no.
    pub is_vital: Option<bool>,
    /// Whether all that it said is about an identity that was replaced: its number leads nobody to the person.
    pub is_put_away: bool,
}
crate::row::from_row!(SourceRecordRow {
    id,
    organization_id,
    authority,
    mrn,
    created_at,
    is_vital,
    is_put_away,
});

/// The source records of a medical record number, each with its person, last revision and what it says: one
/// statement. Normally there is one; more when the organization gave the number out again.
pub fn find(
    tx: &mut Tx<'_>,
    granted: &Granted,
    organization_id: OrganizationId,
    authority: &str,
    mrn: &str,
) -> Result<Vec<FoundRecord>, StoreError> {
    let found = tx.all(&FIND, vals![organization_id, authority, mrn])?;
    Ok(all_shown(tx, granted, found))
}

/// The persons who have this medical record number at any organization, at most `limit`; not those of whom under this
/// number nothing counts.
pub fn persons_of_number(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    mrn: &str,
    limit: i64,
) -> Result<Vec<PersonId>, StoreError> {
    tx.all(&OF_NUMBER, vals![mrn, limit])
}

/// What a source record says; none while it is being rebuilt. Most reports say what the one before said, and then
/// nobody need ask.
pub fn view(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: SourceRecordId,
) -> Result<Option<SourceView>, StoreError> {
    let found = tx.one(&VIEW, vals![id])?;
    Ok(shown(tx, granted, found))
}

/// The source records linked to a person, by id.
pub fn of_person(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
) -> Result<Vec<SourceRecordRow>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&OF_PERSON, vals![id])
}

/// The organizations whose reports about a person count, by id: not those of which all is withdrawn.
pub fn organizations_of_person(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
) -> Result<Vec<OrganizationId>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&ORGANIZATIONS, vals![id])
}

/// What a person's source records say, by id.
pub fn views_of_person(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
) -> Result<Vec<SourceView>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&VIEWS_OF_PERSON, vals![id])
}

/// Source records after `after` by id: for rebuilding.
pub fn list(tx: &mut Tx<'_>, after: SourceRecordId, limit: i64) -> Result<Vec<SourceRecordId>, StoreError> {
    tx.all(&LIST, vals![after, limit])
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &NewSourceRecord) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            row.id,
            row.organization_id,
            &row.authority,
            &row.mrn,
            row.generation,
            row.created_at,
            row.is_vital
        ],
    )
}

pub(crate) fn delete_view(tx: &mut Tx<'_>, id: SourceRecordId) -> Result<(), StoreError> {
    tx.exec(&DELETE_VIEW, vals![id])
}

pub(crate) fn put_view(tx: &mut Tx<'_>, row: &SourceView) -> Result<(), StoreError> {
    let demographics = crate::json::text(&row.demographics)?;
    tx.exec(&PUT_VIEW, vals![row.source_record_id, demographics, row.revision, row.sent_at])
}
