//! A question of the queue with all that is needed to answer it.

use super::deed::{Deed, Making};
use super::family::{Relative, family};
use super::merge::{self, Merge, root};
use super::records::{self, Contradiction, RecordSays, closest, elsewhere, packed};
use crate::access::protection::Veil;
use crate::directory::{Directory, directory};
use crate::matching::sweep::settled;
use crate::people::record;
use crate::{Arrival, Context, Failure};
use iis_matching::patient::explain::Explanation;
use iis_matching::patient::packed::PackedRecord;
use iis_matching::patient::veto::Vetoes;
use iis_model::access::Granted;
use iis_model::record::PersonRecord;
use iis_model::{Demographics, PersonId, RegistryNumber, ReportId, SourceRecordId, Timestamp};
use iis_store::person::{self, Person};
use iis_store::review_answer;
use iis_store::review_item::{self, ReviewItem};
use iis_store::{AuditEntry, Change, StoreError, Tx};
use std::collections::BTreeSet;

/// A question of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The review item.
    pub item: ReviewItem,
    /// The two persons; none: they are one meanwhile, under the number [`Self::now`].
    pub compared: Option<Compared>,
    /// The number under which the person is found now.
    pub now: RegistryNumber,
    /// What was answered so far, oldest first.
    pub answers: Vec<SeenAnswer>,
}

/// The two persons of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Who is asked about, and who it may be.
    pub persons: [PersonRecord; 2],
    /// The two of their records that speak most for one person, field by field.
    pub explanation: Explanation,
    /// What these two records say.
    pub records: [RecordSays; 2],
    /// What contradicts in others of their records.
    pub elsewhere: Vec<Contradiction>,
    /// The others whom it may be and about whom nothing is decided yet: their numbers.
    pub others: Vec<RegistryNumber>,
    /// Others of the household.
    pub family: Vec<Relative>,
    /// What would become of them if they were merged.
    pub joined: Joined,
}

/// What a merge would make of two histories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    /// How many doses the one person would have.
    pub doses: i64,
    /// What would be believed of the one person.
    pub demographics: Demographics,
    /// The reports behind each event that would be rewritten: where those of both persons stand together, two events
    /// become one.
    pub events: Vec<Vec<(SourceRecordId, ReportId)>>,
}

/// An answer as a reviewer may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenAnswer {
    /// By which it is taken back.
    pub id: i64,
    /// "merge", "different", "twins", "unsure", "flagged".
    pub op: Box<str>,
    /// Who.
    pub actor: Box<str>,
    /// When.
    pub at: Timestamp,
    /// Why; none: a second person is to decide without it.
    pub remark: Option<Box<str>>,
    /// "waiting", "done" or "withdrawn".
    pub state: Box<str>,
}

/// Opens a question; `with` is the number of the one to compare with, where several are possible. The look at everybody
/// shown is audited before anything is returned. A question about somebody whom the caller may not see is none.
pub async fn case(
    cx: &Context,
    granted: Granted,
    item_id: i64,
    with: Option<RegistryNumber>,
    arrival: Arrival,
) -> Result<Option<Case>, Failure> {
    let names = directory(cx, &arrival).await?;
    let cx_ = cx.clone();
    let disclosed = cx.store.disclose(move |tx| {
        let opening = Opening { cx: &cx_, granted: &granted, names: &names, arrival };
        let case = opening.case(tx, item_id, with)?;
        let entry = || AuditEntry::of(&granted, arrival.at).action("review-duplicate");
        let Some((case, seen)) = case else { return Ok((None, vec![entry().result("not found")])) };
        Ok((Some(case), seen.into_iter().map(|id| entry().person(id)).collect()))
    });
    Ok(disclosed.await?)
}

/// What a question is opened with.
struct Opening<'a> {
    cx: &'a Context,
    granted: &'a Granted,
    names: &'a Directory,
    arrival: Arrival,
}

