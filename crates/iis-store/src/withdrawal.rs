//! Withdrawals: what one sender sent between two moments, taken out of what counts, and the marks on its rows.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{MessageId, SenderId, SourceRecordId, Timestamp};

sql! {
    INSERT = "INSERT INTO withdrawal (id, sender_id, sent_from, sent_until, at, actor, reason, inverse_of, state, \
              messages, records, persons, doses) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $10, $11, $12)";
    FINISH = "UPDATE withdrawal SET state = 'done' WHERE id = $1";
    GET = "SELECT w.id, w.sender_id, w.sent_from, w.sent_until, w.at, w.actor, w.reason, w.inverse_of, w.state, \
           w.messages, w.records, w.persons, w.doses, i.id, w.looked_at FROM withdrawal w \
           LEFT JOIN withdrawal i ON i.inverse_of = w.id WHERE w.id = $1";
    LIST = "SELECT w.id, w.sender_id, w.sent_from, w.sent_until, w.at, w.actor, w.reason, w.inverse_of, w.state, \
            w.messages, w.records, w.persons, w.doses, i.id, w.looked_at FROM withdrawal w \
            LEFT JOIN withdrawal i ON i.inverse_of = w.id ORDER BY w.at DESC, w.id DESC LIMIT $1";
    LOOKED_AT = "UPDATE withdrawal SET looked_at = $2 WHERE id = $1";
    RUNNING = "SELECT id FROM withdrawal WHERE state = 'running' ORDER BY at, id";
    SUBMISSIONS = "SELECT COUNT(*), COUNT(DISTINCT u.source_record_id), COUNT(DISTINCT l.person_id) FROM message m \
                   JOIN submission u ON u.source_record_id = m.source_record_id AND u.revision = m.revision \
                   JOIN link l ON l.source_record_id = u.source_record_id \
                   WHERE m.sender_id = $1 AND m.received_at >= $2 AND m.received_at < $3 AND u.withdrawn_by IS NULL";
    DOSES = "SELECT COUNT(*) FROM message m \
             JOIN report r ON r.source_record_id = m.source_record_id AND r.revision = m.revision \
             WHERE m.sender_id = $1 AND m.received_at >= $2 AND m.received_at < $3 AND r.withdrawn_by IS NULL";
    RECORDS = "SELECT received_at, id, source_record_id FROM message WHERE sender_id = $1 AND received_at >= $2 \
               AND received_at < $4 AND (received_at > $2 OR id > $3) ORDER BY received_at, id LIMIT $5";
    MARK_SUBMISSION = "UPDATE submission SET withdrawn_by = $3 WHERE source_record_id = $1 AND revision = $2";
    MARK_REPORT = "UPDATE report SET withdrawn_by = $3 WHERE source_record_id = $1 AND id = $2";
}

/// A withdrawal to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWithdrawal {
    /// Row key.
    pub id: i64,
    /// Whose messages.
    pub sender_id: SenderId,
    /// Received at or after.
    pub sent_from: Timestamp,
    /// Received before.
    pub sent_until: Timestamp,
    /// When it was decided.
    pub at: Timestamp,
    /// By whom.
    pub actor: Box<str>,
    /// Why, in the decider's words.
    pub reason: Box<str>,
    /// The withdrawal that it takes back.
    pub inverse_of: Option<i64>,
    /// What it is about, as counted when it was decided.
    pub extent: Extent,
}

