//! Searching people on screen.
//!
//! Who is exactly as searched for is found by name and birth date; who resembles, under the keys by which matching finds
//! candidates (decision 0032). Both are point queries: what a search costs does not grow with the registry. Who searches
//! with full criteria only is shown nobody who merely resembles.

use super::closeness::{Reason, another_name, other_names};
use super::criteria::{Criteria, Missing};
use super::found_under::given_names;
use super::resembling::resembling;
use crate::access::protection::Veil;
use crate::matching::Model;
use crate::{Arrival, Context, Failure};
use iis_matching::patient::normalize::{fold_identifier, fold_name};
use iis_model::access::{Condition, Granted};
use iis_model::record::PersonSummary;
use iis_model::{Demographics, Given, PartialDate, PersonId, RegistryNumber};
use iis_store::person_name::{self, NameSearch, Text};
use iis_store::{AuditEntry, StoreError, Tx, person, source_record};

/// The most people shown; more ask for a narrower search (requirements P-7).
pub const MOST_SHOWN: usize = 25;

/// The most people looked at. So many more than are shown that those who may not be seen cannot be counted from
/// outside.
const SEARCHED: usize = 200;

/// Somebody whom a search finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The person.
    pub person: PersonSummary,
    /// What differs from what was searched for; nothing: the person is exactly so.
    pub reasons: Vec<Reason>,
}

/// What a search finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundPeople {
    /// These, the likeliest first, at most [`MOST_SHOWN`]; none when nobody matches.
    People(Vec<Hit>),
    /// The likeliest [`MOST_SHOWN`]: more resemble.
    Nearest(Vec<Hit>),
    /// More than may be shown are exactly so: these are not told.
    TooMany,
    /// The criteria are not enough to search with.
    NotEnough(Vec<Missing>),
}

/// Searches. The search itself is audited, without what was typed.
pub async fn search(
    cx: &Context,
    granted: Granted,
    criteria: Criteria,
    arrival: Arrival,
) -> Result<FoundPeople, Failure> {
    let is_strict = granted.condition() == Some(Condition::Strict);
    let missing = if is_strict { criteria.missing_of_full() } else { criteria.missing() };
    if !missing.is_empty() {
        return Ok(FoundPeople::NotEnough(missing));
    }
    let model = cx.matching.now();
    let disclosed = cx.store.disclose(move |tx| {
        let mut search = Search { granted: &granted, model: &model, is_strict, veil: Veil::of(&granted) };
        let mut found = search.find(tx, &criteria)?;
        if matches!(&found, FoundPeople::People(hits) if hits.is_empty())
            && !is_strict
            && let Some(by_phone) = criteria.with_number_as_phone()
        {
            found = search.find(tx, &by_phone)?;
        }
        let entry = || AuditEntry::of(&granted, arrival.at);
        let many = match &found {
            FoundPeople::People(hits) => format!("{} found", hits.len()),
            _ => format!("more than {MOST_SHOWN} found"),
        };
        let mut audit = vec![entry().detail(many)];
        audit.extend(search.veil.into_withheld().into_iter().map(|id| entry().person(id).result("withheld")));
        Ok((found, audit))
    });
    Ok(disclosed.await?)
}

/// One search: whose it is, and what was withheld from them.
struct Search<'a> {
    granted: &'a Granted,
    model: &'a Model,
    is_strict: bool,
    veil: Veil<'a>,
}

