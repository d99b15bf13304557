//! Stopping without a reset: first every reply says that it is the last of its connection, then nothing new is
//! accepted, then what is under way is waited for.

use std::sync::Arc;
use tokio::sync::watch;

/// How far the server is with stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It serves.
    Serving,
    /// It serves, is no longer ready, and every reply closes its connection.
    Leaving,
    /// It accepts nothing new and waits for requests under way.
    Draining,
}

/// Shared by everything that has to know.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<Phase>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Phase::Serving)))
    }
}

impl Stop {
    /// Goes on to a phase; never back.
    pub fn enter(&self, phase: Phase) {
        self.0.send_if_modified(|current| {
            let later = phase > *current;
            *current = phase.max(*current);
            later
        });
    }

    /// The phase now.
    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Returns when the phase has come.
    pub async fn reached(&self, phase: Phase) {
        let mut phases = self.0.subscribe();
        // the sender lives in self, so this cannot fail
        let _ = phases.wait_for(|current| *current >= phase).await;
    }
}
