//! How far a load has come: what was read, what was written, what was told. A load that broke off goes on from it.

use super::feed::What;
use super::summary::Summary;
use iis_hl7::ReplyHeader;
use iis_hl7::er7::batch::{Envelope, write_header, write_trailer};
use iis_model::Timestamp;
use iis_registry::Identity;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What stands in the envelopes of the replies.
#[derive(Debug, Clone)]
pub struct Heading {
    /// Who answers.
    pub identity: Identity,
    /// When the load began.
    pub at: Timestamp,
    /// Drawn once for the load.
    pub id: [u64; 2],
    /// Whether the load may be broken off and resumed, so that what has no key of its own needs one.
    pub is_resumable: bool,
}

impl Heading {
    /// What makes an entry of this load the same when it comes again, where its content does not: what is refused.
    pub(super) fn once(&self, number: u64) -> Option<[u8; 32]> {
        let hash = || {
            let words = [self.id[0], self.id[1], number].map(u64::to_be_bytes);
            Sha256::new().chain_update(b"load").chain_update(words.as_flattened()).finalize().into()
        };
        self.is_resumable.then(hash)
    }

    fn write(&self, name: &str, n: u64, received: Option<&Envelope>) -> Vec<u8> {
        let control_id = format!("{:016X}", self.id[0].wrapping_add(n));
        let header = ReplyHeader {
            application: &self.identity.application,
            facility: &self.identity.facility,
            authority: &self.identity.facility,
            now: self.at,
            offset: self.identity.zone.to_offset(self.at),
            control_id: &control_id,
        };
        write_header(name, &header, received)
    }
}

/// The course of a load.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Course {
    /// Entries of the file that are settled.
    entries: u64,
    read: Read,
    written: Written,
    /// The control id of the last submission that was processed.
    last_processed: Option<Box<str>>,
    pub(super) summary: Summary,
}

/// What the envelopes of the file should say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Read {
    batches: u64,
    /// Messages since the last batch header or trailer.
    messages: u64,
    is_in_batch: bool,
}

/// The envelopes of the replies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    has_begun: bool,
    batches: u64,
    /// Replies in the batch that is open.
    open: Option<u64>,
}

impl Course {
    /// How many entries of the file are settled.
    pub(super) fn entries(&self) -> u64 {
        self.entries
    }

    /// The control id of the last submission that was processed, which the registry therefore holds.
    pub(super) fn last_processed(&self) -> Option<&str> {
        self.last_processed.as_deref()
    }

    /// Takes the reply to the next message.
    pub(super) fn reply(&mut self, reply: &[u8], heading: &Heading, out: &mut Vec<u8>) {
        self.entries += 1;
        self.read.messages += 1;
        if let Some(control_id) = self.summary.count(reply) {
            self.last_processed = Some(control_id);
        }
        if self.written.open.is_none() {
            self.open_batch(heading, None, out);
        }
        self.written.open = self.written.open.map(|replies| replies + 1);
        out.extend_from_slice(reply);
    }

    /// Takes what is next and no message.
    pub(super) fn other(&mut self, other: &What, heading: &Heading, out: &mut Vec<u8>) {
        self.entries += 1;
        match other {
            What::Header(envelope) if envelope.name == "FHS" => {
                self.close_batch(out);
                self.read = Read::default();
                self.begin(heading, Some(envelope), out);
            }
            What::Header(envelope) => {
                self.close_batch(out);
                self.open_batch(heading, Some(envelope), out);
                let batches = self.read.batches + 1;
                self.read = Read { batches, messages: 0, is_in_batch: true };
            }
            What::Trailer(envelope) => {
                self.close_batch(out);
                self.compare(envelope);
            }
            What::Unread { offset, why } => self.summary.unread.add(*offset, why),
            What::Message { .. } => {}
        }
    }

    /// Ends the replies.
    pub(super) fn end(&mut self, heading: &Heading, out: &mut Vec<u8>) {
        self.close_batch(out);
        self.begin(heading, None, out);
        out.extend(write_trailer("FTS", self.written.batches));
        if self.entries == 0 {
            self.summary.note_emptiness();
        }
    }

    /// Holds a trailer against what came.
    fn compare(&mut self, trailer: &Envelope) {
        let is_file = trailer.name == "FTS";
        if !is_file && !self.read.is_in_batch {
            self.read.batches += 1; // a batch without its header
        }
        let (came, what) =
            if is_file { (self.read.batches, "batches") } else { (self.read.messages, "messages") };
        if let Some(announced) = trailer.count.filter(|announced| *announced != came) {
            let text = format!("{} announces {announced} {what}, {came} came", trailer.name);
            self.summary.trailers.add(trailer.offset, &text);
        }
        self.read =
            if is_file { Read::default() } else { Read { batches: self.read.batches, ..Read::default() } };
    }

    fn begin(&mut self, heading: &Heading, received: Option<&Envelope>, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.written.has_begun, true) {
            out.extend(heading.write("FHS", 0, received));
        }
    }

    fn open_batch(&mut self, heading: &Heading, received: Option<&Envelope>, out: &mut Vec<u8>) {
        self.begin(heading, None, out);
        self.written.batches += 1;
        self.written.open = Some(0);
        out.extend(heading.write("BHS", self.written.batches, received));
    }

    fn close_batch(&mut self, out: &mut Vec<u8>) {
        if let Some(replies) = self.written.open.take() {
            out.extend(write_trailer("BTS", replies));
        }
    }
}
