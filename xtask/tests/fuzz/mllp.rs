//! The cutting of a stream into MLLP frames: any bytes, in any parts.

use crate::corpus::messages;
use crate::fuzz;
use iis_server::mllp::frame::{Broken, Decoder, framed};

/// The longest message of these streams.
const MOST: usize = 4_000;

#[test]
fn mllp_is_cut_the_same_however_it_arrives() {
    let messages = messages();
    let pairs = messages.iter().zip(messages.iter().skip(1));
    let streams: Vec<_> = pairs.map(|(one, other)| [framed(one), framed(other)].concat()).collect();
    fuzz("mllp", &streams, |bytes| {
        let whole = cut(bytes, bytes.len().max(1));
        for length in [1, 7] {
            assert_eq!(cut(bytes, length), whole);
        }
        let (messages, _) = whole;
        // Every message stood whole in its frame, in order, and none is longer than allowed.
        let mut rest = bytes;
        for message in &messages {
            assert!(message.len() <= MOST);
            let frame = framed(message);
            let at =
                rest.windows(frame.len()).position(|window| window == frame).expect("the frame was sent");
            rest = &rest[at + frame.len()..];
        }
    });
}

/// The messages of a stream that comes in parts of this length, and how it broke.
fn cut(bytes: &[u8], length: usize) -> (Vec<Vec<u8>>, Option<Broken>) {
    let (mut decoder, mut messages) = (Decoder::new(MOST), Vec::new());
    for mut part in bytes.chunks(length) {
        while !part.is_empty() {
            match decoder.feed(part) {
                Ok((taken, message)) => {
                    assert!(taken > 0 && taken <= part.len());
                    messages.extend(message);
                    part = &part[taken..];
                }
                Err(broken) => return (messages, Some(broken)),
            }
        }
    }
    (messages, None)
}
