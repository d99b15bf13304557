//! A message: text, delimiters, segments and fields.

use super::decode::{Certainty, Decoded, decode};
use super::index::{Index, Seen};
use super::{Delimiters, Segment};
use crate::findings as noticed;
use iis_model::{Findings, Place};
use memchr::memmem;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// How much of a message is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest message, in bytes; at most 4 GiB.
    pub bytes: usize,
    /// The most segments.
    pub segments: usize,
}

impl Default for Limits {
    /// 4 MiB and 10,000 segments: ten times the longest real history.
    fn default() -> Self {
        Self { bytes: 4 << 20, segments: 10_000 }
    }
}

/// A message as it came, with an index of its segments and fields.
///
/// Any bytes make one. Without a readable MSH segment [`Message::header`] is `None`.
pub struct Message<'a> {
    raw: &'a [u8],
    text: Cow<'a, str>,
    delimiters: Delimiters,
    index: Index,
    /// Whether the segments hold nothing but printable ASCII without an escape: then every text is its own data.
    is_plain: bool,
}

/// Reads any bytes as a message with the default [`Limits`]; see [`parse_with`].
pub fn parse(bytes: &[u8]) -> (Message<'_>, Findings) {
    parse_with(bytes, &Limits::default(), Index::default())
}

/// Reads any bytes as a message and tells what was odd about its text. Cannot fail.
///
/// Segments end with CR, LF or CRLF; the last end may be missing. Lines that begin no segment continue the one before.
/// Text before the first MSH is passed over. Control characters are taken out. What exceeds the limits is not indexed,
/// and the finding about it refuses the message.
pub fn parse_with<'a>(bytes: &'a [u8], limits: &Limits, mut index: Index) -> (Message<'a>, Findings) {
    let mut findings = Findings::default();
    let most = limits.bytes.min(u32::MAX as usize / 4);
    let within = bytes.get(..most).unwrap_or(bytes);
    if within.len() < bytes.len() {
        findings.push(noticed::TOO_LONG.at(Place::NONE));
    }
    let Decoded { mut text, certainty } = decode(within, declared_character_set(within));
    skip_to_header(&mut text, &mut findings);
    let found = Delimiters::of_header(text.as_bytes()).filter(|_| text.starts_with("MSH"));
    let delimiters = found.unwrap_or(Delimiters::STANDARD);
    let mut seen = index.scan(text.as_bytes(), delimiters, limits.segments);
    if seen.controls {
        text = Cow::Owned(without_controls(&text, delimiters));
        seen = Seen { controls: true, ..index.scan(text.as_bytes(), delimiters, limits.segments) };
    }
    if found.is_none() {
        index.segments.retain(|span| &span.name != b"MSH");
    }
    report(&index, seen, certainty, &mut findings);
    let is_plain = seen.continued.is_none() && is_plain(text.as_bytes(), delimiters);
    (Message { raw: bytes, text, delimiters, index, is_plain }, findings)
}

fn report(index: &Index, seen: Seen, certainty: Certainty, findings: &mut Findings) {
    let character_set = Place::segment(*b"MSH", 1).field(18);
    match certainty {
        Certainty::Sure => {}
        Certainty::NotAsDeclared => findings.push(noticed::UTF_8_THOUGH_NOT_DECLARED.at(character_set)),
        Certainty::Guessed => findings.push(noticed::CHARACTERS_GUESSED.at(character_set)),
    }
    if seen.controls {
        findings.push(noticed::CONTROL_CHARACTERS.at(Place::NONE));
    }
    if let Some(span) = seen.continued.and_then(|nth| index.segments.get(nth)) {
        findings.push(noticed::LINE_CONTINUED.at(Place::segment(span.name, span.sequence)));
    }
    if seen.too_many_segments {
        findings.push(noticed::TOO_MANY_SEGMENTS.at(Place::NONE));
    }
}

