//! Somebody who looks at a patient suspects that another record is of the same person.

use super::deed::{Deed, Making, Outcome, Refusal, carry_out};
use super::merge::{open_items, root};
use super::records::{closest, packed};
use crate::access::protection::Veil;
use crate::matching::queue::priority;
use crate::{Context, Failure};
use iis_model::RegistryNumber;
use iis_store::person::{self, Person};
use iis_store::review_answer::ReviewAnswer;
use iis_store::review_item::{NewReviewItem, ReviewCandidate};
use iis_store::{AuditEntry, Change, Plan, StoreError, Tx, link};

/// Asks reviewers whether two persons are one. Nothing else changes.
pub async fn flag(cx: &Context, deed: Deed, two: [RegistryNumber; 2]) -> Result<Outcome, Failure> {
    carry_out(cx, deed, move |making, tx| propose(making, tx, two)).await
}

fn propose(mut making: Making<'_>, tx: &mut Tx<'_>, two: [RegistryNumber; 2]) -> Result<Plan, StoreError> {
    let deed = making.deed;
    let outcome = decide(&mut making, tx, two)?;
    if let Outcome::Refused(_) = outcome {
        let entry = AuditEntry::of(&deed.granted, deed.arrival.at);
        making.plan.audit.push(entry.action("flag-duplicate").result("not done"));
    }
    making.end(outcome)
}

fn decide(making: &mut Making<'_>, tx: &mut Tx<'_>, two: [RegistryNumber; 2]) -> Result<Outcome, StoreError> {
    let deed = making.deed;
    let mut veil = Veil::of(&deed.granted);
    let mut shown = |tx: &mut Tx<'_>, number| -> Result<Option<Person>, StoreError> {
        let Some(person) = person::by_registry_number(tx, &deed.granted, number)? else { return Ok(None) };
        Ok(veil.shows(tx, person.id, person.protected)?.then_some(person))
    };
    let (Some(this), Some(other)) = (shown(tx, two[0])?, shown(tx, two[1])?) else {
        return Ok(Outcome::Refused(Refusal::PersonGone));
    };
    if this.id == other.id {
        return Ok(Outcome::Refused(Refusal::SamePerson));
    }
    if asks(making, tx, &this, &other)? || asks(making, tx, &other, &this)? {
        return Ok(Outcome::Refused(Refusal::AskedAlready));
    }
    let links = link::of_person(tx, &deed.granted, this.id)?;
    let Some(source_record_id) = links.first().map(|link| link.source_record_id) else {
        return Ok(Outcome::Refused(Refusal::PersonGone));
    };
    let model = &making.model;
    let (a, b) = (packed(tx, &deed.granted, model, this.id)?, packed(tx, &deed.granted, model, other.id)?);
    let Some((explanation, _)) = closest(&a, &b, model) else {
        return Ok(Outcome::Refused(Refusal::PersonGone));
    };
    let score = hundredths(explanation.bits);
    let id = making.cx.store.ids().take()?;
    let item = NewReviewItem {
        id,
        source_record_id,
        person_id: this.id,
        candidates: vec![ReviewCandidate { person_id: other.id, score, vetoes: explanation.vetoes.bits() }],
        model_version: explanation.version,
        priority: priority(false, score),
        opened_at: deed.arrival.at,
        opened_by: deed.actor().into(),
    };
    making.decides_about(&this);
    making.decides_about(&other);
    let asked = asked(making, id, (&this, &other))?;
    making.plan.changes.extend([Change::ReviewItem(item), Change::ReviewAnswer(asked)]);
    making.plan.audit.extend([this.id, other.id].map(|person| deed.audit("flag-duplicate", person, "done")));
    Ok(Outcome::Noted)
}

/// Whether a question about the one already names the other.
fn asks(making: &Making<'_>, tx: &mut Tx<'_>, this: &Person, other: &Person) -> Result<bool, StoreError> {
    for item in open_items(making, tx, this.id)? {
        for candidate in &item.candidates {
            if root(tx, &making.deed.granted, candidate.person_id)? == other.id {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Who asked, and why.
fn asked(
    making: &Making<'_>,
    item_id: i64,
    (this, other): (&Person, &Person),
) -> Result<ReviewAnswer, StoreError> {
    let deed = making.deed;
    Ok(ReviewAnswer {
        id: making.cx.store.ids().take()?,
        item_id: Some(item_id),
        op: "flagged".into(),
        from_person: this.id,
        to_person: other.id,
        event_id: None,
        actor: deed.actor().into(),
        at: deed.arrival.at,
        remark: deed.reason.clone(),
        state: "done".into(),
    })
}

#[expect(clippy::cast_possible_truncation, reason = "evidence is some hundred bits at most")]
fn hundredths(bits: f64) -> i64 {
    (bits * 100.0).round() as i64
}
