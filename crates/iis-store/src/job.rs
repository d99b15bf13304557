//! Jobs: work for later, claimed by compare-and-set, kept alive by a heartbeat, tried again with growing pauses.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;
use jiff::SignedDuration;

sql! {
    INSERT = "INSERT INTO job (id, kind, state, payload, run_at, attempts, lease_until, lease_owner, error, progress) \
              VALUES ($1, $2, 'waiting', $3, $4, 0, NULL, NULL, '', '')";
    NEXT = "SELECT id, attempts FROM job WHERE (state = 'waiting' AND run_at <= $1) \
            OR (state = 'running' AND lease_until <= $1) ORDER BY run_at, id LIMIT 8";
    CLAIM = "UPDATE job SET state = 'running', attempts = attempts + 1, lease_until = $4, lease_owner = $3 \
             WHERE id = $1 AND attempts = $2 AND (state = 'waiting' OR (state = 'running' AND lease_until <= $5)) \
             RETURNING id, kind, payload, attempts, progress";
    HEARTBEAT = "UPDATE job SET lease_until = $3, progress = $4 \
                 WHERE id = $1 AND lease_owner = $2 AND state = 'running'";
    FINISH = "UPDATE job SET state = 'done', lease_until = NULL, lease_owner = NULL, error = '' \
              WHERE id = $1 AND lease_owner = $2 AND state = 'running'";
    FAIL = "UPDATE job SET state = $3, run_at = $4, lease_until = NULL, lease_owner = NULL, error = $5 \
            WHERE id = $1 AND lease_owner = $2 AND state = 'running'";
    REVIVE = "UPDATE job SET state = 'waiting', attempts = 0, run_at = $2, error = '' WHERE id = $1 AND state = 'dead'";
    LIST = "SELECT id, kind, state, payload, run_at, attempts, lease_until, lease_owner, error, progress FROM job \
            WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3";
    DELETE_DONE = "DELETE FROM job WHERE state = 'done' AND run_at < $1";
}

/// The tries after which a job is laid aside as dead.
pub const TRIES: i64 = 8;

/// A job to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Row key.
    pub id: i64,
    /// What is to be done.
    pub kind: Box<str>,
    /// With what, as JSON; ids only, no patient values.
    pub payload: Box<str>,
    /// Not before.
    pub run_at: Timestamp,
}

/// A job that was claimed: its owner has it until the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Row key.
    pub id: i64,
    /// What is to be done.
    pub kind: Box<str>,
    /// With what.
    pub payload: Box<str>,
    /// Which try this is, from 1.
    pub attempts: i64,
    /// What the last try noted.
    pub progress: Box<str>,
}
from_row!(Claimed { id, kind, payload, attempts, progress });

/// A job in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Row key.
    pub id: i64,
    /// What is to be done.
    pub kind: Box<str>,
    /// "waiting", "running", "done" or "dead".
    pub state: Box<str>,
    /// With what.
    pub payload: Box<str>,
    /// Not before.
    pub run_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// Until when its owner has it.
    pub lease_until: Option<Timestamp>,
    /// Who has it.
    pub lease_owner: Option<Box<str>>,
    /// Why the last try failed.
    pub error: Box<str>,
    /// How far it came.
    pub progress: Box<str>,
}
from_row!(JobRow { id, kind, state, payload, run_at, attempts, lease_until, lease_owner, error, progress });

/// Adds a job, in the same transaction as what it follows from.
pub fn insert(tx: &mut Tx<'_>, row: &NewJob) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![row.id, &row.kind, &row.payload, row.run_at])
}

/// Claims the job that waits longest, or whose owner let its lease end.
pub fn claim(
    tx: &mut Tx<'_>,
    owner: &str,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Option<Claimed>, StoreError> {
    let until = now.saturating_add(lease).map_err(|_| StoreError::internal("a lease beyond all time"))?;
    for (id, attempts) in tx.all::<(i64, i64)>(&NEXT, vals![now])? {
        let claimed = tx.one(&CLAIM, vals![id, attempts, owner, until, now])?;
        if claimed.is_some() {
            return Ok(claimed);
        }
    }
    Ok(None)
}

/// Keeps the job and notes how far it came. False: it was lost to another owner, stop.
pub fn heartbeat(
    tx: &mut Tx<'_>,
    id: i64,
    owner: &str,
    until: Timestamp,
    progress: &str,
) -> Result<bool, StoreError> {
    Ok(tx.count(&HEARTBEAT, vals![id, owner, until, progress])? == 1)
}

/// The job is done. False: it was lost to another owner.
pub fn finish(tx: &mut Tx<'_>, id: i64, owner: &str) -> Result<bool, StoreError> {
    Ok(tx.count(&FINISH, vals![id, owner])? == 1)
}

/// The try failed: the job waits twice as long as before (from ten seconds), or is laid aside after [`TRIES`].
pub fn fail(
    tx: &mut Tx<'_>,
    job: &Claimed,
    owner: &str,
    now: Timestamp,
    error: &str,
) -> Result<bool, StoreError> {
    let state = if job.attempts >= TRIES { "dead" } else { "waiting" };
    let doublings = u32::try_from(job.attempts.clamp(1, TRIES) - 1).unwrap_or(0);
    let pause = SignedDuration::from_secs(10 << doublings);
    let run_at = now.saturating_add(pause).map_err(|_| StoreError::internal("a pause beyond all time"))?;
    Ok(tx.count(&FAIL, vals![job.id, owner, state, run_at, error])? == 1)
}

/// Gives a dead job another round of tries.
pub fn revive(tx: &mut Tx<'_>, id: i64, run_at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.count(&REVIVE, vals![id, run_at])? == 1)
}

/// Jobs in a state, after the id `after`.
pub fn list(tx: &mut Tx<'_>, state: &str, after: i64, limit: i64) -> Result<Vec<JobRow>, StoreError> {
    tx.all(&LIST, vals![state, after, limit])
}

/// Removes jobs done that were due before `at`, and says how many.
pub fn delete_done(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_DONE, vals![at])
}
