//! A merge is taken back: the records of the person that was given up, and of those merged into it, return to it from
//! wherever they are now.

use super::choose;
use super::deed::{Deed, Making, Outcome, Refusal, ask_second, carry_out};
use super::merge::root;
use super::second::Question;
use super::side::{Side, stand, stock_follows};
use crate::inventory::following::Why;
use crate::{Context, Failure};
use iis_model::{PersonId, SourceRecordId};
use iis_store::chosen_value;
use iis_store::link::{self, NewLinkEvent};
use iis_store::not_same::NotSame;
use iis_store::person::Standing;
use iis_store::review_item::{self, ReviewState};
use iis_store::{Change, Plan, StoreError, Tx, person};

/// What is taken back, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmerge {
    /// The link event of the merge.
    pub event_id: i64,
    /// Records that came after the merge and belong to the person that comes back.
    pub with: Vec<SourceRecordId>,
    /// Whether the two are to be kept apart from now on. Not where a slip is undone.
    pub keep_apart: bool,
}

/// Takes a merge back, also one in the middle of a chain; with many doses, when a second person decides the same.
pub async fn unmerge(cx: &Context, deed: Deed, unmerge: Unmerge) -> Result<Outcome, Failure> {
    carry_out(cx, deed, move |making, tx| propose(making, tx, &unmerge)).await
}

pub(super) fn propose(
    mut making: Making<'_>,
    tx: &mut Tx<'_>,
    unmerge: &Unmerge,
) -> Result<Plan, StoreError> {
    let (outcome, persons) = decide(&mut making, tx, unmerge)?;
    let result = if matches!(outcome, Outcome::Done(_)) { "done" } else { "not done" };
    let deed = making.deed;
    making.plan.audit.extend(persons.into_iter().map(|person| deed.audit("unmerge", person, result)));
    if making.plan.audit.is_empty() {
        let entry = iis_store::AuditEntry::of(&deed.granted, deed.arrival.at);
        making.plan.audit.push(entry.action("unmerge").result(result));
    }
    making.end(outcome)
}

fn decide(
    making: &mut Making<'_>,
    tx: &mut Tx<'_>,
    unmerge: &Unmerge,
) -> Result<(Outcome, Vec<PersonId>), StoreError> {
    let granted = &making.deed.granted;
    let nothing = (Outcome::Refused(Refusal::NothingToTakeBack), Vec::new());
    let Some(event) = link::event(tx, granted, unmerge.event_id)? else { return Ok(nothing) };
    let taken_back = link::inverse(tx, granted, event.id)?.is_some();
    let Some(from) = event.from_person.filter(|_| &*event.op == "merge" && !taken_back) else {
        return Ok(nothing);
    };
    let holder = root(tx, granted, from)?;
    let (back, held) = (Side::read(making, tx, from)?, Side::read(making, tx, holder)?);
    let (Some(mut back), Some(mut held)) = (back, held) else { return Ok(nothing) };
    let persons = vec![from, holder];
    let question = Question {
        op: "unmerge",
        from,
        to: holder,
        item_id: None,
        event_id: Some(event.id),
        doses: held.person.doses,
    };
    if let Some(outcome) = ask_second(making, tx, &question)? {
        return Ok((outcome, persons));
    }
    let below = below(making, tx, from)?;
    let wanted = |id, home| home == from || below.contains(&home) || unmerge.with.contains(&id);
    let moved = held.give(&mut back, wanted, making);
    stand(making, from, Standing::Active);
    let came_later = |id: &&SourceRecordId| unmerge.with.contains(id);
    making.plan.changes.extend(moved.iter().filter(came_later).map(|id| Change::LinkHome(*id, from)));
    making.plan.changes.extend(below.into_iter().map(|id| Change::LeadNumber(id, from)));
    reopen_items(making, tx, event.id)?;
    for side in [&mut back, &mut held] {
        forget_chosen(making, side, event.id)?;
    }
    let id = making.cx.store.ids().take()?;
    write_decision(
        making,
        unmerge,
        NewLinkEvent {
            id,
            at: making.deed.arrival.at,
            actor: making.deed.actor().into(),
            op: "unmerge".into(),
            from_person: Some(holder),
            to_person: Some(from),
            source_record_ids: moved,
            reason: making.deed.reason.clone(),
            inverse_of: Some(event.id),
        },
    );
    stock_follows(making, tx, (&back, &held), Why::Parted)?;
    back.write(making);
    held.write(making);
    Ok((Outcome::Done(id), persons))
}

/// The values that were chosen with the merge are not chosen any more.
fn forget_chosen(making: &mut Making<'_>, side: &mut Side, event_id: i64) -> Result<(), StoreError> {
    let with_it = chosen_value::standing(side.choices()).filter(|row| row.event_id == Some(event_id));
    for row in with_it.cloned().collect::<Vec<_>>() {
        let row = choose::inverse(making, &row)?;
        side.choose(row, making);
    }
    Ok(())
}

/// The event, and that the two are two.
fn write_decision(making: &mut Making<'_>, unmerge: &Unmerge, event: NewLinkEvent) {
    if let (true, Some(one), Some(other)) = (unmerge.keep_apart, event.from_person, event.to_person) {
        let (person_a, person_b) = NotSame::pair(one, other);
        let (actor, reason) = (event.actor.clone(), event.reason.clone());
        making.plan.changes.push(Change::NotSame(NotSame {
            person_a,
            person_b,
            actor,
            at: event.at,
            reason,
        }));
    }
    making.plan.changes.push(Change::LinkEvent(event));
}

/// Everybody who was merged into a person, or into one of those, and so on: their numbers lead to it again.
fn below(making: &Making<'_>, tx: &mut Tx<'_>, id: PersonId) -> Result<Vec<PersonId>, StoreError> {
    let mut found = person::merged_into(tx, &making.deed.granted, id)?;
    let mut at = 0;
    while let Some(next) = found.get(at).copied() {
        found.extend(person::merged_into(tx, &making.deed.granted, next)?);
        at += 1;
    }
    Ok(found)
}

/// What the merge had answered is open again; who had waited is provisional again, unless merged meanwhile.
fn reopen_items(making: &mut Making<'_>, tx: &mut Tx<'_>, event_id: i64) -> Result<(), StoreError> {
    let granted = &making.deed.granted;
    for item in review_item::of_event(tx, granted, event_id)? {
        let state = ReviewState { id: item.id, state: "open", closed_at: None, event_id: None };
        let person = person::get(tx, granted, item.person_id)?;
        making.plan.changes.push(Change::ReviewState(state));
        let is_back = making.plan.changes.iter().any(
            |change| matches!(change, Change::PersonStatus(change) if change.person_id == item.person_id),
        );
        let stands = is_back || person.is_some_and(|person| person.merged_into.is_none());
        if stands && item.is_of_a_report() {
            stand(making, item.person_id, Standing::Provisional);
        }
    }
    Ok(())
}
