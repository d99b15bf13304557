//! How long the parts of the line take for each message, as the message page shows it.
//!
//! What is known before the commit is written with the message. When it was on disk and answered is known only afterwards:
//! that is kept in memory and written once in a while, so that no message waits for it.

use crate::{Context, Failure};
use iis_model::MessageId;
use iis_store::{Lane, message_answer};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The most answers that wait to be written; of further ones the time is not kept.
const MOST_WAITING: usize = 100_000;
/// So many are written at once: no message waits for the times of thousands of others.
const PIECE: usize = 64;

/// Counts microseconds from some moment on. Nobody here reads the clock: the server hands this in.
#[derive(Clone)]
pub struct Stopwatch(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Stopwatch {
    /// One that is read by this function.
    pub fn new(micros: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(micros))
    }

    pub(super) fn start(&self) -> Lap {
        Lap { watch: self.clone(), started: (self.0)() }
    }
}

impl Default for Stopwatch {
    /// One that stands still.
    fn default() -> Self {
        Self::new(|| 0)
    }
}

impl fmt::Debug for Stopwatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stopwatch")
    }
}

/// A message on its way.
#[derive(Debug, Clone)]
pub(super) struct Lap {
    watch: Stopwatch,
    started: u64,
}

impl Lap {
    /// Microseconds since it was received.
    pub(super) fn micros(&self) -> i64 {
        i64::try_from((self.watch.0)().saturating_sub(self.started)).unwrap_or(i64::MAX)
    }
}

/// Microseconds from receipt until a message was read, and until it was checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Laps {
    pub(crate) read: Option<i64>,
    pub(crate) checked: Option<i64>,
}

/// Answers whose time is not written yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answered(Arc<Mutex<Vec<(MessageId, i64)>>>);

impl Answered {
    pub(super) fn note(&self, id: MessageId, micros: i64) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_WAITING {
            waiting.push((id, micros));
        }
    }

    fn take(&self) -> Vec<(MessageId, i64)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes how long the messages took that were answered since the last time; returns how many.
pub async fn keep_times(cx: &Context) -> Result<usize, Failure> {
    let answered = cx.answered.take();
    for piece in answered.chunks(PIECE) {
        let piece = piece.to_vec();
        let write = move |tx: &mut iis_store::Tx<'_>| {
            piece.iter().try_for_each(|(id, micros)| message_answer::put(tx, *id, *micros))
        };
        cx.store.write(Lane::Bulk, write).await?;
    }
    Ok(answered.len())
}
