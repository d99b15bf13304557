//! A form as its checks see it: the fields of the submission it made, with the places where a message would say them.
//!
//! Places are those of a message because the checks, their words and their catalogue name them so. What a form cannot
//! say (headers, types of names) is not told at all, so nothing is missed there.

use iis_model::event::{Observation, ObservationValue};
use iis_model::loinc::{PRESUMED_IMMUNITY, SEROLOGY};
use iis_model::person::Telecom;
use iis_model::sent::{Field, Record, Sent, Thing, Written};
use iis_model::{Coded, Demographics, Given, PartialDate, Place, ReportedEvent, Submission};
use std::borrow::Cow;

/// The submission of a form, and what the form itself says of the person.
pub(crate) struct AsEntered<'a> {
    pub(crate) submission: &'a Submission,
    pub(crate) person: &'a Demographics,
}

impl Sent for AsEntered<'_> {
    fn each(&self, take: &mut dyn FnMut(&dyn Record)) {
        if *self.person != Demographics::default() {
            take(&Entered::Patient(self.person));
        }
        for event in &self.submission.events {
            take(&Entered::Dose(event));
        }
    }
}

/// Gives the values of a form the places where a message would say them.
pub(crate) fn place(submission: &mut Submission) {
    for (at, event) in submission.events.iter_mut().enumerate() {
        let sequence = u16::try_from(at + 1).unwrap_or(u16::MAX);
        event.place = Place::segment(*b"RXA", sequence);
        let at = |field| Place::segment(*b"RXA", sequence).field(field);
        event.given_on.place = at(3);
        event.cvx.place = at(5);
        event.ndc.place = at(5);
        event.vaccine.place = at(5);
        event.lot.number.place = at(15);
        event.lot.expires_on.place = at(16);
        event.lot.manufacturer.place = at(17);
        event.refusal_reason.place = at(18);
        event.completion.place = at(20);
    }
    let patient = |field| Place::segment(*b"PID", 1).field(field);
    submission.person.born_on.place = patient(7);
    submission.person.sex.place = patient(8);
    submission.person.died_on.place = patient(29);
    submission.person.names.iter_mut().for_each(|name| name.place = patient(5));
}

/// One thing of a form.
enum Entered<'a> {
    Patient(&'a Demographics),
    Dose(&'a ReportedEvent),
}

impl Record for Entered<'_> {
    fn thing(&self) -> Thing {
        match self {
            Self::Patient(_) => Thing::Patient,
            Self::Dose(_) => Thing::Vaccination,
        }
    }

    fn each(&self, field: Field, take: &mut dyn FnMut(Written<'_>)) -> bool {
        let place = self.place_of(field);
        let texts = match self {
            Self::Patient(person) => of_person(person, field),
            Self::Dose(event) => of_dose(event, field),
        };
        let texts = texts.into_iter().filter(|text| !text.is_empty());
        texts.fold(false, |_, text| {
            take(Written { text, place });
            true
        })
    }

    fn first(&self, field: Field) -> Written<'_> {
        let texts = match self {
            Self::Patient(person) => of_person(person, field),
            Self::Dose(event) => of_dose(event, field),
        };
        let text = texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        Written { text, place: self.place_of(field) }
    }

    fn place_of(&self, field: Field) -> Place {
        match self {
            Self::Patient(_) => Place::segment(*b"PID", 1).field(patient_field(field)),
            Self::Dose(event) => {
                let (name, number) = dose_field(field);
                let place = Place::segment(*name, event.place.sequence);
                if number == 0 { place } else { place.field(number) }
            }
        }
    }

    fn date(&self, field: Field) -> Option<PartialDate> {
        match (self, field) {
            (Self::Patient(person), Field::BirthDate) => person.born_on.value,
            (Self::Patient(person), Field::DeathDate) => person.died_on.value,
            (Self::Dose(event), Field::GivenOn) => event.given_on.value,
            (Self::Dose(event), Field::LotExpiration) => event.lot.expires_on.value,
            (Self::Dose(event), Field::VisPublished) => event.vis.first()?.edition_on.value,
            (Self::Dose(event), Field::VisPresented) => event.vis.first()?.given_on.value,
            _ => None,
        }
    }
}

