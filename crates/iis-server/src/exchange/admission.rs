//! How much is taken in at one time. What is over the bound is told at once to come again; nothing queues here.

use crate::config::Limits;
use crate::figures;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes a body permit stands for.
const UNIT: usize = 1024;

/// The bounds.
#[derive(Debug)]
pub struct Admission {
    exchanges: Arc<Semaphore>,
    most_exchanges: usize,
    bodies: Arc<Semaphore>,
}

/// One message may be worked on.
pub(crate) struct Admitted {
    _permit: OwnedSemaphorePermit,
}

/// Memory taken by a body that is being read.
#[derive(Default)]
pub(crate) struct Reserved {
    permits: Vec<OwnedSemaphorePermit>,
    bytes: usize,
}

impl Admission {
    /// The bounds of the configuration.
    pub fn new(limits: &Limits) -> Self {
        Self {
            exchanges: Arc::new(Semaphore::new(limits.exchanges)),
            most_exchanges: limits.exchanges,
            bodies: Arc::new(Semaphore::new(limits.body_bytes / UNIT)),
        }
    }

    /// One more message, or `None` when too many are under way.
    pub(super) fn exchange(&self) -> Option<Admitted> {
        let permit = Arc::clone(&self.exchanges).try_acquire_owned().ok()?;
        figures::under_way(self.most_exchanges - self.exchanges.available_permits());
        Some(Admitted { _permit: permit })
    }

    /// One more message as soon as there is room for it: for connections that can be made to wait.
    pub(super) async fn exchange_when_free(&self) -> Option<Admitted> {
        let permit = Arc::clone(&self.exchanges).acquire_owned().await.ok()?;
        figures::under_way(self.most_exchanges - self.exchanges.available_permits());
        Some(Admitted { _permit: permit })
    }

    /// Makes room for `bytes` in all; `false` when there is none.
    pub(crate) fn reserve(&self, reserved: &mut Reserved, bytes: usize) -> bool {
        let missing = bytes.saturating_sub(reserved.bytes).div_ceil(UNIT);
        if missing == 0 {
            return true;
        }
        let Ok(units) = u32::try_from(missing) else { return false };
        let Ok(permit) = Arc::clone(&self.bodies).try_acquire_many_owned(units) else { return false };
        reserved.permits.push(permit);
        reserved.bytes += missing * UNIT;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{Admission, Reserved};
    use crate::config::Limits;

    #[test]
    fn what_is_over_the_bound_is_refused_until_something_ends() {
        let limits = Limits { exchanges: 2, body_bytes: 4096, ..Limits::default() };
        let admission = Admission::new(&limits);
        let (first, second) = (admission.exchange(), admission.exchange());
        assert!(first.is_some() && second.is_some() && admission.exchange().is_none());
        drop(first);
        assert!(admission.exchange().is_some());

        let (mut one, mut other) = (Reserved::default(), Reserved::default());
        #[rustfmt::skip]
        let table = [(1, true), (1024, true), (1025, true), (2048, true), (4096, true), (4097, false)];
        for (bytes, room) in table {
            assert_eq!(admission.reserve(&mut one, bytes), room, "{bytes}");
        }
        assert!(!admission.reserve(&mut other, 1));
        drop(one);
        assert!(admission.reserve(&mut other, 4096));
    }
}
