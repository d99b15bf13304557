//! The file, read and cut up ahead of the line on a thread of its own.

use super::order::{Ties, ties_of};
use crate::message_file::{Item, MessageFile, Unreadable};
use iis_hl7::er7::batch::Envelope;
use tokio::sync::mpsc::{Receiver, channel};

/// Entries, or their bytes, that are handed over at a time.
const AT_ONCE: (usize, usize) = (64, 256 << 10);
/// How many times that may wait.
const AHEAD: usize = 2;

/// Something of the file, with its place among all that is in it, from 1.
pub(super) struct Entry {
    pub(super) number: u64,
    pub(super) what: What,
}

pub(super) enum What {
    Message {
        message: Vec<u8>,
        ties: Option<Ties>,
    },
    Header(Envelope),
    Trailer(Envelope),
    /// Something that no message can be made of.
    Unread {
        offset: u64,
        why: &'static str,
    },
}

impl Entry {
    /// The bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        if let What::Message { message, .. } = &self.what { message.len() } else { 0 }
    }
}

/// The entries of a file, as they are read.
pub(super) struct Feed(Receiver<Result<Vec<Entry>, Unreadable>>);

impl Feed {
    /// Starts to read what comes after the first `skipped` entries.
    pub(super) fn start(file: MessageFile, skipped: u64) -> Self {
        let (entries, feed) = channel(AHEAD);
        let mut reader = Reader { file, number: 0, skipped, has_ended: false };
        tokio::task::spawn_blocking(move || {
            while !reader.has_ended {
                if entries.blocking_send(reader.some()).is_err() {
                    return; // the load has broken off
                }
            }
        });
        Self(feed)
    }

    /// The next entries, or `None` at the end.
    pub(super) async fn next(&mut self) -> Option<Result<Vec<Entry>, Unreadable>> {
        self.0.recv().await
    }
}

struct Reader {
    file: MessageFile,
    number: u64,
    skipped: u64,
    has_ended: bool,
}

impl Reader {
    fn some(&mut self) -> Result<Vec<Entry>, Unreadable> {
        let (mut entries, mut bytes) = (Vec::new(), 0);
        while entries.len() < AT_ONCE.0 && bytes < AT_ONCE.1 {
            let Some(item) = self.next()? else { break };
            self.number += 1;
            if self.number > self.skipped {
                let entry = Entry { number: self.number, what: what(item) };
                bytes += entry.bytes();
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// What comes next; where the file is damaged, that, and then nothing more.
    fn next(&mut self) -> Result<Option<Result<Item, u64>>, Unreadable> {
        if self.has_ended {
            return Ok(None);
        }
        match self.file.next_item() {
            Ok(Some(item)) => return Ok(Some(Ok(item))),
            Ok(None) => self.has_ended = true,
            Err(error) => {
                self.has_ended = true;
                return if error.is_damage() { Ok(Some(Err(error.offset()))) } else { Err(error) };
            }
        }
        Ok(None)
    }
}

fn what(item: Result<Item, u64>) -> What {
    match item {
        Ok(Item::Message(message)) if message.is_torn => What::Unread {
            offset: message.offset,
            why: "the file breaks off within this message: send the message again, whole",
        },
        Ok(Item::Message(message)) => What::Message { ties: ties_of(&message.bytes), message: message.bytes },
        Ok(Item::Header(envelope)) => What::Header(envelope),
        Ok(Item::Trailer(envelope)) => What::Trailer(envelope),
        Ok(Item::Noise(offset)) => {
            What::Unread { offset, why: "text that belongs to no message: begin each message with MSH" }
        }
        Err(offset) => What::Unread {
            offset,
            why: "the packed file is damaged or cut off, and nothing can be read from about here on: pack and send \
                  it again",
        },
    }
}