type Texts<'a> = Vec<Cow<'a, str>>;

fn one(text: &str) -> Texts<'_> {
    vec![Cow::Borrowed(text)]
}

fn code(given: &Given<Coded>) -> Texts<'_> {
    given.get().map(|coded| Cow::Borrowed(&*coded.code)).into_iter().collect()
}

/// A date as a message writes it.
fn day(given: &Given<PartialDate>) -> Texts<'_> {
    given.get().map(|date| Cow::Owned(date.to_string().replace('-', ""))).into_iter().collect()
}

fn printed<T: ToString>(given: &Given<T>) -> Texts<'_> {
    given.get().map(|value| Cow::Owned(value.to_string())).into_iter().collect()
}

#[rustfmt::skip]
fn of_person(person: &Demographics, field: Field) -> Texts<'_> {
    let name = person.legal_name();
    let home = person.addresses.first().and_then(Given::get);
    let phones = person.telecoms.iter().filter_map(Given::get);
    match field {
        Field::Patient => one("PID"),
        Field::LastName => name.map(|name| one(&name.family)).unwrap_or_default(),
        Field::FirstName => name.map(|name| one(&name.given)).unwrap_or_default(),
        Field::MiddleName => name.map(|name| one(&name.middle)).unwrap_or_default(),
        Field::Name => name.map(|name| one(&name.family)).unwrap_or_default(),
        Field::NameType | Field::AnyNameType => name.map(|name| one(&name.kind)).unwrap_or_default(),
        Field::MothersMaidenName => person.mother_maiden_name.get().map(|name| one(&name.family)).unwrap_or_default(),
        Field::BirthDate => day(&person.born_on),
        Field::Sex => person.sex.get().map(|sex| one(sex.code())).unwrap_or_default(),
        Field::Race => person.races.iter().filter_map(Given::get).map(|race| Cow::Borrowed(&*race.code)).collect(),
        Field::Ethnicity => code(&person.ethnicity),
        Field::Language => code(&person.language),
        Field::Address => home.map(|home| one(&home.street)).unwrap_or_default(),
        Field::AddressStreet => home.map(|home| one(&home.street)).unwrap_or_default(),
        Field::AddressCity => home.map(|home| one(&home.city)).unwrap_or_default(),
        Field::AddressState => home.map(|home| one(&home.state)).unwrap_or_default(),
        Field::AddressZip => home.map(|home| one(&home.zip)).unwrap_or_default(),
        Field::AddressCountry => home.map(|home| one(&home.country)).unwrap_or_default(),
        Field::AddressType => home.map(|home| one(&home.kind)).unwrap_or_default(),
        Field::Phone => phones.filter(|phone| !phone.digits.is_empty()).map(written).collect(),
        Field::Email => phones.filter(|phone| !phone.email.is_empty()).map(|phone| Cow::Borrowed(&*phone.email)).collect(),
        Field::MultipleBirth => person.multiple_birth.get().map(|is| one(if *is { "Y" } else { "N" })).unwrap_or_default(),
        Field::BirthOrder => printed(&person.birth_order),
        Field::DeathDate => day(&person.died_on),
        Field::DeathIndicator => person.is_deceased.get().map(|is| one(if *is { "Y" } else { "N" })).unwrap_or_default(),
        Field::Publicity => code(&person.publicity.value),
        Field::Protection => person.protection.value.get().map(|is| one(if *is { "Y" } else { "N" })).unwrap_or_default(),
        Field::RegistryStatus => person.status.value.get().map(|status| one(status.code())).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// A telephone number as it is written where the country is no field of its own.
fn written(phone: &Telecom) -> Cow<'_, str> {
    if phone.country.is_empty() {
        return Cow::Borrowed(&phone.digits);
    }
    Cow::Owned(format!("+{} {}", phone.country, phone.digits))
}

