//! Files while they are uploaded: beside the folders that a sender sees, and gone when the upload breaks off.

use super::room::Share;
use crate::clock;
use crate::drops::Folder;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// An upload under way; dropped before it is complete, it leaves nothing.
#[derive(Debug)]
pub(super) struct Upload {
    file: File,
    beside: PathBuf,
    target: PathBuf,
    /// The longest it may become.
    most: u64,
    /// Of what its sender may have waiting; none when it was given back.
    share: Mutex<Option<Share>>,
    /// Whether a part of it could not be written: clients close such a file as any other.
    is_torn: AtomicBool,
    is_complete: bool,
}

impl Upload {
    /// Begins one that may have so many bytes, out of a share of what its sender may have waiting.
    pub(super) fn begin(folder: &Folder, target: PathBuf, most: u64, share: Share) -> io::Result<Self> {
        let uploads = uploads(&folder.root);
        std::fs::create_dir_all(&uploads)?;
        let beside = uploads.join(crate::audit_key::hex(&clock::random_bytes::<16>()));
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&beside)?;
        let share = Mutex::new(Some(share));
        Ok(Self { file, beside, target, most, share, is_torn: AtomicBool::new(false), is_complete: false })
    }

    /// Writes at a place. What fails once never becomes complete.
    pub(super) fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let written = self.write_at(offset, bytes);
        self.is_torn.fetch_or(written.is_err(), Ordering::Relaxed);
        written
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let end = offset.checked_add(bytes.len() as u64).filter(|end| *end <= self.most);
        let end = end.ok_or(io::ErrorKind::FileTooLarge)?;
        // a share is whole at every moment
        let mut share = self.share.lock().unwrap_or_else(PoisonError::into_inner);
        share.as_mut().map_or(Ok(()), |share| share.reach(end))?;
        drop(share);
        self.file.write_all_at(bytes, offset)
    }

    /// Its length so far.
    pub(super) fn metadata(&self) -> io::Result<std::fs::Metadata> {
        self.file.metadata()
    }

    /// Puts it, durable, where it belongs.
    pub(super) fn complete(mut self) -> io::Result<()> {
        if *self.is_torn.get_mut() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.file.sync_all()?;
        let share = self.share.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let rename = || std::fs::rename(&self.beside, &self.target);
        share.map_or_else(rename, |share| share.settle(rename))?;
        self.is_complete = true;
        self.target.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.is_complete {
            // what is left of it is cleared at the next start
            let _ = std::fs::remove_file(&self.beside);
        }
    }
}

fn uploads(root: &Path) -> PathBuf {
    root.join("uploads")
}

/// Clears what uploads left when the server was killed. Called before anybody is let in.
pub(super) fn clear(sftp: &Path) {
    for home in std::fs::read_dir(sftp).into_iter().flatten().flatten() {
        for left in std::fs::read_dir(uploads(&home.path())).into_iter().flatten().flatten() {
            if let Err(error) = std::fs::remove_file(left.path()) {
                tracing::warn!(%error, "what is left of an upload cannot be removed");
            }
        }
    }
}
