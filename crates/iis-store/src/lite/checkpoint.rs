//! Checkpoints: moving the write-ahead log into the database, beside the writer.
//!
//! A thread of its own copies the pages while the writer goes on. The log starts again from its beginning only when
//! every page of it is copied, so the thread copies again what came meanwhile, and again, until so little is left that
//! the writer copies it between two batches without anybody waiting for long. The log stays near [`PAGES`] unless a
//! reader holds an old snapshot.

use super::{said, thread};
use crate::StoreError;
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The pages in the log from which copying starts: 128 MiB.
const PAGES: i32 = 65_536;

/// So many pages the writer copies itself: a few milliseconds.
const REST: i32 = 512;

/// How often the thread copies before the writer takes the rest, however much it is: a writer that is faster than the
/// disk must be slowed down by somebody.
const ROUNDS: u32 = 5;

/// What the writer and the thread that copies tell each other.
pub(crate) struct Checkpoints {
    pages: Arc<AtomicI32>,
    rest_wanted: AtomicBool,
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
    pub(crate) fn new() -> Self {
        Self {
            pages: Arc::default(),
            rest_wanted: AtomicBool::new(false),
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
        if self.pages.load(Ordering::Relaxed) < PAGES {
            return;
        }
        if self.rest_wanted.swap(false, Ordering::AcqRel) {
            copy(connection);
        } else {
            self.ask(Asked::Copy);
        }
    }

    /// The store closes.
    pub(crate) fn close(&self) {
        self.ask(Asked::Close);
    }

    /// The thread has copied; the writer, which asked again and again meanwhile, takes the rest.
    fn copied(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if *state == Asked::Copy {
            *state = Asked::Nothing;
        }
        self.rest_wanted.store(true, Ordering::Release);
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
            for _ in 0..ROUNDS {
                let copied = copy(&connection);
                if checkpoints.pages.load(Ordering::Relaxed) - copied < REST {
                    break;
                }
            }
            checkpoints.copied();
        }
    })
}

/// Copies what can be copied without making anybody wait; says how many pages of the log are copied by now.
fn copy(connection: &Connection) -> i32 {
    let copied = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2));
    copied.unwrap_or_else(|_| {
        tracing::warn!("a checkpoint failed; it will be tried again");
        0
    })
}