impl Opening<'_> {
    /// The question, and everybody whom it shows.
    fn case(
        &self,
        tx: &mut Tx<'_>,
        item_id: i64,
        with: Option<RegistryNumber>,
    ) -> Result<Option<(Case, Vec<PersonId>)>, StoreError> {
        let Some(item) = review_item::get(tx, self.granted, item_id)? else { return Ok(None) };
        let holder = root(tx, self.granted, item.person_id)?;
        let Some(this) = person::get(tx, self.granted, holder)? else { return Ok(None) };
        let mut veil = Veil::of(self.granted);
        if !veil.shows(tx, this.id, this.protected)? {
            return Ok(None);
        }
        let candidates = self.candidates(tx, &item, &this, &mut veil)?;
        let mut seen = vec![this.id];
        let compared = match chosen(&candidates, with) {
            None => None,
            Some(other) => {
                let others = candidates.iter().filter(|one| one.is_open && one.person.id != other.id);
                let others = others.map(|one| one.person.registry_number).collect();
                let compared = self.compare(tx, &item, (&this, other), others)?;
                seen.push(other.id);
                seen.extend(compared.iter().flat_map(|compared| &compared.family).map(|one| one.id));
                compared
            }
        };
        let answers = self.answers(tx, item_id)?;
        Ok(Some((Case { item, compared, now: this.registry_number, answers }, seen)))
    }

    /// Those whom the person may be, as far as they are not one with it and may be seen.
    fn candidates(
        &self,
        tx: &mut Tx<'_>,
        item: &ReviewItem,
        this: &Person,
        veil: &mut Veil<'_>,
    ) -> Result<Vec<Possible>, StoreError> {
        let apart = settled(tx, self.granted, this.id)?;
        let mut possible: Vec<Possible> = Vec::new();
        for candidate in &item.candidates {
            let id = root(tx, self.granted, candidate.person_id)?;
            let Some(person) = person::get(tx, self.granted, id)?.filter(|person| person.id != this.id)
            else {
                continue;
            };
            let known = possible.iter().any(|one| one.person.id == id);
            if !known && veil.shows(tx, id, person.protected)? {
                possible.push(Possible { person, is_open: !apart.contains(&id) });
            }
        }
        Ok(possible)
    }

    fn compare(
        &self,
        tx: &mut Tx<'_>,
        item: &ReviewItem,
        (this, other): (&Person, &Person),
        others: Vec<RegistryNumber>,
    ) -> Result<Option<Compared>, StoreError> {
        let load = |tx: &mut Tx<'_>, id| record::load(tx, self.granted, self.names, id, None);
        let (Some(one), Some(two)) = (load(tx, this.id)?, load(tx, other.id)?) else { return Ok(None) };
        let model = self.cx.matching.now();
        let [a, b] = [this.id, other.id].map(|id| packed(tx, self.granted, &model, id));
        let (a, b) = (a?, b?);
        let Some((mut explanation, closest)) = closest(&a, &b, &model) else { return Ok(None) };
        let says = [this.id, other.id].map(|id| records::says(tx, self.granted, self.names, id));
        let [says_this, says_other] = says;
        let says = [says_this?, says_other?];
        let says = |ids: [SourceRecordId; 2]| {
            let [one, two] = [0, 1].map(|side: usize| says[side].get(&ids[side]).cloned());
            Some([one?, two?])
        };
        let Some(records) = says(closest) else { return Ok(None) };
        let elsewhere: Vec<Contradiction> = elsewhere(&a, &b, explanation.vetoes)
            .into_iter()
            .filter_map(|(veto, ids)| Some(Contradiction { veto, records: says(ids)? }))
            .collect();
        let found = item.candidates.iter().find(|candidate| candidate.person_id == other.id);
        let found = Vetoes::from_bits(found.map_or(0, |candidate| candidate.vetoes));
        let told: Vetoes = elsewhere.iter().map(|one| one.veto).collect();
        explanation.vetoes = explanation.vetoes.and(found.not_in(told));
        let subjects = |records: Vec<PackedRecord>| records.into_iter().map(|one| one.subject).collect();
        let two_families = [(this.id, subjects(a)), (other.id, subjects(b))];
        let family = family(tx, self.granted, &model, &two_families)?;
        let joined = self.joined(tx, this, other)?;
        let persons = [one, two];
        Ok(Some(Compared { persons, explanation, records, elsewhere, others, family, joined }))
    }

    fn joined(&self, tx: &mut Tx<'_>, this: &Person, other: &Person) -> Result<Joined, StoreError> {
        let deed = Deed {
            granted: self.granted.clone(),
            arrival: self.arrival,
            reason: Box::default(),
            key: [0; 32],
        };
        let wanted = Merge::into_the_settled(this, other);
        let plan = merge::preview(Making::begin(self.cx, &deed), tx, wanted)?;
        let stays = if wanted.to == this.id { this } else { other };
        let demographics = stays.demographics.clone().unwrap_or_default();
        let mut joined = Joined { doses: stays.doses, demographics, events: Vec::new() };
        for change in plan.changes {
            match change {
                // Written whenever anything that is shown of a person changes.
                Change::ForecastStatus(status) if status.person_id == wanted.to => {
                    joined.doses = status.doses;
                }
                Change::PersonView(view) if view.person_id == wanted.to => {
                    joined.demographics = view.demographics;
                }
                Change::Event(event) if event.person_id == wanted.to => joined.events.push(event.reports),
                _ => {}
            }
        }
        Ok(joined)
    }

    /// What was answered. Why the first of two people decided is kept from the second.
    fn answers(&self, tx: &mut Tx<'_>, item_id: i64) -> Result<Vec<SeenAnswer>, StoreError> {
        let me = self.granted.actor().label().1;
        let answers = review_answer::of_item(tx, self.granted, item_id)?;
        Ok(answers
            .into_iter()
            .map(|answer| {
                let is_hidden = &*answer.state == "waiting" && &*answer.actor != me;
                let remark = (!is_hidden).then_some(answer.remark);
                SeenAnswer {
                    id: answer.id,
                    op: answer.op,
                    actor: answer.actor,
                    at: answer.at,
                    remark,
                    state: answer.state,
                }
            })
            .collect())
    }
}

/// Somebody whom the person may be.
struct Possible {
    person: Person,
    /// Nobody decided yet that the two are two.
    is_open: bool,
}

/// The one that was asked for, else the likeliest about whom nothing is decided, else the likeliest.
fn chosen(possible: &[Possible], with: Option<RegistryNumber>) -> Option<&Person> {
    let wanted = possible.iter().find(|one| Some(one.person.registry_number) == with);
    let open = || possible.iter().find(|one| one.is_open);
    wanted.or_else(open).or_else(|| possible.first()).map(|one| &one.person)
}

impl Compared {
    /// The pairs of events, one of each person, that a merge would make one.
    pub fn joined_events(&self) -> BTreeSet<(usize, usize)> {
        let [one, two] = &self.persons;
        let place = |person: &PersonRecord, key: &(SourceRecordId, ReportId)| {
            person.events.iter().position(|event| {
                event.reports.iter().any(|report| (report.source_record_id, report.report_id) == *key)
            })
        };
        let mut pairs = BTreeSet::new();
        for reports in &self.joined.events {
            let ones: Vec<usize> = reports.iter().filter_map(|key| place(one, key)).collect();
            let twos: Vec<usize> = reports.iter().filter_map(|key| place(two, key)).collect();
            pairs.extend(ones.iter().flat_map(|a| twos.iter().map(move |b| (*a, *b))));
        }
        pairs
    }
}
