//! Finding a patient: the form, how the search was understood, and who matches.

use super::reasons::in_words;
use super::strip::age;
use crate::pages::frame::{Frame, Problem};
use crate::pages::status::{Shape, Status};
use crate::pages::{codes, format};
use askama::Template;
use iis_model::Date;
use iis_model::record::PersonSummary;
use iis_registry::people::{Criteria, Hit};

/// `GET /patients` and `GET /patients/searches/{id}`
#[derive(Debug, Template)]
#[template(path = "patients/search.html")]
pub(crate) struct SearchPage {
    pub(crate) frame: Frame,
    pub(crate) form: SearchForm,
    pub(crate) result: Option<ResultView>,
    /// Where somebody who is not found is added; empty before a search, and for who may not.
    pub(crate) add_href: String,
    /// Where a withheld record is opened in an emergency; empty for who may not.
    pub(crate) emergency_href: &'static str,
}

/// The form, as it was filled in.
#[derive(Debug, Clone, Default)]
pub(crate) struct SearchForm {
    pub(crate) csrf: String,
    pub(crate) last: String,
    pub(crate) first: String,
    pub(crate) born: String,
    pub(crate) number: String,
    pub(crate) phone: String,
    pub(crate) problems: Vec<Problem>,
}

/// What a search found.
#[derive(Debug, Clone)]
pub(crate) struct ResultView {
    /// `2 people match`
    pub(crate) heading: String,
    pub(crate) understood: Vec<Understood>,
    /// What to do next; empty when that is to open a row.
    pub(crate) advice: String,
    pub(crate) people: Vec<PersonRow>,
}

/// A part of the search, as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Understood {
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// A person who matches.
#[derive(Debug, Clone)]
pub(crate) struct PersonRow {
    pub(crate) place: usize,
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) sex: &'static str,
    pub(crate) born: String,
    pub(crate) age: String,
    pub(crate) deceased: String,
    pub(crate) home: String,
    pub(crate) mother: String,
    pub(crate) number_tail: String,
    pub(crate) doses: String,
    pub(crate) notes: Vec<Status>,
    pub(crate) has_look_alike: bool,
    /// What differs from what was searched for; empty: nothing.
    pub(crate) differs: String,
}

/// The parts of a search in the order of the form. Names that were typed one after the other stand together: which is
/// which is open.
pub(crate) fn understood(criteria: &Criteria) -> Vec<Understood> {
    let (last, first) = (criteria.last.trim(), criteria.first.trim());
    let both =
        if criteria.in_any_order { format!("{first} {last}").trim().to_owned() } else { String::new() };
    let (last, first) = if criteria.in_any_order { ("", "") } else { (last, first) };
    let parts = [
        ("Name", both),
        ("Last", last.to_owned()),
        ("First", first.to_owned()),
        ("Born", criteria.born_on.map(format::date).unwrap_or_default()),
        ("Number", criteria.number.trim().to_owned()),
        ("Telephone", criteria.phone.trim().to_owned()),
    ];
    parts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| Understood { label, value })
        .collect()
}

/// These people, with nothing said about them.
pub(crate) fn listed(people: Vec<PersonSummary>, today: Date) -> ResultView {
    let hits: Vec<Hit> = people.into_iter().map(|person| Hit { person, reasons: Vec::new() }).collect();
    found(&hits, Vec::new(), today)
}

/// What a search found, with the way forward.
pub(crate) fn found(hits: &[Hit], understood: Vec<Understood>, today: Date) -> ResultView {
    let exact = hits.iter().filter(|hit| hit.reasons.is_empty()).count();
    let heading = match (exact, hits.len() - exact) {
        (0, 0) => "No one matches".to_owned(),
        (0, 1) => "No one matches exactly; 1 person is alike".to_owned(),
        (0, alike) => format!("No one matches exactly; {alike} people are alike"),
        (1, 0) => "1 person matches".to_owned(),
        (number, 0) => format!("{number} people match"),
        (1, alike) => {
            format!("1 person matches, {alike} more {} alike", if alike == 1 { "is" } else { "are" })
        }
        (number, alike) => {
            format!("{number} people match, {alike} more {} alike", if alike == 1 { "is" } else { "are" })
        }
    };
    let advice = match hits.len() {
        0 => {
            "Check the spelling and the birth date, or try the record number alone. People whose records nobody \
              reported, or whose records you may not see, are not found."
        }
        _ => "",
    };
    let people: Vec<&PersonSummary> = hits.iter().map(|hit| &hit.person).collect();
    let rows = hits.iter().enumerate().map(|(at, hit)| row(at + 1, hit, &people, today)).collect();
    ResultView { heading, understood, advice: advice.to_owned(), people: rows }
}

