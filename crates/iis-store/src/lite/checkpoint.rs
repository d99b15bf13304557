//! Checkpoints: moving the write-ahead log into the database, beside the writer.
//!
//! A thread of its own copies the pages while the writer goes on, little at a time: whoever flushes a hundred megabytes
//! at once keeps the disk, and with it every acknowledgment, waiting for a tenth of a second. The log starts again from
//! its beginning only when every page of it is copied and nobody reads from it, so once it is long the writer lets the
//! readers pause between two batches and copies the little that came since the thread looked. The log stays near
//! [`LONG`] unless somebody else, such as a backup, holds an old snapshot.

use super::snapshots::Snapshots;
use super::{said, thread};
use crate::StoreError;
use rusqlite::Connection;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// So many pages that are not copied yet are copied: 4 MiB. With fewer, pages that change again and again are copied
/// again and again; with more, flushing them keeps acknowledgments waiting (16 MiB: p99 twice as long).
const CHUNK: i32 = 2_048;

/// From so many pages on the log is to start again: 128 MiB.
const LONG: i32 = 65_536;

/// So many pages the writer copies itself: a few milliseconds.
const REST: i32 = 2_048;

/// When the log could not be started again, the writer tries it after so many pages more.
const PATIENCE: i32 = 1_024;

/// So long the writer waits for readers to end their snapshots.
const PAUSE: Duration = Duration::from_millis(20);

/// From so many pages on the writer copies whatever is left: if it is faster than the disk, somebody must slow it down.
const TOO_LONG: i32 = 4 * LONG;

/// What the writer and the thread tell each other.
pub(crate) struct Checkpoints {
    /// Pages in the log, and how many of them are copied.
    pages: Arc<AtomicI32>,
    copied: AtomicI32,
    /// With so many pages the log is to start again: [`LONG`], or more after a try that failed.
    end: AtomicI32,
    snapshots: Arc<Snapshots>,
    state: Mutex<Asked>,
    asked: Condvar,
}

#[derive(PartialEq, Eq)]
enum Asked {
    Nothing,
    Copy,
    Close,
}

impl Checkpoints {
    pub(crate) fn new(snapshots: &Arc<Snapshots>) -> Self {
        Self {
            pages: Arc::default(),
            copied: AtomicI32::new(0),
            end: AtomicI32::new(LONG),
            snapshots: Arc::clone(snapshots),
            state: Mutex::new(Asked::Nothing),
            asked: Condvar::new(),
        }
    }

    /// Counts the pages in the log, as the writer's connection commits.
    pub(crate) fn watch(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let pages = Arc::clone(&self.pages);
        connection
            .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count| {
                pages.store(count, Ordering::Relaxed);
                Ok(())
            }))
            .map_err(|error| said("wal_hook", error))
    }

    /// Called by the writer between two batches.
    pub(crate) fn after_batch(&self, connection: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        let copied = self.copied.load(Ordering::Relaxed);
        if pages < copied {
            self.copied.store(0, Ordering::Relaxed); // the log has started again
            return;
        }
        let left = pages - copied;
        if pages >= TOO_LONG {
            self.note(copy(connection));
        } else if pages >= self.end.load(Ordering::Relaxed) && left < REST {
            self.start_again(connection, pages);
        } else if left >= CHUNK {
            self.ask(Asked::Copy);
        }
    }

    /// Copies what is left while nobody reads, so that the next batch starts the log again.
    fn start_again(&self, connection: &Connection, pages: i32) {
        let pause = self.snapshots.pause(PAUSE);
        let copied = if pause.is_some() { copy(connection) } else { None };
        self.note(copied);
        let is_whole = copied.is_some_and(|copied| copied >= pages);
        self.end.store(if is_whole { LONG } else { pages + PATIENCE }, Ordering::Relaxed);
    }

    fn note(&self, copied: Option<i32>) {
        if let Some(copied) = copied {
            self.copied.store(copied, Ordering::Relaxed);
        }
    }

    /// The store closes.
    pub(crate) fn close(&self) {
        self.ask(Asked::Close);
    }

    fn ask(&self, what: Asked) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if *state != Asked::Close {
            *state = what;
        }
        drop(state);
        self.asked.notify_one();
    }

    /// Waits to be asked; false: the store closes.
    fn wait(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while *state == Asked::Nothing {
            state = self.asked.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let go_on = *state == Asked::Copy;
        if go_on {
            *state = Asked::Nothing;
        }
        go_on
    }
}

pub(crate) fn start(
    connection: Connection,
    checkpoints: &Arc<Checkpoints>,
) -> Result<JoinHandle<()>, StoreError> {
    let checkpoints = Arc::clone(checkpoints);
    thread("store-checkpoint", move || {
        while checkpoints.wait() {
            checkpoints.note(copy(&connection));
        }
    })
}

/// Copies what can be copied without making anybody wait; says how many pages of the log are copied by now, or nothing
/// when somebody else is copying.
fn copy(connection: &Connection) -> Option<i32> {
    let outcome = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let is_busy: bool = row.get(0)?;
        let copied: i32 = row.get(2)?;
        Ok((!is_busy).then_some(copied))
    });
    outcome.unwrap_or_else(|_| {
        tracing::warn!("a checkpoint failed; it will be tried again");
        None
    })
}
