//! One VXU, from arrival to reply.

use super::timing::{Lap, Laps};
use super::{Received, Reply, findings, message_log, responsible};
use crate::access::{Caller, authorize};
use crate::number_key::hash_social_security_numbers;
use crate::reporting::{Report, Reporter, Whom, own_identifier};
use crate::{Context, Failure};
use iis_hl7::translation::{Translation, translate};
use iis_hl7::z22;
use iis_model::access::Permission;
use iis_model::organization::Sender;
use iis_model::{Date, Findings, MessageId, Place, SiteId, Submission};
use iis_quality::Terms;
use iis_store::{AuditEntry, Change, Lane, Plan, StoreError, Tx, UnitKey, submission};
use std::sync::Arc;

/// Receives a submission: what can be computed alone is computed first; the plan is made on a snapshot, applied whole
/// or not at all, and the reply leaves after the durable commit. A message seen before gets the reply given before.
pub(super) async fn submit(
    cx: &Context,
    received: Received,
    noticed: Findings,
    lap: &Lap,
) -> Result<Reply, Failure> {
    let unit = match Unit::read(cx, received, noticed, lap) {
        Ok(unit) => unit,
        Err(refused) => return refused.answer(cx, lap).await,
    };
    let lane = unit.lane;
    let applied = cx.store.propose_and_apply(lane, move |snapshot| unit.propose(snapshot)).await?;
    Ok(Reply::applied(applied))
}

/// Reads and checks a submission as what is agreed with its sender says: its own codes are read as the standard ones.
fn read_submission(
    cx: &Context,
    sender: &Sender,
    (bytes, lap): (&[u8], &Lap),
    today: Date,
    noticed: &mut Findings,
) -> (Submission, Laps) {
    let translation = translated(sender, bytes);
    let bytes = translation.as_ref().map_or(bytes, |translation| &translation.bytes);
    let (message, _) = iis_hl7::parse(bytes);
    let mut submission = z22::read(&message, &super::read_options(cx, sender), noticed);
    submission.person.settle_erasures(sender.profile.erase_on_empty_quotes);
    let read = Some(lap.micros());
    let agreed = super::policy(&cx.checks, &sender.profile);
    let sets = cx.codes.now();
    let terms = Terms { sets: &sets, policy: &agreed, today };
    iis_quality::check(&mut submission, &message, &terms, noticed);
    if let Some(translation) = &translation {
        let places = translation.translated.iter().map(|(place, _)| findings::CODE_TRANSLATED.at(*place));
        noticed.extend(places);
        iis_hl7::in_message_order(&message, noticed);
    }
    hash_social_security_numbers(&mut submission.person, cx.number_key.as_deref());
    (submission, Laps { read, checked: Some(lap.micros()) })
}

/// Reads a submission that is stored, as of the day on which it came.
pub(crate) fn read_again(cx: &Context, sender: &Sender, bytes: &[u8], day: Date) -> Submission {
    read_submission(cx, sender, (bytes, &cx.stopwatch.start()), day, &mut Findings::default()).0
}

/// The message with standard codes in the place of the sender's own; `None`: none of them stands in it.
pub(crate) fn translated(sender: &Sender, bytes: &[u8]) -> Option<Translation> {
    let mappings = &sender.profile.mappings;
    if mappings.is_empty() {
        return None;
    }
    translate(&iis_hl7::parse(bytes).0, mappings)
}

/// A submission that is worth looking up: read, checked, permitted, with an identifier of the sender's own.
pub(super) struct Unit {
    pub(super) bytes: Arc<[u8]>,
    pub(super) sender: Arc<Sender>,
    pub(super) lane: Lane,
    /// What makes it the same submission when it comes again.
    key: UnitKey,
    /// What it says.
    pub(super) report: Report,
    pub(super) lap: Lap,
    pub(super) laps: Laps,
    pub(super) findings: Findings,
}

/// A submission of which nothing may be stored but the message itself and its reply.
pub(super) struct Refused {
    received: Received,
    submission: Submission,
    pub(super) findings: Findings,
}

