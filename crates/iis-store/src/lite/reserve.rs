//! A file beside the database that holds disk space back. When the disk is full the file goes, and what it held lets
//! reading go on: whoever looks at a record leaves an audit row, and without that row nothing may be shown. Writing is
//! refused until there is room for the file again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, TryLockError};
use std::time::{Duration, Instant};

/// So many times the reserve must be free beside it for what can come later or another way: files that people send.
const NEAR: u64 = 4;

/// How often room is looked for while the disk is full.
const LOOK: Duration = Duration::from_millis(500);

/// The reserve of a database.
#[derive(Debug)]
pub(crate) struct Reserve {
    path: PathBuf,
    bytes: u64,
    /// The reserve was spent: the disk was full when somebody looked last.
    is_spent: AtomicBool,
    looked: Mutex<Instant>,
}

impl Reserve {
    /// Takes the reserve, or finds it taken by an earlier run. On a disk with little room there is none: what there is
    /// is used.
    pub(crate) fn take(path: PathBuf, bytes: u64) -> Self {
        let reserve =
            Self { path, bytes, is_spent: AtomicBool::new(false), looked: Mutex::new(Instant::now()) };
        if reserve.hold().is_err() {
            tracing::warn!(
                "the disk has no room for a reserve; if it becomes full, records cannot be looked at"
            );
        }
        reserve
    }

    /// The disk is full: gives the space away. Whether there was some, so that what failed can be tried again.
    pub(crate) fn spend(&self) -> bool {
        self.is_spent.store(true, Ordering::Relaxed);
        let is_there = fs::remove_file(&self.path).is_ok();
        if is_there {
            tracing::error!(
                "the disk is full: the reserve is given up, nothing is stored until there is room"
            );
        }
        is_there
    }

    /// Whether the disk is full. Looks for room now and then.
    pub(crate) fn is_spent(&self) -> bool {
        self.is_spent.load(Ordering::Relaxed) && !self.is_back()
    }

    /// Whether so little is free beside the reserve that it may soon be needed.
    pub(crate) fn is_near(&self) -> bool {
        self.is_spent() || self.free().is_ok_and(|free| free < self.bytes.saturating_mul(NEAR))
    }

    /// How many bytes of the disk are free.
    fn free(&self) -> io::Result<u64> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let disk = rustix::fs::statvfs(folder.unwrap_or(".".as_ref()))?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    fn is_back(&self) -> bool {
        let mut looked = match self.looked.try_lock() {
            Ok(looked) => looked,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false, // somebody is looking
        };
        if looked.elapsed() < LOOK {
            return false;
        }
        *looked = Instant::now();
        let is_held = self.hold().is_ok();
        if is_held {
            self.is_spent.store(false, Ordering::Relaxed);
            tracing::info!("the disk has room again: storing goes on");
        }
        is_held
    }

    /// Makes the file when there is room for it and as much again.
    fn hold(&self) -> io::Result<()> {
        if fs::metadata(&self.path).is_ok_and(|file| file.len() >= self.bytes) {
            return Ok(());
        }
        if self.free()? < 2 * self.bytes {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.fill().inspect_err(|_| {
            let _ = fs::remove_file(&self.path);
        })
    }

    /// Real blocks: a file with a hole would hold nothing back.
    fn fill(&self) -> io::Result<()> {
        let mut file = File::create(&self.path)?;
        let flags = rustix::fs::FallocateFlags::empty();
        if rustix::fs::fallocate(&file, flags, 0, self.bytes).is_ok() {
            return Ok(());
        }
        let piece = vec![0; 1 << 20];
        let mut left = self.bytes;
        while left > 0 {
            let next = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
            file.write_all(&piece[..next])?;
            left -= next as u64;
        }
        file.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::{LOOK, Reserve};
    use std::thread::sleep;

    #[test]
    fn a_reserve_is_held_spent_and_held_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("db-reserve");
        let reserve = Reserve::take(path.clone(), 1 << 20);
        assert_eq!(path.metadata().expect("made").len(), 1 << 20);
        assert!(!reserve.is_spent() && !reserve.is_near());
        assert!(reserve.spend(), "there was some");
        assert!(!path.exists());
        assert!(!reserve.spend(), "it is gone");
        assert!(reserve.is_spent(), "nobody looked yet");
        sleep(LOOK);
        assert!(!reserve.is_spent(), "there is room");
        assert!(path.exists());
    }

    #[test]
    fn on_a_disk_without_room_there_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("db-reserve");
        let reserve = Reserve::take(path.clone(), u64::MAX / 4);
        assert!(!reserve.is_spent(), "what room there is, is used");
        assert!(reserve.is_near(), "but not for what can wait");
        assert!(!path.exists());
        reserve.spend();
        sleep(LOOK);
        assert!(reserve.is_spent(), "until there is room for a reserve");
    }
}
