//! What somebody says about one person, whatever the door: a message, a form.
//!
//! A door reads what came in into a [`Submission`], checks it and asks for permission. From there on all is the same, and
//! stands here: whose record it is (`subject`, or `by_hand` where somebody looked at it), what changes (`change`). Who
//! speaks is a [`Reporter`], never a message.

mod by_hand;
mod change;
mod dropped;
mod former;
mod left_behind;
mod own_identifier;
mod owner;
mod subject;

pub(crate) use change::{Bringing, Stated, new_reports};
pub(crate) use own_identifier::{OwnIdentifier, own_identifier};
pub(crate) use owner::{owner, owner_of};
pub(crate) use subject::{SHARED, Subject};

use crate::inventory::{Left, taking};
use crate::matching::Model;
use crate::{Arrival, Context};
use iis_model::access::Granted;
use iis_model::{
    AccountId, Finding, Findings, MessageId, OrganizationId, PersonId, RegistryNumber, ReportId, SenderId,
    SiteId, SourceRecordId, Submission,
};
use iis_store::{Change, Hash, Plan, StoreError, Tx};
use std::sync::Arc;

/// Who says it, and for which site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reporter {
    /// The organization whose report it is.
    pub(crate) organization_id: OrganizationId,
    /// The site that answers for it.
    pub(crate) site_id: SiteId,
    /// The sender, if a machine.
    pub(crate) sender_id: Option<SenderId>,
    /// The account, if somebody at a screen.
    pub(crate) account_id: Option<AccountId>,
    /// Whether the doses it gives come out of the site's stock.
    pub(crate) decrements: bool,
    /// Whether it is said out of the register of a vital records office, which is believed before others.
    pub(crate) is_vital: bool,
}

/// Whom the reporter means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whom {
    /// Whoever has this number of the reporter's own; a number that is new is compared with everybody.
    Number(OwnIdentifier),
    /// This person, whose record was looked at.
    Person(PersonId),
    /// This person, in the words of one of the reporter's own records: to correct what that one said.
    Record(PersonId, SourceRecordId),
    /// This person, under a number of the reporter's own that is new.
    Successor(PersonId, OwnIdentifier),
    /// Somebody who is not on record, as the reporter says; with the reporter's own number, where there is one.
    Nobody(Option<OwnIdentifier>),
}

/// One report: read, checked and permitted.
#[derive(Clone)]
pub(crate) struct Report {
    pub(crate) cx: Context,
    pub(crate) model: Arc<Model>,
    pub(crate) granted: Granted,
    pub(crate) arrival: Arrival,
    pub(crate) by: Reporter,
    pub(crate) whom: Whom,
    pub(crate) submission: Submission,
    /// Of what is said about the person.
    pub(crate) sent_hash: Hash,
}

impl Report {
    /// Whom it is about; the plan learns what was looked up. The finding, if any, is for the reporter.
    pub(crate) fn subject(
        &self,
        tx: &mut Tx<'_>,
        plan: &mut Plan,
    ) -> Result<(Subject, Option<Finding>), StoreError> {
        match &self.whom {
            Whom::Number(own) => {
                let (mut subject, finding) = subject::of_number(self, own, tx, plan)?;
                subject.is_former = former::is_former(self, &subject, tx)?;
                Ok((subject, finding))
            }
            Whom::Person(id) => Ok((by_hand::of_person(self, *id, tx)?, None)),
            Whom::Record(person_id, id) => Ok((by_hand::of_record(self, (*person_id, *id), tx)?, None)),
            Whom::Successor(id, own) => Ok((by_hand::of_successor(self, *id, own, tx)?, None)),
            Whom::Nobody(own) => Ok((by_hand::of_nobody(self, own.as_ref(), tx, plan)?, None)),
        }
    }

    /// Adds to the plan what the report changes about its subject; tells what became of its doses in the stock. Findings
    /// are for the reporter.
    pub(crate) fn change(
        &self,
        tx: &mut Tx<'_>,
        subject: &Subject,
        message_id: Option<MessageId>,
        plan: &mut Plan,
        findings: &mut Findings,
    ) -> Result<Vec<(ReportId, Left)>, StoreError> {
        let without = dropped::without_former(self, subject, tx)?.map(|person| {
            let submission = Submission { person, ..self.submission.clone() };
            Self { submission, ..self.clone() }
        });
        if let (Some(_), Some(id)) = (&without, message_id) {
            plan.changes.push(Change::SealMessage(id));
        }
        let said = without.as_ref().unwrap_or(self);
        let (stated, known) = change::plan(said, tx, subject, message_id, plan, findings)?;
        taking::take(said, tx, &stated, || known.said_together(), plan)
    }

    /// The number that a person gets whom this report makes known.
    pub(crate) fn registry_number(&self, id: PersonId) -> RegistryNumber {
        RegistryNumber::from_random(self.arrival.random(id.0))
    }
}