impl Unit {
    pub(super) fn read(
        cx: &Context,
        received: Received,
        noticed: Findings,
        lap: &Lap,
    ) -> Result<Self, Box<Refused>> {
        let mut findings = noticed;
        let (sender, today) = (&received.sender, received.arrival.today);
        let (submission, laps) = read_submission(cx, sender, (&received.bytes, lap), today, &mut findings);
        let (site_id, site_finding) = responsible::site(&submission.header, &received.sender);
        findings.extend(site_finding);
        let own = own_identifier(&submission.person);
        if own.is_none() && !findings.reject_message() {
            findings.push(findings::NO_OWN_IDENTIFIER.at(Place::segment(*b"PID", 1).field(3)));
        }
        let permission = Permission::SubmitReports;
        let granted =
            authorize(&cx.roles, Caller::Sender(&received.sender), permission, received.channel, "");
        if granted.is_err() {
            findings.push(findings::NOT_PERMITTED.at(Place::segment(*b"MSH", 1).field(9)));
        }
        match (own, granted) {
            (Some(own), Ok(granted)) if !findings.reject_message() => Ok(Self {
                key: key(&received, &submission),
                lap: lap.clone(),
                laps,
                lane: received.lane(),
                report: Report {
                    cx: cx.clone(),
                    model: cx.matching.now(),
                    granted,
                    arrival: received.arrival,
                    by: reporter(&received.sender, site_id),
                    whom: Whom::Number(own),
                    sent_hash: submission::hash_of(&submission.person),
                    submission,
                },
                bytes: received.bytes,
                sender: received.sender,
                findings,
            }),
            _ => Err(Box::new(Refused { received, submission, findings })),
        }
    }

    /// Makes the plan: whom it is about, what changes, what is answered.
    pub(super) fn propose(&self, snapshot: &mut Tx<'_>) -> Result<Plan, StoreError> {
        let report = &self.report;
        let mut findings = self.findings.clone();
        let message_id = MessageId(report.cx.store.ids().take()?);
        let mut plan = Plan::new(report.arrival.at, self.key.clone());
        findings.extend(message_log::control_id_finding(snapshot, &plan.key)?);
        let (subject, identifier_finding) = report.subject(snapshot, &mut plan)?;
        findings.extend(identifier_finding);
        report.change(snapshot, &subject, Some(message_id), &mut plan, &mut findings)?;
        if subject.is_former {
            plan.changes.push(Change::SealMessage(message_id));
        }
        let entry = AuditEntry::of(&report.granted, report.arrival.at).message(message_id);
        let mut became = Some((subject.record.id, subject.record.revision() + 1));
        if self.sender.profile.is_test {
            findings.push(findings::UNDER_TEST.at(Place::segment(*b"MSH", 1)));
            became = None;
            plan = Plan::new(plan.at, plan.key);
            plan.audit.push(entry.result("test"));
        } else {
            plan.audit.push(entry.person(subject.person_id));
        }
        plan.reply = self.reply(&findings, message_id);
        plan.message = Some(message_log::row(message_id, self, became, &findings, &plan.reply));
        Ok(plan)
    }

    fn reply(&self, findings: &Findings, message_id: MessageId) -> Box<[u8]> {
        let Report { cx, arrival, .. } = &self.report;
        let control_id = super::control_id(arrival, message_id.0);
        super::acknowledge(&self.bytes, findings, &super::reply_header(cx, arrival, &control_id))
    }
}

/// Who says it: the credential is the sender.
fn reporter(sender: &Sender, site_id: SiteId) -> Reporter {
    let Sender { id, organization_id, .. } = *sender;
    let decrements = sender.profile.decrements;
    Reporter { organization_id, site_id, sender_id: Some(id), account_id: None, decrements, is_vital: false }
}

/// The key of a submission. One that stores nothing is not known again by its content: when the sender is no longer under
/// test, the same message is a report.
fn key(received: &Received, submission: &Submission) -> UnitKey {
    if received.sender.profile.is_test {
        return received.key();
    }
    message_log::key(&received.sender, &submission.header, &received.bytes)
}

impl Refused {
    /// Answers, and keeps the message with its answer.
    async fn answer(self: Box<Self>, cx: &Context, lap: &Lap) -> Result<Reply, Failure> {
        let Self { received, submission, findings } = *self;
        message_log::refuse(cx, received, ("VXU", Some(submission.header)), findings, lap).await
    }
}
