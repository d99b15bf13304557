//! Whom a query is about (design page `decisions`, section 3, *queries*).
//!
//! An identifier with the birth date, or the exact name and birth date of one person whom nobody resembles, finds the
//! record; everything less certain is a list of candidates. Whom matching would leave for review resembles.

use super::called::is_called;
use crate::access::protection::Veil;
use crate::matching::Model;
use iis_matching::patient::identifier::resembles;
use iis_matching::patient::normalize::{fold_identifier, fold_name, is_placeholder};
use iis_model::access::Granted;
use iis_model::person::{Identifier, PersonName};
use iis_model::query::HistoryQuery;
use iis_model::record::PersonSummary;
use iis_model::{Date, Demographics, Given, OrganizationId, PartialDate, PersonId, RegistryNumber};
use iis_store::person_name::{self, NameSearch, Text};
use iis_store::source_record::FoundRecord;
use iis_store::{StoreError, Tx, person, source_record};

/// Who was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Nobody,
    TooMany,
    One(PersonId),
    Several(Vec<PersonId>),
}

/// Who asks, and how identifiers are to be read.
pub(crate) struct Seeker<'a> {
    pub(crate) granted: &'a Granted,
    pub(crate) asker: OrganizationId,
    /// What of protected records the asker sees.
    pub(crate) veil: Veil<'a>,
    /// The assigning authority of registry numbers.
    pub(crate) authority: &'a str,
    /// What resemblance is judged with.
    pub(crate) model: &'a Model,
}

impl Seeker<'_> {
    /// Finds whom the query is about, at most `limit` candidates.
    pub(crate) fn find(
        &mut self,
        tx: &mut Tx<'_>,
        query: &HistoryQuery,
        limit: u32,
    ) -> Result<Found, StoreError> {
        let born_on = query.born_on.get().and_then(PartialDate::full);
        if let Some(id) = self.by_identifier(tx, query, born_on)? {
            return Ok(Found::One(id));
        }
        let (Some(name), Some(born_on)) = (query.name.get(), born_on) else { return Ok(Found::Nobody) };
        self.by_name(tx, query, (name, born_on), limit)
    }

    /// A registry number or the asker's own record number, whose birth date agrees with the query's.
    fn by_identifier(
        &mut self,
        tx: &mut Tx<'_>,
        query: &HistoryQuery,
        born_on: Option<Date>,
    ) -> Result<Option<PersonId>, StoreError> {
        for identifier in query.identifiers.iter().filter_map(Given::get) {
            for (id, is_of_sealed) in self.persons_of(tx, identifier)? {
                let known = person::get(tx, self.granted, id)?;
                let Some(known) = known else { continue };
                let demographics = known.demographics.unwrap_or_default();
                let agrees = born_on.is_some() && demographics.birth_date() == born_on;
                let agrees = agrees && (!is_of_sealed || is_called(&demographics, query.name.get()));
                if agrees && self.veil.shows(tx, id, known.protected)? {
                    return Ok(Some(id));
                }
            }
        }
        Ok(None)
    }

    /// The persons of an identifier, each with whether it may be one that an identity was known by which was replaced.
    fn persons_of(
        &self,
        tx: &mut Tx<'_>,
        identifier: &Identifier,
    ) -> Result<Vec<(PersonId, bool)>, StoreError> {
        if identifier.kind.eq_ignore_ascii_case("SR") {
            let ours =
                identifier.authority.is_empty() || identifier.authority.eq_ignore_ascii_case(self.authority);
            let number = identifier.value.trim().parse::<RegistryNumber>().ok().filter(|_| ours);
            let Some(number) = number else { return Ok(Vec::new()) };
            return Ok(person::by_registry_number(tx, self.granted, number)?
                .map(|person| (person.id, false))
                .into_iter()
                .collect());
        }
        let (authority, mrn) = (fold_identifier(&identifier.authority), fold_identifier(&identifier.value));
        let records = source_record::find(tx, self.granted, self.asker, &authority, &mrn)?;
        let person = |record: FoundRecord| record.person.map(|(id, _)| (id, record.is_of_sealed));
        Ok(records.into_iter().filter_map(person).collect())
    }

    fn by_name(
        &mut self,
        tx: &mut Tx<'_>,
        query: &HistoryQuery,
        (name, born_on): (&PersonName, Date),
        limit: u32,
    ) -> Result<Found, StoreError> {
        let (last, first) = (fold_name(&name.family), fold_name(&name.given));
        if last.is_empty() || first.is_empty() {
            return Ok(Found::Nobody);
        }
        let search = NameSearch {
            born_on: Some(born_on),
            last: Some(Text::Exact(&last)),
            limit: SEARCHED,
            ..NameSearch::default()
        };
        let mut alike: Vec<(Likeness, PersonId, Demographics)> = Vec::new();
        for summary in person_name::search(tx, self.granted, &search)? {
            let Some(likeness) = likeness(&summary, &last, &first) else { continue };
            let protected = summary.demographics.protection.value.value == Some(true);
            if self.veil.shows(tx, summary.id, protected)? {
                alike.push((likeness, summary.id, summary.demographics));
            }
        }
        alike.sort_by_key(|(likeness, id, _)| (*likeness, *id));
        self.add_resembling(tx, query, &mut alike, limit)?;
        Ok(certain(&alike).map_or_else(|| candidates(&alike, limit), Found::One))
    }

    /// Adds whom matching would leave for review, as long as there is room: they make nobody's list too long.
    fn add_resembling(
        &mut self,
        tx: &mut Tx<'_>,
        query: &HistoryQuery,
        alike: &mut Vec<(Likeness, PersonId, Demographics)>,
        limit: u32,
    ) -> Result<(), StoreError> {
        // One more than the one who seems certain is enough to know that nobody is.
        let room = usize::try_from(limit).unwrap_or(usize::MAX).max(2);
        for id in super::alike::alike(tx, self.granted, self.model, query)? {
            if alike.len() >= room {
                break;
            }
            if alike.iter().any(|(_, known, _)| *known == id) {
                continue;
            }
            let Some(person) = person::get(tx, self.granted, id)? else { continue };
            if self.veil.shows(tx, id, person.protected)? {
                alike.push((Likeness::Resembling, id, person.demographics.unwrap_or_default()));
            }
        }
        Ok(())
    }
}

