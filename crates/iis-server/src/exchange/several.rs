//! A body that holds more than one message, or batch envelopes: each message gets its own reply, in order.

use super::cannot_process;
use crate::app::App;
use crate::failure::Outage;
use crate::loading::{self, Door, Heading};
use iis_hl7::Limits;
use iis_hl7::er7::batch::{Piece, Splitter};
use iis_model::access::Channel;
use iis_model::organization::Sender;
use iis_registry::Arrival;
use std::sync::Arc;
use tokio::time::Instant;

/// What begins a message or an envelope.
const BEGINNINGS: [&[u8]; 3] = [b"MSH", b"FHS", b"BHS"];

/// How many messages a body holds.
pub(crate) fn messages_in(bytes: &[u8]) -> usize {
    pieces(bytes).iter().filter(|piece| matches!(piece, Piece::Message { .. })).count()
}

/// The first message of a body: from its header on.
pub(crate) fn first_message(bytes: &[u8]) -> &[u8] {
    let mut at = 0;
    for line in bytes.split(|byte| matches!(byte, b'\r' | b'\n')) {
        if line.starts_with(BEGINNINGS[0]) {
            return &bytes[at..];
        }
        at += line.len() + 1;
    }
    bytes
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
    let Arrival { at, random, .. } = app.arrival();
    let identity = (*app.registry.identity).clone();
    let heading = Heading { identity, at, id: [random[0], random[1]], is_resumable: false };
    let door = Door::request(app, sender, channel, deadline);
    match loading::answer(bytes, &door, &heading).await {
        Ok(replies) => Some(replies),
        Err(error) => {
            tracing::error!(%error, "the messages of a body could not be answered");
            Some(cannot_process(app, bytes, channel, Outage::PANIC).bytes().to_vec())
        }
    }
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
