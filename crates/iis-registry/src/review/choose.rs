//! Somebody chooses whose value counts for a part of what is believed of a person, and takes that back.
//!
//! A choice hangs on the source record: it follows merges and splits, and rebuilding heeds it.

use super::deed::{Deed, Making, Outcome, Refusal, carry_out};
use super::side::Side;
use crate::{Context, Failure};
use iis_matching::consolidate::Part;
use iis_model::{PersonId, SourceRecordId};
use iis_store::chosen_value::{self, ChosenValue};
use iis_store::{AuditEntry, Plan, StoreError, Tx};

/// A value that shall count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choose {
    /// Of whom.
    pub person_id: PersonId,
    /// Of what.
    pub part: Part,
    /// Whose value: one of the person's records.
    pub source_record_id: SourceRecordId,
}

/// Chooses.
pub async fn choose(cx: &Context, deed: Deed, wanted: Choose) -> Result<Outcome, Failure> {
    carry_out(cx, deed, move |making, tx| propose(making, tx, wanted)).await
}

/// Takes a choice about a person back: the rules count again, or a choice made before it.
pub async fn take_back_choice(
    cx: &Context,
    deed: Deed,
    person_id: PersonId,
    choice_id: i64,
) -> Result<Outcome, Failure> {
    carry_out(cx, deed, move |making, tx| propose_back(making, tx, person_id, choice_id)).await
}

fn propose(mut making: Making<'_>, tx: &mut Tx<'_>, wanted: Choose) -> Result<Plan, StoreError> {
    let side = Side::read(&mut making, tx, wanted.person_id)?;
    let is_said = |side: &Side| side.says(wanted.source_record_id, wanted.part);
    let Some(mut side) = side.filter(is_said) else { return refuse(making, "choose-value") };
    let row = row(&making, (wanted.part, wanted.source_record_id), None)?;
    side.choose(row, &mut making);
    side.write(&mut making);
    done(making, "choose-value", wanted.person_id, wanted.part.key())
}

fn propose_back(
    mut making: Making<'_>,
    tx: &mut Tx<'_>,
    person_id: PersonId,
    choice_id: i64,
) -> Result<Plan, StoreError> {
    const ACTION: &str = "take-back-chosen-value";
    let Some(mut side) = Side::read(&mut making, tx, person_id)? else { return refuse(making, ACTION) };
    let standing = chosen_value::standing(side.choices()).find(|row| row.id == choice_id).cloned();
    let Some(standing) = standing else { return refuse(making, ACTION) };
    side.choose(inverse(&making, &standing)?, &mut making);
    side.write(&mut making);
    done(making, ACTION, person_id, &standing.part)
}

/// The row of a choice; `event_id` is the merge with which it is made.
pub(super) fn row(
    making: &Making<'_>,
    (part, source_record_id): (Part, SourceRecordId),
    event_id: Option<i64>,
) -> Result<ChosenValue, StoreError> {
    Ok(ChosenValue {
        id: making.cx.store.ids().take()?,
        source_record_id,
        part: part.key().into(),
        actor: making.deed.actor().into(),
        at: making.deed.arrival.at,
        reason: making.deed.reason.clone(),
        event_id,
        inverse_of: None,
    })
}

/// The row that takes a choice back.
pub(super) fn inverse(making: &Making<'_>, of: &ChosenValue) -> Result<ChosenValue, StoreError> {
    Ok(ChosenValue {
        id: making.cx.store.ids().take()?,
        actor: making.deed.actor().into(),
        at: making.deed.arrival.at,
        reason: making.deed.reason.clone(),
        inverse_of: Some(of.id),
        ..of.clone()
    })
}

fn done(
    mut making: Making<'_>,
    action: &'static str,
    person_id: PersonId,
    part: &str,
) -> Result<Plan, StoreError> {
    let entry = making.deed.audit(action, person_id, "done").detail(part);
    making.plan.audit.push(entry);
    making.end(Outcome::Noted)
}

fn refuse(mut making: Making<'_>, action: &'static str) -> Result<Plan, StoreError> {
    let entry = AuditEntry::of(&making.deed.granted, making.deed.arrival.at);
    making.plan.audit.push(entry.action(action).result("not done"));
    making.end(Outcome::Refused(Refusal::NothingToChoose))
}
