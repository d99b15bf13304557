//! Queues between callers and the store's threads: three lanes, bounded at the entrance.

use crate::StoreError;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Who waits: the lanes are served in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// A machine waits for its acknowledgment.
    RealTime,
    /// Somebody waits at a screen.
    Web,
    /// Nobody waits: files, jobs.
    Bulk,
}

impl Lane {
    const ALL: [Self; 3] = [Self::RealTime, Self::Web, Self::Bulk];
}

/// Every so many takings the lanes are looked at from the end, so that Bulk moves on under any load.
const FAIRNESS: usize = 16;

/// Waiting work by lane. Not bounded itself: the [`Gate`] bounds what is let in, and work that is inside may move
/// between queues without being refused.
pub(crate) struct Lanes<T> {
    state: Mutex<Waiting<T>>,
    ready: Condvar,
}

struct Waiting<T> {
    lanes: [VecDeque<T>; 3],
    taken: usize,
    closed: bool,
}

impl<T> Lanes<T> {
    pub(crate) fn new() -> Self {
        let lanes = [VecDeque::new(), VecDeque::new(), VecDeque::new()];
        Self { state: Mutex::new(Waiting { lanes, taken: 0, closed: false }), ready: Condvar::new() }
    }

    /// Adds work; gives it back when the queue is closed.
    pub(crate) fn push(&self, lane: Lane, work: T) -> Result<(), T> {
        let mut state = self.lock();
        if state.closed {
            return Err(work);
        }
        state.lanes[lane as usize].push_back(work);
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// The next work; waits for it. None: the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<(Lane, T)> {
        let mut state = self.lock();
        loop {
            if let Some(work) = state.take() {
                return Some(work);
            }
            if state.closed {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next work, if some waits.
    pub(crate) fn try_pop(&self) -> Option<(Lane, T)> {
        self.lock().take()
    }

    /// The next work, if some waits or comes within a time.
    pub(crate) fn pop_within(&self, time: Duration) -> Option<(Lane, T)> {
        let until = Instant::now() + time;
        let mut state = self.lock();
        loop {
            if let Some(work) = state.take() {
                return Some(work);
            }
            let left = until.saturating_duration_since(Instant::now());
            if state.closed || left.is_zero() {
                return None;
            }
            (state, _) = self.ready.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// No more work comes in; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Waiting<T> {
    fn take(&mut self) -> Option<(Lane, T)> {
        let from_the_end = self.taken % FAIRNESS == FAIRNESS - 1;
        let mut order = Lane::ALL;
        if from_the_end {
            order.reverse();
        }
        let work = order.into_iter().find_map(|lane| Some((lane, self.lanes[lane as usize].pop_front()?)));
        self.taken = self.taken.wrapping_add(usize::from(work.is_some()));
        work
    }
}

/// Counts the units inside, a lane each, and refuses those above the bound at once.
pub(crate) struct Gate {
    inside: [AtomicUsize; 3],
    bound: usize,
}

impl Gate {
    pub(crate) fn new(bound: usize) -> Self {
        Self { inside: [const { AtomicUsize::new(0) }; 3], bound }
    }

    /// How many units of a lane are inside: being read, planned, waiting for the writer or being written.
    pub(crate) fn inside(&self, lane: Lane) -> usize {
        self.inside[lane as usize].load(Ordering::Relaxed)
    }

    /// Lets a unit in, or says that the lane is full.
    pub(crate) fn enter(self: &Arc<Self>, lane: Lane) -> Result<Ticket, StoreError> {
        let count = &self.inside[lane as usize];
        if count.fetch_add(1, Ordering::Relaxed) < self.bound {
            Ok(Ticket { gate: Arc::clone(self), lane })
        } else {
            count.fetch_sub(1, Ordering::Relaxed);
            Err(StoreError::Busy)
        }
    }
}

/// A unit's place inside; given back when it is dropped.
pub(crate) struct Ticket {
    gate: Arc<Gate>,
    lane: Lane,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.gate.inside[self.lane as usize].fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, Lane, Lanes};
    use crate::StoreError;
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    fn real_time_goes_before_web_and_bulk_and_bulk_is_not_forgotten() {
        let lanes = Lanes::new();
        for n in 0..40 {
            lanes.push(Lane::RealTime, ("real-time", n)).expect("open");
        }
        lanes.push(Lane::Bulk, ("bulk", 0)).expect("open");
        lanes.push(Lane::Web, ("web", 0)).expect("open");
        let order: Vec<&str> = std::iter::from_fn(|| lanes.try_pop()).map(|(_, (lane, _))| lane).collect();
        assert_eq!(order.iter().position(|lane| *lane == "bulk"), Some(15));
        assert_eq!(order.iter().position(|lane| *lane == "web"), Some(31));
    }

    #[test]
    fn a_closed_queue_gives_out_what_waits_and_takes_no_more() {
        let lanes = Lanes::new();
        lanes.push(Lane::Web, 1).expect("open");
        lanes.close();
        assert_eq!(lanes.push(Lane::Web, 2), Err(2));
        assert_eq!(lanes.pop(), Some((Lane::Web, 1)));
        assert_eq!(lanes.pop(), None);
    }

    #[test]
    fn what_comes_within_a_time_is_given_out_with_its_lane() {
        let lanes = Arc::new(Lanes::new());
        assert_eq!(lanes.pop_within(Duration::from_millis(1)), None);
        let giver = Arc::clone(&lanes);
        let later = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            giver.push(Lane::Bulk, 1).expect("open");
        });
        assert_eq!(lanes.pop_within(Duration::from_mins(1)), Some((Lane::Bulk, 1)));
        later.join().expect("joined");
        lanes.close();
        assert_eq!(lanes.pop_within(Duration::from_mins(1)), None);
    }

    #[test]
    fn a_full_lane_refuses_at_once_and_others_stay_open() {
        let gate = Arc::new(Gate::new(2));
        let first = gate.enter(Lane::Web).expect("room for two");
        let _second = gate.enter(Lane::Web).expect("room for two");
        assert_eq!((gate.inside(Lane::Web), gate.inside(Lane::Bulk)), (2, 0));
        assert!(matches!(gate.enter(Lane::Web), Err(StoreError::Busy)));
        assert!(gate.enter(Lane::RealTime).is_ok());
        drop(first);
        assert!(gate.enter(Lane::Web).is_ok());
    }
}
