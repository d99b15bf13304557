//! Which snapshots of the readers are open, and a pause between them.
//!
//! SQLite starts its log again from the beginning only when every page of it is copied and no snapshot needs it. Under
//! load there is always a snapshot, so that moment has to be made: the writer asks for a pause, the snapshots that are
//! open end within a millisecond or two, and new ones wait until the rest of the log is copied.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The readers' snapshots of one store.
#[derive(Debug, Default)]
pub(crate) struct Snapshots {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    open: usize,
    is_paused: bool,
}

/// An open snapshot; it counts until this is dropped.
pub(crate) struct Open<'a>(&'a Snapshots);

/// Nobody reads; readers wait until this is dropped.
pub(crate) struct Pause<'a>(&'a Snapshots);

impl Snapshots {
    /// Before a snapshot is taken: waits while there is a pause.
    pub(crate) fn open(&self) -> Open<'_> {
        let mut state = self.lock();
        while state.is_paused {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.open += 1;
        Open(self)
    }

    /// Lets nobody begin and waits for those that read; none when they take longer than `patience`, who then go on
    /// undisturbed.
    pub(crate) fn pause(&self, patience: Duration) -> Option<Pause<'_>> {
        let until = Instant::now() + patience;
        let mut state = self.lock();
        state.is_paused = true;
        let pause = Pause(self);
        while state.open > 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(state); // the pause ends with its guard, which locks
                return None;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Some(pause)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.open -= 1;
        let is_awaited = state.is_paused && state.open == 0;
        drop(state);
        if is_awaited {
            self.0.changed.notify_all();
        }
    }
}

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        self.0.lock().is_paused = false;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::Snapshots;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_pause_waits_for_who_reads_and_keeps_out_who_comes() {
        let snapshots = Snapshots::default();
        let (said, heard) = mpsc::channel();
        thread::scope(|scope| {
            let reading = snapshots.open();
            scope.spawn(|| {
                thread::sleep(SHORT);
                drop(reading);
            });
            let pause = snapshots.pause(LONG).expect("the snapshot ends");
            scope.spawn(|| {
                let _later = snapshots.open();
                said.send(()).expect("heard");
            });
            assert!(heard.recv_timeout(SHORT).is_err(), "nobody reads in a pause");
            drop(pause);
            heard.recv_timeout(LONG).expect("afterwards reading goes on");
        });
    }

    #[test]
    fn who_reads_for_long_is_not_waited_for_and_nobody_is_kept_out_afterwards() {
        let snapshots = Snapshots::default();
        let _long = snapshots.open();
        assert!(snapshots.pause(SHORT).is_none());
        let _next = snapshots.open();
    }
}
