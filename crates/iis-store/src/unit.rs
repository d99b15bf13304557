//! Units of work on their way through the store: readings, writings, plans.

use crate::apply::{Ready, apply, check, key_is_taken, lock_what_was_read, made_stale, stored};
use crate::queue::{Gate, Lane, Lanes, Ticket};
use crate::{Applied, AuditEntry, Plan, StoreError, Tx, UnitKey};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::sync::oneshot::Sender;

/// Where work goes inside the store.
pub(crate) struct Routes {
    pub(crate) readers: Lanes<Box<dyn Reading>>,
    pub(crate) writers: Lanes<Box<dyn Unit>>,
    /// Counts what is inside.
    pub(crate) gate: Arc<Gate>,
}

impl Routes {
    pub(crate) fn new(gate: Arc<Gate>) -> Self {
        Self { readers: Lanes::new(), writers: Lanes::new(), gate }
    }

    /// Hands a unit to the writers.
    pub(crate) fn write(&self, lane: Lane, unit: Box<dyn Unit>) {
        if let Err(unit) = self.writers.push(lane, unit) {
            unit.settle(Err(closed()), self);
        }
    }

    /// Hands a reading to the readers.
    pub(crate) fn read(&self, lane: Lane, reading: Box<dyn Reading>) {
        if let Err(reading) = self.readers.push(lane, reading) {
            reading.refuse(closed());
        }
    }
}

fn closed() -> StoreError {
    StoreError::unavailable("the store is closed")
}

/// A unit for the writers, with its lane.
pub(crate) type ForWriters = (Lane, Box<dyn Unit>);

/// Something to be done on a snapshot.
pub(crate) trait Reading: Send {
    /// Does it and answers, or gives what the writers shall do.
    fn run(self: Box<Self>, tx: &mut Tx<'_>, routes: &Routes) -> Option<ForWriters>;
    /// Answers without doing it.
    fn refuse(self: Box<Self>, error: StoreError);
}

/// Something to be written in one transaction, whole or not at all. It may be run again.
pub(crate) trait Unit: Send {
    /// Looks, before anything is written, whether the unit will succeed. Asked on SQLite only.
    fn check(&mut self, _tx: &mut Tx<'_>) -> Result<Checked, StoreError> {
        Ok(Checked::Unknown)
    }

    /// Writes.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError>;

    /// After a failure was undone: whether it means something else than failure. Reads only.
    fn recover(&mut self, _tx: &mut Tx<'_>, error: StoreError) -> Result<(), StoreError> {
        Err(error)
    }

    /// After a COMMIT whose outcome is unknown: whether the unit was applied.
    fn recognize(&mut self, _tx: &mut Tx<'_>) -> Result<Recognition, StoreError> {
        Ok(Recognition::Unknowable)
    }

    /// Answers: after the COMMIT, or when all is lost.
    fn settle(self: Box<Self>, outcome: Result<(), StoreError>, routes: &Routes);
}

/// What can be said of a unit before it has written anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    /// It may fail half-way: it needs a savepoint.
    Unknown,
    /// It will succeed but for faults of the program or of the disk.
    Good,
    /// There is nothing to write: its answer is known.
    Answered,
}

/// What can be said of a unit after a COMMIT whose outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recognition {
    /// It was applied: its key is there.
    Applied,
    /// Its key is not there.
    NotApplied,
    /// It has no key.
    Unknowable,
}

/// Runs a closure of a caller: a panic in it becomes an error.
pub(crate) fn guarded<T>(f: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(f))
        .unwrap_or_else(|_| Err(StoreError::internal("a panic inside a unit of work")))
}

/// A closure over a snapshot.
pub(crate) struct Read<F, T> {
    pub(crate) f: F,
    pub(crate) reply: Sender<Result<T, StoreError>>,
    pub(crate) _ticket: Ticket,
}

impl<F, T> Reading for Read<F, T>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn run(self: Box<Self>, tx: &mut Tx<'_>, _routes: &Routes) -> Option<ForWriters> {
        let Self { f, reply, _ticket } = *self;
        // Nobody waits any more when the receiver is gone.
        let _ = reply.send(guarded(|| tx.watched(f, |_| 0)));
        None
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _ = self.reply.send(Err(error));
    }
}

/// A closure over a snapshot whose audit rows are written before its value is handed out.
pub(crate) struct Disclose<F, T> {
    pub(crate) f: F,
    pub(crate) lane: Lane,
    pub(crate) reply: Sender<Result<T, StoreError>>,
    pub(crate) ticket: Ticket,
}

impl<F, T> Reading for Disclose<F, T>
where
    F: FnOnce(&mut Tx<'_>) -> Result<(T, Vec<AuditEntry>), StoreError> + Send + 'static,
    T: Send + 'static,
{
    fn run(self: Box<Self>, tx: &mut Tx<'_>, _routes: &Routes) -> Option<ForWriters> {
        let Self { f, lane, reply, ticket } = *self;
        match guarded(|| tx.watched(f, |(_, audit)| audit.len())) {
            Ok((value, audit)) => Some((lane, Box::new(Audited { value, audit, reply, _ticket: ticket }))),
            Err(error) => {
                let _ = reply.send(Err(error));
                None
            }
        }
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _ = self.reply.send(Err(error));
    }
}

/// Audit rows of a disclosure, and what waits for them.
struct Audited<T> {
    value: T,
    audit: Vec<AuditEntry>,
    reply: Sender<Result<T, StoreError>>,
    _ticket: Ticket,
}

impl<T: Send> Unit for Audited<T> {
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        self.audit.iter().try_for_each(|entry| tx.audit(entry))
    }

    fn settle(self: Box<Self>, outcome: Result<(), StoreError>, _routes: &Routes) {
        let Self { value, reply, .. } = *self;
        let _ = reply.send(outcome.map(|()| value));
    }
}

