//! What a merge and its inverse have in common: the form they come from, and what became of them.

use super::second;
use crate::matching::Model;
use crate::{Arrival, Context, Failure};
use iis_model::PersonId;
use iis_model::access::Granted;
use iis_store::person::Person;
use iis_store::{AuditEntry, Lane, Plan, StoreError, Tx, UnitKey};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A decision of somebody, or of the registry itself.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Who may.
    pub granted: Granted,
    /// When.
    pub arrival: Arrival,
    /// Why, in the decider's words.
    pub reason: Box<str>,
    /// Drawn once for the form: the same form again is answered with what became of it.
    pub key: [u8; 32],
}

impl Deed {
    /// The name of who decided.
    pub(crate) fn actor(&self) -> &str {
        self.granted.actor().label().1
    }

    pub(super) fn audit(&self, action: &'static str, person: PersonId, result: &'static str) -> AuditEntry {
        AuditEntry::of(&self.granted, self.arrival.at).action(action).person(person).result(result)
    }
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Done: the link event by which it can be taken back.
    Done(i64),
    /// Written down: no link moved.
    Noted,
    /// It waits for a second person, because of the number of doses.
    Waits,
    /// It cannot be done.
    Refused(Refusal),
}

/// Why a decision cannot be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// One of the persons is not there, or has been merged into another one meanwhile.
    PersonGone,
    /// The two are one already.
    SamePerson,
    /// The decision to be taken back is none, or was taken back already.
    NothingToTakeBack,
    /// Who decided first cannot be the second person.
    NeedsSomebodyElse,
    /// There is no such question, or it was answered meanwhile.
    NothingAsked,
    /// The question is open already.
    AskedAlready,
    /// The record is not one of the person's or says nothing of it; or the choice to be taken back does not stand.
    NothingToChoose,
}

/// All that a plan is made with.
pub(super) struct Making<'a> {
    pub(super) cx: &'a Context,
    pub(super) model: Arc<Model>,
    pub(super) deed: &'a Deed,
    pub(super) plan: Plan,
}

impl<'a> Making<'a> {
    pub(super) fn begin(cx: &'a Context, deed: &'a Deed) -> Self {
        let plan = Plan::new(deed.arrival.at, UnitKey::Once(deed.key));
        Self { cx, model: cx.matching.now(), deed, plan }
    }

    /// A person that was read and is decided about: who decides about it at the same time is met.
    pub(super) fn decides_about(&mut self, person: &Person) {
        self.plan.person_versions.push((person.id, person.version));
        self.plan.touched.push(person.id);
    }

    /// The plan with its outcome as the reply.
    pub(super) fn end(mut self, outcome: Outcome) -> Result<Plan, StoreError> {
        let reply = serde_json::to_vec(&outcome);
        self.plan.reply =
            reply.map_err(|_| StoreError::internal("an outcome that cannot be written"))?.into();
        Ok(self.plan)
    }
}

/// What became of a plan that was applied, or that is only looked at.
pub(super) fn outcome(reply: &[u8]) -> Result<Outcome, StoreError> {
    serde_json::from_slice(reply).map_err(|_| StoreError::internal("an outcome that cannot be read"))
}

/// Plans and applies.
pub(super) async fn carry_out(
    cx: &Context,
    deed: Deed,
    propose: impl Fn(Making<'_>, &mut Tx<'_>) -> Result<Plan, StoreError> + Send + Sync + 'static,
) -> Result<Outcome, Failure> {
    let cx_ = cx.clone();
    let applied = cx.store.propose_and_apply(Lane::Web, move |tx| propose(Making::begin(&cx_, &deed), tx));
    Ok(outcome(&applied.await?.reply)?)
}

/// Whether the decision needs a second person, and what becomes of it if so.
pub(super) use second::ask as ask_second;