/// More persons of one last name and birth date than this are not looked at one by one.
const SEARCHED: i64 = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// Name and birth date are the same.
    Exact,
    /// Last name and birth date are the same, the first name is alike.
    Similar,
    /// Matching would leave the two for review.
    Resembling,
}

/// How a person of the same last name and birth date resembles the first name asked for, if at all.
fn likeness(summary: &PersonSummary, last: &str, first: &str) -> Option<Likeness> {
    let names = || summary.demographics.names.iter().filter_map(Given::get);
    let exact = names().any(|name| fold_name(&name.given) == first && fold_name(&name.family) == last);
    let may_be = |given: &str| is_placeholder(given) || resembles(given, first);
    if exact && !is_placeholder(first) {
        Some(Likeness::Exact)
    } else {
        names().any(|name| may_be(&fold_name(&name.given))).then_some(Likeness::Similar)
    }
}

/// The one person whose name is exact and whom nobody resembles. One of a multiple birth is never certain by name.
fn certain(alike: &[(Likeness, PersonId, Demographics)]) -> Option<PersonId> {
    match alike {
        [(Likeness::Exact, only, demographics)] if !is_of_multiple_birth(demographics) => Some(*only),
        _ => None,
    }
}

fn is_of_multiple_birth(demographics: &Demographics) -> bool {
    demographics.multiple_birth.value == Some(true)
        || demographics.birth_order.value.is_some_and(|order| order > 1)
}

fn candidates(alike: &[(Likeness, PersonId, Demographics)], limit: u32) -> Found {
    let within = usize::try_from(limit).is_ok_and(|limit| alike.len() <= limit);
    match alike {
        [] => Found::Nobody,
        _ if !within => Found::TooMany,
        _ => Found::Several(alike.iter().map(|(_, id, _)| *id).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Likeness, candidates, certain, likeness};
    use iis_model::record::PersonSummary;
    use iis_model::testing::person;
    use iis_model::{Given, PersonId, RegistryNumber};

    fn summary(id: i64, family: &str, given: &str) -> PersonSummary {
        PersonSummary {
            id: PersonId(id),
            registry_number: RegistryNumber::from_random(7),
            demographics: person().called(family, given),
            latest_dose_on: None,
            doses: 0,
        }
    }

    #[test]
    fn one_exact_name_whom_nobody_resembles_is_certain() {
        let alike = |names: &[&str]| {
            let likeness = |n: usize, given: &&str| {
                let summary = summary(i64::try_from(n).expect("few"), "DOE", given);
                likeness(&summary, "DOE", "ANA").map(|likeness| (likeness, summary.id, summary.demographics))
            };
            names.iter().enumerate().filter_map(|(n, given)| likeness(n, given)).collect::<Vec<_>>()
        };
        #[rustfmt::skip]
        let table: [(&[&str], bool); 6] = [
            (&["Ana"],            true),
            (&["Ana", "Bruno"],   true),   // a brother of the same day with another name
            (&["Ana", "Anna"],    false),
            (&["Ana", "BABYGIRL"],false),
            (&["Ana", "Ana"],     false),
            (&["Anna"],           false),
        ];
        for (names, is_certain) in table {
            assert_eq!(certain(&alike(names)).is_some(), is_certain, "{names:?}");
        }
    }

    #[test]
    fn a_twin_is_never_certain_by_name() {
        let mut twin = summary(1, "DOE", "ANA");
        twin.demographics.multiple_birth = Given::of(true);
        let alike = [(Likeness::Exact, twin.id, twin.demographics)];
        assert_eq!(certain(&alike), None);
        assert_eq!(candidates(&alike, 10), Found::Several(vec![PersonId(1)]));
        assert_eq!(candidates(&alike, 0), Found::TooMany);
        assert_eq!(candidates(&[], 10), Found::Nobody);
    }
}
