//! The message as it came, with its reply: what makes it the same message again, and the row that is kept.

use super::submit::Unit;
use super::timing::{Lap, Laps};
use super::{Received, Reply, acknowledge, control_id, findings, reply_header};
use crate::messages::kept::text as text_of;
use crate::{Context, Failure};
use iis_hl7::segments::msa::Acknowledgment;
use iis_model::access::{Actor, Channel};
use iis_model::organization::Sender;
use iis_model::{Finding, Findings, Given, Header, MessageId, Place, SourceRecordId, Timestamp};
use iis_store::message::MessageRow;
use iis_store::{AuditEntry, Plan, StoreError, Tx, UnitKey, message};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The key of a submission.
pub(super) fn key(sender: &Sender, header: &Header, bytes: &[u8]) -> UnitKey {
    UnitKey::Message {
        sender_id: sender.id,
        msh_3: text(&header.sending_application),
        msh_4: text(&header.sending_facility),
        control_id: text(&header.control_id),
        body_sha256: Sha256::digest(bytes).into(),
    }
}

fn text(given: &Given<Box<str>>) -> Box<str> {
    given.get().cloned().unwrap_or_default()
}

/// The same control id with another body: worth telling, never a reason to refuse.
pub(super) fn control_id_finding(tx: &mut Tx<'_>, key: &UnitKey) -> Result<Option<Finding>, StoreError> {
    let other = message::with_other_body(tx, key)?;
    Ok(other.map(|_| findings::CONTROL_ID_REUSED.at(Place::segment(*b"MSH", 1).field(10))))
}

/// The row of a submission.
pub(super) fn row(
    id: MessageId,
    unit: &Unit,
    became: Option<(SourceRecordId, i64)>,
    findings: &Findings,
    reply: &[u8],
) -> MessageRow {
    let heard = Heard {
        id,
        sender: &unit.sender,
        channel: unit.report.granted.channel(),
        at: unit.report.arrival.at,
        bytes: &unit.bytes,
    };
    let row = heard.row("VXU", Some(&unit.report.submission.header), findings, reply);
    let mut row = timed(row, &unit.lap, unit.laps);
    (row.source_record_id, row.revision) = became.unzip();
    row
}

/// Answers a message of which nothing is stored but itself, and keeps it with its answer.
pub(super) async fn refuse(
    cx: &Context,
    received: Received,
    (kind, header): (&'static str, Option<Header>),
    findings: Findings,
    lap: &Lap,
) -> Result<Reply, Failure> {
    let (cx_, lane, lap) = (cx.clone(), received.lane(), lap.clone());
    let applied = cx.store.propose_and_apply(lane, move |_| {
        let id = MessageId(cx_.store.ids().take()?);
        let control_id = control_id(&received.arrival, id.0);
        let reply =
            acknowledge(&received.bytes, &findings, &reply_header(&cx_, &received.arrival, &control_id));
        let mut plan = Plan::new(received.arrival.at, received.key());
        plan.audit.push(heard_entry(&received, id, "refused"));
        let heard = Heard::of(&received, id);
        let row = heard.row(kind, header.as_ref(), &findings, &reply);
        plan.message = Some(timed(row, &lap, Laps::default()));
        plan.reply = reply;
        Ok(plan)
    });
    Ok(Reply::applied(applied.await?))
}

/// The row with how long the message took so far.
pub(super) fn timed(row: MessageRow, lap: &Lap, laps: Laps) -> MessageRow {
    MessageRow { read_micros: laps.read, checked_micros: laps.checked, micros: lap.micros(), ..row }
}

/// The audit row of a message that concerned no record.
pub(super) fn heard_entry(received: &Received, message_id: MessageId, result: &'static str) -> AuditEntry {
    let Sender { id, name, organization_id, .. } = &*received.sender;
    let actor = Actor::Sender { id: *id, name: name.clone(), organization_id: *organization_id };
    AuditEntry::by(&actor, received.channel, "receive-message", received.arrival.at)
        .message(message_id)
        .result(result)
}

/// A message with what is known of it from outside.
pub(super) struct Heard<'a> {
    id: MessageId,
    sender: &'a Arc<Sender>,
    channel: Channel,
    at: Timestamp,
    bytes: &'a [u8],
}

impl<'a> Heard<'a> {
    pub(super) fn of(received: &'a Received, id: MessageId) -> Self {
        let Received { bytes, sender, channel, arrival, once: _ } = received;
        Self { id, sender, channel: *channel, at: arrival.at, bytes }
    }

    /// The row to keep.
    pub(super) fn row(
        &self,
        kind: &str,
        header: Option<&Header>,
        findings: &Findings,
        reply: &[u8],
    ) -> MessageRow {
        let empty = Header::default();
        let header = header.unwrap_or(&empty);
        MessageRow {
            id: self.id,
            sender_id: self.sender.id,
            msh_3: text(&header.sending_application),
            msh_4: text(&header.sending_facility),
            control_id: text(&header.control_id),
            body_sha256: Sha256::digest(self.bytes).into(),
            channel: self.channel.word().into(),
            received_at: self.at,
            kind: kind.into(),
            profile: text(&header.profile),
            ack: Acknowledgment::of(findings).code().into(),
            body: kept(self.bytes),
            reply: if kind == "QBP" { kept(reply) } else { reply.into() },
            findings: text_of(findings),
            source_record_id: None,
            revision: None,
            read_micros: None,
            checked_micros: None,
            micros: 0,
            answered_micros: None,
        }
    }
}

/// A message as it is kept: as it came, but for social security numbers. Its hash is that of the bytes that came. The
/// reply to a query repeats what was asked for; that to a submission repeats nothing, and is given again as it is.
fn kept(bytes: &[u8]) -> Box<[u8]> {
    let mut kept: Box<[u8]> = bytes.into();
    iis_hl7::mask_social_security_numbers(&mut kept);
    kept
}
