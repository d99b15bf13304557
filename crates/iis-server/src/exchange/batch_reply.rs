//! The reply to a batch: a file header, a batch header, each message's own reply in order, and the counts.

use crate::message_file::Envelopes;
use iis_hl7::ReplyHeader;
use iis_hl7::er7::batch::{write_header, write_trailer};
use iis_registry::{Arrival, Identity};

/// What goes before the replies.
pub(crate) fn head(identity: &Identity, arrival: &Arrival, received: &Envelopes) -> Vec<u8> {
    let control_id = format!("{:016X}", arrival.random[1]);
    let header = ReplyHeader {
        application: &identity.application,
        facility: &identity.facility,
        authority: &identity.facility,
        now: arrival.at,
        offset: identity.zone.to_offset(arrival.at),
        control_id: &control_id,
    };
    let mut head = write_header("FHS", &header, received.file.as_ref());
    head.extend(write_header("BHS", &header, received.batch.as_ref()));
    head
}

/// What goes after `messages` replies.
pub(crate) fn tail(messages: u64) -> Vec<u8> {
    let mut tail = write_trailer("BTS", messages);
    tail.extend(write_trailer("FTS", 1));
    tail
}
