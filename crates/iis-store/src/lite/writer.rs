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
use crate::tx::{Session, Tx, Watch};
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
    let (lite, routes, checkpoints) = (Arc::clone(lite), Arc::clone(routes), Arc::clone(checkpoints));
    thread("store-writer", move || {
        write(&connection, &lite, &routes, &checkpoints);
        // The last connection that closes empties the log. Of two that close at once each may take the other one for open.
        drop(connection);
        checkpoints.close();
    })
}

fn write(connection: &Connection, lite: &Lite, routes: &Routes, checkpoints: &Checkpoints) {
    let session = Session::Lite(LiteSession::new(connection));
    let tx = Tx { session, chain: Some(Chain::unknown(CHAIN)), watch: Watch::default() };
    let mut writer = Writer { tx, connection, lite, routes };
    while let Some(first) = routes.writers.pop() {
        writer.batch(first);
        checkpoints.after_batch(connection);
    }
}

struct Writer<'c> {
    tx: Tx<'c>,
    connection: &'c Connection,
    lite: &'c Lite,
    routes: &'c Routes,
}

impl Writer<'_> {
    /// One transaction of as many units as wait.
    fn batch(&mut self, (lane, first): ForWriters) {
        let mut done: Vec<Done> = Vec::new();
        let mut is_bulk = lane == Lane::Bulk;
        if let Err(error) = self.begin() {
            self.undo_all();
            return first.settle(Err(error), self.routes);
        }
        let started = Instant::now();
        let mut next = Some(first);
        while let Some(mut unit) = next {
            let outcome = self.in_batch(unit.as_mut());
            done.push((unit, outcome));
            if self.connection.is_autocommit() {
                // A unit failed that was thought good, or the disk did: the whole transaction was undone.
                return self.again_in_savepoints(done);
            }
            let room = done.len() < BATCH && started.elapsed() < BATCH_TIME;
            let found = if room { self.next_of(is_bulk, done.len()) } else { None };
            next = found.map(|(lane, unit)| {
                is_bulk &= lane == Lane::Bulk;
                unit
            });
        }
        self.commit(done);
    }

    /// The next unit of a batch. A batch of nothing but bulk work waits a little for what is still being planned.
    fn next_of(&self, is_bulk: bool, done: usize) -> Option<ForWriters> {
        let is_more_to_come = is_bulk && self.routes.gate.inside(Lane::Bulk) > done;
        if is_more_to_come {
            self.routes.writers.pop_within(WAIT_FOR_PLANS)
        } else {
            self.routes.writers.try_pop()
        }
    }

    /// The COMMIT of a batch, and only then the answers.
    fn commit(&mut self, done: Vec<Done>) {
        match self.tx.exec(&COMMIT, &[]) {
            Ok(()) => done.into_iter().for_each(|(unit, outcome)| unit.settle(outcome, self.routes)),
            Err(error) => {
                tracing::error!(%error, units = done.len(), "a commit failed; nothing of it was acknowledged");
                self.undo_all();
                self.each_alone(done);
            }
        }
    }

    /// After a transaction was undone: the same units once more together, each in a savepoint, so that the one that
    /// fails does it alone.
    fn again_in_savepoints(&mut self, mut done: Vec<Done>) {
        if self.begin().is_err() {
            self.undo_all();
            return self.each_alone(done);
        }
        for (unit, outcome) in &mut done {
            if outcome.is_ok() {
                *outcome = self.in_savepoint(unit.as_mut());
            }
            if self.connection.is_autocommit() {
                // Not the unit but the disk: what is told is what each meets alone.
                return self.each_alone(done);
            }
        }
        self.commit(done);
    }

    /// Another process may have written since the last transaction, so the chain's end is read again when needed.
    fn begin(&mut self) -> Result<(), StoreError> {
        self.tx.chain = Some(Chain::unknown(CHAIN));
        self.tx.exec(&BEGIN, &[])
    }

    fn undo_all(&mut self) {
        if !self.connection.is_autocommit() && self.tx.exec(&ROLLBACK, &[]).is_err() {
            tracing::error!("a transaction could not be rolled back");
        }
    }

    /// Runs the unit in the batch's transaction. One that was checked and found good needs no savepoint (which costs a
    /// copy of every page that it changes): should it fail nevertheless, the transaction is undone, and each unit of the
    /// batch is run again alone.
    fn in_batch(&mut self, unit: &mut dyn Unit) -> Result<(), StoreError> {
        match guarded(|| unit.check(&mut self.tx)) {
            Ok(Checked::Answered) => Ok(()),
            Err(error) => Err(error),
            Ok(Checked::Unknown) => self.in_savepoint(unit),
            Ok(Checked::Good) => {
                if guarded(|| unit.run(&mut self.tx)).is_err() {
                    let _ = self.tx.exec(&ROLLBACK, &[]); // SQLite may have done so already
                }
                Ok(())
            }
        }
    }

    /// Runs the unit so that its failure, or its panic, undoes nothing but itself.
    fn in_savepoint(&mut self, unit: &mut dyn Unit) -> Result<(), StoreError> {
        let chain = self.tx.chain;
        self.tx.exec(&SAVEPOINT, &[])?;
        match guarded(|| unit.run(&mut self.tx)) {
            Ok(()) => self.tx.exec(&RELEASE, &[]),
            Err(error) => {
                self.tx.chain = chain;
                let undone = self.tx.exec(&UNDO, &[]).and_then(|()| self.tx.exec(&RELEASE, &[]));
                if undone.is_err() {
                    // The savepoint is gone, normally with its transaction; the batch sees that and starts over.
                    let _ = self.tx.exec(&ROLLBACK, &[]);
                    return Err(error);
                }
                unit.recover(&mut self.tx, error)
            }
        }
    }

    /// After a transaction was lost: those that had succeeded are run again, each in a transaction of its own, until
    /// one meets the same trouble; those that had failed are told. On a full disk they may use the reserve.
    fn each_alone(&mut self, done: Vec<Done>) {
        let mut trouble = None;
        for (mut unit, outcome) in done {
            if let Err(error) = outcome {
                unit.settle(Err(error), self.routes);
                continue;
            }
            let mut outcome = match &trouble {
                Some(error) => Err(StoreError::clone(error)),
                None => self.alone(unit.as_mut()),
            };
            if outcome == Err(StoreError::DiskFull) && self.lite.spend_reserve() {
                outcome = self.alone(unit.as_mut());
            }
            if let Err(error @ (StoreError::DiskFull | StoreError::Unavailable(_))) = &outcome {
                trouble = Some(error.clone());
            }
            unit.settle(outcome, self.routes);
        }
    }

    fn alone(&mut self, unit: &mut dyn Unit) -> Result<(), StoreError> {
        let outcome =
            self.begin().and_then(|()| self.in_savepoint(unit)).and_then(|()| self.tx.exec(&COMMIT, &[]));
        self.undo_all();
        outcome
    }
}