/// A closure that writes.
pub(crate) struct Write<F, T> {
    pub(crate) f: F,
    pub(crate) value: Option<T>,
    pub(crate) reply: Sender<Result<T, StoreError>>,
    pub(crate) _ticket: Option<Ticket>,
}

impl<F, T> Unit for Write<F, T>
where
    F: Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        self.value = Some(tx.watched(&self.f, |_| 0)?);
        Ok(())
    }

    fn settle(self: Box<Self>, outcome: Result<(), StoreError>, _routes: &Routes) {
        let Self { value, reply, .. } = *self;
        let value = value.ok_or_else(|| StoreError::internal("a unit that succeeded without a value"));
        let _ = reply.send(outcome.and(value));
    }
}

type Propose = Box<dyn Fn(&mut Tx<'_>) -> Result<Plan, StoreError> + Send + Sync>;

/// How often a plan is made on a snapshot; after that it is made inside the writer.
const SNAPSHOT_TRIES: u32 = 2;

/// How often a plan is made at all.
const TRIES: u32 = 10;

/// A plan on its way: made by a reader, applied by a writer, made again when it was stale.
pub(crate) struct Proposal {
    propose: Propose,
    lane: Lane,
    plan: Option<Ready>,
    /// The plan that was stale, so that the next try can lock what it read.
    stale: Option<Ready>,
    tries: u32,
    applied: Option<Applied>,
    reply: Sender<Settled>,
    _ticket: Ticket,
}

/// The end of a proposal. What it was made of goes to the caller with it, so that the writer need not free it.
pub(crate) struct Settled {
    pub(crate) outcome: Result<Applied, StoreError>,
    _leftovers: Option<(Option<Ready>, Propose)>,
}

impl Settled {
    fn refused(error: StoreError) -> Self {
        Self { outcome: Err(error), _leftovers: None }
    }
}

impl Proposal {
    pub(crate) fn new(propose: Propose, lane: Lane, reply: Sender<Settled>, ticket: Ticket) -> Self {
        Self { propose, lane, plan: None, stale: None, tries: 0, applied: None, reply, _ticket: ticket }
    }
}

impl Reading for Proposal {
    fn run(mut self: Box<Self>, tx: &mut Tx<'_>, routes: &Routes) -> Option<ForWriters> {
        match guarded(|| Ready::new(tx.watched(&self.propose, |plan| plan.audit.len())?)) {
            Ok(plan) => {
                self.plan = Some(plan);
                return Some((self.lane, self));
            }
            Err(StoreError::Unavailable(_)) if self.tries + 1 < SNAPSHOT_TRIES => {
                // The reader's connection was lost; the next one is new.
                self.tries += 1;
                routes.read(self.lane, self);
            }
            Err(error) => self.refuse(error),
        }
        None
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _ = self.reply.send(Settled::refused(error));
    }
}

impl Unit for Proposal {
    fn check(&mut self, tx: &mut Tx<'_>) -> Result<Checked, StoreError> {
        let Some(ready) = &self.plan else { return Ok(Checked::Unknown) };
        self.applied = check(tx, &ready.plan)?;
        Ok(if self.applied.is_some() { Checked::Answered } else { Checked::Good })
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if self.plan.is_none() {
            if let Some(stale) = &self.stale {
                lock_what_was_read(tx, &stale.plan)?;
            }
            self.plan = Some(Ready::new(tx.watched(&self.propose, |plan| plan.audit.len())?)?);
        }
        let ready = self.plan.as_ref().ok_or_else(|| StoreError::internal("a proposal without a plan"))?;
        self.applied = Some(apply(tx, ready)?);
        Ok(())
    }

    fn recover(&mut self, tx: &mut Tx<'_>, error: StoreError) -> Result<(), StoreError> {
        let key = self.plan.as_ref().map_or(&UnitKey::None, |ready| &ready.plan.key);
        if key_is_taken(&error) {
            let before = stored(tx, key)?.ok_or(StoreError::Stale)?;
            self.applied = Some(Applied { replayed: true, ..before });
            return Ok(());
        }
        Err(if made_stale(&error) { StoreError::Stale } else { error })
    }

    fn recognize(&mut self, tx: &mut Tx<'_>) -> Result<Recognition, StoreError> {
        let key = self.plan.as_ref().map_or(&UnitKey::None, |ready| &ready.plan.key);
        if *key == UnitKey::None {
            return Ok(Recognition::Unknowable);
        }
        self.applied = stored(tx, key)?;
        Ok(if self.applied.is_some() { Recognition::Applied } else { Recognition::NotApplied })
    }

    fn settle(mut self: Box<Self>, outcome: Result<(), StoreError>, routes: &Routes) {
        if outcome == Err(StoreError::Stale) && self.tries + 1 < TRIES {
            self.tries += 1;
            self.stale = self.plan.take();
            let lane = self.lane;
            if self.tries < SNAPSHOT_TRIES {
                routes.read(lane, self);
            } else {
                routes.write(lane, self);
            }
            return;
        }
        let Self { propose, plan, applied, reply, .. } = *self;
        let applied =
            applied.ok_or_else(|| StoreError::internal("a plan that was applied without an answer"));
        let _ = reply.send(Settled { outcome: outcome.and(applied), _leftovers: Some((plan, propose)) });
    }
}
