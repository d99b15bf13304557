//! Batch loads: files of messages through the same line as real time, with a file of replies each.
//!
//! Messages about the same person keep their order, others go side by side. What a run that broke off has answered
//! stands in its file of replies; a resumed run goes on behind it. A message sent twice that way gets its stored
//! reply, so the file ends up the same.

mod door;
mod results;

pub use door::{Door, DoorError};
pub use results::Results;

use crate::exchange::acknowledgment;
use crate::message_file::{FileMessage, MessageFile, Unreadable};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Messages on their way at one time.
const WINDOW: usize = 128;

/// Why a load broke off. It can be resumed.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The input.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The file of replies.
    #[error("{path}: {source}", path = path.display())]
    Results {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The registry.
    #[error(transparent)]
    Door(#[from] DoorError),
}

/// How many messages were answered how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(pub BTreeMap<&'static str, u64>);

impl Tally {
    /// Counts a reply.
    pub fn count(&mut self, reply: &[u8]) {
        *self.0.entry(acknowledgment(reply)).or_default() += 1;
    }

    /// All replies.
    pub fn messages(&self) -> u64 {
        self.0.values().sum()
    }

    /// Whether any was not AA.
    pub fn any_refused(&self) -> bool {
        self.0.iter().any(|(ack, count)| *ack != "AA" && *count > 0)
    }
}

/// Loads one file from where its replies end.
pub async fn load(
    input: &Path,
    door: &Door,
    results: &mut Results,
    mut progress: impl FnMut(u64),
) -> Result<Tally, LoadError> {
    let mut file = MessageFile::open(input)?;
    let answered = results.answered();
    let mut tally = results.tally().clone();
    let mut window = Vec::with_capacity(WINDOW);
    while let Some(message) = file.next_message()? {
        if message.number <= answered {
            continue;
        }
        results.begin(file.envelopes())?;
        // a query sees all that came before it
        let alone = chain_of(&message.bytes).is_none();
        if alone || window.len() == WINDOW {
            flush(&mut window, door, results, &mut tally).await?;
            progress(tally.messages());
        }
        window.push(message);
        if alone {
            flush(&mut window, door, results, &mut tally).await?;
        }
    }
    flush(&mut window, door, results, &mut tally).await?;
    progress(tally.messages());
    results.begin(file.envelopes())?;
    results.end(tally.messages())?;
    if let Some(announced) = file.wrong_count() {
        tracing::warn!(
            announced,
            messages = tally.messages(),
            "the batch trailers announce another number of messages than came: the file may be cut off"
        );
    }
    Ok(tally)
}

/// A message with its place in the window.
type Numbered = (usize, Arc<[u8]>);

/// Answers the messages of a window, each person's one after the other, and writes the replies in file order.
async fn flush(
    window: &mut Vec<FileMessage>,
    door: &Door,
    results: &mut Results,
    tally: &mut Tally,
) -> Result<(), LoadError> {
    let mut chains: BTreeMap<String, Vec<Numbered>> = BTreeMap::new();
    let many = window.len();
    for (at, message) in window.drain(..).enumerate() {
        let chain = chain_of(&message.bytes).unwrap_or_else(|| at.to_string());
        chains.entry(chain).or_default().push((at, message.bytes.into()));
    }
    let mut tasks = JoinSet::new();
    for chain in chains.into_values() {
        let door = door.clone();
        tasks.spawn(async move {
            let mut replies = Vec::with_capacity(chain.len());
            for (at, message) in chain {
                replies.push((at, door.answer(message).await?));
            }
            Ok::<_, DoorError>(replies)
        });
    }
    let mut replies = vec![Vec::new(); many];
    while let Some(joined) = tasks.join_next().await {
        for (at, reply) in joined.map_err(|_| DoorError::Panic)?? {
            replies[at] = reply;
        }
    }
    for reply in &replies {
        tally.count(reply);
    }
    results.write(&replies)
}

/// Messages with the same text here are about the same person: the identifier list of a submission. `None` for
/// anything else.
pub(crate) fn chain_of(bytes: &[u8]) -> Option<String> {
    let (message, _) = iis_hl7::parse(bytes);
    let is_submission = message.header().is_some_and(|header| header.field(9).component(1).is("VXU"));
    let person = message.segment("PID")?;
    is_submission.then(|| person.field(3).raw().to_owned())
}
