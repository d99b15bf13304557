//! The writer: one thread, one transaction for all units that wait, a savepoint for each, one flush.
//!
//! There is no artificial wait: while one flush runs, the next batch collects. A lone caller pays one flush; 64
//! callers share it. Nobody is told yes before the COMMIT has returned. Where nobody waits, as in the load of a file, a
//! batch stays open for the units that are being planned, since a flush for every dozen takes more time than the units.

use super::checkpoint::Checkpoints;
use super::session::LiteSession;
use super::{Lite, thread};
use crate::StoreError;
use crate::audit::chain::Chain;
use crate::queue::Lane;
use crate::sql::Sql;
use crate::tx::{Session, Tx};
use crate::unit::{Checked, ForWriters, Routes, Unit, guarded};
use rusqlite::Connection;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

static BEGIN: Sql = Sql::new("writer::BEGIN", "BEGIN IMMEDIATE");
static COMMIT: Sql = Sql::new("writer::COMMIT", "COMMIT");
static ROLLBACK: Sql = Sql::new("writer::ROLLBACK", "ROLLBACK");
static SAVEPOINT: Sql = Sql::new("writer::SAVEPOINT", "SAVEPOINT unit");
static RELEASE: Sql = Sql::new("writer::RELEASE", "RELEASE unit");
static UNDO: Sql = Sql::new("writer::UNDO", "ROLLBACK TO unit");

/// The most units in one transaction.
const BATCH: usize = 256;

/// The longest time for which units are added to a transaction.
const BATCH_TIME: Duration = Duration::from_millis(20);

/// The longest time for which a batch waits for units that are still being planned.
const WAIT_FOR_PLANS: Duration = Duration::from_millis(5);

/// The chain of the one writer.
const CHAIN: i64 = 1;

/// A unit that ran, and how it went; to be told when the COMMIT has returned.
type Done = (Box<dyn Unit>, Result<(), StoreError>);

pub(crate) fn start(
    lite: &Arc<Lite>,
    routes: &Arc<Routes>,
    checkpoints: &Arc<Checkpoints>,
) -> Result<JoinHandle<()>, StoreError> {
    let mut connection = lite.writing_connection()?;
    checkpoints.watch(&mut connection)?;
    let (routes, checkpoints) = (Arc::clone(routes), Arc::clone(checkpoints));
    thread("store-writer", move || {
        let session = LiteSession::new(&connection);
        let mut tx = Tx { session: Session::Lite(session), chain: Some(Chain::unknown(CHAIN)) };
        while let Some((lane, first)) = routes.writers.pop() {
            batch(&mut tx, &connection, (lane, first), &routes);
            checkpoints.after_batch(&connection);
        }
        checkpoints.close();
    })
}

/// One transaction of as many units as wait.
fn batch(tx: &mut Tx<'_>, connection: &Connection, (lane, first): ForWriters, routes: &Routes) {
    let mut done: Vec<Done> = Vec::new();
    let mut is_bulk = lane == Lane::Bulk;
    if let Err(error) = begin(tx) {
        undo_all(tx, connection);
        return first.settle(Err(error), routes);
    }
    let started = Instant::now();
    let mut next = Some(first);
    while let Some(mut unit) = next {
        let outcome = in_batch(tx, unit.as_mut());
        done.push((unit, outcome));
        if connection.is_autocommit() {
            // A unit failed that was thought good, or the disk did: the whole transaction was undone.
            return again_in_savepoints(tx, connection, done, routes);
        }
        let room = done.len() < BATCH && started.elapsed() < BATCH_TIME;
        let found = if room { next_of(routes, is_bulk, done.len()) } else { None };
        next = found.map(|(lane, unit)| {
            is_bulk &= lane == Lane::Bulk;
            unit
        });
    }
    commit(tx, connection, done, routes);
}

/// The next unit of a batch. A batch of nothing but bulk work waits a little for what is still being planned.
fn next_of(routes: &Routes, is_bulk: bool, done: usize) -> Option<ForWriters> {
    let is_more_to_come = is_bulk && routes.gate.inside(Lane::Bulk) > done;
    if is_more_to_come { routes.writers.pop_within(WAIT_FOR_PLANS) } else { routes.writers.try_pop() }
}

