//! Replays: stored messages held against the rules of today, how far that came, and what differs.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{MessageId, Timestamp};

sql! {
    INSERT = "INSERT INTO replay (id, at, actor, asked, state, messages, looked_at, differing, told) \
              VALUES ($1, $2, $3, $4, 'running', $5, 0, 0, '')";
    GET = "SELECT id, at, actor, asked, state, messages, looked_at, differing, after_at, after_id, told \
           FROM replay WHERE id = $1";
    LIST = "SELECT id, at, actor, asked, state, messages, looked_at, differing, after_at, after_id, told \
            FROM replay ORDER BY at DESC, id DESC LIMIT $1";
    RUNNING = "SELECT id FROM replay WHERE state = 'running' ORDER BY at, id";
    ADVANCE = "UPDATE replay SET looked_at = $3, differing = $4, after_at = $5, after_id = $6, told = $7, state = $8 \
               WHERE id = $1 AND looked_at = $2 AND state = 'running'";
    STOP = "UPDATE replay SET state = 'stopped' WHERE id = $1 AND state = 'running'";
    ADD = "INSERT INTO replay_difference (replay_id, n, body) VALUES ($1, $2, $3)";
    DIFFERENCES = "SELECT n, body FROM replay_difference WHERE replay_id = $1 AND n > $2 ORDER BY n LIMIT $3";
}

/// A replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayRow {
    /// Row key.
    pub id: i64,
    /// When it was begun.
    pub at: Timestamp,
    /// By whom.
    pub actor: Box<str>,
    /// Which messages, as JSON.
    pub asked: Box<str>,
    /// "running", "done" or "stopped".
    pub state: Box<str>,
    /// How many messages there were when it was begun.
    pub messages: i64,
    /// How many were looked at.
    pub looked_at: i64,
    /// How many differ.
    pub differing: i64,
    /// The place in the list up to which it came: the moment.
    pub after_at: Option<Timestamp>,
    /// The place in the list up to which it came: the message.
    pub after_id: Option<MessageId>,
    /// What differs, counted, as JSON.
    pub told: Box<str>,
}
from_row!(ReplayRow {
    id,
    at,
    actor,
    asked,
    state,
    messages,
    looked_at,
    differing,
    after_at,
    after_id,
    told
});

/// What one step found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// How many messages had been looked at before it: another worker that was faster shows here.
    pub from: i64,
    /// How many had been found to differ before it.
    pub differing: i64,
    /// How many it looked at.
    pub messages: i64,
    /// Where it came to.
    pub after: Option<(Timestamp, MessageId)>,
    /// What differs in all, counted, as JSON.
    pub told: Box<str>,
    /// What differs in these, as JSON, in order.
    pub found: Vec<Box<str>>,
    /// Whether there are no more.
    pub is_done: bool,
}

/// A replay to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReplay {
    /// Row key.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Box<str>,
    /// Which messages, as JSON.
    pub asked: Box<str>,
    /// How many messages there are.
    pub messages: i64,
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &NewReplay) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![row.id, row.at, &row.actor, &row.asked, row.messages])
}

/// A replay.
pub fn get(tx: &mut Tx<'_>, id: i64) -> Result<Option<ReplayRow>, StoreError> {
    tx.one(&GET, vals![id])
}

/// The latest replays, newest first.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<ReplayRow>, StoreError> {
    tx.all(&LIST, vals![limit])
}

/// Those that are not at their end, oldest first.
pub fn running(tx: &mut Tx<'_>) -> Result<Vec<i64>, StoreError> {
    tx.all(&RUNNING, &[])
}

/// Notes one step; `false`: another worker was faster, or it was stopped, and nothing is noted.
pub fn advance(tx: &mut Tx<'_>, id: i64, step: &Advance) -> Result<bool, StoreError> {
    let (after_at, after_id) = step.after.unzip();
    let differing = step.differing + i64::try_from(step.found.len()).unwrap_or(i64::MAX);
    let state = if step.is_done { "done" } else { "running" };
    let looked_at = step.from + step.messages;
    let moved = tx
        .count(&ADVANCE, vals![id, step.from, looked_at, differing, after_at, after_id, &step.told, state])?;
    if moved == 0 {
        return Ok(false);
    }
    for (n, body) in (step.differing + 1..).zip(&step.found) {
        tx.exec(&ADD, vals![id, n, body])?;
    }
    Ok(true)
}

/// Ends a replay before its end.
pub fn stop(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.exec(&STOP, vals![id])
}

/// The differences after the one of this number, each with its number.
pub fn differences(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Box<str>)>, StoreError> {
    tx.all(&DIFFERENCES, vals![id, after, limit])
}
