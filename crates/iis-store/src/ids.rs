//! Row keys: blocks of numbers leased ahead, so that taking one costs no statement.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

sql! {
    OPEN = "INSERT INTO id_block (name, next) VALUES ($1, 1) ON CONFLICT (name) DO NOTHING";
    LEASE = "UPDATE id_block SET next = next + $2 WHERE name = $1 RETURNING next";
}

/// How many keys are leased at once.
pub(crate) const BLOCK: i64 = 65_536;

/// Below this many keys in hand the next block is leased.
const LOW: i64 = BLOCK / 2;

/// Row keys from leased blocks. Keys of blocks that were not used up are never given out.
#[derive(Clone)]
pub struct Ids(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    wanted: Condvar,
}

struct State {
    blocks: VecDeque<Range<i64>>,
    in_hand: i64,
    asked: bool,
    closed: bool,
}

impl Ids {
    pub(crate) fn new() -> Self {
        let state = State { blocks: VecDeque::new(), in_hand: 0, asked: false, closed: false };
        Self(Arc::new(Shared { state: Mutex::new(state), wanted: Condvar::new() }))
    }

    /// Keys from this one on, of no block: for tests that want the same keys each time.
    #[cfg(feature = "testing")]
    pub fn starting_at(first: i64) -> Self {
        let ids = Self::new();
        ids.add(first..i64::MAX / 2);
        ids
    }

    /// The next key. Does not wait: when no key is in hand because no block could be leased for long (the disk is
    /// full, the database away), it says so.
    pub fn take(&self) -> Result<i64, StoreError> {
        let mut state = self.lock();
        let taken = state.blocks.front_mut().and_then(Iterator::next);
        if state.blocks.front().is_some_and(Range::is_empty) {
            state.blocks.pop_front();
        }
        state.in_hand -= i64::from(taken.is_some());
        if state.in_hand < LOW && !state.asked {
            state.asked = true;
            self.0.wanted.notify_one();
        }
        taken.ok_or_else(|| StoreError::unavailable("no row keys in hand"))
    }

    /// Waits until a block is wanted; false: the store closes.
    pub(crate) fn wait_until_wanted(&self) -> bool {
        let mut state = self.lock();
        while !state.asked && !state.closed {
            state = self.0.wanted.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.closed
    }

    /// Adds a block; an empty one means that leasing failed, and the next taking asks again.
    pub(crate) fn add(&self, block: Range<i64>) {
        let mut state = self.lock();
        state.in_hand += block.end - block.start;
        state.asked = false;
        if !block.is_empty() {
            state.blocks.push_back(block);
        }
    }

    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.0.wanted.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leases `count` numbers of the series `name`.
pub(crate) fn lease(tx: &mut Tx<'_>, name: &str, count: i64) -> Result<Range<i64>, StoreError> {
    tx.exec(&OPEN, vals![name])?;
    let end: i64 =
        tx.one(&LEASE, vals![name, count])?.ok_or_else(|| StoreError::internal("no series of row keys"))?;
    Ok(end - count..end)
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn keys_come_from_the_blocks_in_order_and_never_twice() {
        let ids = Ids::new();
        assert!(ids.take().is_err());
        ids.add(1..3);
        ids.add(10..12);
        let taken: Vec<i64> = std::iter::from_fn(|| ids.take().ok()).collect();
        assert_eq!(taken, [1, 2, 10, 11]);
    }
}
