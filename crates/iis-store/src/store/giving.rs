//! Giving the store work: closures that read, write, propose or disclose, from tasks and from threads.

use super::Store;
use crate::queue::Lane;
use crate::unit::{Disclose, Proposal, Read, Routes, Settled, Write};
use crate::{Applied, AuditEntry, Plan, StoreError, Tx};
use std::sync::atomic::Ordering;
use tokio::sync::oneshot::{self, Receiver};

impl Store {
    /// Runs a closure on one snapshot. It hands out nothing of a person to anybody: see [`Store::disclose`].
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        answer(self.send_read(f)?).await
    }

    /// As [`Store::read`], for what a page shows beside a record that it opened: the look at the person stands in the audit
    /// already. Also for what decides whether a record may be opened, of which nothing is shown.
    pub async fn read_beside<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.read(|tx| tx.watched(f, |_| 1)).await
    }

    /// As [`Store::read`], where a look at a person need not leave an audit row: for tests that look at what is stored.
    #[cfg(feature = "testing")]
    pub async fn peek<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.read(|tx| tx.watched(f, |_| 1)).await
    }

    /// Runs a closure in a transaction; what it wrote is durable when this returns. It may be run again, so it does
    /// nothing but compute and use the transaction.
    pub async fn write<T: Send + 'static>(
        &self,
        lane: Lane,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + Sync + 'static,
    ) -> Result<T, StoreError> {
        answer(self.send_write(lane, f)?).await
    }

    /// As [`Store::write`], also in read-only mode: for what reading itself leaves behind (sessions, failed sign-ins,
    /// searches, with their audit rows), never for data.
    pub async fn write_for_readers<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + Sync + 'static,
    ) -> Result<T, StoreError> {
        answer(self.send_any_write(Lane::Web, f)?).await
    }

    /// Makes a plan on a snapshot and applies it, exactly once; what it wrote is durable when this returns. Makes it
    /// again when what it read has changed meanwhile; the third time inside the writer.
    pub async fn propose_and_apply(
        &self,
        lane: Lane,
        propose: impl Fn(&mut Tx<'_>) -> Result<Plan, StoreError> + Send + Sync + 'static,
    ) -> Result<Applied, StoreError> {
        self.send_proposal(lane, propose)?.await.map_err(gone)?.outcome
    }

    /// Makes a plan on a snapshot and hands it back instead of applying it: rehearsals, reviews, dry runs.
    pub async fn propose(
        &self,
        propose: impl FnOnce(&mut Tx<'_>) -> Result<Plan, StoreError> + Send + 'static,
    ) -> Result<Plan, StoreError> {
        self.read(|tx| tx.watched(propose, |plan| plan.audit.len())).await
    }

    /// Runs a closure on one snapshot; its value is handed out when its audit rows are durable.
    pub async fn disclose<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<(T, Vec<AuditEntry>), StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        answer(self.send_disclosure(f)?).await
    }

    /// As [`Store::read`], for threads outside an asynchronous runtime.
    pub fn read_blocking<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        answer_blocking(self.send_read(f)?)
    }

    /// As [`Store::peek`], for threads outside an asynchronous runtime.
    #[cfg(feature = "testing")]
    pub fn peek_blocking<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.read_blocking(|tx| tx.watched(f, |_| 1))
    }

    /// As [`Store::write`], for threads outside an asynchronous runtime.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        lane: Lane,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + Sync + 'static,
    ) -> Result<T, StoreError> {
        answer_blocking(self.send_write(lane, f)?)
    }

    /// As [`Store::propose_and_apply`], for threads outside an asynchronous runtime.
    pub fn propose_and_apply_blocking(
        &self,
        lane: Lane,
        propose: impl Fn(&mut Tx<'_>) -> Result<Plan, StoreError> + Send + Sync + 'static,
    ) -> Result<Applied, StoreError> {
        self.send_proposal(lane, propose)?.blocking_recv().map_err(gone)?.outcome
    }

    /// As [`Store::disclose`], for threads outside an asynchronous runtime.
    pub fn disclose_blocking<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<(T, Vec<AuditEntry>), StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        answer_blocking(self.send_disclosure(f)?)
    }

    /// Runs a closure in a transaction on behalf of the store itself: not bounded, also in read-only mode.
    pub(crate) fn write_internally<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + Sync + 'static,
    ) -> Result<T, StoreError> {
        answer_blocking(write_internally(&self.0.routes, f))
    }

    fn may_write(&self) -> Result<(), StoreError> {
        if self.0.read_only.load(Ordering::Relaxed) {
            return Err(StoreError::ReadOnly);
        }
        if self.is_full() { Err(StoreError::DiskFull) } else { Ok(()) }
    }

    fn send_read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Receiver<Result<T, StoreError>>, StoreError> {
        let ticket = self.0.gate.enter(Lane::Web)?;
        let (reply, answer) = oneshot::channel();
        self.0.routes.read(Lane::Web, Box::new(Read { f, reply, _ticket: ticket }));
        Ok(answer)
    }

    fn send_write<T: Send + 'static>(
        &self,
        lane: Lane,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + Sync + 'static,
    ) -> Result<Receiver<Result<T, StoreError>>, StoreError> {
        self.may_write()?;
        self.send_any_write(lane, f)
    }

    fn send_any_write<T: Send + 'static>(
        &self,
        lane: Lane,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + Sync + 'static,
    ) -> Result<Receiver<Result<T, StoreError>>, StoreError> {
        let ticket = self.0.gate.enter(lane)?;
        let (reply, answer) = oneshot::channel();
        self.0.routes.write(lane, Box::new(Write { f, value: None, reply, _ticket: Some(ticket) }));
        Ok(answer)
    }

    fn send_proposal(
        &self,
        lane: Lane,
        propose: impl Fn(&mut Tx<'_>) -> Result<Plan, StoreError> + Send + Sync + 'static,
    ) -> Result<Receiver<Settled>, StoreError> {
        self.may_write()?;
        let ticket = self.0.gate.enter(lane)?;
        let (reply, answer) = oneshot::channel();
        self.0.routes.read(lane, Box::new(Proposal::new(Box::new(propose), lane, reply, ticket)));
        Ok(answer)
    }

    fn send_disclosure<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<(T, Vec<AuditEntry>), StoreError> + Send + 'static,
    ) -> Result<Receiver<Result<T, StoreError>>, StoreError> {
        let ticket = self.0.gate.enter(Lane::Web)?;
        let (reply, answer) = oneshot::channel();
        self.0.routes.read(Lane::Web, Box::new(Disclose { f, lane: Lane::Web, reply, ticket }));
        Ok(answer)
    }
}

pub(super) fn write_internally<T: Send + 'static>(
    routes: &Routes,
    f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + Sync + 'static,
) -> Receiver<Result<T, StoreError>> {
    let (reply, answer) = oneshot::channel();
    routes.write(Lane::RealTime, Box::new(Write { f, value: None, reply, _ticket: None }));
    answer
}

/// A thread that is gone with the unit has panicked in the store's own code.
fn gone<E>(_: E) -> StoreError {
    StoreError::unavailable("the store is closed")
}

async fn answer<T>(answer: Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    answer.await.map_err(gone)?
}

pub(super) fn answer_blocking<T>(answer: Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    answer.blocking_recv().map_err(gone)?
}
