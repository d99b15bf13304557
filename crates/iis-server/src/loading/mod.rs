//! Batch loads: messages of a file through the same line as real time, each with its reply.
//!
//! One function does it for all doors: [`load`] for a file (the command line, dropped files), [`answer`] for a body that
//! is in memory. Many messages are under way at a time; those that may be about the same person go one after the
//! other, and replies are written in the order of the file. How far a load came is recorded beside its replies, so
//! that it goes on there when it was broken off. What is sent twice that way gets the reply of the first time,
//! so that the replies end up as those of a load that was not disturbed.

mod course;
mod door;
mod feed;
mod order;
mod places;
mod record;
mod results;
mod summary;

pub use course::Heading;
pub use door::{Door, DoorError};
pub use places::Places;
pub use summary::{Note, Notes, Summary, Told};

pub(crate) use order::chain_of;

use crate::message_file::{MessageFile, Unreadable};
use course::Course;
use feed::{Entry, Feed, What};
use iis_model::organization::Sender;
use iis_registry::Context;
use order::Order;
use results::Results;
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use tokio::task::JoinHandle;

/// Bytes of messages under way at one time, but for one more message.
const MOST_BYTES: usize = 16 << 20;
/// Replies gathered before they are written, in bytes.
const WRITTEN_AT_ONCE: usize = 64 << 10;

/// Why a load broke off. It can be resumed, unless it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The input.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The replies, the record or the summary.
    #[error("{path}: {source}", path = path.display())]
    Results {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another load writes them.
    #[error("{path}: another load is writing this file", path = .0.display())]
    UnderWay(PathBuf),
    /// The record is of a load of something else, or does not fit the replies.
    #[error("{path}: {why}; load the file again without --resume", path = path.display())]
    OtherLoad {
        /// The record.
        path: PathBuf,
        /// What differs.
        why: &'static str,
    },
    /// The registry.
    #[error(transparent)]
    Door(#[from] DoorError),
}

impl LoadError {
    /// Whether something of the load was done, so that it can be gone on with.
    pub fn broke_off(&self) -> bool {
        match self {
            Self::Unreadable(unreadable) => unreadable.offset() > 0,
            Self::UnderWay(_) | Self::OtherLoad { .. } => false,
            Self::Results { .. } | Self::Door(_) => true,
        }
    }
}

/// What became of a load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// All that can be said about it, also of earlier runs.
    pub summary: Summary,
    /// Whether an earlier run had finished it, so that nothing was done now.
    pub was_complete: bool,
}

/// A load to be done, or to be gone on with.
#[derive(Clone, Copy)]
pub struct Load<'a> {
    /// The file of messages.
    pub input: &'a Path,
    /// Where its results go.
    pub places: &'a Places,
    /// The sender: a load is resumed for the same one only.
    pub sender: &'a Sender,
    /// Who answers. A load is resumed only where what was answered is held.
    pub registry: &'a Context,
    /// Whether to go on where an earlier run broke off.
    pub resume: bool,
}

/// Loads a file from where an earlier run came to. `progress` is told now and then.
pub async fn load(load: &Load<'_>, door: &Door, progress: impl FnMut(&Summary)) -> Result<Loaded, LoadError> {
    let mut results = Results::open(load)?;
    results.belong_to(load).await?;
    if results.has_ended() {
        return Ok(Loaded { summary: results.into_summary(), was_complete: true });
    }
    let file = MessageFile::open(load.input)?;
    let (heading, mut course) = results.begin(&load.registry.identity);
    let ran = run(file, door, &heading, &mut course, &mut results, progress).await;
    if !matches!(ran, Err(LoadError::Results { .. })) {
        results.keep(&course)?; // what could not be written must not be recorded as if it were
    }
    ran?;
    results.end(load, &course)?;
    Ok(Loaded { summary: course.summary, was_complete: false })
}

