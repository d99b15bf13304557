//! Frames: VT, message, FS, CR. Source: HL7 Version 3 Transport Specification, MLLP release 1, section 2.
//!
//! A frame is whole or it is nothing: what lacks its end is never taken for a message.

/// Begins a frame.
const START: u8 = 0x0b;
/// Ends a frame, with the carriage return after it.
const END: u8 = 0x1c;
const RETURN: u8 = 0x0d;

/// Cuts a stream of bytes into messages.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    message: Vec<u8>,
    /// The longest message, in bytes.
    most: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    Inside,
    /// FS has come, CR has not.
    Ending,
}

/// Why a stream is no stream of frames. What follows on it cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Something other than line ends between frames.
    Outside,
    /// A frame begins inside another.
    BegunTwice,
    /// FS without CR.
    HalfEnded,
    /// Longer than allowed.
    TooLong,
}

impl Broken {
    /// The word for figures and logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Outside => "bytes-outside",
            Self::BegunTwice => "begun-twice",
            Self::HalfEnded => "half-ended",
            Self::TooLong => "too-long",
        }
    }
}

impl Decoder {
    /// For messages of at most `most` bytes.
    pub fn new(most: usize) -> Self {
        Self { state: State::Between, message: Vec::new(), most }
    }

    /// Reads on until a frame ends or the bytes do: how many were taken, and the message if there is one.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(usize, Option<Vec<u8>>), Broken> {
        let mut taken = 0;
        while let Some(byte) = bytes.get(taken) {
            match (self.state, *byte) {
                (State::Between, START) => self.state = State::Inside,
                (State::Between, b'\r' | b'\n') => {}
                (State::Between, _) => return Err(Broken::Outside),
                (State::Inside, START) => return Err(Broken::BegunTwice),
                (State::Inside, END) => self.state = State::Ending,
                (State::Inside, _) => {
                    taken += self.take(&bytes[taken..])?;
                    continue;
                }
                (State::Ending, RETURN) => {
                    self.state = State::Between;
                    return Ok((taken + 1, Some(std::mem::take(&mut self.message))));
                }
                (State::Ending, _) => return Err(Broken::HalfEnded),
            }
            taken += 1;
        }
        Ok((taken, None))
    }

    /// Takes what belongs to the message; how many bytes.
    fn take(&mut self, bytes: &[u8]) -> Result<usize, Broken> {
        let length = bytes.iter().position(|byte| matches!(*byte, START | END)).unwrap_or(bytes.len());
        let room = self.most - self.message.len();
        self.message.extend_from_slice(&bytes[..length.min(room)]);
        if length > room { Err(Broken::TooLong) } else { Ok(length) }
    }

    /// Whether a frame has begun and not ended.
    pub fn is_inside(&self) -> bool {
        self.state != State::Between
    }

    /// What has come of the frame.
    pub fn so_far(&self) -> &[u8] {
        &self.message
    }
}

/// A message in its frame. The two bytes that would end the frame early cannot stand in it.
pub fn framed(message: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(message.len() + 3);
    frame.push(START);
    frame.extend(message.iter().filter(|byte| !matches!(**byte, START | END)));
    frame.extend_from_slice(&[END, RETURN]);
    frame
}

#[cfg(test)]
mod tests {
    use super::{Broken, Decoder, framed};

    /// The messages of a stream that comes in parts of this length, and how it broke.
    fn decoded(stream: &[u8], part: usize, most: usize) -> (Vec<String>, Option<Broken>) {
        let (mut decoder, mut messages) = (Decoder::new(most), Vec::new());
        for mut part in stream.chunks(part) {
            while !part.is_empty() {
                match decoder.feed(part) {
                    Ok((taken, message)) => {
                        messages
                            .extend(message.map(|message| String::from_utf8_lossy(&message).into_owned()));
                        part = &part[taken..];
                    }
                    Err(broken) => return (messages, Some(broken)),
                }
            }
        }
        (messages, None)
    }

    #[test]
    fn frames_are_found_however_they_arrive() {
        #[rustfmt::skip]
        let table: [(&[u8], &[&str], Option<Broken>); 13] = [
            (b"",                                       &[],                None),
            (b"\x0bMSH|a\r\x1c\r",                      &["MSH|a\r"],       None),
            (b"\x0bone\x1c\r\x0btwo\x1c\r",             &["one", "two"],    None),
            (b"\r\n\x0bone\x1c\r\r\n\x0btwo\x1c\r\n",   &["one", "two"],    None),
            (b"\x0b\x1c\r",                             &[""],              None),
            (b"\x0bone",                                &[],                None),
            (b"\x0bone\x1c",                            &[],                None),
            (b"MSH|a\r",                                &[],                Some(Broken::Outside)),
            (b"\x0bone\x1c\rGET / HTTP/1.1\r\n",        &["one"],           Some(Broken::Outside)),
            (b"\x0bone\x0btwo\x1c\r",                   &[],                Some(Broken::BegunTwice)),
            (b"\x0bone\x1ctwo\x1c\r",                   &[],                Some(Broken::HalfEnded)),
            (b"\x0bone\x1c\x1c\r",                      &[],                Some(Broken::HalfEnded)),
            (b"\x0b1234567\x1c\r\x0b12345678\x1c\r",    &["1234567"],       Some(Broken::TooLong)),
        ];
        for (stream, messages, broken) in table {
            for part in [1, 2, 3, 100] {
                let expected = messages.iter().map(ToString::to_string).collect::<Vec<_>>();
                assert_eq!(decoded(stream, part, 7), (expected, broken), "{}", stream.escape_ascii());
            }
        }
    }

    #[test]
    fn of_a_message_that_is_too_long_no_more_is_kept_than_allowed() {
        let mut decoder = Decoder::new(10);
        assert_eq!(decoder.feed(&[b"\x0b".as_slice(), &[b'a'; 100]].concat()), Err(Broken::TooLong));
        assert_eq!(decoder.so_far(), [b'a'; 10]);
    }

    #[test]
    fn what_is_framed_is_one_frame() {
        for message in ["MSH|a\r", "", "a\u{b}b\u{1c}\rc"] {
            let frame = framed(message.as_bytes());
            let (messages, broken) = decoded(&frame, frame.len(), 100);
            assert_eq!((messages, broken), (vec![message.replace(['\u{b}', '\u{1c}'], "")], None));
        }
    }
}
