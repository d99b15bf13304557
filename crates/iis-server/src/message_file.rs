//! A file of messages: one or many, with or without batch envelopes, plain or gzip, of any size.

use flate2::read::MultiGzDecoder;
use iis_hl7::Limits;
use iis_hl7::er7::batch::{Envelope, Piece, Splitter};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
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

/// A message of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMessage {
    /// Its place among the messages of the file, from 1.
    pub number: u64,
    /// Where it begins in the (unpacked) file.
    pub offset: u64,
    /// Its bytes; of one that is too long for a message, as many as show that it is.
    pub bytes: Vec<u8>,
}

/// The headers around messages, as far as there are any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelopes {
    /// FHS.
    pub file: Option<Envelope>,
    /// BHS.
    pub batch: Option<Envelope>,
}

/// A file being read.
pub struct MessageFile {
    path: PathBuf,
    source: Box<dyn Read + Send>,
    splitter: Option<Splitter>,
    waiting: VecDeque<Piece>,
    offset: u64,
    messages: u64,
    envelopes: Envelopes,
    announced: Option<u64>,
    has_ended: bool,
}

impl MessageFile {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        let source =
            source(path).map_err(|source| Unreadable { path: path.to_path_buf(), offset: 0, source })?;
        let limits = Limits::default();
        // one more than a message may have, so that its reader sees that it is too long
        let splitter = Splitter::new(&Limits { bytes: limits.bytes + 1, ..limits });
        Ok(Self {
            path: path.to_path_buf(),
            source,
            splitter: Some(splitter),
            waiting: VecDeque::new(),
            offset: 0,
            messages: 0,
            envelopes: Envelopes::default(),
            announced: None,
            has_ended: false,
        })
    }

    /// The next message, or `None` at the end.
    pub fn next_message(&mut self) -> Result<Option<FileMessage>, Unreadable> {
        loop {
            while let Some(piece) = self.waiting.pop_front() {
                match piece {
                    Piece::Message { offset, bytes, .. } => {
                        self.messages += 1;
                        return Ok(Some(FileMessage { number: self.messages, offset, bytes }));
                    }
                    Piece::Header(envelope) if envelope.name == "FHS" => self.envelopes.file = Some(envelope),
                    Piece::Header(envelope) => self.envelopes.batch = Some(envelope),
                    Piece::Trailer(envelope) if envelope.name == "FTS" => self.has_ended = true,
                    Piece::Trailer(Envelope { count: Some(count), .. }) => {
                        self.announced = Some(self.announced.unwrap_or(0) + count);
                    }
                    Piece::Trailer(_) | Piece::Noise { .. } => {}
                }
            }
            if !self.read_part()? {
                return Ok(None);
            }
        }
    }

    /// The headers read last.
    pub fn envelopes(&self) -> &Envelopes {
        &self.envelopes
    }

    /// Whether the file's trailer (FTS) has been read.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// At the end of the file: how many messages its trailers announced, when that differs from what came.
    pub fn wrong_count(&self) -> Option<u64> {
        self.announced.filter(|announced| *announced != self.messages)
    }

    /// Reads on; `false` when the file has ended and all pieces are handed out.
    fn read_part(&mut self) -> Result<bool, Unreadable> {
        let Some(splitter) = &mut self.splitter else { return Ok(false) };
        let mut part = vec![0; PART];
        let read = self.source.read(&mut part).map_err(|source| Unreadable {
            path: self.path.clone(),
            offset: self.offset,
            source,
        })?;
        self.offset += read as u64;
        let waiting = &mut self.waiting;
        if read > 0 {
            splitter.feed(&part[..read], |piece| waiting.push_back(piece));
        } else if let Some(splitter) = self.splitter.take() {
            splitter.finish(|piece| waiting.push_back(piece));
        }
        Ok(true)
    }
}

fn source(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    let mut file = File::open(path)?;
    let mut head = [0; 2];
    let read = file.read(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    if read == 2 && head == GZIP {
        return Ok(Box::new(MultiGzDecoder::new(BufReader::new(file))));
    }
    Ok(Box::new(file))
}

#[cfg(test)]
mod tests {
    use super::MessageFile;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn messages(bytes: &[u8]) -> (Vec<String>, Option<u64>) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("feed");
        std::fs::write(&path, bytes).expect("written");
        let mut file = MessageFile::open(&path).expect("opened");
        let mut found = Vec::new();
        while let Some(message) = file.next_message().expect("readable") {
            assert_eq!(message.number, found.len() as u64 + 1);
            found.push(String::from_utf8_lossy(&message.bytes).trim().replace('\r', ";"));
        }
        (found, file.wrong_count())
    }

    #[test]
    fn messages_are_found_with_and_without_envelopes_plain_and_packed() {
        let one = "MSH|^~\\&|A\rPID|1\r";
        let other = "MSH|^~\\&|B\rPID|2\r";
        let batch = format!("FHS|^~\\&|X\rBHS|^~\\&|X\r{one}{other}BTS|2\rFTS|1\r");
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(batch.as_bytes()).expect("packed");
        let packed = packed.finish().expect("packed");
        let wrong = batch.replace("BTS|2", "BTS|3");
        #[rustfmt::skip]
        let table: [(&[u8], &[&str], Option<u64>); 6] = [
            (one.as_bytes(),                                   &["MSH|^~\\&|A;PID|1"],                        None),
            (&[one, other].concat().into_bytes(),              &["MSH|^~\\&|A;PID|1", "MSH|^~\\&|B;PID|2"],   None),
            (batch.as_bytes(),                                 &["MSH|^~\\&|A;PID|1", "MSH|^~\\&|B;PID|2"],   None),
            (&packed,                                          &["MSH|^~\\&|A;PID|1", "MSH|^~\\&|B;PID|2"],   None),
            (wrong.as_bytes(),                                 &["MSH|^~\\&|A;PID|1", "MSH|^~\\&|B;PID|2"],   Some(3)),
            (b"",                                              &[],                                           None),
        ];
        for (bytes, expected, wrong_count) in table {
            let (found, count) = messages(bytes);
            assert_eq!(
                (found.as_slice(), count),
                (expected.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice(), wrong_count)
            );
        }
    }

    #[test]
    fn a_gzip_bomb_costs_no_more_than_a_long_message() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(b"MSH|^~\\&|A\rPID|").expect("packed");
        let zeros = vec![b'0'; 1 << 20];
        for _ in 0..100 {
            packed.write_all(&zeros).expect("packed");
        }
        let (found, _) = messages(&packed.finish().expect("packed"));
        assert_eq!(found.len(), 1);
        assert!(found[0].len() <= (4 << 20) + 1, "{} bytes are kept", found[0].len());
    }
}
