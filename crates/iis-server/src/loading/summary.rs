//! What a load comes to, for people: how messages were answered, what was found most often, what was not read.

use crate::exchange::acknowledgment;
use iis_hl7::er7::Segment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// Codes that are printed.
const MOST_FINDINGS: usize = 40;
/// Places that are named for each code.
const MOST_PLACES: usize = 3;
/// Letters of a control id that are printed.
const MOST_LETTERS: usize = 50;
/// What is said of a file without messages.
const NO_MESSAGE: &str = "nothing was found; each message begins with MSH at the start of a line. A file that is empty, in UTF-16, \
                          or packed otherwise than once with gzip holds none";
/// Notes that are kept of each kind; the others are only counted.
const MOST_NOTES: usize = 20;

/// The sum of a load.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Messages that were answered.
    pub messages: u64,
    /// How, by MSA-1.
    pub acks: BTreeMap<Box<str>, u64>,
    /// In how many of them something that they named was not stored: the gravest of what was told is an error.
    pub with_errors: u64,
    /// In how many of the others something was lost, or is doubtful: the gravest is a warning.
    pub with_warnings: u64,
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
    /// The first places where: the message by its number and its control id (MSH-10), and what ERR-2 names of it.
    pub first: Vec<Box<str>>,
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

    /// Counts a reply. Returns the control id of a message that was processed.
    pub(super) fn count(&mut self, reply: &[u8]) -> Option<Box<str>> {
        self.messages += 1;
        let ack = acknowledgment(reply);
        *self.acks.entry(ack.into()).or_default() += 1;
        let was_processed = matches!(ack, "AA" | "AE");
        let (reply, _) = iis_hl7::parse(reply);
        let control_id = reply.segment("MSA").map(|answered| answered.field(2).said()).unwrap_or_default();
        let mut gravest = 0;
        for error in reply.segments().filter(|segment| segment.name() == "ERR") {
            gravest = gravest.max(self.tell(&error, &control_id));
        }
        match gravest {
            ERROR => self.with_errors += 1,
            WARNING => self.with_warnings += 1,
            _ => {}
        }
        Some(control_id).filter(|control_id| was_processed && !control_id.is_empty())
    }

    /// Counts an ERR: its code (ERR-7), severity (ERR-4), words (ERR-8) and place (ERR-2). Returns how grave it is.
    fn tell(&mut self, error: &Segment<'_>, control_id: &str) -> u8 {
        let field = |number| error.field(number).text();
        let code = field(7);
        let code = code.split_whitespace().next().unwrap_or("none");
        if !self.findings.contains_key(code) {
            let told = Told { severity: "I".into(), text: field(8).into(), ..Told::default() };
            self.findings.insert(code.into(), told);
        }
        let severity = field(4);
        if let Some(told) = self.findings.get_mut(code) {
            told.times += 1;
            if told.first.len() < MOST_PLACES {
                told.first.push(place(self.messages, control_id, error.field(2).raw()).into());
            }
            if rank(&severity) > rank(&told.severity) {
                told.severity = severity.as_ref().into();
            }
        }
        rank(&severity)
    }

    /// A file in which there was nothing at all, no envelope either, says so: it is not what its sender meant to send.
    pub(super) fn note_emptiness(&mut self) {
        self.unread.add(0, NO_MESSAGE);
    }

    /// Findings, the gravest and most frequent first.
    pub fn by_weight(&self) -> Vec<(&str, &Told)> {
        let mut all: Vec<_> = self.findings.iter().map(|(code, told)| (&**code, told)).collect();
        all.sort_by_key(|(_, told)| std::cmp::Reverse((rank(&told.severity), told.times)));
        all
    }
}

/// How grave errors and warnings are; information is not.
const ERROR: u8 = 2;
const WARNING: u8 = 1;

fn rank(severity: &str) -> u8 {
    match severity {
        "E" => ERROR,
        "W" => WARNING,
        _ => 0,
    }
}

