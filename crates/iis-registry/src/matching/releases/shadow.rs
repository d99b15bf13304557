//! Trying weights on the stored persons beside those in force: what would be decided otherwise, with nothing decided.
//!
//! In pages, each of which is noted in the database: it can be watched from elsewhere, and goes on after a stop where it
//! was. Two questions are asked of everybody: of which other persons this would be the same one, and, where reports were
//! linked by likeness, whether they would be.

use super::{WeightsFailure, entry, get};
use crate::access::as_registry;
use crate::matching::Model;
use crate::matching::index::Index;
use crate::matching::sweep::{around, settled};
use crate::{Context, Failure};
use iis_matching::Candidate;
use iis_matching::patient::decide::{resembling, the_one};
use iis_matching::patient::packed::PackedRecord;
use iis_matching::patient::subject::Subject;
use iis_model::access::{Granted, Permission};
use iis_model::{Demographics, PersonId, SourceRecordId, Timestamp};
use iis_store::{Lane, StoreError, Tx, link, match_release, match_subject, person};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Persons looked at in one step.
const PAGE: i64 = 100;

/// Changes of a kind that are named.
const EXAMPLES: usize = 10;

/// What weights say of two records or persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// They are one.
    Link,
    /// Somebody has to look.
    Review,
    /// They are two.
    Apart,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Between {
    /// Two persons.
    Persons,
    /// A report that was linked by likeness, and the other records of its person.
    Records,
}

/// Decisions of one kind that would be another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Between what.
    pub between: Between,
    /// What the weights in force say.
    pub now: Verdict,
    /// What these say.
    pub then: Verdict,
    /// How many.
    pub count: u64,
    /// Registry numbers of some of them: of both persons, or of the person whose records it is about.
    pub examples: Vec<Vec<String>>,
}

/// How far it came, and what would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadow {
    /// The weights that are tried.
    pub version: i64,
    /// The weights in force that they are tried beside.
    pub beside: i64,
    /// The last person looked at.
    after: i64,
    /// Persons looked at.
    pub persons: u64,
    /// Decisions that would stay as they are, of those that are more than "apart".
    pub unchanged: u64,
    /// Decisions that would be others.
    pub changed: Vec<Changed>,
    /// Whether everybody was looked at.
    pub is_done: bool,
}

impl Shadow {
    /// From the beginning.
    pub fn new(version: i64, beside: i64) -> Self {
        let (after, persons, unchanged) = (i64::MIN, 0, 0);
        Self { version, beside, after, persons, unchanged, changed: Vec::new(), is_done: false }
    }

    /// Goes on where it was left; from the beginning, when it was finished or other weights are in force now.
    pub async fn resume(cx: &Context, version: i64, at: Timestamp) -> Result<Self, Failure> {
        let (row, _) = get(cx, version).await?;
        let beside = cx.matching.now().weights.version;
        if version == beside {
            return Err(WeightsFailure::InForce(version).into());
        }
        let left = serde_json::from_str::<Self>(&row.shadowed).ok();
        if let Some(left) = left.filter(|left| !left.is_done && left.beside == beside) {
            return Ok(left);
        }
        let entry = entry(at, "shadow-match-weights", &format!("{version} beside {beside}"));
        cx.store.write(Lane::Bulk, move |tx| tx.audit(&entry)).await?;
        Ok(Self::new(version, beside))
    }

    /// Looks at some more persons and notes what came of it; true: done.
    pub async fn step(&mut self, cx: &Context) -> Result<bool, Failure> {
        let (_, weights) = get(cx, self.version).await?;
        let now = cx.matching.now();
        let (then, after) = (Arc::new(now.with(weights)), PersonId(self.after));
        let found = cx.store.read(move |tx| page(tx, &now, &then, after)).await?;
        match found.last {
            Some(last) => self.after = last.0,
            None => self.is_done = true,
        }
        self.persons += found.persons;
        for one in found.decisions {
            self.note(one);
        }
        let (version, text) = (self.version, serde_json::to_string(self).unwrap_or_default());
        cx.store.write(Lane::Bulk, move |tx| match_release::put_shadowed(tx, version, &text)).await?;
        Ok(self.is_done)
    }

    fn note(&mut self, one: Decided) {
        if one.now == one.then {
            self.unchanged += 1;
            return;
        }
        let is_kind =
            |kind: &&mut Changed| (kind.between, kind.now, kind.then) == (one.between, one.now, one.then);
        if let Some(kind) = self.changed.iter_mut().find(is_kind) {
            kind.count += 1;
            if kind.examples.len() < EXAMPLES {
                kind.examples.push(one.numbers);
            }
            return;
        }
        let Decided { between, now, then, numbers } = one;
        self.changed.push(Changed { between, now, then, count: 1, examples: vec![numbers] });
    }
}

/// A decision by both weights.
struct Decided {
    between: Between,
    now: Verdict,
    then: Verdict,
    numbers: Vec<String>,
}

