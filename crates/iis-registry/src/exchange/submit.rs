//! One VXU, from arrival to reply.

use super::own_identifier::{OwnIdentifier, own_identifier};
use super::{Received, Reply, change, findings, message_log, responsible, subject};
use crate::access::{Caller, authorize};
use crate::matching::Model;
use crate::number_key::hash_social_security_numbers;
use crate::{Arrival, Context, Failure};
use iis_hl7::z22;
use iis_model::access::{Granted, Permission};
use iis_model::organization::Sender;
use iis_model::{Date, Findings, MessageId, Place, SiteId, Submission};
use iis_quality::Terms;
use iis_store::{Hash, Lane, Plan, StoreError, Tx, submission};
use std::sync::Arc;

/// Receives a submission: what can be computed alone is computed first; the plan is made on a snapshot, applied whole
/// or not at all, and the reply leaves after the durable commit. A message seen before gets the reply given before.
pub(super) async fn submit(cx: &Context, received: Received, noticed: Findings) -> Result<Reply, Failure> {
    let unit = match Unit::read(cx, received, noticed) {
        Ok(unit) => unit,
        Err(refused) => return refused.answer(cx).await,
    };
    let lane = unit.lane;
    let applied = cx.store.propose_and_apply(lane, move |snapshot| unit.propose(snapshot)).await?;
    Ok(Reply::applied(applied))
}

/// Reads and checks a submission as what is agreed with its sender says.
pub(crate) fn read_submission(
    cx: &Context,
    sender: &Sender,
    bytes: &[u8],
    today: Date,
    findings: &mut Findings,
) -> Submission {
    let (message, _) = iis_hl7::parse(bytes);
    let mut submission = z22::read(&message, &super::read_options(cx, sender), findings);
    submission.person.settle_erasures(sender.profile.erase_on_empty_quotes);
    let agreed = super::policy(&cx.checks, &sender.profile);
    let sets = cx.codes.now();
    let terms = Terms { sets: &sets, policy: &agreed, today };
    iis_quality::check(&mut submission, &message, &terms, findings);
    hash_social_security_numbers(&mut submission.person, cx.number_key.as_deref());
    submission
}

/// A submission that is worth looking up: read, checked, permitted, with an identifier of the sender's own.
pub(super) struct Unit {
    pub(super) cx: Context,
    pub(super) model: Arc<Model>,
    pub(super) bytes: Arc<[u8]>,
    pub(super) sender: Arc<Sender>,
    pub(super) granted: Granted,
    pub(super) arrival: Arrival,
    pub(super) lane: Lane,
    pub(super) site_id: SiteId,
    pub(super) own: OwnIdentifier,
    pub(super) submission: Submission,
    /// Of what is said about the person.
    pub(super) sent_hash: Hash,
    pub(super) findings: Findings,
}

/// A submission of which nothing may be stored but the message itself and its reply.
pub(super) struct Refused {
    received: Received,
    submission: Submission,
    pub(super) findings: Findings,
}

impl Unit {
    pub(super) fn read(cx: &Context, received: Received, noticed: Findings) -> Result<Self, Box<Refused>> {
        let mut findings = noticed;
        let (sender, today) = (&received.sender, received.arrival.today);
        let submission = read_submission(cx, sender, &received.bytes, today, &mut findings);
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
                cx: cx.clone(),
                model: cx.matching.now(),
                lane: received.lane(),
                bytes: received.bytes,
                sender: received.sender,
                granted,
                arrival: received.arrival,
                site_id,
                own,
                sent_hash: submission::hash_of(&submission.person),
                submission,
                findings,
            }),
            _ => Err(Box::new(Refused { received, submission, findings })),
        }
    }

    /// Makes the plan: whom it is about, what changes, what is answered.
    pub(super) fn propose(&self, snapshot: &mut Tx<'_>) -> Result<Plan, StoreError> {
        let mut findings = self.findings.clone();
        let message_id = MessageId(self.cx.store.ids().take()?);
        let mut plan =
            Plan::new(self.arrival.at, message_log::key(&self.sender, &self.submission.header, &self.bytes));
        findings.extend(message_log::control_id_finding(snapshot, &plan.key)?);
        let (subject, identifier_finding) = subject::find(self, snapshot, &mut plan)?;
        findings.extend(identifier_finding);
        change::plan(self, snapshot, &subject, message_id, &mut plan, &mut findings)?;
        plan.reply = self.reply(&findings, message_id);
        plan.audit.push(
            iis_store::AuditEntry::of(&self.granted, self.arrival.at)
                .person(subject.person_id)
                .message(message_id),
        );
        plan.message = Some(message_log::row(
            message_id,
            self,
            (subject.record.id, subject.record.revision() + 1),
            &findings,
            &plan.reply,
        ));
        Ok(plan)
    }

    fn reply(&self, findings: &Findings, message_id: MessageId) -> Box<[u8]> {
        let control_id = super::control_id(&self.arrival, message_id.0);
        super::acknowledge(&self.bytes, findings, &super::reply_header(&self.cx, &self.arrival, &control_id))
    }
}

impl Refused {
    /// Answers, and keeps the message with its answer.
    async fn answer(self: Box<Self>, cx: &Context) -> Result<Reply, Failure> {
        let Self { received, submission, findings } = *self;
        message_log::refuse(cx, received, "VXU", Some(submission.header), findings).await
    }
}