#[rustfmt::skip]
fn of_dose(event: &ReportedEvent, field: Field) -> Texts<'_> {
    let vis = event.vis.first();
    match field {
        Field::OrderedBy => event.ordered_by.get().map(|who| one(&who.id)).unwrap_or_default(),
        Field::GivenOn => day(&event.given_on),
        Field::Vaccine | Field::Cvx => printed(&event.cvx),
        Field::Ndc => printed(&event.ndc),
        Field::Amount => event.amount.get().map(|amount| one(&amount.number)).unwrap_or_default(),
        Field::Unit => event.amount.get().map(|amount| one(&amount.unit)).unwrap_or_default(),
        Field::InformationSource => event.source.get().map(|source| one(source.code())).unwrap_or_default(),
        Field::FacilityName => event.administered_at.get().map(|site| one(site)).unwrap_or_default(),
        Field::Lot => event.lot.number.get().map(|lot| one(lot)).unwrap_or_default(),
        Field::LotExpiration => day(&event.lot.expires_on),
        Field::Manufacturer => printed(&event.lot.manufacturer),
        Field::RefusalReason => code(&event.refusal_reason),
        Field::Completion => event.completion.get().map(|how| one(how.code())).unwrap_or_default(),
        Field::Action => event.action.get().map(|action| one(action.code())).unwrap_or_default(),
        Field::Route => code(&event.route),
        Field::BodySite => code(&event.body_site),
        Field::Eligibility => code(&event.eligibility),
        Field::FundingSource => code(&event.funding_source),
        Field::Vis | Field::VisDocument => vis.map(|vis| code(&vis.document)).unwrap_or_default(),
        Field::VisPublished => vis.map(|vis| day(&vis.edition_on)).unwrap_or_default(),
        Field::VisPresented => vis.map(|vis| day(&vis.given_on)).unwrap_or_default(),
        Field::Immunity => event.observations.iter().filter(shows_immunity).filter_map(|said| match said.value.get() {
            Some(ObservationValue::Coded(coded)) => Some(Cow::Borrowed(&*coded.code)),
            _ => None,
        }).collect(),
        _ => Vec::new(),
    }
}

/// Presumed by a disease, or shown by a test.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as `Iterator::filter` calls it")]
fn shows_immunity(said: &&Observation) -> bool {
    matches!(&*said.about.code, PRESUMED_IMMUNITY | SEROLOGY)
}

const fn patient_field(field: Field) -> u8 {
    match field {
        Field::MothersMaidenName => 6,
        Field::BirthDate => 7,
        Field::Sex => 8,
        Field::Race => 10,
        Field::Address
        | Field::AddressStreet
        | Field::AddressCity
        | Field::AddressState
        | Field::AddressZip
        | Field::AddressCountry
        | Field::AddressType => 11,
        Field::Phone | Field::Email => 13,
        Field::Language => 15,
        Field::Ethnicity => 22,
        Field::MultipleBirth => 24,
        Field::BirthOrder => 25,
        Field::DeathDate => 29,
        Field::DeathIndicator => 30,
        _ => 5,
    }
}

/// Segment and field; 0: the whole segment.
const fn dose_field(field: Field) -> (&'static [u8; 3], u8) {
    match field {
        Field::OrderedBy => (b"ORC", 12),
        Field::GivenOn => (b"RXA", 3),
        Field::Vaccine | Field::Cvx | Field::Ndc => (b"RXA", 5),
        Field::Amount => (b"RXA", 6),
        Field::Unit => (b"RXA", 7),
        Field::InformationSource => (b"RXA", 9),
        Field::FacilityName => (b"RXA", 11),
        Field::Lot => (b"RXA", 15),
        Field::LotExpiration => (b"RXA", 16),
        Field::Manufacturer => (b"RXA", 17),
        Field::RefusalReason => (b"RXA", 18),
        Field::Completion => (b"RXA", 20),
        Field::Action => (b"RXA", 21),
        Field::Route => (b"RXR", 1),
        Field::BodySite => (b"RXR", 2),
        _ => (b"RXA", 0),
    }
}
