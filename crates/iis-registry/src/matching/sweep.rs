//! A sweep over the stored persons: later reports may have said what was missing when each record came.
//!
//! Persons who are one by the rule of the line are merged, which can be taken back; others who may be one are put before
//! a reviewer, once. In pages, so that it can be watched and stopped.

use super::model::Model;
use super::queue::{MOST_POSSIBLE, priority};
use super::search::candidates;
use crate::access::as_registry;
use crate::review::{Deed, MANY_DOSES, Merge, Outcome, merge, root};
use crate::{Arrival, Context, Failure};
use iis_matching::Candidate;
use iis_matching::patient::decide::{Possible, resembling, the_one};
use iis_matching::patient::subject::Subject;
use iis_model::access::{Granted, Permission};
use iis_model::{PersonId, SourceRecordId};
use iis_store::person::{self, Person};
use iis_store::review_item::{self, NewReviewItem, ReviewCandidate};
use iis_store::{Change, Lane, Plan, StoreError, Tx, UnitKey, match_subject, not_same};
use std::sync::Arc;

/// Persons looked at in one step.
const PAGE: i64 = 100;

/// How far a sweep came, and what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    after: PersonId,
    /// Persons looked at.
    pub persons: u64,
    /// Persons merged into others.
    pub merged: u64,
    /// Persons put before a reviewer.
    pub proposed: u64,
}

impl Default for Sweep {
    fn default() -> Self {
        Self { after: PersonId(i64::MIN), persons: 0, merged: 0, proposed: 0 }
    }
}

/// What is to be done about a person.
enum Found {
    One(Merge, i64),
    Several(NewReviewItem),
}

impl Sweep {
    /// Goes on for some persons; true: done.
    pub async fn step(&mut self, cx: &Context, arrival: Arrival) -> Result<bool, Failure> {
        let granted = as_registry(Permission::ResolveDuplicates);
        let (after, granted_) = (self.after, granted.clone());
        let page = cx.store.read(move |tx| match_subject::list(tx, &granted_, after, PAGE)).await?;
        let Some(last) = page.last() else { return Ok(true) };
        self.after = last.person_id;
        for person in page {
            self.persons += 1;
            let (looking, model, granted_) = (Looking::at(cx, arrival), cx.matching.now(), granted.clone());
            let version = model.weights.version;
            let found =
                cx.store.read(move |tx| looking.find(tx, &granted_, &model, person.person_id)).await?;
            match found {
                None => {}
                Some(Found::One(wanted, score)) => self.merge(cx, arrival, wanted, (score, version)).await?,
                Some(Found::Several(item)) => {
                    self.proposed += 1;
                    let propose = move |_: &mut Tx<'_>| {
                        let mut plan = Plan::new(arrival.at, UnitKey::Once(key(arrival, item.person_id)));
                        plan.changes.push(Change::ReviewItem(item.clone()));
                        Ok(plan)
                    };
                    cx.store.propose_and_apply(Lane::Bulk, propose).await?;
                }
            }
        }
        Ok(false)
    }

    async fn merge(
        &mut self,
        cx: &Context,
        arrival: Arrival,
        wanted: Merge,
        (score, version): (i64, i64),
    ) -> Result<(), Failure> {
        let deed = Deed {
            granted: as_registry(Permission::ResolveDuplicates),
            arrival,
            reason: format!(
                "evidence of {score} hundredths of a bit by weights {version} and nothing against it"
            )
            .into(),
            key: key(arrival, wanted.from),
        };
        if let Outcome::Done(_) = merge(cx, deed, wanted).await? {
            self.merged += 1;
        }
        Ok(())
    }
}

/// A key of its own for each person in each sweep.
fn key(arrival: Arrival, id: PersonId) -> [u8; 32] {
    let mut key = [0; 32];
    for (slot, salt) in key.chunks_exact_mut(8).zip(0_i64..) {
        slot.copy_from_slice(&arrival.random(id.0 ^ salt << 56).to_le_bytes());
    }
    key
}

struct Looking {
    cx: Context,
    arrival: Arrival,
}

