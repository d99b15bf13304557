//! Reports: every version of every dose as it was reported. Only ever added to; a deletion is a row too.

mod words;

use crate::reach::{all_shown, shows};
use crate::row::{FromRow, Row, from_row};
use crate::sql::sql;
use crate::val::vals;
use crate::{Hash, StoreError, Tx, gist, held_back};
use iis_model::access::Granted;
use iis_model::{
    AccountId, Action, Cvx, EventKind, Gist, MessageId, OrganizationId, PartialDate, PersonId, ReportId,
    ReportedEvent, SenderId, SiteId, SourceRecordId, Timestamp,
};

sql! {
    INSERT = "INSERT INTO report (source_record_id, id, revision, dose_key, kind, action, given_on, cvx, sent_at, \
              gist, body_hash, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    DELETE_MADE = "DELETE FROM report WHERE source_record_id = $1 AND id = $2 AND made_by IS NOT NULL";
    DELETE_BODY = "DELETE FROM report_body WHERE id = $1 \
                   AND NOT EXISTS (SELECT 1 FROM report r WHERE r.source_record_id = $2 AND r.id = $1)";
    INSERT_BODY = "INSERT INTO report_body (id, body) VALUES ($1, $2)";
    OF_PERSON = "SELECT r.source_record_id, r.id, r.revision, r.dose_key, r.kind, r.action, r.given_on, r.cvx, \
                 r.sent_at, b.body, u.received_at, u.message_id, u.sender_id, u.site_id, u.account_id, s.organization_id, u.decrements FROM link l \
                 JOIN source_record s ON s.id = l.source_record_id JOIN report r ON r.source_record_id = s.id \
                 JOIN submission u ON u.source_record_id = r.source_record_id AND u.revision = r.revision \
                 JOIN report_body b ON b.id = r.id \
                 WHERE l.person_id = $1 AND r.withdrawn_by IS NULL ORDER BY r.source_record_id, r.id";
    VERSIONS = "SELECT r.source_record_id, r.id, r.revision, r.dose_key, r.sent_at, r.gist, r.body_hash, s.organization_id \
                FROM link l JOIN source_record s ON s.id = l.source_record_id \
                JOIN report r ON r.source_record_id = s.id WHERE l.person_id = $1 AND r.withdrawn_by IS NULL \
                ORDER BY r.source_record_id, r.id";
    MARKED = "SELECT r.source_record_id, r.id, r.revision, r.dose_key, r.sent_at, r.gist, r.body_hash, s.organization_id, \
              r.withdrawn_by, r.made_by FROM source_record s JOIN report r ON r.source_record_id = s.id \
              WHERE s.id = $1 ORDER BY r.id";
    OF_RECORD = "SELECT r.source_record_id, r.id, r.revision, r.dose_key, r.kind, r.action, r.given_on, r.cvx, \
                 r.sent_at, b.body, u.received_at, u.message_id, u.sender_id, u.site_id, u.account_id, s.organization_id, u.decrements \
                 FROM source_record s JOIN report r ON r.source_record_id = s.id \
                 JOIN submission u ON u.source_record_id = r.source_record_id AND u.revision = r.revision \
                 JOIN report_body b ON b.id = r.id \
                 WHERE s.id = $1 ORDER BY r.id";
    OF_DOSE = "SELECT r.source_record_id, r.id, r.revision, r.dose_key, r.kind, r.action, r.given_on, r.cvx, \
               r.sent_at, b.body, u.received_at, u.message_id, u.sender_id, u.site_id, u.account_id, s.organization_id, u.decrements \
               FROM source_record s JOIN report r ON r.source_record_id = s.id \
               JOIN submission u ON u.source_record_id = r.source_record_id AND u.revision = r.revision \
                 JOIN report_body b ON b.id = r.id \
               WHERE s.id = $1 AND r.dose_key = $2 ORDER BY r.id";
}

/// A version of a dose to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// The source record.
    pub source_record_id: SourceRecordId,
    /// Row key.
    pub id: ReportId,
    /// The revision that brought it.
    pub revision: i64,
    /// The sender's identity of the dose.
    pub dose_key: Box<str>,
    /// What is wanted with the dose; a deletion also of something unknown stays as a row.
    pub action: Action,
    /// When it was sent, as the submission says.
    pub sent_at: Timestamp,
    /// What was reported.
    pub body: Body,
    /// The withdrawal that makes the row, where a submission said again what a withdrawn one had said.
    pub made_by: Option<i64>,
}

/// What was reported, with the text as which it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    event: ReportedEvent,
    text: Box<str>,
    hash: Hash,
}

impl Body {
    /// Of a report.
    pub fn of(event: ReportedEvent) -> Result<Self, StoreError> {
        let text = crate::json::text(&event)?.into_boxed_str();
        Ok(Self { hash: Hash::of_text(&text), text, event })
    }

    /// What was reported.
    pub fn event(&self) -> &ReportedEvent {
        &self.event
    }

    /// Of all that was reported: equal where two reports say the same.
    pub fn hash(&self) -> Hash {
        self.hash
    }
}