/// MSH-18 of bytes that are not yet decoded; empty when there is none or all is ASCII anyway.
fn declared_character_set(bytes: &[u8]) -> &[u8] {
    if bytes.is_ascii() {
        return b"";
    }
    let Some(start) = memmem::find(bytes, b"MSH") else { return b"" };
    let header = bytes[start..].split(|b| matches!(b, b'\r' | b'\n')).next().unwrap_or_default();
    let Some(&field) = header.get(3) else { return b"" };
    let declared = header.split(|&b| b == field).nth(17).unwrap_or_default();
    declared.split(|b| matches!(b, b'~' | b'^')).next().unwrap_or_default()
}

/// Drops what stands before the first MSH: byte order mark, frame characters, blank lines, envelope, noise.
fn skip_to_header(text: &mut Cow<'_, str>, findings: &mut Findings) {
    let lead = |c: char| c == '\u{feff}' || c.is_ascii_whitespace() || c.is_ascii_control();
    let start = text.len() - text.trim_start_matches(lead).len();
    let header = memmem::find_iter(text.as_bytes(), "MSH")
        .find(|&at| at == start || matches!(text.as_bytes().get(at.wrapping_sub(1)), Some(b'\r' | b'\n')));
    let Some(header) = header else { return };
    if header > start {
        findings.push(noticed::TEXT_BEFORE_HEADER.at(Place::NONE));
    }
    match text {
        _ if header == 0 => {}
        Cow::Borrowed(whole) => *whole = &whole[header..],
        Cow::Owned(whole) => drop(whole.drain(..header)),
    }
}

/// Whether there is nothing but printable ASCII and line ends, and no escape behind the delimiters of the header.
fn is_plain(text: &[u8], delimiters: Delimiters) -> bool {
    const HEADER: usize = 8;
    let behind = text.get(HEADER..).unwrap_or_default();
    let has_controls =
        [delimiters.field].into_iter().chain(delimiters.encoding()).any(|b| b != 0 && b < b' ');
    !has_controls && text.is_ascii() && memchr::memchr2(delimiters.escape, 0x7f, behind).is_none()
}

fn without_controls(text: &str, delimiters: Delimiters) -> String {
    let kept = |c: char| !c.is_ascii_control() || matches!(c, '\r' | '\n') || delimiters.contains(c as u8);
    text.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|&c| kept(c)).collect()
}

impl<'a> Message<'a> {
    /// The bytes as they came.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The text from MSH on, decoded, without control characters.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The delimiters of its MSH; the standard ones when it has none.
    pub fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// How many segments there are.
    pub fn len(&self) -> usize {
        self.index.segments.len()
    }

    /// Whether there is no segment at all.
    pub fn is_empty(&self) -> bool {
        self.index.segments.is_empty()
    }

    /// The nth segment of the message, from 0.
    pub fn nth(&self, nth: usize) -> Option<Segment<'_>> {
        let span = self.index.segments.get(nth)?;
        let next = self.index.segments.get(nth + 1);
        let until = next.map_or(self.index.separators.len(), |next| next.first_separator as usize);
        let separators = self.index.separators.get(span.first_separator as usize..until)?;
        let raw = self.text.get(span.start as usize..span.end as usize)?;
        Some(Segment::new(raw, separators, span, self.delimiters, self.is_plain))
    }

    /// All segments in order.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        (0..self.len()).map_while(|nth| self.nth(nth))
    }

    /// The first segment of a name.
    pub fn segment(&self, name: &str) -> Option<Segment<'_>> {
        let nth = self.index.segments.iter().position(|span| span.name == name.as_bytes())?;
        self.nth(nth)
    }

    /// The names of the segments in order, without their text.
    #[inline]
    pub(crate) fn name_of(&self, nth: usize) -> Option<[u8; 3]> {
        self.index.segments.get(nth).map(|span| span.name)
    }

    /// Where the nth segment stands, without its text.
    #[inline]
    pub(crate) fn place_of(&self, nth: usize) -> Place {
        self.index.segments.get(nth).map_or(Place::NONE, |span| Place::segment(span.name, span.sequence))
    }

    /// How many segments have this name.
    pub fn count(&self, name: &str) -> usize {
        self.index.segments.iter().filter(|span| span.name == name.as_bytes()).count()
    }

    /// The MSH segment, if there is a readable one.
    pub fn header(&self) -> Option<Segment<'_>> {
        self.nth(0).filter(|segment| segment.name() == "MSH")
    }

    /// Where a place stands in [`Message::text`], in bytes: for showing a finding at the very characters.
    pub fn range_of(&self, place: Place) -> Option<Range<usize>> {
        let segment = self.segments().find(|segment| segment.is_at(place))?;
        let mut part = segment.field(place.field);
        if place.repetition > 1 {
            part = part.repetition(place.repetition);
        }
        if place.component > 0 {
            part = part.component(place.component);
        }
        if place.sub_component > 0 {
            part = part.sub_component(place.sub_component);
        }
        let found = if place.field == 0 { segment.raw() } else { part.raw() };
        let start = (found.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        (start + found.len() <= self.text.len()).then_some(start..start + found.len())
    }

    /// The index, to be used again.
    pub fn into_index(self) -> Index {
        self.index
    }
}

