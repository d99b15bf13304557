//! Persons who may be one, waiting for somebody to decide; and what reviewers answered.

use crate::reach::{all_shown, shown, shows};
use crate::row::{FromRow, Row, from_row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{PersonId, SourceRecordId, Timestamp};
use serde::{Deserialize, Serialize};

sql! {
    INSERT = "INSERT INTO review_item (id, source_record_id, person_id, candidates, best_bits, model_version, priority, \
              state, opened_at, opened_by) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9)";
    SET_STATE = "UPDATE review_item SET state = $2, closed_at = $3, event_id = $4 WHERE id = $1";
    GET = "SELECT id, source_record_id, person_id, candidates, best_bits, model_version, priority, state, opened_at, \
           opened_by, closed_at, event_id FROM review_item WHERE id = $1";
    QUEUE = "SELECT id, source_record_id, person_id, candidates, best_bits, model_version, priority, state, opened_at, \
             opened_by, closed_at, event_id FROM review_item WHERE state = $1 AND (priority, id) > ($2, $3) \
             ORDER BY priority, id LIMIT $4";
    SET_CANDIDATES = "UPDATE review_item SET candidates = $2, best_bits = $3 WHERE id = $1";
    OF_PERSON = "SELECT id, source_record_id, person_id, candidates, best_bits, model_version, priority, state, \
                 opened_at, opened_by, closed_at, event_id FROM review_item WHERE person_id = $1 ORDER BY id";
    OF_EVENT = "SELECT id, source_record_id, person_id, candidates, best_bits, model_version, priority, state, \
                opened_at, opened_by, closed_at, event_id FROM review_item WHERE event_id = $1 ORDER BY id";
    COUNTS = "SELECT state, COUNT(*) FROM review_item GROUP BY state ORDER BY state";
    SETTLE = "UPDATE person SET status = 'active' WHERE id = $1 AND status = 'provisional' AND NOT EXISTS \
              (SELECT 1 FROM review_item r WHERE r.person_id = $1 AND r.closed_at IS NULL AND r.opened_by = $2)";
    OLDEST = "SELECT MIN(opened_at) FROM review_item WHERE state = $1";
}

/// Who opens items for reports that may be about a known person.
pub const BY_THE_LINE: &str = "openiis";

/// Somebody who may be the person of a review item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCandidate {
    /// The person.
    #[serde(rename = "p")]
    pub person_id: PersonId,
    /// Evidence in hundredths of a bit.
    #[serde(rename = "s")]
    pub score: i64,
    /// What speaks against a link: bits of the matching room's vetoes.
    #[serde(rename = "v")]
    pub vetoes: u32,
}

/// A review item to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReviewItem {
    /// Row key.
    pub id: i64,
    /// The record whose person is asked for.
    pub source_record_id: SourceRecordId,
    /// The person that it has meanwhile.
    pub person_id: PersonId,
    /// Who it may be, the likeliest first.
    pub candidates: Vec<ReviewCandidate>,
    /// The version of the weights.
    pub model_version: i64,
    /// The smaller, the sooner it is looked at.
    pub priority: i64,
    /// When.
    pub opened_at: Timestamp,
    /// By whom: "openiis", or the account that suspects a duplicate.
    pub opened_by: Box<str>,
}

/// What became of a review item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewState {
    /// Row key.
    pub id: i64,
    /// "open", "second" (waits for a second reviewer), "merged" or "different".
    pub state: &'static str,
    /// When it was decided; none: it waits.
    pub closed_at: Option<Timestamp>,
    /// The decision about links that closed it.
    pub event_id: Option<i64>,
}

/// A review item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewItem {
    /// Row key.
    pub id: i64,
    /// The record whose person is asked for.
    pub source_record_id: SourceRecordId,
    /// The person that it has meanwhile.
    pub person_id: PersonId,
    /// Who it may be, the likeliest first.
    pub candidates: Vec<ReviewCandidate>,
    /// Evidence for the likeliest, in hundredths of a bit.
    pub best_bits: i64,
    /// The version of the weights.
    pub model_version: i64,
    /// The smaller, the sooner it is looked at.
    pub priority: i64,
    /// "open", "second", "merged" or "different".
    pub state: Box<str>,
    /// When.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: Box<str>,
    /// When it was decided.
    pub closed_at: Option<Timestamp>,
    /// The decision about links that closed it.
    pub event_id: Option<i64>,
}

impl ReviewItem {
    /// Whether the line opened it for a report that waits: the person is provisional until it is decided.
    pub fn is_of_a_report(&self) -> bool {
        &*self.opened_by == BY_THE_LINE
    }