impl Looking {
    fn at(cx: &Context, arrival: Arrival) -> Self {
        Self { cx: cx.clone(), arrival }
    }

    fn find(
        &self,
        tx: &mut Tx<'_>,
        granted: &Granted,
        model: &Arc<Model>,
        id: PersonId,
    ) -> Result<Option<Found>, StoreError> {
        let records = super::index::Index::read(tx, granted, model, id)?.into_records();
        let first_record = records.first().map(|record| record.id);
        let subjects: Vec<Subject> =
            records.into_iter().map(|record| model.informed(record.subject)).collect();
        let around = around(tx, granted, model, (id, &subjects))?;
        let mut possible = resembling(&subjects, &around, &model.weights);
        let settled = settled(tx, granted, id)?;
        possible.retain(|one| !settled.contains(&one.person_id));
        let (Some(best), Some(source_record_id)) = (possible.first().copied(), first_record) else {
            return Ok(None);
        };
        let this = person::get(tx, granted, id)?;
        let other = person::get(tx, granted, best.person_id)?;
        let (Some(this), Some(other)) = (this, other) else { return Ok(None) };
        if let Some(sure) = the_one(&possible, &around, &model.weights)
            && this.doses.max(other.doses) < MANY_DOSES
            && !(this.protected || other.protected)
        {
            return Ok(Some(Found::One(Merge::into_the_settled(&this, &other), sure.score)));
        }
        if asked(tx, granted, id, &possible)? {
            return Ok(None);
        }
        self.item(source_record_id, &this, &possible, model).map(Found::Several).map(Some)
    }

    fn item(
        &self,
        source_record_id: SourceRecordId,
        this: &Person,
        possible: &[Possible],
        model: &Model,
    ) -> Result<NewReviewItem, StoreError> {
        let candidate = |one: &Possible| ReviewCandidate {
            person_id: one.person_id,
            score: one.score,
            vetoes: one.vetoes.bits(),
        };
        let best = possible.first().map_or(0, |best| best.score);
        Ok(NewReviewItem {
            id: self.cx.store.ids().take()?,
            source_record_id,
            person_id: this.id,
            candidates: possible.iter().take(MOST_POSSIBLE).map(candidate).collect(),
            model_version: model.weights.version,
            priority: priority(false, best),
            opened_at: self.arrival.at,
            opened_by: "sweep".into(),
        })
    }
}

/// Everybody else who shares a key with one of a person's records.
pub(crate) fn around(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    (id, subjects): (PersonId, &[Subject]),
) -> Result<Vec<Candidate>, StoreError> {
    let mut around: Vec<Candidate> = Vec::new();
    for subject in subjects {
        around.extend(candidates(tx, granted, model, subject)?);
    }
    around.retain(|candidate| candidate.person_id != id);
    around.sort_by_key(|candidate| candidate.person_id);
    around.dedup_by_key(|candidate| candidate.person_id);
    Ok(around)
}

/// Of whom somebody decided that they are somebody else than this person or anybody merged into it.
pub(crate) fn settled(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<PersonId>, StoreError> {
    let mut members = vec![id];
    let mut at = 0;
    while let Some(member) = members.get(at).copied() {
        members.extend(person::merged_into(tx, granted, member)?);
        at += 1;
    }
    let mut settled = Vec::new();
    for member in members {
        for pair in not_same::of_person(tx, granted, member)? {
            let other = if pair.person_a == member { pair.person_b } else { pair.person_a };
            settled.push(root(tx, granted, other)?);
        }
    }
    Ok(settled)
}

/// Whether a reviewer was asked about the likeliest of these already.
fn asked(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    possible: &[Possible],
) -> Result<bool, StoreError> {
    let Some(best) = possible.first() else { return Ok(true) };
    for (of, about) in [(id, best.person_id), (best.person_id, id)] {
        for item in
            review_item::of_person(tx, granted, of)?.into_iter().filter(review_item::ReviewItem::is_open)
        {
            for candidate in item.candidates {
                if root(tx, granted, candidate.person_id)? == about {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}
