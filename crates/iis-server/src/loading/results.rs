//! The file of replies of one load.

use super::{LoadError, Tally};
use crate::clock;
use crate::exchange::batch_reply;
use crate::message_file::{Envelopes, MessageFile};
use iis_registry::Identity;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Replies in the order of their messages, between batch envelopes, flushed to disk window by window.
pub struct Results {
    path: PathBuf,
    file: File,
    identity: Identity,
    tally: Tally,
    has_begun: bool,
    has_ended: bool,
}

impl Results {
    /// Opens the file of replies; without `resume` it is begun anew.
    ///
    /// The last reply of a run that broke off may be torn, so it is asked for again.
    pub fn open(path: &Path, identity: &Identity, resume: bool) -> Result<Self, LoadError> {
        let wrong = |source| LoadError::Results { path: path.to_path_buf(), source };
        let (mut tally, mut kept, mut has_ended) = (Tally::default(), 0, false);
        if resume && path.exists() {
            let mut replies = MessageFile::open(path)?;
            let mut last: Option<Vec<u8>> = None;
            while let Some(reply) = replies.next_message()? {
                if let Some(whole) = last.replace(reply.bytes) {
                    tally.count(&whole);
                }
                kept = reply.offset;
            }
            has_ended = replies.has_ended();
            if has_ended {
                tally.count(&last.unwrap_or_default());
            }
        }
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(path).map_err(wrong)?;
        if !has_ended {
            file.set_len(kept).map_err(wrong)?;
        }
        let mut results = Self {
            path: path.to_path_buf(),
            file,
            identity: identity.clone(),
            tally,
            has_begun: kept > 0,
            has_ended,
        };
        io::Seek::seek(&mut results.file, io::SeekFrom::End(0)).map_err(wrong)?;
        Ok(results)
    }

    /// How many messages have their reply in the file.
    pub fn answered(&self) -> u64 {
        self.tally.messages()
    }

    /// How those were answered.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Whether the file is complete.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Writes the envelopes' beginning, once.
    pub(super) fn begin(&mut self, received: &Envelopes) -> Result<(), LoadError> {
        if self.has_begun {
            return Ok(());
        }
        self.has_begun = true;
        let arrival = clock::arrival(&self.identity.zone);
        let head = batch_reply::head(&self.identity, &arrival, received);
        self.append(&head)
    }

    /// Writes replies; they are on disk when this returns.
    pub(super) fn write(&mut self, replies: &[Vec<u8>]) -> Result<(), LoadError> {
        if replies.is_empty() { Ok(()) } else { self.append(&replies.concat()) }
    }

    /// Writes the envelopes' end.
    pub(super) fn end(&mut self, messages: u64) -> Result<(), LoadError> {
        self.has_ended = true;
        self.append(&batch_reply::tail(messages))
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), LoadError> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_data());
        written.map_err(|source| LoadError::Results { path: self.path.clone(), source })
    }
}
