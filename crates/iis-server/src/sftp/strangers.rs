//! Connections of which nobody knows yet whose they are: when all places are taken one of them gives way, so that whoever
//! comes next is heard. It is the oldest of the address that has most of them.

use crate::listen::Peer;
use crate::rate_limit::address_key;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The connections that have not signed in.
#[derive(Debug, Clone, Default)]
pub(super) struct Strangers(Arc<Mutex<VecDeque<Waiting>>>);

/// One of them, in the order in which they came.
#[derive(Debug)]
struct Waiting {
    address: Box<str>,
    leave: Arc<Notify>,
}

/// A connection's standing among them; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Stranger {
    strangers: Strangers,
    leave: Arc<Notify>,
}

impl Strangers {
    /// One more, who finds so many places left beside those of the strangers. If all of them are taken now, one is asked
    /// to leave; a single one never is.
    pub(super) fn enter(&self, peer: Peer, places: usize) -> Stranger {
        let leave = Arc::new(Notify::new());
        let address = address_key(peer.address.ip());
        let mut waiting = self.waiting();
        waiting.push_back(Waiting { address, leave: Arc::clone(&leave) });
        if waiting.len() > 1
            && waiting.len() >= places
            && let Some(at) = giving_way(&waiting)
            && let Some(one) = waiting.remove(at)
        {
            one.leave.notify_one();
        }
        Stranger { strangers: self.clone(), leave }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        // the list is whole at every moment
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which one has to leave: the oldest of the address that has most.
fn giving_way(waiting: &VecDeque<Waiting>) -> Option<usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in waiting {
        *counts.entry(&one.address).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    waiting.iter().position(|one| counts.get(&*one.address) == Some(&most))
}

impl Stranger {
    /// Whether it was asked to leave.
    pub(super) fn gives_way(&self) -> bool {
        self.strangers.waiting().iter().all(|one| !Arc::ptr_eq(&one.leave, &self.leave))
    }

    /// Rings when this one has to leave.
    pub(super) fn leave(&self) -> Arc<Notify> {
        Arc::clone(&self.leave)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.strangers.waiting().retain(|one| !Arc::ptr_eq(&one.leave, &self.leave));
    }
}

#[cfg(test)]
mod tests {
    use super::{Stranger, Strangers};
    use crate::listen::Peer;
    use std::time::Duration;
    use tokio::time::timeout;

    fn peer(address: &str) -> Peer {
        Peer { address: format!("{address}:4022").parse().expect("an address"), certificate: None }
    }

    async fn has_to_leave(stranger: &Stranger) -> bool {
        timeout(Duration::from_millis(1), stranger.leave().notified()).await.is_ok()
    }

    #[tokio::test]
    async fn whoever_crowds_gives_way_and_nobody_else() {
        let (strangers, places) = (Strangers::default(), 4);
        let lone = strangers.enter(peer("192.0.2.1"), places);
        let crowd = [1, 2, 3, 4].map(|_| strangers.enter(peer("192.0.2.2"), places));
        let late = strangers.enter(peer("192.0.2.3"), places);
        assert!(!has_to_leave(&lone).await && !has_to_leave(&late).await);
        let mut left = Vec::new();
        for one in &crowd {
            left.push(has_to_leave(one).await);
        }
        assert_eq!(left, [true, true, true, false], "the oldest first");
        assert!(crowd[0].gives_way() && !crowd[3].gives_way());
        // who has signed in is none of them any more
        drop((lone, late));
        let more = [1, 2].map(|_| strangers.enter(peer("192.0.2.2"), places));
        assert!(!has_to_leave(&crowd[3]).await && !has_to_leave(&more[0]).await);
        drop((crowd, more));
        assert!(strangers.waiting().is_empty());
        let only = strangers.enter(peer("192.0.2.1"), 1);
        assert!(!has_to_leave(&only).await, "of one place the only one is not driven out");
    }
}
