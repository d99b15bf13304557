//! A body that holds more than one message, or batch envelopes: each message gets its own reply, in order.

use super::{answer, batch_reply, cannot_process};
use crate::app::App;
use crate::failure::Outage;
use crate::message_file::Envelopes;
use iis_hl7::Limits;
use iis_hl7::er7::batch::{Piece, Splitter};
use iis_model::access::Channel;
use iis_model::organization::Sender;
use std::sync::Arc;
use tokio::time::Instant;

/// What begins a message or an envelope.
const BEGINNINGS: [&[u8]; 3] = [b"MSH", b"FHS", b"BHS"];

/// How many messages a body holds.
pub(crate) fn messages_in(bytes: &[u8]) -> usize {
    pieces(bytes).iter().filter(|piece| matches!(piece, Piece::Message { .. })).count()
}

/// The batch reply, or `None` when the body is to be taken as one message.
pub(crate) async fn answer_all(
    app: &App,
    sender: &Arc<Sender>,
    bytes: &[u8],
    channel: Channel,
    deadline: Instant,
) -> Option<Vec<u8>> {
    if !is_batch(bytes) {
        return None;
    }
    let arrival = app.arrival();
    let (mut replies, mut messages, mut received) = (Vec::new(), 0, Envelopes::default());
    for piece in pieces(bytes) {
        let message: Arc<[u8]> = match piece {
            Piece::Message { bytes, .. } => bytes.into(),
            Piece::Header(envelope) => {
                let place = if envelope.name == "FHS" { &mut received.file } else { &mut received.batch };
                *place = Some(envelope);
                continue;
            }
            Piece::Trailer(_) | Piece::Noise { .. } => continue,
        };
        messages += 1;
        // one after the other: a later message may mend an earlier one
        let outcome = if Instant::now() < deadline {
            answer(app, sender, message, channel, deadline).await
        } else {
            cannot_process(app, &message, channel, Outage::TOO_SLOW)
        };
        replies.extend_from_slice(outcome.bytes());
    }
    let mut batch = batch_reply::head(&app.registry.identity, &arrival, &received);
    batch.extend_from_slice(&replies);
    batch.extend_from_slice(&batch_reply::tail(messages));
    Some(batch)
}

/// Whether the body has an envelope or a second message.
fn is_batch(bytes: &[u8]) -> bool {
    let mut begun = bytes
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .filter_map(|line| BEGINNINGS.into_iter().find(|beginning| line.starts_with(beginning)));
    match begun.next() {
        Some(b"MSH") => begun.next().is_some(),
        other => other.is_some(),
    }
}

fn pieces(bytes: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let limits = Limits::default();
    let mut splitter = Splitter::new(&Limits { bytes: limits.bytes + 1, ..limits });
    splitter.feed(bytes, |piece| pieces.push(piece));
    splitter.finish(|piece| pieces.push(piece));
    pieces
}

#[cfg(test)]
mod tests {
    use super::{is_batch, messages_in};

    #[test]
    fn a_batch_is_told_from_a_message() {
        #[rustfmt::skip]
        let table = [
            ("MSH|^~\\&|A\rPID|1\r",                    false, 1),
            ("MSH|^~\\&|A\rPID|1\rMSH|^~\\&|B\r",       true,  2),
            ("FHS|^~\\&|X\rMSH|^~\\&|A\rFTS|1\r",       true,  1),
            ("BHS|^~\\&|X\nMSH|^~\\&|A\nMSH|^~\\&|B\n", true,  2),
            ("MSH|^~\\&|A\rNTE|1||MSH|\r",              false, 1),
            ("PID|1\r",                                 false, 0),
            ("",                                        false, 0),
        ];
        for (text, batch, messages) in table {
            assert_eq!(
                (is_batch(text.as_bytes()), messages_in(text.as_bytes())),
                (batch, messages),
                "{text:?}"
            );
        }
    }
}