/// The COMMIT of a batch, and only then the answers.
fn commit(tx: &mut Tx<'_>, connection: &Connection, done: Vec<Done>, routes: &Routes) {
    match tx.exec(&COMMIT, &[]) {
        Ok(()) => done.into_iter().for_each(|(unit, outcome)| unit.settle(outcome, routes)),
        Err(error) => {
            tracing::error!(%error, units = done.len(), "a commit failed; nothing of it was acknowledged");
            undo_all(tx, connection);
            each_alone(tx, connection, done, routes);
        }
    }
}

/// After a transaction was undone: the same units once more together, each in a savepoint, so that the one that fails
/// does it alone.
fn again_in_savepoints(tx: &mut Tx<'_>, connection: &Connection, mut done: Vec<Done>, routes: &Routes) {
    if begin(tx).is_err() {
        undo_all(tx, connection);
        return each_alone(tx, connection, done, routes);
    }
    for (unit, outcome) in &mut done {
        if outcome.is_ok() {
            *outcome = in_savepoint(tx, unit.as_mut());
        }
        if connection.is_autocommit() {
            // Not the unit but the disk: what is told is what each meets alone.
            return each_alone(tx, connection, done, routes);
        }
    }
    commit(tx, connection, done, routes);
}

/// Another process may have written since the last transaction, so the chain's end is read again when needed.
fn begin(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    tx.chain = Some(Chain::unknown(CHAIN));
    tx.exec(&BEGIN, &[])
}

fn undo_all(tx: &mut Tx<'_>, connection: &Connection) {
    if !connection.is_autocommit() && tx.exec(&ROLLBACK, &[]).is_err() {
        tracing::error!("a transaction could not be rolled back");
    }
}

/// Runs the unit in the batch's transaction. One that was checked and found good needs no savepoint (which costs a copy
/// of every page that it changes): should it fail nevertheless, the transaction is undone, and each unit of the batch
/// is run again alone.
fn in_batch(tx: &mut Tx<'_>, unit: &mut dyn Unit) -> Result<(), StoreError> {
    match guarded(|| unit.check(tx)) {
        Ok(Checked::Answered) => Ok(()),
        Err(error) => Err(error),
        Ok(Checked::Unknown) => in_savepoint(tx, unit),
        Ok(Checked::Good) => {
            if guarded(|| unit.run(tx)).is_err() {
                let _ = tx.exec(&ROLLBACK, &[]); // SQLite may have done so already
            }
            Ok(())
        }
    }
}

/// Runs the unit so that its failure, or its panic, undoes nothing but itself.
fn in_savepoint(tx: &mut Tx<'_>, unit: &mut dyn Unit) -> Result<(), StoreError> {
    let chain = tx.chain;
    tx.exec(&SAVEPOINT, &[])?;
    match guarded(|| unit.run(tx)) {
        Ok(()) => tx.exec(&RELEASE, &[]),
        Err(error) => {
            tx.chain = chain;
            if tx.exec(&UNDO, &[]).and_then(|()| tx.exec(&RELEASE, &[])).is_err() {
                // The savepoint is gone, normally with its transaction; the batch sees that and starts over.
                let _ = tx.exec(&ROLLBACK, &[]);
                return Err(error);
            }
            unit.recover(tx, error)
        }
    }
}

/// After a transaction was lost: those that had succeeded are run again, each in a transaction of its own, until one
/// meets the same trouble; those that had failed are told.
fn each_alone(tx: &mut Tx<'_>, connection: &Connection, done: Vec<Done>, routes: &Routes) {
    let mut trouble = None;
    for (mut unit, outcome) in done {
        if let Err(error) = outcome {
            unit.settle(Err(error), routes);
            continue;
        }
        let outcome = match &trouble {
            Some(error) => Err(StoreError::clone(error)),
            None => alone(tx, connection, unit.as_mut()),
        };
        if let Err(error @ (StoreError::DiskFull | StoreError::Unavailable(_))) = &outcome {
            trouble = Some(error.clone());
        }
        unit.settle(outcome, routes);
    }
}

fn alone(tx: &mut Tx<'_>, connection: &Connection, unit: &mut dyn Unit) -> Result<(), StoreError> {
    let outcome = begin(tx).and_then(|()| in_savepoint(tx, unit)).and_then(|()| tx.exec(&COMMIT, &[]));
    undo_all(tx, connection);
    outcome
}
