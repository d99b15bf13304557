//! Messages: from arrival to reply.
//!
//! [`receive`] is the one door for all transports. It always ends with one well-formed reply, or a failure of ours
//! that the transport answers with [`cannot_process`].

pub mod findings;
mod message_log;
mod quality;
mod query;
pub mod replay;
mod responsible;
mod submit;
pub mod timing;

pub(crate) use quality::policy;
pub(crate) use submit::{read_again, translated};

use crate::{Arrival, Context, Failure};
use iis_hl7::segments::msa::Acknowledgment;
use iis_hl7::{GateRules, ReadOptions, ReplyHeader, Request};
use iis_model::access::Channel;
use iis_model::organization::Sender;
use iis_model::{Findings, Header, MessageId, Place};
use iis_quality::Terms;
use iis_store::{Applied, Lane, UnitKey};
use std::sync::Arc;

/// What a connection under test may call its messages beside what everybody may: training and debugging (MSH-11).
const TEST_PROCESSING_IDS: [&str; 2] = ["T", "D"];

/// A message as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// The bytes, untouched.
    pub bytes: Arc<[u8]>,
    /// Who sent it: the credential is the sender.
    pub sender: Arc<Sender>,
    /// The transport.
    pub channel: Channel,
    /// When.
    pub arrival: Arrival,
    /// What makes it the same message when it comes again, if its content does not: drawn once for each message of a
    /// batch load, so that what is refused is kept once however often the load is broken off.
    pub once: Option<[u8; 32]>,
}

impl Received {
    /// The key of a message that has none of its own.
    fn key(&self) -> UnitKey {
        self.once.map_or(UnitKey::None, UnitKey::Once)
    }

    fn lane(&self) -> Lane {
        if self.channel == Channel::Batch { Lane::Bulk } else { Lane::RealTime }
    }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HL7 reply.
    pub bytes: Box<[u8]>,
    /// Whether it is the reply given to the same message before.
    pub replayed: bool,
    /// The message as it is kept; none: it is not.
    pub message_id: Option<MessageId>,
}

impl Reply {
    fn applied(applied: Applied) -> Self {
        Self { bytes: applied.reply, replayed: applied.replayed, message_id: applied.message_id }
    }
}

/// Receives one message: the gate, then the line of submissions or of queries.
pub async fn receive(cx: &Context, received: Received) -> Result<Reply, Failure> {
    let lap = cx.stopwatch.start();
    let (request, findings) = gate(cx, &received);
    let reply = match request {
        Some(Request::Vxu) => submit::submit(cx, received, findings, &lap).await,
        Some(Request::Query(_)) => query::query(cx, received, findings, &lap).await,
        None => {
            let header = header(cx, &received);
            message_log::refuse(cx, received, ("", Some(header)), findings, &lap).await
        }
    }?;
    if let Some(id) = reply.message_id.filter(|_| !reply.replayed) {
        cx.answered.note(id, lap.micros());
    }
    Ok(reply)
}

/// The header of a message that did not pass the gate, as far as it can be read.
fn header(cx: &Context, received: &Received) -> Header {
    let (message, _) = iis_hl7::parse(&received.bytes);
    let zone = read_options(cx, &received.sender).sender_zone;
    iis_hl7::segments::msh::read(&message, &zone, &mut Findings::default())
}

/// What the message asks for, if it passes the gate, with what was noticed so far.
fn gate(cx: &Context, received: &Received) -> (Option<Request>, Findings) {
    let (message, mut findings) = iis_hl7::parse(&received.bytes);
    let mut processing_ids: Vec<&str> = cx.rules.processing_ids.iter().map(|id| &**id).collect();
    if received.sender.profile.is_test {
        processing_ids.extend(TEST_PROCESSING_IDS);
    }
    let rules = GateRules {
        processing_ids: &processing_ids,
        accept_older_versions: received.sender.profile.accept_older_versions,
    };
    match iis_hl7::gate(&message, &rules) {
        Ok(request) => (Some(request), findings),
        Err(refusal) => {
            findings.push(refusal);
            (None, findings)
        }
    }
}

/// What a check without storing finds.
#[derive(Debug, Clone)]
pub struct Checked {
    /// AA, AE or AR.
    pub ack: &'static str,
    /// The control id, as sent.
    pub control_id: Box<str>,
    /// The profile, as sent.
    pub profile: Box<str>,
    /// The findings.
    pub findings: Findings,
}