struct Page {
    last: Option<PersonId>,
    persons: u64,
    decisions: Vec<Decided>,
}

fn page(tx: &mut Tx<'_>, now: &Model, then: &Model, after: PersonId) -> Result<Page, StoreError> {
    let granted = as_registry(Permission::ResolveDuplicates);
    let listed = match_subject::list(tx, &granted, after, PAGE)?;
    let mut page = Page {
        last: listed.last().map(|last| last.person_id),
        persons: listed.len() as u64,
        decisions: Vec::new(),
    };
    for listed in listed {
        let looking = Looking { granted: &granted, now, then, id: listed.person_id };
        looking.look(tx, &mut page.decisions)?;
    }
    Ok(page)
}

/// One person under two sets of weights.
struct Looking<'a> {
    granted: &'a Granted,
    now: &'a Model,
    then: &'a Model,
    id: PersonId,
}

impl Looking<'_> {
    fn look(&self, tx: &mut Tx<'_>, decided: &mut Vec<Decided>) -> Result<(), StoreError> {
        let records = Index::read(tx, self.granted, self.now, self.id)?.into_records();
        let inform = |record: PackedRecord| (record.id, self.now.informed(record.subject));
        let records: Vec<(SourceRecordId, Subject)> = records.into_iter().map(inform).collect();
        let subjects: Vec<Subject> = records.iter().map(|(_, subject)| subject.clone()).collect();
        let around = around(tx, self.granted, self.now, (self.id, &subjects))?;
        self.other_persons(tx, &subjects, &around, decided)?;
        if records.len() > 1 {
            self.own_records(tx, &records, around, decided)?;
        }
        Ok(())
    }

    /// Each two persons once, by the one with the smaller id.
    fn other_persons(
        &self,
        tx: &mut Tx<'_>,
        subjects: &[Subject],
        around: &[Candidate],
        decided: &mut Vec<Decided>,
    ) -> Result<(), StoreError> {
        let settled = settled(tx, self.granted, self.id)?;
        let verdicts = [self.now, self.then].map(|model| Verdicts::of(subjects, around, model));
        for other in around.iter().map(|candidate| candidate.person_id) {
            let [now, then] = verdicts.each_ref().map(|verdicts| verdicts.about(other));
            if other < self.id || settled.contains(&other) || (now, then) == (Verdict::Apart, Verdict::Apart)
            {
                continue;
            }
            let numbers =
                if now == then { Vec::new() } else { numbers(tx, self.granted, &[self.id, other])? };
            decided.push(Decided { between: Between::Persons, now, then, numbers });
        }
        Ok(())
    }

    /// Each record that was linked by likeness, beside the other ones of the person.
    fn own_records(
        &self,
        tx: &mut Tx<'_>,
        records: &[(SourceRecordId, Subject)],
        mut around: Vec<Candidate>,
        decided: &mut Vec<Decided>,
    ) -> Result<(), StoreError> {
        let links = link::of_person(tx, self.granted, self.id)?;
        let by_likeness = links.iter().filter(|link| &*link.kind == "auto" && link.score_bits.is_some());
        for link in by_likeness {
            let is_it = |(id, _): &&(SourceRecordId, Subject)| *id == link.source_record_id;
            let Some((_, record)) = records.iter().find(is_it) else { continue };
            let others = records.iter().filter(|one| !is_it(one)).map(|(_, subject)| subject.clone());
            around.push(Candidate {
                person_id: self.id,
                by_identifier: None,
                demographics: Demographics::default(),
                records: others.collect(),
                not_same: false,
            });
            let verdict = |model| Verdicts::of(std::slice::from_ref(record), &around, model).about(self.id);
            let (now, then) = (verdict(self.now), verdict(self.then));
            around.pop();
            let numbers = if now == then { Vec::new() } else { numbers(tx, self.granted, &[self.id])? };
            decided.push(Decided { between: Between::Records, now, then, numbers });
        }
        Ok(())
    }
}

/// What weights say of a person and those around it.
struct Verdicts {
    link: Option<PersonId>,
    review: Vec<PersonId>,
}

impl Verdicts {
    fn of(subjects: &[Subject], around: &[Candidate], model: &Model) -> Self {
        let possible = resembling(subjects, around, &model.weights);
        let link = the_one(&possible, around, &model.weights).map(|one| one.person_id);
        Self { link, review: possible.into_iter().map(|one| one.person_id).collect() }
    }

    fn about(&self, id: PersonId) -> Verdict {
        if self.link == Some(id) {
            Verdict::Link
        } else if self.review.contains(&id) {
            Verdict::Review
        } else {
            Verdict::Apart
        }
    }
}

fn numbers(tx: &mut Tx<'_>, granted: &Granted, ids: &[PersonId]) -> Result<Vec<String>, StoreError> {
    let mut numbers = Vec::with_capacity(ids.len());
    for id in ids {
        numbers.extend(person::get(tx, granted, *id)?.map(|person| person.registry_number.to_string()));
    }
    Ok(numbers)
}