impl fmt::Debug for Message<'_> {
    /// No content: messages are about patients and must not reach logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} bytes, {} segments)", self.raw.len(), self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, parse, parse_with};
    use crate::er7::Index;
    use crate::er7::index::Span;
    use iis_model::{Effect, Place};

    /// Segment names and the number of fields of each, as a sketch of the structure.
    fn sketch(bytes: &[u8]) -> String {
        let (message, _) = parse(bytes);
        let parts: Vec<_> = message.segments().map(|s| format!("{}{}", s.place(), s.last_field())).collect();
        parts.join(" ")
    }

    #[test]
    fn segments_are_found_whatever_ends_their_lines() {
        #[rustfmt::skip]
        let table: [(&[u8], &str); 12] = [
            (b"MSH|^~\\&|A\rPID|1\rPID|2\r",        "MSH3 PID1 PID[2]1"),
            (b"MSH|^~\\&|A\nPID|1\nPID|2",          "MSH3 PID1 PID[2]1"),
            (b"MSH|^~\\&|A\r\nPID|1\r\nPID|2\r\n",  "MSH3 PID1 PID[2]1"),
            (b"MSH|^~\\&|A\r\r\n\n  \r PID|1\rPID|2", "MSH4 PID1"), // an indented line begins no segment
            (b"\x0bMSH|^~\\&|A\rPID|1\r\x1c\r",     "MSH3 PID1"),
            (b"\xef\xbb\xbfMSH|^~\\&|A",            "MSH3"),
            (b"FHS|^~\\&\rMSH|^~\\&|A\rPID|1\rFTS|1", "MSH3 PID1 FTS1"),
            (b"MSH|^~\\&|A\rNTE|1||see\rPID|9\rpid|8|x", "MSH3 NTE3 PID3"),
            (b"MSH|^~\\&|A\rPV1\rYES\rPID|1",       "MSH3 PV10 PID1"), // PV1 is a segment, YES is text
            (b"MSH|^~\\&|A\rZZZ|1",                "MSH3 ZZZ1"),
            (b"MSHX",                               ""),
            (b"",                                   ""),
        ];
        for (bytes, expected) in table {
            assert_eq!(sketch(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn fields_repetitions_components_and_sub_components_are_found_where_they_are() {
        let (message, _) = parse(b"MSH|^~\\&|A\rPID|1||a^b&c&^d~e^~|\"\"|^~&");
        let pid = message.segment("PID").expect("PID");
        let list = pid.field(3);
        #[rustfmt::skip]
        let table = [
            (list,                                    "a^b&c&^d~e^~", "PID-3"),
            (list.component(1),                       "a",            "PID-3.1"),
            (list.component(2).sub_component(2),      "c",            "PID-3.2.2"),
            (list.component(2).sub_component(3),      "",             "PID-3.2.3"),
            (list.repetition(2),                      "e^",           "PID-3[2]"),
            (list.repetition(2).component(1),         "e",            "PID-3[2].1"),
            (list.repetition(3),                      "",             "PID-3[3]"),
            (list.repetition(9).component(9),         "",             "PID-3[9].9"),
            (pid.field(99),                           "",             "PID-99"),
            (pid.field(0),                            "",             "PID"),
        ];
        for (part, raw, place) in table {
            assert_eq!((part.raw(), &*part.place().to_string()), (raw, place));
        }
        assert_eq!(list.repetitions().count(), 2, "the empty one says nothing");
        assert!(pid.field(4).is_erasure() && !pid.field(4).is_empty());
        assert!(pid.field(5).is_empty() && pid.field(5).is_missing());
        let header = message.header().expect("MSH");
        assert_eq!(
            (header.field(1).raw(), header.field(2).raw(), header.field(3).raw()),
            ("|", "^~\\&", "A")
        );
        assert_eq!(header.field(2).component(1).raw(), "^~\\&", "MSH-2 is never cut");
    }

    #[test]
    fn a_place_is_found_again_in_the_text() {
        let (message, _) = parse(b"MSH|^~\\&|A\rPID|1\rPID|2||a^b&c~d^e");
        let pid = Place::segment(*b"PID", 2);
        #[rustfmt::skip]
        let table = [
            (pid,                                                      Some("PID|2||a^b&c~d^e")),
            (pid.field(1),                                             Some("2")),
            (pid.field(3),                                             Some("a^b&c~d^e")),
            (pid.field(3).component(2),                                Some("b&c")),
            (pid.field(3).component(2).sub_component(2),               Some("c")),
            (pid.field(3).repetition(2).component(2),                  Some("e")),
            (Place::segment(*b"MSH", 1).field(3),                      Some("A")),
            (Place::segment(*b"PID", 0).field(1),                      Some("1")),
            (pid.field(9),                                             None), // nothing was sent there
            (Place::segment(*b"PID", 3),                               None),
            (Place::NONE,                                              None),
        ];
        for (place, expected) in table {
            assert_eq!(message.range_of(place).map(|range| &message.text()[range]), expected, "{place}");
        }
    }

    #[test]
    fn what_exceeds_the_limits_refuses_the_message_and_the_header_stays_readable() {
        let bytes = b"MSH|^~\\&|A\rPID|1\rPID|2\rPID|3";
        #[rustfmt::skip]
        let table = [
            // limits                                refused  segments
            (Limits { bytes: 100, segments: 4 },     false,   4),
            (Limits { bytes: 100, segments: 3 },     true,    3),
            (Limits { bytes: 17,  segments: 4 },     true,    2),
        ];
        for (limits, refused, segments) in table {
            let (message, findings) = parse_with(bytes, &limits, Index::default());
            assert_eq!(findings.effect() == Effect::MessageRefused, refused, "{limits:?}");
            assert_eq!(message.len(), segments, "{limits:?}");
            assert!(message.header().is_some(), "{limits:?}");
        }
    }

    #[test]
    fn the_worst_messages_cost_less_than_twenty_times_their_size() {
        let worst = ["|", "~", "A|", "AAA|\r", "PID|\r", "\r", "\\", "é", "\u{b}|"];
        for unit in worst {
            let bytes = format!("MSH|^~\\&|A\r{}", unit.repeat(200_000 / unit.len())).into_bytes();
            let limits = Limits { segments: usize::MAX, ..Limits::default() };
            let (message, _) = parse_with(&bytes, &limits, Index::default());
            let text = message.text().len();
            let index = message.into_index();
            let spans = index.segments.capacity() * size_of::<Span>();
            let total = text + spans + index.separators.capacity() * size_of::<u32>();
            assert!(total < 20 * bytes.len(), "{unit:?}: {total} bytes for {}", bytes.len());
        }
    }
}