impl Search<'_> {
    fn find(&mut self, tx: &mut Tx<'_>, criteria: &Criteria) -> Result<FoundPeople, StoreError> {
        let mut numbered = Vec::new();
        if !fold_identifier(&criteria.number).is_empty() {
            let people = by_number(tx, self.granted, criteria)?;
            let is_strict = self.is_strict;
            let hit = |person| {
                let reasons = if is_strict { Vec::new() } else { another_name(&person, criteria) };
                Hit { person, reasons }
            };
            numbered = self.shown(tx, people)?.into_iter().map(hit).collect();
            let is_exact = numbered.iter().any(|hit: &Hit| hit.reasons.is_empty());
            if is_exact || self.is_strict || !criteria.has_names() {
                return Ok(told(numbered, false));
            }
        }
        let (mut hits, is_cut_off) = self.exactly(tx, criteria)?;
        numbered.retain(|known| hits.iter().all(|hit| hit.person.id != known.person.id));
        hits.extend(numbered); // who has the number and another name is told beside who has the name
        if is_cut_off || hits.len() > MOST_SHOWN {
            return Ok(FoundPeople::TooMany);
        }
        let mut are_more = false;
        if !self.is_strict {
            are_more = self.add_resembling(tx, criteria, &mut hits)?;
        }
        Ok(told(hits, are_more))
    }

    /// Who is exactly so, in each reading of the names; whether there are more than are looked at.
    fn exactly(&mut self, tx: &mut Tx<'_>, criteria: &Criteria) -> Result<(Vec<Hit>, bool), StoreError> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut is_cut_off = false;
        if !criteria.has_names() {
            return Ok((hits, false));
        }
        for (last, first) in criteria.readings() {
            let found = by_name(tx, self.granted, (&last, &first), criteria)?;
            is_cut_off |= found.len() >= SEARCHED;
            for person in self.shown(tx, found)? {
                if hits.iter().all(|hit| hit.person.id != person.id) {
                    let reasons = other_names(&person, &last, &first);
                    hits.push(Hit { person, reasons });
                }
            }
        }
        Ok((hits, is_cut_off))
    }

    /// Adds who resembles, the likeliest first, as long as there is room; tells whether there are more.
    fn add_resembling(
        &mut self,
        tx: &mut Tx<'_>,
        criteria: &Criteria,
        hits: &mut Vec<Hit>,
    ) -> Result<bool, StoreError> {
        for near in resembling(tx, self.granted, self.model, criteria)? {
            if hits.iter().any(|hit| hit.person.id == near.person_id) {
                continue;
            }
            let Some(found) = person::get(tx, self.granted, near.person_id)? else { continue };
            if &*found.status == "merged" || !self.veil.shows(tx, found.id, found.protected)? {
                continue;
            }
            if hits.len() == MOST_SHOWN {
                return Ok(true);
            }
            let person = summary(found);
            let reasons = near.reasons(&person);
            hits.push(Hit { person, reasons });
        }
        Ok(false)
    }

    fn shown(
        &mut self,
        tx: &mut Tx<'_>,
        people: Vec<PersonSummary>,
    ) -> Result<Vec<PersonSummary>, StoreError> {
        let mut shown = Vec::with_capacity(people.len());
        for summary in people {
            let is_protected = summary.demographics.protection.value.value == Some(true);
            if self.veil.shows(tx, summary.id, is_protected)? {
                shown.push(summary);
            }
        }
        Ok(shown)
    }
}

fn told(hits: Vec<Hit>, are_more: bool) -> FoundPeople {
    match are_more {
        _ if hits.len() > MOST_SHOWN => FoundPeople::TooMany,
        true => FoundPeople::Nearest(hits),
        false => FoundPeople::People(hits),
    }
}

/// Takes out whom the searcher may not see, and says who that is. They are neither shown nor counted.
fn veil(
    tx: &mut Tx<'_>,
    granted: &Granted,
    people: &mut Vec<PersonSummary>,
) -> Result<Vec<PersonId>, StoreError> {
    let mut veil = Veil::of(granted);
    let mut shown = Vec::with_capacity(people.len());
    for summary in people.drain(..) {
        let is_protected = summary.demographics.protection.value.value == Some(true);
        if veil.shows(tx, summary.id, is_protected)? {
            shown.push(summary);
        }
    }
    *people = shown;
    Ok(veil.into_withheld())
}

