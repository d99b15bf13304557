//! Links: which source records make up a person, and the log of what was decided about that.

use crate::reach::shows;
use crate::row::{FromRow, Row, from_row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{PersonId, SourceRecordId, Timestamp};

sql! {
    PUT = "INSERT INTO link (source_record_id, person_id, kind, score_bits, model_version, decided_by, decided_at) \
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source_record_id) DO UPDATE SET \
           person_id = excluded.person_id, kind = excluded.kind, score_bits = excluded.score_bits, \
           model_version = excluded.model_version, decided_by = excluded.decided_by, decided_at = excluded.decided_at";
    OF_PERSON = "SELECT source_record_id, person_id, kind, score_bits, model_version, decided_by, decided_at FROM link \
                 WHERE person_id = $1 ORDER BY source_record_id";
    OF_RECORD = "SELECT person_id FROM link WHERE source_record_id = $1";
    PUT_HOME = "INSERT INTO link_home (source_record_id, person_id) VALUES ($1, $2) \
                ON CONFLICT (source_record_id) DO UPDATE SET person_id = excluded.person_id";
    HOMES_OF_PERSON = "SELECT h.source_record_id, h.person_id FROM link l \
                       JOIN link_home h ON h.source_record_id = l.source_record_id \
                       WHERE l.person_id = $1 ORDER BY h.source_record_id";
    INSERT_EVENT = "INSERT INTO link_event (id, at, actor, op, from_person, to_person, source_record_ids, reason, \
                    inverse_of) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    EVENT = "SELECT id, at, actor, op, from_person, to_person, source_record_ids, reason, inverse_of FROM link_event \
             WHERE id = $1";
    INVERSE = "SELECT id FROM link_event WHERE inverse_of = $1";
    EVENTS_OF_PERSON = "SELECT id, at, actor, op, from_person, to_person, source_record_ids, reason, inverse_of \
                        FROM link_event WHERE from_person = $1 OR to_person = $1 ORDER BY at, id";
}

/// A source record's link to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// The source record.
    pub source_record_id: SourceRecordId,
    /// The person.
    pub person_id: PersonId,
    /// "auto", "manual" or "identifier".
    pub kind: Box<str>,
    /// The weight of the match, in hundredths of a bit.
    pub score_bits: Option<i64>,
    /// The version of the weights.
    pub model_version: Option<Box<str>>,
    /// Who decided.
    pub decided_by: Box<str>,
    /// When.
    pub decided_at: Timestamp,
}
from_row!(LinkRow { source_record_id, person_id, kind, score_bits, model_version, decided_by, decided_at });

/// What was decided about links: never changed, only undone by its inverse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLinkEvent {
    /// Row key.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Box<str>,
    /// What: merge, unmerge, link, not-same.
    pub op: Box<str>,
    /// The person that gave source records away.
    pub from_person: Option<PersonId>,
    /// The person that took them.
    pub to_person: Option<PersonId>,
    /// Which ones.
    pub source_record_ids: Vec<SourceRecordId>,
    /// Why.
    pub reason: Box<str>,
    /// The decision that it undoes.
    pub inverse_of: Option<i64>,
}

impl FromRow for NewLinkEvent {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            op: row.get(3)?,
            from_person: row.get(4)?,
            to_person: row.get(5)?,
            source_record_ids: row.json(6)?,
            reason: row.get(7)?,
            inverse_of: row.get(8)?,
        })
    }
}

/// The person that a source record is linked to.
pub fn person_of(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: SourceRecordId,
) -> Result<Option<PersonId>, StoreError> {
    tx.one(&OF_RECORD, vals![id])
}

/// The links of a person, by source record.
pub fn of_person(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<LinkRow>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&OF_PERSON, vals![id])
}

/// Of a person's records that merges moved: whose each of them is when all merges are taken back.
pub fn homes_of_person(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: PersonId,
) -> Result<Vec<(SourceRecordId, PersonId)>, StoreError> {
    tx.all(&HOMES_OF_PERSON, vals![id])
}

/// A decision about links.
pub fn event(tx: &mut Tx<'_>, _granted: &Granted, id: i64) -> Result<Option<NewLinkEvent>, StoreError> {
    tx.one(&EVENT, vals![id])
}

/// The decision that took this one back, if any did.
pub fn inverse(tx: &mut Tx<'_>, _granted: &Granted, id: i64) -> Result<Option<i64>, StoreError> {
    tx.one(&INVERSE, vals![id])
}

/// What was decided about a person's links, oldest first.
pub fn events_of_person(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: PersonId,
) -> Result<Vec<NewLinkEvent>, StoreError> {
    tx.all(&EVENTS_OF_PERSON, vals![id])
}

pub(crate) fn put(tx: &mut Tx<'_>, row: &LinkRow) -> Result<(), StoreError> {
    tx.exec(
        &PUT,
        vals![
            row.source_record_id,
            row.person_id,
            &row.kind,
            row.score_bits,
            row.model_version.as_deref(),
            &row.decided_by,
            row.decided_at
        ],
    )
}

pub(crate) fn put_home(tx: &mut Tx<'_>, id: SourceRecordId, home: PersonId) -> Result<(), StoreError> {
    tx.exec(&PUT_HOME, vals![id, home])
}

pub(crate) fn insert_event(tx: &mut Tx<'_>, row: &NewLinkEvent) -> Result<(), StoreError> {
    let ids = crate::json::text(&row.source_record_ids)?;
    tx.exec(
        &INSERT_EVENT,
        vals![
            row.id,
            row.at,
            &row.actor,
            &row.op,
            row.from_person,
            row.to_person,
            ids,
            &row.reason,
            row.inverse_of
        ],
    )
}
