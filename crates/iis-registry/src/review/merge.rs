//! Two persons become one: the links of the one move to the other.

use super::choose;
use super::deed::{Deed, Making, Outcome, Refusal, ask_second, carry_out};
use super::second::Question;
use super::side::{Side, stand, stock_follows};
use crate::inventory::following::Why;
use crate::{Context, Failure};
use iis_matching::consolidate::Part;
use iis_model::PersonId;
use iis_store::link::NewLinkEvent;
use iis_store::person::{Person, Standing};
use iis_store::review_item::{self, ReviewItem, ReviewState};
use iis_store::{Change, Plan, StoreError, Tx, person};

/// Who becomes whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// The person that is given up; its number leads to the other one.
    pub from: PersonId,
    /// The person that stays.
    pub to: PersonId,
    /// The review item that asked.
    pub item_id: Option<i64>,
}

impl Merge {
    /// Who waits goes to who does not; of two alike the younger to the older.
    pub(crate) fn into_the_settled(this: &Person, other: &Person) -> Self {
        let waits = |person: &Person| (&*person.status == "provisional", person.id);
        let (from, to) = if waits(this) > waits(other) { (this.id, other.id) } else { (other.id, this.id) };
        Self { from, to, item_id: None }
    }
}

/// Merges two persons, if nothing forbids it; with many doses, when a second person decides the same.
pub async fn merge(cx: &Context, deed: Deed, merge: Merge) -> Result<Outcome, Failure> {
    carry_out(cx, deed, move |making, tx| propose(making, tx, merge, &[])).await
}

/// Whose value of a part counts when two are one.
pub(super) type Kept = (Part, PersonId);

pub(super) fn propose(
    mut making: Making<'_>,
    tx: &mut Tx<'_>,
    merge: Merge,
    kept: &[Kept],
) -> Result<Plan, StoreError> {
    let outcome = decide(&mut making, tx, merge, kept)?;
    let result = if matches!(outcome, Outcome::Done(_)) { "done" } else { "not done" };
    let deed = making.deed;
    making.plan.audit.extend([merge.from, merge.to].map(|person| deed.audit("merge", person, result)));
    making.end(outcome)
}

fn decide(
    making: &mut Making<'_>,
    tx: &mut Tx<'_>,
    merge: Merge,
    kept: &[Kept],
) -> Result<Outcome, StoreError> {
    if merge.from == merge.to {
        return Ok(Outcome::Refused(Refusal::SamePerson));
    }
    let (from, to) = (Side::read(making, tx, merge.from)?, Side::read(making, tx, merge.to)?);
    let (Some(from), Some(to)) = (from, to) else {
        return Ok(Outcome::Refused(Refusal::PersonGone));
    };
    if from.person.merged_into.is_some() || to.person.merged_into.is_some() {
        return Ok(Outcome::Refused(Refusal::PersonGone));
    }
    let question = Question {
        op: "merge",
        from: merge.from,
        to: merge.to,
        item_id: merge.item_id,
        event_id: None,
        doses: from.person.doses.max(to.person.doses),
    };
    if let Some(outcome) = ask_second(making, tx, &question)? {
        return Ok(outcome);
    }
    Ok(Outcome::Done(join(making, tx, merge, (from, to), kept)?))
}

/// What a merge would write if nobody else had to be asked.
pub(super) fn preview(mut making: Making<'_>, tx: &mut Tx<'_>, merge: Merge) -> Result<Plan, StoreError> {
    let sides = (Side::read(&mut making, tx, merge.from)?, Side::read(&mut making, tx, merge.to)?);
    if let (Some(from), Some(to)) = sides {
        join(&mut making, tx, merge, (from, to), &[])?;
    }
    Ok(making.plan)
}

/// Moves the records; returns the link event by which that can be taken back.
fn join(
    making: &mut Making<'_>,
    tx: &mut Tx<'_>,
    merge: Merge,
    (mut from, mut to): (Side, Side),
    kept: &[Kept],
) -> Result<i64, StoreError> {
    let event_id = making.cx.store.ids().take()?;
    let behind = |(part, whose): &Kept| {
        let side = if *whose == merge.from { &from } else { &to };
        side.behind(*part).map(|record| (*part, record))
    };
    let kept: Vec<_> = kept.iter().filter_map(behind).collect();
    let moved = from.give(&mut to, |_, _| true, making);
    for value in kept {
        let row = choose::row(making, value, Some(event_id))?;
        to.choose(row, making);
    }
    stand(making, merge.from, Standing::MergedInto(merge.to));
    close_items(making, tx, merge, event_id)?;
    let deed = making.deed;
    making.plan.changes.push(Change::LinkEvent(NewLinkEvent {
        id: event_id,
        at: deed.arrival.at,
        actor: deed.actor().into(),
        op: "merge".into(),
        from_person: Some(merge.from),
        to_person: Some(merge.to),
        source_record_ids: moved,
        reason: deed.reason.clone(),
        inverse_of: None,
    }));
    stock_follows(making, tx, (&from, &to), Why::Merged)?;
    from.write(making);
    to.write(making);
    Ok(event_id)
}

/// What asked about the person that is given up is answered; so is what asked about the other one, where nobody else
/// but these two may be meant.
fn close_items(
    making: &mut Making<'_>,
    tx: &mut Tx<'_>,
    merge: Merge,
    event_id: i64,
) -> Result<(), StoreError> {
    let granted = &making.deed.granted;
    let mut answered: Vec<ReviewItem> = open_items(making, tx, merge.from)?;
    for item in open_items(making, tx, merge.to)? {
        let mut others = false;
        for candidate in &item.candidates {
            let id = root(tx, granted, candidate.person_id)?;
            others |= id != merge.from && id != merge.to;
        }
        if others {
            continue;
        }
        if item.is_of_a_report() {
            stand(making, merge.to, Standing::Active);
        }
        answered.push(item);
    }
    let closed_at = Some(making.deed.arrival.at);
    making.plan.changes.extend(answered.iter().map(|item| {
        Change::ReviewState(ReviewState { id: item.id, state: "merged", closed_at, event_id: Some(event_id) })
    }));
    Ok(())
}

pub(super) fn open_items(
    making: &Making<'_>,
    tx: &mut Tx<'_>,
    id: PersonId,
) -> Result<Vec<ReviewItem>, StoreError> {
    let items = review_item::of_person(tx, &making.deed.granted, id)?;
    Ok(items.into_iter().filter(ReviewItem::is_open).collect())
}

/// The person that somebody was merged into, and that one, and so on: who holds the records now.
pub(crate) fn root(
    tx: &mut Tx<'_>,
    granted: &iis_model::access::Granted,
    mut id: PersonId,
) -> Result<PersonId, StoreError> {
    while let Some(into) = person::get(tx, granted, id)?.and_then(|person| person.merged_into) {
        id = into;
    }
    Ok(id)
}
