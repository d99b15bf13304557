//! Batch files: a stream of messages with or without envelopes, of any size, in bounded memory.
//!
//! `[FHS] { [BHS] { messages } [BTS] } [FTS]`, HL7 2.5.1 section 2.10.3. A bare stream of messages, headers without
//! trailers and wrong counts are all read. One bad message never stops the file.

mod envelope;

pub use envelope::{Envelope, write_header, write_trailer};

use super::Limits;
use envelope::Kind;
use memchr::memchr2;

/// A piece of a batch file, in file order. Offsets count bytes from the start of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A file or batch header: FHS or BHS.
    Header(Envelope),
    /// One message, from its MSH to the next message or envelope.
    Message {
        /// Where it begins.
        offset: u64,
        /// Its bytes; of a message beyond the limit the beginning, which is enough to answer it.
        bytes: Vec<u8>,
        /// Whether it goes on beyond the limit. Then the rest was passed over.
        is_cut: bool,
    },
    /// A batch or file trailer: BTS or FTS.
    Trailer(Envelope),
    /// Text that belongs to no message; it was passed over up to the next piece.
    Noise {
        /// Where it begins.
        offset: u64,
    },
}

/// Cuts a file into its pieces as the bytes come in. Holds one message and one line at most, each up to the limit.
#[derive(Debug)]
pub struct Splitter {
    most_bytes: usize,
    /// How many bytes came in before the line that is not yet complete.
    line_offset: u64,
    /// The line that is not yet complete, up to the limit.
    line: Vec<u8>,
    /// Its length, also beyond the limit.
    line_length: u64,
    open: Option<Open>,
    in_noise: bool,
}

/// The message that is being gathered.
#[derive(Debug)]
struct Open {
    offset: u64,
    bytes: Vec<u8>,
    is_cut: bool,
}

impl Splitter {
    /// A splitter for messages up to the limit of bytes.
    pub fn new(limits: &Limits) -> Self {
        Self {
            most_bytes: limits.bytes,
            line_offset: 0,
            line: Vec::new(),
            line_length: 0,
            open: None,
            in_noise: false,
        }
    }

    /// Takes more of the file and hands out the pieces that are complete.
    pub fn feed(&mut self, mut bytes: &[u8], mut take: impl FnMut(Piece)) {
        while let Some(at) = memchr2(b'\r', b'\n', bytes) {
            let (end, rest) = bytes.split_at(at + 1);
            self.extend(end);
            self.end_line(&mut take);
            bytes = rest;
        }
        self.extend(bytes);
    }

    /// Ends the file and hands out what is left.
    pub fn finish(mut self, mut take: impl FnMut(Piece)) {
        self.end_line(&mut take);
        self.close(&mut take);
    }

    fn extend(&mut self, bytes: &[u8]) {
        let room = self.most_bytes.saturating_sub(self.line.len());
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.line_length += bytes.len() as u64;
    }

    fn end_line(&mut self, take: &mut impl FnMut(Piece)) {
        let is_cut = self.line.len() as u64 != self.line_length;
        let offset = self.line_offset + lead(&self.line) as u64;
        match envelope::kind(&self.line[lead(&self.line)..]) {
            Some(Kind::Message) => {
                self.close(take);
                self.open = Some(Open { offset, bytes: Vec::new(), is_cut: false });
                self.append(lead(&self.line), is_cut);
            }
            Some(kind) => {
                self.close(take);
                self.in_noise = false;
                let envelope = Envelope::read(&self.line[lead(&self.line)..], offset);
                take(if kind == Kind::Header { Piece::Header(envelope) } else { Piece::Trailer(envelope) });
            }
            None if self.open.is_some() => self.append(0, is_cut),
            None if self.in_noise || lead(&self.line) == self.line.len() => {}
            None => {
                self.in_noise = true;
                take(Piece::Noise { offset });
            }
        }
        self.line_offset += self.line_length;
        self.line_length = 0;
        self.line.clear();
    }

