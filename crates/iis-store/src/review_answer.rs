//! What reviewers answered. An answer about persons with many doses waits for a second reviewer.

use crate::held_back::HeldBeside;
use crate::reach::{all_shown, shown};
use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{PersonId, Timestamp};

sql! {
    INSERT = "INSERT INTO review_answer (id, item_id, op, from_person, to_person, event_id, actor, at, remark, state) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SET_STATE = "UPDATE review_answer SET state = $2 WHERE id = $1";
    GET = "SELECT id, item_id, op, from_person, to_person, event_id, actor, at, remark, state FROM review_answer \
           WHERE id = $1";
    WAITING = "SELECT id, item_id, op, from_person, to_person, event_id, actor, at, remark, state FROM review_answer \
               WHERE from_person = $1 AND to_person = $2 AND op = $3 AND state = 'waiting' ORDER BY id";
    OF_ITEM = "SELECT id, item_id, op, from_person, to_person, event_id, actor, at, remark, state FROM review_answer \
               WHERE item_id = $1 ORDER BY id";
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewAnswer {
    /// Row key.
    pub id: i64,
    /// The item that was answered; none: somebody merged or split persons without being asked.
    pub item_id: Option<i64>,
    /// What: "merge", "unmerge", "different", "twins", "unsure"; "flagged": somebody asked.
    pub op: Box<str>,
    /// The person that gives records away, or is looked at.
    pub from_person: PersonId,
    /// The person that takes them, or is compared.
    pub to_person: PersonId,
    /// The decision about links that it led to, or that it takes back.
    pub event_id: Option<i64>,
    /// Who answered.
    pub actor: Box<str>,
    /// When.
    pub at: Timestamp,
    /// Why. A second reviewer does not see it before answering.
    pub remark: Box<str>,
    /// "waiting", "done" or "withdrawn".
    pub state: Box<str>,
}
from_row!(ReviewAnswer { id, item_id, op, from_person, to_person, event_id, actor, at, remark, state });

/// An answer.
pub fn get(tx: &mut Tx<'_>, granted: &Granted, id: i64) -> Result<Option<ReviewAnswer>, StoreError> {
    let mut found: Option<ReviewAnswer> = tx.one(&GET, vals![id])?;
    hold_words_back(tx, found.as_mut_slice())?;
    Ok(shown(tx, granted, found))
}

/// The answers about two persons that wait for a second reviewer, oldest first.
pub fn waiting(
    tx: &mut Tx<'_>,
    granted: &Granted,
    (from, to): (PersonId, PersonId),
    op: &str,
) -> Result<Vec<ReviewAnswer>, StoreError> {
    let mut found: Vec<ReviewAnswer> = tx.all(&WAITING, vals![from, to, op])?;
    hold_words_back(tx, &mut found)?;
    Ok(all_shown(tx, granted, found))
}

/// The answers to an item, oldest first.
pub fn of_item(tx: &mut Tx<'_>, granted: &Granted, item_id: i64) -> Result<Vec<ReviewAnswer>, StoreError> {
    let mut found: Vec<ReviewAnswer> = tx.all(&OF_ITEM, vals![item_id])?;
    hold_words_back(tx, &mut found)?;
    Ok(all_shown(tx, granted, found))
}

/// A remark from before one of the two was given another identity may tell the former one: it is shown to nobody.
fn hold_words_back(tx: &mut Tx<'_>, answers: &mut [ReviewAnswer]) -> Result<(), StoreError> {
    let mut held = HeldBeside::default();
    for answer in answers.iter_mut().filter(|answer| !answer.remark.is_empty()) {
        if held.holds(tx, answer.from_person, answer.at)? || held.holds(tx, answer.to_person, answer.at)? {
            answer.remark = Box::default();
        }
    }
    Ok(())
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &ReviewAnswer) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            row.id,
            row.item_id,
            &row.op,
            row.from_person,
            row.to_person,
            row.event_id,
            &row.actor,
            row.at,
            &row.remark,
            &row.state
        ],
    )
}

pub(crate) fn set_state(tx: &mut Tx<'_>, id: i64, state: &str) -> Result<(), StoreError> {
    tx.exec(&SET_STATE, vals![id, state])
}
