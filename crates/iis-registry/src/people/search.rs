//! Searching people on screen.

use super::criteria::{Criteria, Missing};
use crate::access::protection::Veil;
use crate::{Arrival, Context, Failure};
use iis_matching::patient::normalize::{fold_identifier, fold_name};
use iis_model::access::{Condition, Granted};
use iis_model::record::PersonSummary;
use iis_model::{AccountId, PartialDate, PersonId, RegistryNumber};
use iis_store::person_name::{self, NameSearch, Text};
use iis_store::search::{self, SearchRow};
use iis_store::{AuditEntry, StoreError, Tx, person, source_record};

/// The most people shown; more ask for a narrower search (requirements P-7).
pub const MOST_SHOWN: usize = 25;

/// The most people looked at. So many more than are shown that those who may not be seen cannot be counted from
/// outside.
const SEARCHED: usize = 200;

/// What a search finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundPeople {
    /// These, at most [`MOST_SHOWN`]; none when nobody matches.
    People(Vec<PersonSummary>),
    /// More than may be shown: these are not told.
    TooMany,
    /// The criteria are not enough to search with.
    NotEnough(Missing),
}

/// Searches. The search itself is audited, without what was typed.
pub async fn search(
    cx: &Context,
    granted: Granted,
    criteria: Criteria,
    arrival: Arrival,
) -> Result<FoundPeople, Failure> {
    let missing = match granted.condition() {
        Some(Condition::Strict) => criteria.missing_of_full(),
        _ => criteria.missing(),
    };
    if let Some(missing) = missing {
        return Ok(FoundPeople::NotEnough(missing));
    }
    let disclosed = cx.store.disclose(move |tx| {
        let mut people = if fold_identifier(&criteria.number).is_empty() {
            by_name(tx, &granted, &criteria)?
        } else {
            by_number(tx, &granted, &criteria)?
        };
        let is_cut_off = people.len() >= SEARCHED;
        let withheld = veil(tx, &granted, &mut people)?;
        let entry = || AuditEntry::of(&granted, arrival.at);
        let mut audit = vec![entry().detail(format!("{} found", people.len()))];
        audit.extend(withheld.into_iter().map(|id| entry().person(id).result("withheld")));
        let too_many = is_cut_off || people.len() > MOST_SHOWN;
        let found = if too_many { FoundPeople::TooMany } else { FoundPeople::People(people) };
        Ok((found, audit))
    });
    Ok(disclosed.await?)
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
    criteria: &Criteria,
) -> Result<Vec<PersonSummary>, StoreError> {
    let (last, first) = (fold_name(&criteria.last), fold_name(&criteria.first));
    let search = NameSearch {
        born_on: criteria.born_on,
        last: Some(Text::Exact(&last)),
        first: Some(Text::Prefix(&first)),
        after: None,
        limit: i64::try_from(SEARCHED).unwrap_or(i64::MAX),
    };
    person_name::search(tx, granted, &search)
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

/// Keeps the criteria on the server, so that no name stands in an address; returns the number of the search.
pub async fn remember_search(
    cx: &Context,
    account_id: AccountId,
    criteria: &Criteria,
    arrival: Arrival,
) -> Result<i64, Failure> {
    let criteria = serde_json::to_string(criteria).unwrap_or_default();
    let id = i64::from_ne_bytes(arrival.random[1].to_ne_bytes()) & i64::MAX;
    let row = SearchRow { id, account_id, at: arrival.at, criteria: criteria.into() };
    cx.store.write_for_readers(move |tx| search::insert(tx, &row)).await?;
    Ok(id)
}

/// The criteria of a search that the same account made.
pub async fn recall_search(
    cx: &Context,
    account_id: AccountId,
    id: i64,
) -> Result<Option<Criteria>, Failure> {
    let row = cx.store.read(move |tx| search::get(tx, account_id, id)).await?;
    Ok(row.and_then(|row| serde_json::from_str(&row.criteria).ok()))
}