/// A withdrawal as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Row key.
    pub id: i64,
    /// Whose messages.
    pub sender_id: SenderId,
    /// Received at or after.
    pub sent_from: Timestamp,
    /// Received before.
    pub sent_until: Timestamp,
    /// When it was decided.
    pub at: Timestamp,
    /// By whom.
    pub actor: Box<str>,
    /// Why.
    pub reason: Box<str>,
    /// The withdrawal that it takes back.
    pub inverse_of: Option<i64>,
    /// "running" or "done".
    pub state: Box<str>,
    /// Messages.
    pub messages: i64,
    /// Source records.
    pub records: i64,
    /// Persons.
    pub persons: i64,
    /// Doses, refusals and observations.
    pub doses: i64,
    /// The withdrawal that takes this one back.
    pub taken_back_by: Option<i64>,
    /// Messages that were gone through so far, of those it is about.
    pub looked_at: Option<i64>,
}
from_row!(Withdrawal {
    id,
    sender_id,
    sent_from,
    sent_until,
    at,
    actor,
    reason,
    inverse_of,
    state,
    messages,
    records,
    persons,
    doses,
    taken_back_by,
    looked_at,
});

/// What is about to be withdrawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Messages that were stored and count.
    pub messages: i64,
    /// Source records that they are about.
    pub records: i64,
    /// Persons to whom those are linked.
    pub persons: i64,
    /// Doses, refusals and observations that they reported.
    pub doses: i64,
}

/// Counts what counts of a sender's messages received from one moment to before another.
pub fn extent(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    sender_id: SenderId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Extent, StoreError> {
    let counts: Option<(i64, i64, i64)> = tx.one(&SUBMISSIONS, vals![sender_id, from, until])?;
    let (messages, records, persons) = counts.unwrap_or_default();
    let doses = tx.one(&DOSES, vals![sender_id, from, until])?.unwrap_or(0);
    Ok(Extent { messages, records, persons, doses })
}

/// A place in a sender's messages: moment and id of the one before.
pub type Cursor = (Timestamp, MessageId);

/// A message of a sender, and the source record that it reported on.
pub type AboutRecord = (Timestamp, MessageId, Option<SourceRecordId>);

/// The next messages of a sender after a cursor and before a moment.
pub fn records(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    sender_id: SenderId,
    (at, after): Cursor,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<AboutRecord>, StoreError> {
    tx.all(&RECORDS, vals![sender_id, at, after, until, limit])
}

/// A withdrawal.
pub fn get(tx: &mut Tx<'_>, id: i64) -> Result<Option<Withdrawal>, StoreError> {
    tx.one(&GET, vals![id])
}

/// The latest withdrawals, newest first.
pub fn list(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Withdrawal>, StoreError> {
    tx.all(&LIST, vals![limit])
}

/// Those that are not carried out to their end, oldest first.
pub fn running(tx: &mut Tx<'_>) -> Result<Vec<i64>, StoreError> {
    tx.all(&RUNNING, &[])
}

/// So many of its messages were gone through.
pub fn looked_at(tx: &mut Tx<'_>, id: i64, messages: i64) -> Result<(), StoreError> {
    tx.exec(&LOOKED_AT, vals![id, messages])
}

/// All records are done.
pub fn finish(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.exec(&FINISH, vals![id])
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &NewWithdrawal) -> Result<(), StoreError> {
    let Extent { messages, records, persons, doses } = row.extent;
    tx.exec(
        &INSERT,
        vals![
            row.id,
            row.sender_id,
            row.sent_from,
            row.sent_until,
            row.at,
            &row.actor,
            &row.reason,
            row.inverse_of,
            messages,
            records,
            persons,
            doses
        ],
    )
}

/// A mark on a row: by which withdrawal it does not count; none: it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The source record.
    pub source_record_id: SourceRecordId,
    /// The revision of a submission, or the id of a report.
    pub row: i64,
    /// The withdrawal.
    pub withdrawn_by: Option<i64>,
}

pub(crate) fn mark_submission(tx: &mut Tx<'_>, mark: &Mark) -> Result<(), StoreError> {
    tx.exec(&MARK_SUBMISSION, vals![mark.source_record_id, mark.row, mark.withdrawn_by])
}

pub(crate) fn mark_report(tx: &mut Tx<'_>, mark: &Mark) -> Result<(), StoreError> {
    tx.exec(&MARK_REPORT, vals![mark.source_record_id, mark.row, mark.withdrawn_by])
}