/// Parses and checks one message as the wire would, and stores nothing. What depends on stored records (unknown
/// withdrawals, numbers used again) and on the sender is not looked at.
pub fn check(bytes: &[u8], rules: &GateRules<'_>, options: &ReadOptions, terms: &Terms<'_>) -> Checked {
    let (message, mut findings) = iis_hl7::parse(bytes);
    let header = match iis_hl7::gate(&message, rules) {
        Ok(Request::Vxu) => {
            let mut submission = iis_hl7::z22::read(&message, options, &mut findings);
            iis_quality::check(&mut submission, &message, terms, &mut findings);
            iis_hl7::in_message_order(&message, &mut findings);
            submission.header
        }
        Ok(Request::Query(_)) => iis_hl7::query::read(&message, options, &mut findings).header,
        Err(refusal) => {
            findings.push(refusal);
            iis_hl7::segments::msh::read(&message, &options.sender_zone, &mut Findings::default())
        }
    };
    Checked {
        ack: Acknowledgment::of(&findings).code(),
        control_id: header.control_id.get().cloned().unwrap_or_default(),
        profile: header.profile.get().cloned().unwrap_or_default(),
        findings,
    }
}

/// The reply when nothing could be processed for a reason of ours: AR, to be sent again later. Never stored.
pub fn cannot_process(cx: &Context, bytes: &[u8], arrival: &Arrival) -> Box<[u8]> {
    reject(cx, bytes, &findings::CANNOT_PROCESS, Place::NONE, arrival)
}

/// The reply to a message that came faster than is agreed: AR, to be sent again after a pause. Never stored.
pub fn too_fast(cx: &Context, bytes: &[u8], arrival: &Arrival) -> Box<[u8]> {
    reject(cx, bytes, &findings::TOO_FAST, Place::NONE, arrival)
}

/// The reply to a message of nobody known: AR. Never stored, since it belongs to no sender.
pub fn sender_unknown(cx: &Context, bytes: &[u8], arrival: &Arrival) -> Box<[u8]> {
    let place = Place::segment(*b"MSH", 1).field(4);
    reject(cx, bytes, &findings::SENDER_UNKNOWN, place, arrival)
}

/// The reply to what is no whole message, or is longer than allowed; `bytes` is what came of it. Never stored.
pub fn unreadable_frame(cx: &Context, bytes: &[u8], arrival: &Arrival) -> Box<[u8]> {
    reject(cx, bytes, &findings::UNREADABLE_FRAME, Place::NONE, arrival)
}

fn reject(
    cx: &Context,
    bytes: &[u8],
    kind: &iis_hl7::findings::Kind,
    place: Place,
    arrival: &Arrival,
) -> Box<[u8]> {
    let control_id = control_id(arrival, 0);
    acknowledge(bytes, &Findings(vec![kind.at(place)]), &reply_header(cx, arrival, &control_id))
}

/// Acknowledges a message, also one that cannot be read at all.
fn acknowledge(bytes: &[u8], findings: &Findings, header: &ReplyHeader<'_>) -> Box<[u8]> {
    let (message, _) = iis_hl7::parse(bytes);
    let reply = match message.header() {
        Some(_) => iis_hl7::z23::reply(&message, findings, header),
        None => iis_hl7::answer_unreadable(header),
    };
    reply.into()
}

fn reply_header<'a>(cx: &'a Context, arrival: &Arrival, control_id: &'a str) -> ReplyHeader<'a> {
    ReplyHeader {
        application: &cx.identity.application,
        facility: &cx.identity.facility,
        authority: &cx.identity.facility,
        now: arrival.at,
        offset: cx.identity.zone.to_offset(arrival.at),
        control_id,
    }
}

/// A control id of our own: new for each reply.
fn control_id(arrival: &Arrival, salt: i64) -> String {
    format!("{:016X}", arrival.random(salt ^ 0x5249))
}

pub(crate) fn read_options(cx: &Context, sender: &Sender) -> ReadOptions {
    let zone = match sender.profile.time_zone.as_str() {
        "" => cx.identity.zone.clone(),
        name => jiff::tz::TimeZone::get(name).unwrap_or_else(|_| cx.identity.zone.clone()),
    };
    ReadOptions { sender_zone: zone }
}
