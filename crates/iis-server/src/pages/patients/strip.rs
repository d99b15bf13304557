//! The strip that stays on every page of a patient, the bands below it, and the tabs.

use super::doses::is_dose;
use super::notes::{Reacted, reactions};
use crate::pages::{codes, format};
use iis_model::person::PersonName;
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{Date, Demographics, RegistryNumber};

/// The strip, its bands and the tabs.
#[derive(Debug, Clone)]
pub(crate) struct StripView {
    /// `ORTEGA, Maya R.`
    pub(crate) name: String,
    /// `Maya R. Ortega`
    pub(crate) name_in_sentence: String,
    pub(crate) sex: &'static str,
    pub(crate) born: String,
    pub(crate) age: String,
    pub(crate) number_tail: String,
    pub(crate) bands: Vec<Band>,
    pub(crate) tabs: Vec<Tab>,
}

/// Something that must not be overlooked, said in words below the strip.
#[derive(Debug, Clone)]
pub(crate) struct Band {
    /// `info`, `warning` or `error`.
    pub(crate) kind: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: String,
}

/// A page of the patient.
#[derive(Debug, Clone)]
pub(crate) struct Tab {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    /// How much is behind it; empty when that is not counted.
    pub(crate) count: String,
    pub(crate) is_current: bool,
}

/// Which page of the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Record,
    History,
    Demographics,
    Status,
    Reports,
    Disclosures,
}

impl Page {
    const ALL: [Self; 6] =
        [Self::Record, Self::History, Self::Demographics, Self::Status, Self::Reports, Self::Disclosures];

    /// What the tab and the title say.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Record => "Record",
            Self::History => "History",
            Self::Demographics => "Demographics",
            Self::Status => "Status",
            Self::Reports => "Reports",
            Self::Disclosures => "Disclosures",
        }
    }

    /// The address of the page.
    pub(crate) fn href(self, number: RegistryNumber) -> String {
        match self {
            Self::Record => format!("/patients/{number}"),
            _ => format!("/patients/{number}/{}", self.label().to_lowercase()),
        }
    }
}

/// Makes the strip of a person for one of the pages.
pub(crate) fn strip(record: &PersonRecord, today: Date, page: Page) -> StripView {
    let (person, number) = (&record.demographics, record.registry_number);
    let doses = record.events.iter().filter(|event| is_dose(event)).count();
    let nameless = PersonName::default();
    let name = person.legal_name().unwrap_or(&nameless);
    let tab = |own: Page| Tab {
        label: own.label(),
        href: own.href(number),
        count: if own == Page::History { doses.to_string() } else { String::new() },
        is_current: own == page,
    };
    StripView {
        name: format::name_in_list(name),
        name_in_sentence: format::name_in_sentence(name),
        sex: person.sex.get().map_or("Sex not recorded", |sex| codes::sex(*sex)),
        born: person.born_on.get().map_or_else(|| "date not known".to_owned(), format::partial_date),
        age: age(person, today),
        number_tail: format::number_tail(number),
        bands: bands(person).into_iter().chain(reacted(&record.events)).collect(),
        tabs: Page::ALL.into_iter().map(tab).collect(),
    }
}

/// The exact age today; at death for somebody who has died.
pub(crate) fn age(person: &Demographics, today: Date) -> String {
    let died = person.died_on.get().and_then(iis_model::PartialDate::full);
    let age = person.birth_date().and_then(|born| format::age(born, died.unwrap_or(today)));
    match (age, died) {
        (Some(age), Some(_)) => format!("died at {age}"),
        (Some(age), None) => age,
        (None, _) => String::new(),
    }
}

fn bands(person: &Demographics) -> Vec<Band> {
    let mut bands = Vec::new();
    if person.is_deceased.value == Some(true) || person.died_on.get().is_some() {
        let on =
            person.died_on.get().map(|on| format!(" on {}", format::partial_date(on))).unwrap_or_default();
        bands.push(Band { kind: "info", icon: "info", text: format!("Deceased{on}. No notices are sent.") });
    }
    if person.protection.value.value == Some(true) {
        let text = "Protected: this record must not be shared outside the reporting site and the state.";
        bands.push(Band { kind: "warning", icon: "lock", text: text.to_owned() });
    }
    if person.multiple_birth.value == Some(true) {
        let order =
            person.birth_order.get().map(|order| format!(", birth order {order}")).unwrap_or_default();
        let text = format!("One of a multiple birth{order}. Make sure that this is the right child.");
        bands.push(Band { kind: "warning", icon: "warning", text });
    }
    bands
}

/// `Reaction: hives after DTaP-Hib-IPV 2024`, one band for all of them.
fn reacted(events: &[ConsolidatedEvent]) -> Option<Band> {
    let known: Vec<String> = reactions(events).iter().map(Reacted::in_short).collect();
    let text = format!("Reaction: {}", known.join("; "));
    (!known.is_empty()).then_some(Band { kind: "warning", icon: "warning", text })
}
