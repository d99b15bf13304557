//! Writers on PostgreSQL: a transaction for each unit, sent in one write with its COMMIT; PostgreSQL itself groups the
//! flushes of many connections.

use super::Pg;
use super::connection::{Connection, session};
use super::statistics;
use super::trouble::Trouble;
use crate::lite::thread;
use crate::tx::Tx;
use crate::unit::{Recognition, Routes, Unit, guarded};
use crate::{StoreError, ids};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// How often a unit is run when it conflicts with others or the connection is lost.
const TRIES: u32 = 10;

/// READ COMMITTED: what was read is checked by compare-and-set.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

pub(crate) fn start(pg: &Arc<Pg>, routes: &Arc<Routes>, n: usize) -> Result<JoinHandle<()>, StoreError> {
    let (pg, routes) = (Arc::clone(pg), Arc::clone(routes));
    thread("store-writer", move || {
        let mut worker = Worker { connection: Connection::new(&pg), has_chain: false, jitter: n as u64 + 1 };
        while let Some((_, mut unit)) = routes.writers.pop() {
            let outcome = worker.commit(unit.as_mut());
            unit.settle(outcome, &routes);
            if pg.statistics.are_due() {
                worker.look();
            }
        }
    })
}

struct Worker<'p> {
    connection: Connection<'p>,
    has_chain: bool,
    jitter: u64,
}

/// What became of one try.
enum Try {
    Done(Result<(), StoreError>),
    Again(StoreError),
    /// The COMMIT's outcome is unknown.
    Unknown(StoreError),
}

impl Worker<'_> {
    /// Runs the unit until it is committed, fails by its own fault, or has had its tries.
    fn commit(&mut self, unit: &mut dyn Unit) -> Result<(), StoreError> {
        let mut failure = StoreError::Stale;
        for attempt in 0..TRIES {
            if attempt > 0 {
                self.pause(attempt);
            }
            match self.attempt(unit) {
                Try::Done(outcome) => return outcome,
                Try::Again(error) => failure = error,
                Try::Unknown(error) => match self.recognize(unit, &error)? {
                    Recognition::Applied => return Ok(()),
                    Recognition::NotApplied => failure = error,
                    Recognition::Unknowable => return Err(error),
                },
            }
        }
        Err(failure)
    }

    /// Between two units: fresh statistics.
    fn look(&mut self) {
        if let Ok(tx) = self.connection.get() {
            statistics::refresh(session(tx));
        }
    }

    fn attempt(&mut self, unit: &mut dyn Unit) -> Try {
        let tx = match self.ready() {
            Ok(tx) => tx,
            Err(error) => return Try::Done(Err(error)),
        };
        let chain = tx.chain;
        session(tx).begin(BEGIN);
        let outcome = guarded(|| unit.run(tx)).and_then(|()| session(tx).commit());
        let Err(error) = outcome else { return Try::Done(Ok(())) };
        tx.chain = chain;
        match session(tx).trouble() {
            Trouble::Unknown => {
                self.connection.drop_lost();
                Try::Unknown(error)
            }
            Trouble::Lost => {
                self.connection.drop_lost();
                Try::Again(error)
            }
            Trouble::Conflict => self.undone(Try::Again(error)),
            Trouble::None if error.is_constraint("audit_pkey") => {
                // An older connection of this worker was not quite dead.
                self.connection.drop_lost();
                Try::Again(error)
            }
            Trouble::None => match self.undone(Try::Done(Ok(()))) {
                Try::Done(Ok(())) => Try::Done(self.recover(unit, error)),
                other => other,
            },
        }
    }

    /// After a failure whose transaction is over: whether it means something else.
    fn recover(&mut self, unit: &mut dyn Unit, error: StoreError) -> Result<(), StoreError> {
        let tx = self.ready()?;
        unit.recover(tx, error)
    }

    /// Rolls back, and then goes on as told, or forgets the connection.
    fn undone(&mut self, then: Try) -> Try {
        match self.connection.get().and_then(|tx| session(tx).rollback()) {
            Ok(()) => then,
            Err(error) => {
                self.connection.drop_lost();
                Try::Again(error)
            }
        }
    }

    /// Looks a unit up whose COMMIT's outcome is unknown; keeps trying to reach the database for a while.
    fn recognize(&mut self, unit: &mut dyn Unit, error: &StoreError) -> Result<Recognition, StoreError> {
        for attempt in 1..TRIES {
            if let Ok(recognition) = self.ready().and_then(|tx| unit.recognize(tx)) {
                return Ok(recognition);
            }
            self.connection.drop_lost();
            self.pause(attempt);
        }
        Err(error.clone())
    }

    /// The connection, with an audit chain of the worker's own.
    fn ready(&mut self) -> Result<&mut Tx<'static>, StoreError> {
        if !self.has_chain {
            let id = lease_chain(self.connection.get()?)?;
            if let Some(id) = id {
                self.connection.own_chain(id);
                self.has_chain = true;
            }
        }
        self.connection.get()
    }

    /// Longer with every try, and not the same for two workers.
    fn pause(&mut self, attempt: u32) {
        self.jitter =
            self.jitter.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let most = 1_000_u64 << attempt.min(7);
        std::thread::sleep(Duration::from_micros(most / 2 + (self.jitter >> 33) % most));
    }
}

/// A new audit chain; none before the schema is there.
fn lease_chain(tx: &mut Tx<'_>) -> Result<Option<i64>, StoreError> {
    session(tx).begin(BEGIN);
    let leased =
        ids::lease(tx, "audit_chain", 1).and_then(|block| session(tx).commit().map(|()| block.start));
    match leased {
        Ok(id) => Ok(Some(id)),
        Err(StoreError::Internal(_)) => session(tx).rollback().map(|()| None), // no such table yet
        Err(error) => {
            session(tx).rollback()?;
            Err(error)
        }
    }
}
