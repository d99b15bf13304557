//! What was said of a person's being active, at a site or in the jurisdiction (requirements 4.3).
//!
//! Rows hang on source records, so they follow the links, and are only added to. One that came with a submission counts as
//! long as that one does.

use crate::reach::shows;
use crate::row::{FromRow, Row, from_row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, held_back};
use iis_model::access::Granted;
use iis_model::activity::{Activity, Level};
use iis_model::{Date, PersonId, SiteId, SourceRecordId, Timestamp};

sql! {
    INSERT = "INSERT INTO activity (source_record_id, id, revision, level, site_id, activity, note, effective_on, at, said_by) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    OF_PERSON = "SELECT a.source_record_id, a.id, a.revision, a.level, a.site_id, a.activity, a.note, a.effective_on, a.at, \
                 a.said_by FROM link l JOIN activity a ON a.source_record_id = l.source_record_id \
                 LEFT JOIN submission s ON s.source_record_id = a.source_record_id AND s.revision = a.revision \
                 WHERE l.person_id = $1 AND s.withdrawn_by IS NULL ORDER BY a.at, a.id";
    LATEST = "SELECT a.activity FROM activity a \
              LEFT JOIN submission s ON s.source_record_id = a.source_record_id AND s.revision = a.revision \
              WHERE a.source_record_id = $1 AND a.site_id = $2 AND a.level = 'site' AND s.withdrawn_by IS NULL \
              ORDER BY a.at DESC, a.id DESC LIMIT 1";
    /// What each site reported of a person: the day of the last dose it gave that still counts, and when it last reported.
    SERVED = "SELECT s.site_id, t.takes_ownership, MAX(CASE WHEN r.kind = 'A' AND r.action <> 'D' AND NOT EXISTS ( \
                  SELECT 1 FROM report d WHERE d.source_record_id = r.source_record_id AND d.dose_key = r.dose_key \
                  AND d.action = 'D' AND d.revision > r.revision AND d.withdrawn_by IS NULL) \
                  THEN r.given_on ELSE NULL END) \
              FROM link l JOIN submission s ON s.source_record_id = l.source_record_id \
              JOIN site t ON t.id = s.site_id \
              LEFT JOIN report r ON r.source_record_id = s.source_record_id AND r.revision = s.revision \
              AND r.withdrawn_by IS NULL \
              WHERE l.person_id = $1 AND s.withdrawn_by IS NULL GROUP BY s.site_id, t.takes_ownership ORDER BY s.site_id";
    QUIET = "SELECT p.person_id, v.born_on, p.latest_dose_on, q.created_at FROM person_status p \
             JOIN person_view v ON v.person_id = p.person_id JOIN person q ON q.id = p.person_id \
             WHERE p.person_id > $1 AND q.status <> 'merged' ORDER BY p.person_id LIMIT $2";
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// In whose record.
    pub source_record_id: SourceRecordId,
    /// Row key.
    pub id: i64,
    /// The submission it came with; none: the registry's own rule.
    pub revision: Option<i64>,
    /// At which level.
    pub level: Level,
    /// The site that says it, and for which it is said at the level of sites.
    pub site_id: SiteId,
    /// What.
    pub activity: Activity,
    /// In words.
    pub note: Box<str>,
    /// From which day on.
    pub effective_on: Date,
    /// When it was said.
    pub at: Timestamp,
    /// Who said it.
    pub said_by: Box<str>,
}

impl FromRow for ActivityRow {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let word = |at| row.text(at);
        let unknown = || StoreError::internal("a word of activity that this program does not know");
        Ok(Self {
            source_record_id: row.get(0)?,
            id: row.get(1)?,
            revision: row.get(2)?,
            level: Level::from_code(word(3)?).ok_or_else(unknown)?,
            site_id: row.get(4)?,
            activity: Activity::from_code(word(5)?).ok_or_else(unknown)?,
            note: row.get(6)?,
            effective_on: row.get(7)?,
            at: row.get(8)?,
            said_by: row.get(9)?,
        })
    }
}

/// A site that reported a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The site.
    pub site_id: SiteId,
    /// Whether a dose that it gives makes it the person's medical home.
    pub takes_ownership: bool,
    /// The day of the last dose it gave, as it is known: 2020, 2020-01 or 2020-01-15.
    pub given_on: Option<Box<str>>,
}
from_row!(Served { site_id, takes_ownership, given_on });

/// Somebody of whom the rule about those not heard of may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The person.
    pub person_id: PersonId,
    /// Date of birth, as it is known.
    pub born_on: Option<Box<str>>,
    /// The day of the latest dose.
    pub latest_dose_on: Option<Date>,
    /// Since when the person is on record.
    pub known_since: Timestamp,
}
from_row!(Heard { person_id, born_on, latest_dose_on, known_since });

/// All that counts of what was said of a person, in the order in which it was said. Words of before an identity was put away
/// are not among it.
pub fn of_person(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<ActivityRow>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    let mut rows: Vec<ActivityRow> = tx.all(&OF_PERSON, vals![id])?;
    let held_back = held_back::held_back(tx, id)?;
    for row in rows.iter_mut().filter(|row| held_back.holds(row.source_record_id, row.at)) {
        row.note = Box::default();
    }
    Ok(rows)
}

/// What a site said last of the person of a source record.
pub fn latest_at_site(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    record: SourceRecordId,
    site: SiteId,
) -> Result<Option<Activity>, StoreError> {
    let said: Option<Box<str>> = tx.one(&LATEST, vals![record, site])?;
    Ok(said.and_then(|word| Activity::from_code(&word)))
}

/// The sites that reported a person.
pub fn served(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<Served>, StoreError> {
    if shows(tx, granted, id)? { tx.all(&SERVED, vals![id]) } else { Ok(Vec::new()) }
}

/// Persons after `after` by id, with what the rule about those not heard of looks at.
pub fn heard(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    after: PersonId,
    limit: i64,
) -> Result<Vec<Heard>, StoreError> {
    tx.all(&QUIET, vals![after, limit])
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &ActivityRow) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            row.source_record_id,
            row.id,
            row.revision,
            row.level.code(),
            row.site_id,
            row.activity.code(),
            &row.note,
            row.effective_on,
            row.at,
            &row.said_by
        ],
    )
}