/// A place of a message in words.
fn place(number: u64, control_id: &str, location: &str) -> String {
    let control_id: String = control_id.chars().take(MOST_LETTERS).collect();
    let named = if control_id.is_empty() { String::new() } else { format!(" ({control_id})") };
    let at = if location.is_empty() { String::new() } else { format!(" {location}") };
    format!("message {number}{named}{at}")
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
        match self.messages {
            1 => writeln!(out, "1 message was answered.")?,
            messages => writeln!(out, "{messages} messages were answered.")?,
        }
        for (ack, count) in &self.acks {
            writeln!(out, "  {ack} {count:>9}  {}", meaning(ack))?;
        }
        if self.with_errors > 0 {
            writeln!(out, "In {} of them something that they name was not stored (E).", self.with_errors)?;
        }
        if self.with_warnings > 0 {
            writeln!(out, "In {} of them something was lost or is doubtful (W).", self.with_warnings)?;
        }
        if !self.findings.is_empty() {
            writeln!(
                out,
                "\nWhat was found, the gravest first, and how to mend it (E error, W warning, I information):"
            )?;
        }
        let findings = self.by_weight();
        for (code, Told { times, severity, text, first }) in findings.iter().take(MOST_FINDINGS) {
            writeln!(out, "  {severity} {times:>9}  {code}  {text}")?;
            let more = if *times > first.len() as u64 { ", …" } else { "" };
            writeln!(out, "               in {}{more}", first.join(", "))?;
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

#[cfg(test)]
mod tests {
    use super::Summary;
    use iis_hl7::er7::Writer;

    /// What is told of a place: severity and code.
    type Told<'a> = ([&'a str; 3], &'a str, &'a str);

    fn reply(id: &str, ack: &str, all: &[Told<'_>]) -> Vec<u8> {
        let mut reply = Writer::new();
        reply.header("MSH").segment("MSA").field(1).text(ack).field(2).text(id);
        for (place, severity, code) in all {
            reply.segment("ERR").field(2).components(place).field(4).text(severity);
            reply.field(7).text(code).field(8).text("What is wrong: how to mend it.");
        }
        reply.finish()
    }

    #[test]
    fn a_summary_says_what_to_mend_and_where() {
        let mut summary = Summary::default();
        let site = |n| (["RXR", n, "2"], "W", "VAC-108");
        summary.count(&reply("A1", "AA", &[]));
        summary.count(&reply("A2", "AE", &[site("1"), site("2")]));
        summary.count(&reply("A3", "AE", &[site("1"), (["PID", "1", "7"], "E", "PAT-021")]));
        summary.count(&reply("A4", "AE", &[site("3")]));
        let expected = "4 messages were answered.
  AA         1  accepted
  AE         3  accepted as far as possible, or refused for what they say: see the findings
In 1 of them something that they name was not stored (E).
In 2 of them something was lost or is doubtful (W).

What was found, the gravest first, and how to mend it (E error, W warning, I information):
  E         1  PAT-021  What is wrong: how to mend it.
               in message 3 (A3) PID^1^7
  W         4  VAC-108  What is wrong: how to mend it.
               in message 2 (A2) RXR^1^2, message 2 (A2) RXR^2^2, message 3 (A3) RXR^1^2, …
";
        assert_eq!(summary.to_string(), expected);
        assert!(!summary.is_clean());
    }

    #[test]
    fn a_file_without_messages_is_not_clean_and_says_why() {
        let mut summary = Summary::default();
        summary.note_emptiness();
        assert!(!summary.is_clean());
        assert!(summary.to_string().contains("byte 0: nothing was found"), "{summary}");
        let mut summary = Summary::default();
        summary.count(&reply("A1", "AA", &[]));
        assert!(summary.is_clean());
        assert_eq!(summary.to_string(), "1 message was answered.\n  AA         1  accepted\n");
    }
}
