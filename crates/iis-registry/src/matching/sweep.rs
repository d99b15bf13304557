//! A sweep over the stored persons: later reports may have said what was missing when each record came.
//!
//! Persons who are one by the rule of the line are merged, the strongest evidence first, as a file is linked: two of whom
//! each is the likeliest that the other one is sure of. That can be taken back. When nobody is left to merge, others who
//! may be one are put before a reviewer, once. In pages, so that it can be watched and stopped.

use super::model::Model;
use super::queue::{MOST_POSSIBLE, priority};
use super::search::candidates;
use crate::access::as_registry;
use crate::review::{Deed, MANY_DOSES, Merge, Outcome, merge, root};
use crate::{Arrival, Context, Failure};
use iis_matching::Candidate;
use iis_matching::patient::decide::{Possible, resembling, sure};
use iis_matching::patient::subject::Subject;
use iis_model::access::{Granted, Permission};
use iis_model::{PersonId, SourceRecordId};
use iis_store::person::{self, Person};
use iis_store::review_item::{self, NewReviewItem, ReviewCandidate};
use iis_store::{Change, Lane, Plan, StoreError, Tx, UnitKey, match_subject, not_same};
use std::collections::VecDeque;
use std::sync::Arc;

/// Persons looked at in one step.
const PAGE: i64 = 100;

/// How far a sweep came, and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    round: Round,
    /// Persons who may be somebody else: those of this round still to be looked at, and those of the next one.
    open: VecDeque<PersonId>,
    open_next: VecDeque<PersonId>,
    /// Persons looked at; who is looked at again counts once.
    pub persons: u64,
    /// Persons merged into others.
    pub merged: u64,
    /// Persons put before a reviewer.
    pub proposed: u64,
}

/// What a sweep is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    /// All persons behind this one.
    Everybody(PersonId),
    /// Those who may be somebody else, again: so many had been merged when the round began.
    Again(u64),
    /// Nobody is left to merge: the rest is asked.
    Asking,
}

impl Default for Sweep {
    fn default() -> Self {
        let round = Round::Everybody(PersonId(i64::MIN));
        let (open, open_next) = (VecDeque::new(), VecDeque::new());
        Self { round, open, open_next, persons: 0, merged: 0, proposed: 0 }
    }
}

/// What was found about a person.
enum Found {
    /// It is one with another, by so much evidence.
    One(Merge, i64),
    /// It may be others.
    Several(NewReviewItem),
}

impl Sweep {
    /// Goes on for some persons; true: done.
    pub async fn step(&mut self, cx: &Context, arrival: Arrival) -> Result<bool, Failure> {
        for id in self.page(cx).await? {
            let (looking, model) = (Looking::at(cx, arrival), cx.matching.now());
            let version = model.weights.version;
            let granted = as_registry(Permission::ResolveDuplicates);
            let asks = self.round == Round::Asking;
            let found = cx.store.read(move |tx| looking.find(tx, &granted, &model, (id, asks))).await?;
            match found {
                None => {}
                Some(Found::One(wanted, score)) => {
                    self.open_next.extend([id, wanted.to]);
                    self.merge(cx, arrival, wanted, (score, version)).await?;
                }
                Some(Found::Several(item)) if asks => {
                    self.proposed += 1;
                    let propose = move |_: &mut Tx<'_>| {
                        let mut plan = Plan::new(arrival.at, UnitKey::Once(key(arrival, item.person_id)));
                        plan.changes.push(Change::ReviewItem(item.clone()));
                        Ok(plan)
                    };
                    cx.store.propose_and_apply(Lane::Bulk, propose).await?;
                }
                Some(Found::Several(_)) => self.open_next.push_back(id),
            }
        }
        Ok(self.round == Round::Asking && self.open.is_empty())
    }

    /// The next persons to look at; when a round is over, those of the next one.
    async fn page(&mut self, cx: &Context) -> Result<Vec<PersonId>, Failure> {
        if let Round::Everybody(after) = self.round {
            let granted = as_registry(Permission::ResolveDuplicates);
            let page = cx.store.read(move |tx| match_subject::list(tx, &granted, after, PAGE)).await?;
            let ids: Vec<PersonId> = page.into_iter().map(|person| person.person_id).collect();
            self.persons += ids.len() as u64;
            if let Some(last) = ids.last() {
                self.round = Round::Everybody(*last);
                return Ok(ids);
            }
            self.begin(Round::Again(self.merged));
        }
        if let (Round::Again(before), true) = (self.round, self.open.is_empty()) {
            self.begin(if self.merged > before { Round::Again(self.merged) } else { Round::Asking });
        }
        let some = self.open.len().min(usize::try_from(PAGE).unwrap_or(usize::MAX));
        Ok(self.open.drain(..some).collect())
    }

    fn begin(&mut self, round: Round) {
        self.round = round;
        self.open = std::mem::take(&mut self.open_next);
        let mut seen = std::collections::HashSet::new();
        self.open.retain(|id| seen.insert(*id));
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
        (id, asks): (PersonId, bool),
    ) -> Result<Option<Found>, StoreError> {
        let (first_record, possible) = possible(tx, granted, model, id)?;
        let Some(source_record_id) = first_record.filter(|_| !possible.is_empty()) else { return Ok(None) };
        let Some(this) = person::get(tx, granted, id)? else { return Ok(None) };
        let likeliest = if asks { None } else { likeliest_of_both(tx, granted, model, id, &possible)? };
        if let Some(sure) = likeliest
            && let Some(other) = person::get(tx, granted, sure.person_id)?
            && this.doses.max(other.doses) < MANY_DOSES
            && !(this.protected || other.protected)
        {
            return Ok(Some(Found::One(Merge::into_the_settled(&this, &other), sure.score)));
        }
        if asks && asked(tx, granted, id, &possible)? {
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

/// Whom a person may be, the likeliest first; not those of whom somebody decided that they are somebody else. With its
/// first record.
fn possible(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    id: PersonId,
) -> Result<(Option<SourceRecordId>, Vec<Possible>), StoreError> {
    let records = super::index::Index::read(tx, granted, model, id)?.into_records();
    let first_record = records.first().map(|record| record.id);
    let subjects: Vec<Subject> = records.into_iter().map(|record| model.informed(record.subject)).collect();
    let around = around(tx, granted, model, (id, &subjects))?;
    let mut possible = resembling(&subjects, &around, &model.weights);
    if !possible.is_empty() {
        let settled = settled(tx, granted, id)?;
        possible.retain(|one| !settled.contains(&one.person_id));
    }
    Ok((first_record, possible))
}

/// The likeliest of those who are sure of a person, if it is sure of nobody more than of this person.
fn likeliest_of_both(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    id: PersonId,
    known: &[Possible],
) -> Result<Option<Possible>, StoreError> {
    let Some(likeliest) = sure(known, &model.weights).next().copied() else { return Ok(None) };
    let (_, back) = possible(tx, granted, model, likeliest.person_id)?;
    let is_mutual = sure(&back, &model.weights).next().is_some_and(|one| one.person_id == id);
    Ok(is_mutual.then_some(likeliest))
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
