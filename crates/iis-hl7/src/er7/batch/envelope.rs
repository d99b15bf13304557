//! FHS, BHS, BTS and FTS: the segments around the messages of a batch file.

use crate::er7::decode::mixed;
use crate::er7::{Writer, parse, time};
use crate::header::ReplyHeader;

/// An envelope segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// FHS, BHS, BTS or FTS.
    pub name: String,
    /// Where it begins in the file, in bytes.
    pub offset: u64,
    /// Its text without the line end.
    pub text: String,
    /// The control id of a header (field 11), as data.
    pub control_id: String,
    /// The count of a trailer: messages (BTS-1) or batches (FTS-1), if it is a number.
    pub count: Option<u64>,
}

/// What a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Header,
    Message,
    Trailer,
}

/// What a line begins, if it begins a piece of a file.
pub(super) fn kind(line: &[u8]) -> Option<Kind> {
    let kind = match line.get(..3)? {
        b"MSH" => Kind::Message,
        b"FHS" | b"BHS" => Kind::Header,
        b"BTS" | b"FTS" => Kind::Trailer,
        _ => return None,
    };
    let ends = line.get(3).is_none_or(|b| b.is_ascii_punctuation() || b.is_ascii_whitespace());
    ends.then_some(kind)
}

impl Envelope {
    pub(super) fn read(line: &[u8], offset: u64) -> Self {
        let text = mixed(line.trim_ascii_end());
        let separator = text.chars().nth(3).unwrap_or('|');
        let fields: Vec<&str> = text.split(separator).take(12).collect();
        let field = |number: usize| fields.get(number).copied().unwrap_or_default().trim();
        let name = field(0).to_owned();
        let is_header = name.ends_with("HS");
        Self {
            // The separator is the first field of a header.
            control_id: if is_header { field(10).to_owned() } else { String::new() },
            count: if is_header { None } else { field(1).parse().ok() },
            name,
            offset,
            text,
        }
    }
}

/// Writes the header of a reply file or batch (`FHS` or `BHS`); `received` is the one it answers, whose control id comes
/// back in field 12.
pub fn write_header(name: &str, header: &ReplyHeader<'_>, received: Option<&Envelope>) -> Vec<u8> {
    let mut out = Writer::new();
    out.header(name).field(3).text(header.application).field(4).text(header.facility);
    let text = received.map(|envelope| format!("MSH{}", envelope.text.get(3..).unwrap_or_default()));
    let (sender, _) = parse(text.as_deref().unwrap_or_default().as_bytes());
    if let Some(sender) = sender.header() {
        out.field(5).copy(sender.field(3)).field(6).copy(sender.field(4));
    }
    out.field(7).text(&time::write_moment(header.now, header.offset));
    out.field(11).text(header.control_id);
    if let Some(received) = received {
        out.field(12).text(&received.control_id);
    }
    out.finish()
}

/// Writes a trailer (`BTS` or `FTS`) with its count.
pub fn write_trailer(name: &str, count: u64) -> Vec<u8> {
    let mut out = Writer::new();
    out.segment(name).field(1).value(count);
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::{Envelope, write_header, write_trailer};
    use crate::header::ReplyHeader;
    use jiff::tz::Offset;

    #[test]
    fn a_reply_file_names_the_file_it_answers() {
        let header = ReplyHeader {
            application: "OPENIIS",
            facility: "STATE",
            authority: "OPENIIS",
            now: jiff::Timestamp::UNIX_EPOCH,
            offset: Offset::constant(-5),
            control_id: "R7",
        };
        let received = Envelope::read(b"BHS|^~\\&|EHR|CLINIC7|IIS|STATE|20260301||||B42\r", 0);
        let text = String::from_utf8(write_header("BHS", &header, Some(&received))).expect("text");
        assert_eq!(text, "BHS|^~\\&|OPENIIS|STATE|EHR|CLINIC7|19691231190000.000-0500||||R7|B42\r");
        assert_eq!(write_trailer("BTS", 3), b"BTS|3\r");
    }
}
