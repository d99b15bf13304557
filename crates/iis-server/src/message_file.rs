//! A file of messages: one or many, with or without batch envelopes, plain or gzip, of any size.

#[cfg(test)]
mod tests;

use flate2::read::MultiGzDecoder;
use iis_hl7::Limits;
use iis_hl7::er7::batch::{Envelope, Piece, Splitter};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Bytes read at a time.
const PART: usize = 64 * 1024;
/// How a gzip file begins (RFC 1952, section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The file cannot be read: named with the place that was reached.
#[derive(Debug, thiserror::Error)]
#[error("{path}, byte {offset}: {source}", path = path.display())]
pub struct Unreadable {
    path: PathBuf,
    offset: u64,
    source: io::Error,
}

impl Unreadable {
    /// Up to where the (unpacked) file was read.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the file itself is damaged or cut off: trying again reads no more of it.
    pub fn is_damage(&self) -> bool {
        use ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        matches!(self.source.kind(), InvalidData | InvalidInput | UnexpectedEof)
    }
}

/// A message of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMessage {
    /// Its place among the messages of the file, from 1.
    pub number: u64,
    /// Where it begins in the (unpacked) file.
    pub offset: u64,
    /// Its bytes; of one that is too long for a message, as many as show that it is.
    pub bytes: Vec<u8>,
    /// Whether the file breaks off in the middle of its last line, with an envelope still open.
    pub is_torn: bool,
}

/// What comes next in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A message.
    Message(FileMessage),
    /// FHS or BHS.
    Header(Envelope),
    /// BTS or FTS.
    Trailer(Envelope),
    /// Text that belongs to no message, from this offset up to the next item.
    Noise(u64),
}

/// A file being read.
pub struct MessageFile {
    path: PathBuf,
    source: Box<dyn Read + Send>,
    splitter: Option<Splitter>,
    waiting: VecDeque<Piece>,
    offset: u64,
    messages: u64,
    ends_with_line: bool,
    is_in_envelope: bool,
}

impl MessageFile {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        let opened = File::open(path).and_then(|file| unpacked(BufReader::with_capacity(PART, file)));
        let source = opened.map_err(|source| Unreadable { path: path.to_path_buf(), offset: 0, source })?;
        Ok(Self::over(path.to_path_buf(), source))
    }

    /// A file that is in memory already, and not packed.
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        Self::over(PathBuf::new(), Box::new(Cursor::new(bytes)))
    }

    fn over(path: PathBuf, source: Box<dyn Read + Send>) -> Self {
        let limits = Limits::default();
        // one more than a message may have, so that its reader sees that it is too long
        let splitter = Splitter::new(&Limits { bytes: limits.bytes + 1, ..limits });
        Self {
            path,
            source,
            splitter: Some(splitter),
            waiting: VecDeque::new(),
            offset: 0,
            messages: 0,
            ends_with_line: true,
            is_in_envelope: false,
        }
    }

    /// The next message, or `None` at the end.
    pub fn next_message(&mut self) -> Result<Option<FileMessage>, Unreadable> {
        while let Some(item) = self.next_item()? {
            if let Item::Message(message) = item {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// What comes next, or `None` at the end.
    pub fn next_item(&mut self) -> Result<Option<Item>, Unreadable> {
        loop {
            if let Some(piece) = self.waiting.pop_front() {
                return Ok(Some(self.item(piece)));
            }
            if !self.read_part()? {
                return Ok(None);
            }
        }
    }

    fn item(&mut self, piece: Piece) -> Item {
        match piece {
            Piece::Message { offset, bytes, .. } => {
                self.messages += 1;
                let is_last = self.splitter.is_none() && self.waiting.is_empty();
                let is_torn = is_last && self.is_in_envelope && !self.ends_with_line;
                Item::Message(FileMessage { number: self.messages, offset, bytes, is_torn })
            }
            Piece::Header(envelope) => {
                self.is_in_envelope = true;
                Item::Header(envelope)
            }
            Piece::Trailer(envelope) => {
                self.is_in_envelope = false;
                Item::Trailer(envelope)
            }
            Piece::Noise { offset } => Item::Noise(offset),
        }
    }

    /// Reads on; `false` when the file has ended and all pieces are handed out. What is damaged ends it: the message
    /// that was being read is not handed out.
    fn read_part(&mut self) -> Result<bool, Unreadable> {
        let Some(splitter) = &mut self.splitter else { return Ok(false) };
        let mut part = vec![0; PART];
        let read = match self.source.read(&mut part) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(true),
            Err(source) => {
                self.splitter = None;
                return Err(Unreadable { path: self.path.clone(), offset: self.offset, source });
            }
        };
        self.offset += read as u64;
        let waiting = &mut self.waiting;
        if read > 0 {
            self.ends_with_line = matches!(part[read - 1], b'\r' | b'\n');
            splitter.feed(&part[..read], |piece| waiting.push_back(piece));
        } else if let Some(splitter) = self.splitter.take() {
            splitter.finish(|piece| waiting.push_back(piece));
        }
        Ok(true)
    }
}

/// What a file holds when it is unpacked, if it is packed.
fn unpacked(mut file: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut head = Vec::with_capacity(GZIP.len());
    file.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
    let is_packed = head == GZIP;
    let whole = Cursor::new(head).chain(file);
    Ok(if is_packed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) })
}