    /// Whether somebody has to look.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
}

impl FromRow for ReviewItem {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get(0)?,
            source_record_id: row.get(1)?,
            person_id: row.get(2)?,
            candidates: row.json(3)?,
            best_bits: row.get(4)?,
            model_version: row.get(5)?,
            priority: row.get(6)?,
            state: row.get(7)?,
            opened_at: row.get(8)?,
            opened_by: row.get(9)?,
            closed_at: row.get(10)?,
            event_id: row.get(11)?,
        })
    }
}

/// How many items are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCount {
    /// The state.
    pub state: Box<str>,
    /// How many.
    pub count: i64,
}
from_row!(StateCount { state, count });

/// A review item.
pub fn get(tx: &mut Tx<'_>, granted: &Granted, id: i64) -> Result<Option<ReviewItem>, StoreError> {
    let found = tx.one(&GET, vals![id])?;
    Ok(shown(tx, granted, found))
}

/// A place in the queue: an item's priority and id.
pub type Place = (i64, i64);

/// Before everybody in the queue.
pub const FRONT: Place = (i64::MIN, i64::MIN);

/// Items in a state behind a place, in the order in which they are to be looked at.
pub fn queue(
    tx: &mut Tx<'_>,
    granted: &Granted,
    state: &str,
    (priority, id): Place,
    limit: i64,
) -> Result<Vec<ReviewItem>, StoreError> {
    let found = tx.all(&QUEUE, vals![state, priority, id, limit])?;
    Ok(all_shown(tx, granted, found))
}

/// The items that ask whose record a person's is, decided or not.
pub fn of_person(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<ReviewItem>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&OF_PERSON, vals![id])
}

/// The items that a decision about links closed.
pub fn of_event(tx: &mut Tx<'_>, granted: &Granted, event_id: i64) -> Result<Vec<ReviewItem>, StoreError> {
    let found = tx.all(&OF_EVENT, vals![event_id])?;
    Ok(all_shown(tx, granted, found))
}

/// How many items are in each state.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<StateCount>, StoreError> {
    tx.all(&COUNTS, &[])
}

/// Since when the oldest item of a state waits.
pub fn oldest(tx: &mut Tx<'_>, state: &str) -> Result<Option<Timestamp>, StoreError> {
    Ok(tx.one::<Option<Timestamp>>(&OLDEST, vals![state])?.flatten())
}

/// Takes a person, and whoever was merged into it, out of all that waits: as the one who is asked about, and as somebody
/// whom it may be. Of whom nothing is asked any more is no longer provisional.
pub fn forget_person(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut all = vec![id];
    let mut next = 0;
    while let Some(id) = all.get(next) {
        all.extend(crate::person::merged(tx, *id)?);
        next += 1;
    }
    for state in ["open", "second"] {
        let mut place = FRONT;
        loop {
            let page = queue(tx, granted, state, place, PAGE)?;
            let Some(last) = page.last() else { break };
            place = (last.priority, last.id);
            for item in &page {
                forget_in(tx, item, &all, at)?;
            }
        }
    }
    Ok(())
}

/// Items read at a time.
const PAGE: i64 = 200;

fn forget_in(tx: &mut Tx<'_>, item: &ReviewItem, all: &[PersonId], at: Timestamp) -> Result<(), StoreError> {
    let others: Vec<_> =
        item.candidates.iter().filter(|one| !all.contains(&one.person_id)).copied().collect();
    match others.first() {
        Some(best) if !all.contains(&item.person_id) => {
            if others.len() < item.candidates.len() {
                tx.exec(&SET_CANDIDATES, vals![item.id, crate::json::text(&others)?, best.score])?;
            }
            Ok(())
        }
        _ => {
            let state = ReviewState { id: item.id, state: "different", closed_at: Some(at), event_id: None };
            set_state(tx, &state)?;
            tx.exec(&SETTLE, vals![item.person_id, BY_THE_LINE])
        }
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &NewReviewItem) -> Result<(), StoreError> {
    let candidates = crate::json::text(&row.candidates)?;
    let best = row.candidates.first().map_or(0, |best| best.score);
    tx.exec(
        &INSERT,
        vals![
            row.id,
            row.source_record_id,
            row.person_id,
            candidates,
            best,
            row.model_version,
            row.priority,
            row.opened_at,
            &row.opened_by
        ],
    )
}

pub(crate) fn set_state(tx: &mut Tx<'_>, row: &ReviewState) -> Result<(), StoreError> {
    tx.exec(&SET_STATE, vals![row.id, row.state, row.closed_at, row.event_id])
}
