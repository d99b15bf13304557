//! The span index: where the segments and the field separators of a message stand.
//!
//! One pass over the text, 64 bytes at a time without a branch per byte; components and repetitions are found when
//! they are asked for. The two vectors are the only allocations and can be used again for the next message.

use super::Delimiters;
use super::search::zero_bytes;
use std::collections::BTreeMap;

/// Segment spans and separator positions of one message.
///
/// Costs 4 bytes for each separator and 20 for each segment. Hand it to [`parse_with`](super::parse_with) again after
/// [`Message::into_index`](super::Message::into_index) to save the allocations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    pub(super) segments: Vec<Span>,
    pub(super) separators: Vec<u32>,
}

/// One segment: offsets into the message's text, the first of its separators, name, and which one of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) first_separator: u32,
    pub(super) sequence: u16,
    pub(super) name: [u8; 3],
}

/// What a scan saw besides the structure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Control characters that are neither line ends nor delimiters.
    pub(super) controls: bool,
    /// The segment (by its place in the list) that the first continuation line continues.
    pub(super) continued: Option<usize>,
    /// More segments than allowed: the rest was not indexed.
    pub(super) too_many_segments: bool,
}

const BLOCK: usize = 64;

impl Index {
    /// Indexes a text that is shorter than 4 GiB.
    pub(super) fn scan(&mut self, text: &[u8], delimiters: Delimiters, most_segments: usize) -> Seen {
        self.segments.clear();
        self.separators.clear();
        self.segments.reserve(text.len() / 80 + 4);
        self.separators.reserve(text.len() / 5 + 16);
        let mut lines = Lines {
            text,
            delimiters,
            most_segments,
            index: self,
            counts: Counts::new(),
            seen: Seen::default(),
            line_start: 0,
        };
        lines.begin(0);
        let (blocks, tail) = text.as_chunks::<BLOCK>();
        let mut base = 0;
        for block in blocks {
            lines.take(base, marks(block, delimiters.field));
            base += BLOCK;
        }
        let mut last = [b' '; BLOCK];
        last[..tail.len()].copy_from_slice(tail);
        let inside = (1_u64 << tail.len()) - 1;
        lines.take(base, marks(&last, delimiters.field) & inside);
        lines.end(text.len());
        lines.seen
    }
}

/// A bit for each byte that is the field separator or a control character.
#[inline]
fn marks(block: &[u8; BLOCK], field: u8) -> u64 {
    const CONTROL: u64 = 0xe0e0_e0e0_e0e0_e0e0;
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let field = u64::from_le_bytes([field; 8]);
    let mut marks = 0;
    for (nth, word) in block.as_chunks::<8>().0.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zero_bytes(word ^ field) | zero_bytes(word & CONTROL);
        marks |= ((found >> 7).wrapping_mul(GATHER) >> 56) << (8 * nth);
    }
    marks
}

/// The scan in progress: what has been cut into lines so far.
struct Lines<'t, 'i> {
    text: &'t [u8],
    delimiters: Delimiters,
    most_segments: usize,
    index: &'i mut Index,
    counts: Counts,
    seen: Seen,
    line_start: usize,
}

impl Lines<'_, '_> {
    #[inline]
    fn take(&mut self, base: usize, mut marks: u64) {
        if self.seen.too_many_segments {
            return;
        }
        while marks != 0 {
            let at = base + marks.trailing_zeros() as usize;
            marks &= marks - 1;
            let byte = self.text[at];
            if byte == self.delimiters.field {
                self.index.separators.push(offset(at));
            } else if byte == b'\r' || byte == b'\n' {
                self.end(at);
                self.begin(at + 1);
            } else if !self.delimiters.contains(byte) {
                self.seen.controls = true;
            }
        }
    }

    /// A line begins here: a new segment, more of the last one, or nothing at all.
    fn begin(&mut self, at: usize) {
        self.line_start = at;
        let line = &self.text[at..];
        if let Some(name) = segment_name(line, self.delimiters.field) {
            self.open(at, name);
        } else if self.seen.continued.is_none() && !is_blank_line(line) && !self.index.segments.is_empty() {
            self.seen.continued = Some(self.index.segments.len() - 1);
        }
    }

    fn open(&mut self, at: usize, name: [u8; 3]) {
        if self.index.segments.is_empty() {
            self.index.separators.clear();
        }
        if self.index.segments.len() == self.most_segments {
            self.seen.too_many_segments = true;
            return;
        }
        self.index.segments.push(Span {
            start: offset(at),
            end: offset(at),
            first_separator: offset(self.index.separators.len()),
            sequence: self.counts.next(name),
            name,
        });
    }

    /// A line ends here: the segment reaches at least this far, unless the line says nothing.
    fn end(&mut self, at: usize) {
        if self.seen.too_many_segments {
            return;
        }
        let says_something = !self.text[self.line_start..at].trim_ascii().is_empty();
        if let Some(span) = self.index.segments.last_mut().filter(|_| says_something) {
            span.end = offset(at);
        }
    }
}

/// Offsets fit: [`Limits`](super::Limits) keeps every text below 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Names that begin a segment even when nothing follows them.
const BARE_NAMES: &[&[u8; 3]] = &[
    b"MSH", b"SFT", b"PID", b"PD1", b"NK1", b"PV1", b"PV2", b"GT1", b"IN1", b"IN2", b"IN3", b"ORC", b"TQ1",
    b"TQ2", b"RXA", b"RXR", b"OBX", b"NTE", b"MSA", b"ERR", b"QAK", b"QPD", b"RCP", b"DSC", b"FHS", b"BHS",
    b"BTS", b"FTS",
];

/// Whether a line begins a segment: three upper-case letters or digits and the field separator, or the bare name of a
/// segment that the guide knows.
#[inline]
pub(super) fn segment_name(line: &[u8], field: u8) -> Option<[u8; 3]> {
    let (&name, rest) = line.split_first_chunk::<3>()?;
    if !name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
        return None;
    }
    match rest.first() {
        Some(&next) if next == field => Some(name),
        None | Some(b'\r' | b'\n') => BARE_NAMES.contains(&&name).then_some(name),
        Some(_) => None,
    }
}

fn is_blank_line(line: &[u8]) -> bool {
    line.iter().find(|&&b| !matches!(b, b' ' | b'\t')).is_none_or(|b| matches!(b, b'\r' | b'\n'))
}

/// How many segments of each name there were: a small open table, and a map once a message brings odd names.
struct Counts {
    table: [([u8; 3], u16); 64],
    others: BTreeMap<[u8; 3], u16>,
}

impl Counts {
    fn new() -> Self {
        Self { table: [([0; 3], 0); 64], others: BTreeMap::new() }
    }

    /// The number of the next segment of this name, from 1; stops at 65,535.
    fn next(&mut self, name: [u8; 3]) -> u16 {
        let home = usize::from(name[0]) * 7 + usize::from(name[1]) * 31 + usize::from(name[2]);
        for probe in 0..4 {
            let (held, count) = &mut self.table[(home + probe) % 64];
            if *count == 0 || *held == name {
                *held = name;
                *count = count.saturating_add(1);
                return *count;
            }
        }
        let count = self.others.entry(name).or_default();
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, marks};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn marks_are_the_separators_and_the_controls(bytes in any::<[u8; BLOCK]>(), field in any::<u8>()) {
            let found = marks(&bytes, field);
            for (at, &byte) in bytes.iter().enumerate() {
                prop_assert_eq!(found >> at & 1 == 1, byte == field || byte < 0x20, "byte {} at {}", byte, at);
            }
        }
    }
}
