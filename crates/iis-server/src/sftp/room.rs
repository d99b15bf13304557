//! The bytes that a sender may have waiting, shared by all its uploads: what two of them write at a time counts together.

use crate::drops::Folder;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that an upload takes at a time, so that the folders are not counted for every packet.
const TAKEN_AT_ONCE: u64 = 4 << 20;

/// What the uploads of a sender have taken of what it may have waiting.
#[derive(Debug, Clone, Default)]
pub(super) struct Room(Arc<Mutex<u64>>);

/// What one upload has taken; given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    room: Room,
    folder: Folder,
    /// Of all files of the sender.
    most: u64,
    taken: u64,
}

impl Room {
    /// A share for an upload. Refused when nothing is left.
    pub(super) fn share(&self, folder: &Folder, most: u64) -> io::Result<Share> {
        let share = Share { room: self.clone(), folder: folder.clone(), most, taken: 0 };
        let left = share.left(*self.taken())?;
        if left == 0 { Err(io::ErrorKind::QuotaExceeded.into()) } else { Ok(share) }
    }

    /// Whether more than so many hold it.
    pub(super) fn is_shared_beyond(&self, holders: usize) -> bool {
        Arc::strong_count(&self.0) > holders
    }

    fn taken(&self) -> MutexGuard<'_, u64> {
        // a number is whole at every moment
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Takes what is needed for a file of this length. Refused when so much is not left.
    pub(super) fn reach(&mut self, length: u64) -> io::Result<()> {
        let Some(missing) = length.checked_sub(self.taken).filter(|missing| *missing > 0) else {
            return Ok(());
        };
        let room = self.room.clone();
        let mut taken = room.taken();
        let left = self.left(*taken)?;
        if missing > left {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        // when little is left the others get of it too
        let more = if left >= 4 * TAKEN_AT_ONCE { missing.max(TAKEN_AT_ONCE) } else { missing };
        *taken += more;
        self.taken += more;
        Ok(())
    }

    /// Runs what makes the upload a file that waits, while nobody counts, and gives the share back.
    pub(super) fn settle<T>(mut self, work: impl FnOnce() -> T) -> T {
        let room = self.room.clone();
        let mut taken = room.taken();
        let done = work();
        *taken -= std::mem::take(&mut self.taken);
        done
    }

    fn left(&self, taken: u64) -> io::Result<u64> {
        Ok(self.most.saturating_sub(taken + self.folder.bytes_waiting()?))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.taken > 0 {
            *self.room.taken() -= self.taken;
        }
    }
}