/// The likeliest of many, with what to add.
pub(crate) fn nearest(hits: &[Hit], criteria: &Criteria, today: Date) -> ResultView {
    let advice = format!("These {} are the likeliest; more are alike. {}", hits.len(), to_add(criteria));
    ResultView { advice, ..found(hits, understood(criteria), today) }
}

/// What would narrow a search.
fn to_add(criteria: &Criteria) -> &'static str {
    match criteria {
        _ if criteria.first.trim().chars().count() < 2 => "Give the whole first name.",
        _ if criteria.born_on.is_none() => "Add the birth date.",
        _ if criteria.phone.is_empty() => {
            "Add the telephone number, or search by the registry ID or record number."
        }
        _ => "Search by the registry ID or record number.",
    }
}

/// More than may be shown.
pub(crate) fn too_many(cap: usize, criteria: &Criteria) -> ResultView {
    let advice = format!("Narrow your search. {}", to_add(criteria));
    let heading = format!("More than {cap} people match");
    ResultView { heading, understood: understood(criteria), advice, people: Vec::new() }
}

fn row(place: usize, hit: &Hit, all: &[&PersonSummary], today: Date) -> PersonRow {
    let summary = &hit.person;
    let person = &summary.demographics;
    let look_alikes = look_alikes(place, summary, all);
    let home = person.home();
    let mother =
        person.next_of_kin.iter().find(|kin| kin.relationship.get().is_some_and(|r| &*r.code == "MTH"));
    let is_protected = person.protection.value.value == Some(true);
    let latest =
        summary.latest_dose_on.map(|on| format!(", last dose {}", format::date(on))).unwrap_or_default();
    PersonRow {
        place,
        href: format!("/patients/{}", summary.registry_number),
        name: person.legal_name().map_or_else(|| "Name unknown".to_owned(), format::name_in_list),
        sex: person.sex.get().map_or("Sex not recorded", |sex| codes::sex(*sex)),
        born: person.born_on.get().map_or_else(|| "birth date not known".to_owned(), format::partial_date),
        age: age(person, today),
        deceased: if person.is_deceased.value == Some(true) { "Deceased".to_owned() } else { String::new() },
        home: home.filter(|_| !is_protected).map(format::address).unwrap_or_default(),
        mother: mother.and_then(|kin| kin.name.get()).map(format::name_in_sentence).unwrap_or_default(),
        number_tail: format::number_tail(summary.registry_number),
        doses: format!("{}{latest}", format::counted(summary.doses, "dose")),
        has_look_alike: !look_alikes.is_empty(),
        differs: in_words(&hit.reasons),
        notes: look_alikes.into_iter().map(|place| doubt(summary, place, all)).collect(),
    }
}

/// Twins have other first names; the same first name may be the same person twice.
fn doubt(own: &PersonSummary, place: usize, all: &[&PersonSummary]) -> Status {
    let first =
        |person: &PersonSummary| person.demographics.legal_name().map(|name| name.given.to_lowercase());
    let other = all.get(place.saturating_sub(1));
    let text = if other.is_some_and(|other| first(other) == first(own)) {
        format!("Possibly the same person as {place}")
    } else {
        format!("Same birth date and last name as {place}: check the first name")
    };
    Status::new(Shape::Doubt, text)
}

/// The places of the others in the list with the same last name and birth date: twins, or one person twice.
fn look_alikes(place: usize, summary: &PersonSummary, all: &[&PersonSummary]) -> Vec<usize> {
    let key = |person: &PersonSummary| {
        let name = person.demographics.legal_name()?.family.to_lowercase();
        Some((name, person.demographics.born_on.value?))
    };
    let own = key(summary);
    let places = all.iter().enumerate().map(|(at, person)| (at + 1, person));
    places
        .filter(|(at, other)| *at != place && own.is_some() && key(other) == own)
        .map(|(at, _)| at)
        .collect()
}