fn by_name(
    tx: &mut Tx<'_>,
    granted: &Granted,
    (last, first): (&str, &str),
    criteria: &Criteria,
) -> Result<Vec<PersonSummary>, StoreError> {
    let (last, first) = (fold_name(last), fold_name(first));
    if last.is_empty() || first.is_empty() {
        return Ok(Vec::new());
    }
    let search = NameSearch {
        born_on: criteria.born_on,
        last: Some(Text::Exact(&last)),
        first: Some(Text::Prefix(&first)),
        after: None,
        limit: i64::try_from(SEARCHED).unwrap_or(i64::MAX),
    };
    person_name::search(tx, granted, &search)
}

/// Persons with the family name and birth date of somebody, one of whose given names is the first name that was said. Matching compares
/// the first two given names; people go by any of them.
pub(crate) fn called_so(
    tx: &mut Tx<'_>,
    granted: &Granted,
    said: &Demographics,
) -> Result<Vec<PersonId>, StoreError> {
    let (Some(name), Some(born_on)) = (said.legal_name(), said.birth_date()) else { return Ok(Vec::new()) };
    let criteria = Criteria { born_on: Some(born_on), ..Criteria::default() };
    let first = fold_name(&name.given);
    let found = by_name(tx, granted, (&name.family, &name.given), &criteria)?;
    let goes_by = |person: &PersonSummary| {
        let mut names = person.demographics.names.iter().filter_map(Given::get).flat_map(given_names);
        names.any(|given| fold_name(given) == first)
    };
    Ok(found.iter().filter(|person| goes_by(person)).map(|person| person.id).collect())
}

/// A registry number, or a record number at any organization.
fn by_number(
    tx: &mut Tx<'_>,
    granted: &Granted,
    criteria: &Criteria,
) -> Result<Vec<PersonSummary>, StoreError> {
    let mut people = Vec::new();
    if let Some(number) = criteria.registry_number() {
        people.extend(person::by_registry_number(tx, granted, number)?);
    }
    if people.is_empty() {
        let mrn = fold_identifier(&criteria.number);
        let limit = i64::try_from(SEARCHED).unwrap_or(i64::MAX);
        for id in source_record::persons_of_number(tx, granted, &mrn, limit)? {
            people.extend(person::get(tx, granted, id)?);
        }
    }
    let born_on = criteria.born_on.map(PartialDate::day);
    Ok(people
        .into_iter()
        .map(summary)
        .filter(|summary| born_on.is_none() || summary.demographics.born_on.value == born_on)
        .collect())
}

/// The persons of these numbers whom the asker may see, as lines of a list. The look is audited.
pub async fn summaries(
    cx: &Context,
    granted: Granted,
    numbers: Vec<RegistryNumber>,
    arrival: Arrival,
) -> Result<Vec<PersonSummary>, Failure> {
    let disclosed = cx.store.disclose(move |tx| {
        let mut people = Vec::new();
        for number in numbers.into_iter().take(MOST_SHOWN) {
            people.extend(person::by_registry_number(tx, &granted, number)?.map(summary));
        }
        veil(tx, &granted, &mut people)?;
        let entry = |id| AuditEntry::of(&granted, arrival.at).action("compare-person").person(id);
        let audit = people.iter().map(|person| entry(person.id)).collect();
        Ok((people, audit))
    });
    Ok(disclosed.await?)
}

fn summary(person: person::Person) -> PersonSummary {
    PersonSummary {
        id: person.id,
        registry_number: person.registry_number,
        demographics: person.demographics.unwrap_or_default(),
        latest_dose_on: person.latest_dose_on,
        doses: person.doses,
    }
}

/// Whether a person lies within the reach of a grant.
pub async fn is_within(cx: &Context, granted: Granted, id: PersonId) -> Result<bool, Failure> {
    Ok(cx.store.read(move |tx| iis_store::reach::permits(tx, &granted, id)).await?)
}
