//! How many connections each sender has: one that leaves its connections open keeps nobody else out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The senders that are signed in.
#[derive(Debug, Clone, Default)]
pub(super) struct Guests(Arc<Mutex<BTreeMap<Box<str>, usize>>>);

/// A sender's place, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    guests: Guests,
    sender: Box<str>,
}

impl Guests {
    /// A place for one more connection of a sender; `None`: it has so many already.
    pub(super) fn take(&self, sender: &str, most: usize) -> Option<Place> {
        let mut counts = self.counts();
        let count = counts.entry(sender.into()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { guests: self.clone(), sender: sender.into() })
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<Box<str>, usize>> {
        // counts are whole at every moment
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.guests.counts();
        if let Some(count) = counts.get_mut(&self.sender) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.sender);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Guests;

    #[test]
    fn a_sender_that_has_all_its_places_waits_for_one_and_keeps_nobody_else_out() {
        let guests = Guests::default();
        let (one, other) = (guests.take("river", 2), guests.take("river", 2));
        assert!(one.is_some() && other.is_some());
        assert!(guests.take("river", 2).is_none());
        let neighbor = guests.take("hill", 2);
        assert!(neighbor.is_some());
        drop(other);
        assert!(guests.take("river", 2).is_some());
        drop((one, neighbor));
        assert!(guests.counts().is_empty());
    }
}
