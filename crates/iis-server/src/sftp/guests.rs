//! How many connections each sender has: one that leaves its connections open keeps nobody else out.

use super::room::Room;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The senders that are signed in.
#[derive(Debug, Clone, Default)]
pub(super) struct Guests(Arc<Mutex<BTreeMap<Box<str>, Guest>>>);

/// What the connections of one sender share.
#[derive(Debug, Default)]
struct Guest {
    connections: usize,
    room: Room,
}

/// A sender's place, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    guests: Guests,
    sender: Box<str>,
    /// For its uploads, and those of its other connections.
    pub(super) room: Room,
}

impl Guests {
    /// A place for one more connection of a sender; `None`: it has so many already.
    pub(super) fn take(&self, sender: &str, most: usize) -> Option<Place> {
        let mut all = self.all();
        let guest = all.entry(sender.into()).or_default();
        if guest.connections >= most {
            return None;
        }
        guest.connections += 1;
        Some(Place { guests: self.clone(), sender: sender.into(), room: guest.room.clone() })
    }

    /// How many connections there are of all senders.
    pub(super) fn connections(&self) -> usize {
        self.all().values().map(|guest| guest.connections).sum()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Box<str>, Guest>> {
        // counts are whole at every moment
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.guests.all();
        if let Some(guest) = all.get_mut(&self.sender) {
            guest.connections -= 1;
            // what is still being written counts also for the connections to come
            if guest.connections == 0 && !guest.room.is_shared_beyond(2) {
                all.remove(&self.sender);
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
        assert!(guests.all().is_empty());
    }
}