    /// Adds the line, from a position on, to the open message.
    fn append(&mut self, from: usize, is_cut: bool) {
        let Some(open) = self.open.as_mut() else { return };
        let line = &self.line[from..];
        let room = self.most_bytes.saturating_sub(open.bytes.len());
        open.bytes.extend_from_slice(&line[..line.len().min(room)]);
        open.is_cut |= is_cut || line.len() > room;
    }

    fn close(&mut self, take: &mut impl FnMut(Piece)) {
        if let Some(Open { offset, bytes, is_cut }) = self.open.take() {
            self.in_noise = false;
            take(Piece::Message { offset, bytes, is_cut });
        }
    }
}

/// How many bytes of a line come before its text: blanks, frame characters, a byte order mark.
fn lead(line: &[u8]) -> usize {
    let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    line.len() - text.len() + text.iter().take_while(|&&b| b <= b' ').count()
}

#[cfg(test)]
mod tests {
    use super::{Piece, Splitter};
    use crate::er7::Limits;
    use proptest::prelude::*;

    fn split(file: &[u8], step: usize, most_bytes: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut splitter = Splitter::new(&Limits { bytes: most_bytes, ..Limits::default() });
        for chunk in file.chunks(step.max(1)) {
            splitter.feed(chunk, |piece| pieces.push(piece));
        }
        splitter.finish(|piece| pieces.push(piece));
        pieces
    }

    fn sketch(pieces: &[Piece]) -> Vec<String> {
        let line = |piece: &Piece| match piece {
            Piece::Header(e) => format!("{} {} id={}", e.offset, e.name, e.control_id),
            Piece::Trailer(e) => format!("{} {} count={:?}", e.offset, e.name, e.count),
            Piece::Noise { offset } => format!("{offset} noise"),
            Piece::Message { offset, bytes, is_cut } => {
                let text = String::from_utf8_lossy(bytes).replace(['\r', '\n'], "/");
                format!("{offset} {text}{}", if *is_cut { " cut" } else { "" })
            }
        };
        pieces.iter().map(line).collect()
    }

    #[test]
    fn a_file_is_cut_into_envelopes_and_messages() {
        #[rustfmt::skip]
        let table: [(&str, &[&str]); 7] = [
            ("",                                    &[]),
            ("MSH|1\rPID|\rMSH|2",                  &["0 MSH|1/PID|/", "11 MSH|2"]),
            ("FHS|^~\\&|||||||||F7\rBHS|^~\\&\rMSH|1\rBTS|1\rFTS|1\r",
                &["0 FHS id=F7", "20 BHS id=", "29 MSH|1/", "35 BTS count=Some(1)", "41 FTS count=Some(1)"]),
            ("\u{feff}\u{b}MSH|1\r\n\u{1c}\r\nMSH|2", &["4 MSH|1//\u{1c}//", "14 MSH|2"]),
            ("hello\nyou\nMSH|1\nmore\nBTS|x",      &["0 noise", "10 MSH|1/more/", "21 BTS count=None"]),
            ("MSH|1\rBTS\rlost\rMSH|2",             &["0 MSH|1/", "6 BTS count=None", "10 noise", "15 MSH|2"]),
            ("MSH|12345678901234567\rPID|1\rMSH|2", &["0 MSH|1234567890123456 cut", "28 MSH|2"]),
        ];
        for (file, pieces) in table {
            assert_eq!(sketch(&split(file.as_bytes(), 1000, 20)), pieces, "{file:?}");
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_stream_is_broken(
            parts in proptest::collection::vec(
                prop_oneof!["FHS\\|x\r", "MSH\\|[a-z]{0,9}[\r\n]{1,2}", "PID\\|1\r", "BTS\\|2\n", "[a-z \u{b}]{0,5}\r"], 0..20),
            step in 1_usize..9,
            most_bytes in 8_usize..40,
        ) {
            let file = parts.concat();
            prop_assert_eq!(split(file.as_bytes(), step, most_bytes), split(file.as_bytes(), usize::MAX, most_bytes));
        }
    }
}