/// Answers all messages of a body, in order, between envelopes that answer its own.
pub(crate) async fn answer(bytes: &[u8], door: &Door, heading: &Heading) -> Result<Vec<u8>, LoadError> {
    let mut replies = Vec::new();
    let file = MessageFile::of_bytes(bytes.to_vec());
    run(file, door, heading, &mut Course::default(), &mut replies, |_| {}).await?;
    Ok(replies)
}

/// Where replies go.
trait Replies {
    /// Takes what comes next. What is not written yet may be lost when the program is killed.
    fn write(&mut self, bytes: &[u8], course: &Course) -> Result<(), LoadError>;
}

impl Replies for Vec<u8> {
    fn write(&mut self, bytes: &[u8], _course: &Course) -> Result<(), LoadError> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// Answers what the course has not answered yet, to the end of the file.
async fn run(
    file: MessageFile,
    door: &Door,
    heading: &Heading,
    course: &mut Course,
    replies: &mut impl Replies,
    mut progress: impl FnMut(&Summary),
) -> Result<(), LoadError> {
    let mut feed = Feed::start(file, course.entries());
    let mut line = Line { door, heading, order: Order::default(), under_way: VecDeque::new(), bytes: 0 };
    let mut written = Vec::with_capacity(2 * WRITTEN_AT_ONCE);
    let ran = async {
        while let Some(entries) = feed.next().await {
            for entry in entries? {
                while line.is_full(&entry) {
                    line.settle(course, &mut written).await?;
                }
                line.start(entry);
            }
            if written.len() >= WRITTEN_AT_ONCE {
                replies.write(&std::mem::take(&mut written), course)?;
                progress(&course.summary);
            }
        }
        while !line.under_way.is_empty() {
            line.settle(course, &mut written).await?;
        }
        course.end(heading, &mut written);
        Ok(())
    }
    .await;
    if !matches!(ran, Err(LoadError::Results { .. })) {
        replies.write(&written, course)?;
        progress(&course.summary);
    }
    ran
}

/// What is under way, in the order of the file.
struct Line<'a> {
    door: &'a Door,
    heading: &'a Heading,
    order: Order,
    under_way: VecDeque<Begun>,
    bytes: usize,
}

/// An entry that was begun.
enum Begun {
    Message { work: JoinHandle<Result<Vec<u8>, DoorError>>, bytes: usize },
    Other(What),
}

impl Line<'_> {
    fn is_full(&self, next: &Entry) -> bool {
        let has_room =
            self.under_way.len() < self.door.most_under_way() && self.bytes + next.bytes() <= MOST_BYTES;
        !has_room && !self.under_way.is_empty()
    }

    fn start(&mut self, entry: Entry) {
        let bytes = entry.bytes();
        let begun = match entry.what {
            What::Message { message, ties } => {
                let (turn, done) = self.order.enter(ties);
                let once = self.heading.once(entry.number);
                let door = self.door.clone();
                let work = tokio::spawn(async move {
                    if !turn.come().await {
                        return Err(DoorError::BrokenOff);
                    }
                    let reply = door.answer(message.into(), once).await?;
                    // nobody may wait for it any more
                    let _ = done.send(true);
                    Ok(reply)
                });
                Begun::Message { work, bytes }
            }
            other => Begun::Other(other),
        };
        self.bytes += bytes;
        self.under_way.push_back(begun);
    }

    /// Waits for the entry that is next in the file, and writes what comes of it.
    async fn settle(&mut self, course: &mut Course, written: &mut Vec<u8>) -> Result<(), LoadError> {
        match self.under_way.pop_front() {
            Some(Begun::Message { work, bytes }) => {
                let reply = work.await.map_err(|_| DoorError::Panic)??;
                self.order.leave();
                self.bytes -= bytes;
                course.reply(&reply, self.heading, written);
            }
            Some(Begun::Other(other)) => course.other(&other, self.heading, written),
            None => {}
        }
        Ok(())
    }
}
