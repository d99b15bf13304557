//! What a load comes to, for people: how messages were answered, what was found most often, what was not read.

use crate::exchange::acknowledgment;
use iis_hl7::er7::Segment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// Findings that are printed.
const MOST_FINDINGS: usize = 10;
/// Notes that are kept of each kind; the others are only counted.
const MOST_NOTES: usize = 20;

/// The sum of a load.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Messages that were answered.
    pub messages: u64,
    /// How, by MSA-1.
    pub acks: BTreeMap<Box<str>, u64>,
    /// What senders were told, by code.
    pub findings: BTreeMap<Box<str>, Told>,
    /// What was not read.
    pub unread: Notes,
    /// Trailers that announce something else than came.
    pub trailers: Notes,
}

/// What senders were told with one code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// How often.
    pub times: u64,
    /// E, W or I: the gravest.
    pub severity: Box<str>,
    /// What is wrong and how to mend it, as it was told first.
    pub text: Box<str>,
}

/// Places of the file, and what is to be said of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// All.
    pub count: u64,
    /// The first ones.
    pub first: Vec<Note>,
}

/// A place of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Bytes from the beginning of the (unpacked) file.
    pub offset: u64,
    /// What is to be said.
    pub text: Box<str>,
}

impl Notes {
    pub(super) fn add(&mut self, offset: u64, text: &str) {
        self.count += 1;
        if self.first.len() < MOST_NOTES {
            self.first.push(Note { offset, text: text.into() });
        }
    }
}

impl Summary {
    /// Whether every message was answered AA, and the file is whole.
    pub fn is_clean(&self) -> bool {
        let accepted = self.acks.get("AA").copied().unwrap_or(0);
        accepted == self.messages && self.unread.count == 0 && self.trailers.count == 0
    }

    /// Counts a reply.
    pub(super) fn count(&mut self, reply: &[u8]) {
        self.messages += 1;
        *self.acks.entry(acknowledgment(reply).into()).or_default() += 1;
        let (reply, _) = iis_hl7::parse(reply);
        reply.segments().filter(|segment| segment.name() == "ERR").for_each(|error| self.tell(&error));
    }

    /// Counts an ERR: its code (ERR-7), severity (ERR-4) and words (ERR-8).
    fn tell(&mut self, error: &Segment<'_>) {
        let field = |number| error.field(number).text();
        let code = field(7);
        let code = code.split_whitespace().next().unwrap_or("none");
        if !self.findings.contains_key(code) {
            let told = Told { times: 0, severity: "I".into(), text: field(8).into() };
            self.findings.insert(code.into(), told);
        }
        if let Some(told) = self.findings.get_mut(code) {
            told.times += 1;
            let severity = field(4);
            if rank(&severity) > rank(&told.severity) {
                told.severity = severity.into();
            }
        }
    }

    /// Findings, the gravest and most frequent first.
    pub fn by_weight(&self) -> Vec<(&str, &Told)> {
        let mut all: Vec<_> = self.findings.iter().map(|(code, told)| (&**code, told)).collect();
        all.sort_by_key(|(_, told)| std::cmp::Reverse((rank(&told.severity), told.times)));
        all
    }
}

fn rank(severity: &str) -> u8 {
    match severity {
        "E" => 2,
        "W" => 1,
        _ => 0,
    }
}

/// The words for an answer.
fn meaning(ack: &str) -> &'static str {
    match ack {
        "AA" => "accepted",
        "AE" => "accepted as far as possible, or refused for what they say: see the findings",
        "AR" => "rejected: not looked at, or not possible now",
        _ => "answered otherwise",
    }
}

impl Display for Summary {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} messages were answered.", self.messages)?;
        for (ack, count) in &self.acks {
            writeln!(out, "  {ack} {count:>9}  {}", meaning(ack))?;
        }
        if !self.findings.is_empty() {
            writeln!(
                out,
                "\nWhat was found, the gravest first, and how to mend it (E error, W warning, I information):"
            )?;
        }
        let findings = self.by_weight();
        for (code, Told { times, severity, text }) in findings.iter().take(MOST_FINDINGS) {
            writeln!(out, "  {severity} {times:>9}  {code}  {text}")?;
        }
        if let Some(more) = findings.len().checked_sub(MOST_FINDINGS).filter(|more| *more > 0) {
            writeln!(out, "  and {more} other codes; every finding stands in its reply.")?;
        }
        write_notes(out, "What was not read:", &self.unread)?;
        write_notes(out, "Trailers that do not agree with what came (is the file whole?):", &self.trailers)
    }
}

fn write_notes(out: &mut Formatter<'_>, title: &str, notes: &Notes) -> fmt::Result {
    if notes.count == 0 {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    for Note { offset, text } in &notes.first {
        writeln!(out, "  byte {offset}: {text}")?;
    }
    match notes.count - notes.first.len() as u64 {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more places."),
    }
}