/// A version of a dose as stored, with who sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// The source record.
    pub source_record_id: SourceRecordId,
    /// Row key.
    pub id: ReportId,
    /// The revision that brought it.
    pub revision: i64,
    /// The sender's identity of the dose.
    pub dose_key: Box<str>,
    /// What it is about.
    pub kind: EventKind,
    /// What was wanted.
    pub action: Action,
    /// The day.
    pub given_on: Option<PartialDate>,
    /// The vaccine.
    pub cvx: Option<Cvx>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// What was reported.
    pub body: ReportedEvent,
    /// When it came.
    pub received_at: Timestamp,
    /// The message that brought it.
    pub message_id: Option<MessageId>,
    /// The sender.
    pub sender_id: Option<SenderId>,
    /// The responsible site.
    pub site_id: Option<SiteId>,
    /// Who said it at a screen.
    pub account_id: Option<AccountId>,
    /// The reporting organization; 0 when the number's authority is shared.
    pub organization_id: OrganizationId,
    /// Whether its doses come out of the stock of the site, as it was agreed when it came.
    pub decrements: bool,
}

impl FromRow for ReportRow {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            source_record_id: row.get(0)?,
            id: row.get(1)?,
            revision: row.get(2)?,
            dose_key: row.get(3)?,
            kind: row.get(4)?,
            action: row.get(5)?,
            given_on: row.get(6)?,
            cvx: row.get(7)?,
            sent_at: row.get(8)?,
            body: row.json(9)?,
            received_at: row.get(10)?,
            message_id: row.get(11)?,
            sender_id: row.get(12)?,
            site_id: row.get(13)?,
            account_id: row.get(14)?,
            organization_id: row.get(15)?,
            // a program of before step 42 says nothing: its forms come out of the stock
            decrements: row.get::<Option<bool>>(16)?.unwrap_or(row.get::<Option<AccountId>>(14)?.is_some()),
        })
    }
}

/// A version of a dose without where it came from and what decides nothing: what consolidation needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// The source record.
    pub source_record_id: SourceRecordId,
    /// Row key.
    pub id: ReportId,
    /// The revision that brought it.
    pub revision: i64,
    /// The sender's identity of the dose.
    pub dose_key: Box<str>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// What decides of what was reported.
    pub gist: Gist,
    /// Of all that was reported.
    pub body_hash: Hash,
    /// The reporting organization; 0 when the number's authority is shared.
    pub organization_id: OrganizationId,
}
from_row!(VersionRow { source_record_id, id, revision, dose_key, sent_at, gist, body_hash, organization_id });

/// A version of a dose with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedRow {
    /// The version.
    pub version: VersionRow,
    /// The withdrawal by which it does not count.
    pub withdrawn_by: Option<i64>,
    /// The withdrawal that made the row.
    pub made_by: Option<i64>,
}

impl FromRow for MarkedRow {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { version: VersionRow::from_row(row)?, withdrawn_by: row.get(8)?, made_by: row.get(9)? })
    }
}

/// All versions of all doses of a source record with their marks, also those that do not count.
pub fn marked_of_record(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: SourceRecordId,
) -> Result<Vec<MarkedRow>, StoreError> {
    let found = tx.all(&MARKED, vals![id])?;
    Ok(all_shown(tx, granted, found))
}

/// All versions that count of all doses of a person as [`current_of_person`], without where they came from: for the line.
pub fn versions_of_person(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
) -> Result<Vec<VersionRow>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&VERSIONS, vals![id])
}

/// All versions that count of all doses of a person, by source record and row key; the caller folds them. What was said in
/// words before an identity was put away is not among it.
pub fn current_of_person(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
) -> Result<Vec<ReportRow>, StoreError> {
    let mut rows = of_person_in_full(tx, granted, id)?;
    let held_back = held_back::held_back(tx, id)?;
    if !held_back.is_empty() {
        words::hold_back(&mut rows, &held_back);
    }
    Ok(rows)
}

/// The same with all words: to be stored again, and to be shown to nobody.
pub fn of_person_in_full(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
) -> Result<Vec<ReportRow>, StoreError> {
    if shows(tx, granted, id)? { tx.all(&OF_PERSON, vals![id]) } else { Ok(Vec::new()) }
}

/// All versions of all doses of a source record.
pub fn of_record(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: SourceRecordId,
) -> Result<Vec<ReportRow>, StoreError> {
    let found = tx.all(&OF_RECORD, vals![id])?;
    Ok(all_shown(tx, granted, found))
}

/// All versions of one dose of a source record.
pub fn of_dose(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: SourceRecordId,
    dose_key: &str,
) -> Result<Vec<ReportRow>, StoreError> {
    let found = tx.all(&OF_DOSE, vals![id, dose_key])?;
    Ok(all_shown(tx, granted, found))
}

/// Removes a row that a withdrawal made; what a sender sent is never removed here.
pub(crate) fn delete_made(tx: &mut Tx<'_>, record: SourceRecordId, id: ReportId) -> Result<(), StoreError> {
    tx.exec(&DELETE_MADE, vals![record, id])?;
    tx.exec(&DELETE_BODY, vals![id, record])
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &NewReport) -> Result<(), StoreError> {
    let event = &row.body.event;
    let gist = gist::pack(&Gist::of(event))?;
    tx.exec(
        &INSERT,
        vals![
            row.source_record_id,
            row.id,
            row.revision,
            &row.dose_key,
            event.kind.letter(),
            row.action.code(),
            event.given_on.value,
            event.cvx.value,
            row.sent_at,
            gist.as_slice(),
            &row.body.hash,
            row.made_by
        ],
    )?;
    tx.exec(&INSERT_BODY, vals![row.id, &row.body.text])
}
