//! An answer is taken back: what followed from it goes, and the question is open again.

use super::asked::{open, reopen_answered};
use super::deed::{Deed, Making, Outcome, Refusal, carry_out, outcome};
use super::unmerge::{self, Unmerge};
use crate::{Context, Failure};
use iis_store::review_answer::{self, ReviewAnswer};
use iis_store::{AuditEntry, Change, Plan, StoreError, Tx, person, review_item};

/// Takes an answer back, by its id; a merge of many doses when a second person decides the same.
pub async fn take_back(cx: &Context, deed: Deed, answer_id: i64) -> Result<Outcome, Failure> {
    carry_out(cx, deed, move |making, tx| propose(making, tx, answer_id)).await
}

fn propose(mut making: Making<'_>, tx: &mut Tx<'_>, answer_id: i64) -> Result<Plan, StoreError> {
    let answer = review_answer::get(tx, &making.deed.granted, answer_id)?;
    let item_id = answer.as_ref().and_then(|answer| answer.item_id);
    let (Some(answer), Some(item_id)) = (answer, item_id) else { return refuse(making) };
    match (&*answer.op, &*answer.state) {
        ("merge", "done") => return part(making, tx, item_id),
        ("merge", "waiting") | ("unsure", "done") => {
            let item = review_item::get(tx, &making.deed.granted, item_id)?;
            if item.is_none_or(|item| !item.is_open()) {
                return refuse(making);
            }
            if !others_wait(&making, tx, item_id, answer.id)? {
                making.plan.changes.push(Change::ReviewState(open(item_id)));
            }
        }
        ("different" | "twins", "done") => {
            making.plan.changes.push(Change::TakeBackNotSame(answer.from_person, answer.to_person));
            reopen_answered(&mut making, tx, (answer.from_person, answer.to_person))?;
        }
        _ => return refuse(making),
    }
    withdraw(&mut making, tx, &answer)?;
    making.end(Outcome::Noted)
}

/// Withdraws the answer; who answers about the same persons meanwhile is met.
fn withdraw(making: &mut Making<'_>, tx: &mut Tx<'_>, answer: &ReviewAnswer) -> Result<(), StoreError> {
    making.plan.changes.push(Change::AnswerState(answer.id, "withdrawn"));
    let deed = making.deed;
    for id in [answer.from_person, answer.to_person] {
        if let Some(person) = person::get(tx, &deed.granted, id)? {
            making.decides_about(&person);
        }
        making.plan.audit.push(deed.audit("take-back-answer", id, "done"));
    }
    Ok(())
}

/// The merge that closed the question is taken back, and nothing is decided for the future.
fn part(making: Making<'_>, tx: &mut Tx<'_>, item_id: i64) -> Result<Plan, StoreError> {
    let granted = making.deed.granted.clone();
    let event_id = review_item::get(tx, &granted, item_id)?.and_then(|item| item.event_id);
    let Some(event_id) = event_id else { return refuse(making) };
    let mut plan = unmerge::propose(making, tx, &Unmerge { event_id, with: Vec::new(), keep_apart: false })?;
    if matches!(outcome(&plan.reply)?, Outcome::Done(_)) {
        let answers = review_answer::of_item(tx, &granted, item_id)?;
        let merges = answers.iter().filter(|answer| &*answer.op == "merge" && &*answer.state == "done");
        plan.changes.extend(merges.map(|answer| Change::AnswerState(answer.id, "withdrawn")));
    }
    Ok(plan)
}

/// Whether another answer leaves the question to a second reviewer.
fn others_wait(
    making: &Making<'_>,
    tx: &mut Tx<'_>,
    item_id: i64,
    answer_id: i64,
) -> Result<bool, StoreError> {
    let answers = review_answer::of_item(tx, &making.deed.granted, item_id)?;
    let waits = |answer: &ReviewAnswer| {
        matches!((&*answer.op, &*answer.state), ("merge", "waiting") | ("unsure", "done"))
    };
    Ok(answers.iter().any(|answer| answer.id != answer_id && waits(answer)))
}

fn refuse(mut making: Making<'_>) -> Result<Plan, StoreError> {
    let deed = making.deed;
    let entry = AuditEntry::of(&deed.granted, deed.arrival.at);
    making.plan.audit.push(entry.action("take-back-answer").result("not done"));
    making.end(Outcome::Refused(Refusal::NothingToTakeBack))
}
