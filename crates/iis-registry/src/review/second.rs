//! The rule of two persons: who has many doses is merged or split only when a second person decides the same.

use super::deed::{Making, Outcome, Refusal};
use iis_model::PersonId;
use iis_store::review_answer::{self, ReviewAnswer};
use iis_store::{Change, StoreError, Tx};

/// From so many doses on, two persons decide (design page `matching`, section 7).
pub const MANY_DOSES: i64 = 10;

/// A decision that may need a second person.
pub(super) struct Question {
    /// "merge" or "unmerge".
    pub(super) op: &'static str,
    pub(super) from: PersonId,
    pub(super) to: PersonId,
    pub(super) item_id: Option<i64>,
    pub(super) event_id: Option<i64>,
    /// The most doses that one of the persons has.
    pub(super) doses: i64,
}

/// None: go on. Otherwise the plan holds all that happens: the first decision waits.
pub(super) fn ask(
    making: &mut Making<'_>,
    tx: &mut Tx<'_>,
    question: &Question,
) -> Result<Option<Outcome>, StoreError> {
    let deed = making.deed;
    let Question { op, from, to, item_id, event_id, doses } = *question;
    let answers = review_answer::waiting(tx, &deed.granted, (from, to), op)?;
    let answers: Vec<_> = answers.into_iter().filter(|answer| answer.event_id == event_id).collect();
    let first = answers.iter().find(|answer| &*answer.actor != deed.actor());
    let state = if doses < MANY_DOSES || first.is_some() { "done" } else { "waiting" };
    if state == "waiting" && !answers.is_empty() {
        return Ok(Some(Outcome::Refused(Refusal::NeedsSomebodyElse)));
    }
    making.plan.changes.extend(answers.iter().map(|answer| Change::AnswerState(answer.id, "done")));
    making.plan.changes.push(Change::ReviewAnswer(ReviewAnswer {
        id: making.cx.store.ids().take()?,
        item_id,
        op: op.into(),
        from_person: from,
        to_person: to,
        event_id,
        actor: deed.actor().into(),
        at: deed.arrival.at,
        remark: deed.reason.clone(),
        state: state.into(),
    }));
    Ok((state == "waiting").then_some(Outcome::Waits))
}
