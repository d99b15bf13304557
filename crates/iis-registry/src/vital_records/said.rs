//! What a line says, as the report that every other door makes of what it hears.

use super::layout::{Column, Event, Line};
use super::rule::{self, Note, Rule};
use crate::desk::saying::historical;
use crate::reporting::OwnIdentifier;
use iis_matching::patient::normalize::fold_identifier;
use iis_model::erasure::Erased;
use iis_model::event::{InformationSource, OrderNumber};
use iis_model::person::{Address, Identifier, NextOfKin, PersonName, Sex, Telecom};
use iis_model::{Coded, Cvx, Date, Demographics, Given, Mvx, PartialDate, Place, ReportedEvent, Submission};
use sha2::{Digest, Sha256};

/// The authority of birth certificate numbers at an office.
const BIRTHS: &str = "BIRTH CERTIFICATE";
/// That of death certificate numbers.
const DEATHS: &str = "DEATH CERTIFICATE";

/// Hepatitis B vaccine for children.
const HEPATITIS_B: Cvx = Cvx::new(8);
/// Hepatitis B immune globulin.
const IMMUNE_GLOBULIN: Cvx = Cvx::new(30);

/// What stands where a newborn has no given name yet: a name unknown, never an equal one (requirements P-5).
const NO_NAME_YET: &str = "NEWBORN";

/// The office's own record of a birth certificate number.
pub(super) fn birth_number(number: &str) -> OwnIdentifier {
    OwnIdentifier { authority: BIRTHS.to_owned(), mrn: fold_identifier(number), place: Place::NONE }
}

/// The office's own record that a line is about, before anything is replaced.
pub(super) fn own_number(line: &Line) -> OwnIdentifier {
    match line.get(Column::Certificate) {
        "" => {
            let mrn = fold_identifier(line.get(Column::DeathCertificate));
            OwnIdentifier { authority: DEATHS.to_owned(), mrn, place: Place::NONE }
        }
        number => birth_number(number),
    }
}

/// What a line says; else what in it cannot be read.
pub(super) fn submission(line: &Line) -> Result<Submission, Note> {
    let reading = Reading(line);
    let mut person = reading.identity()?;
    person.addresses = reading.address();
    person.telecoms = reading.phone();
    if line.event == Event::Death {
        person.is_deceased = Given::of(true);
        person.died_on = reading.date(Column::DiedOn)?;
    }
    if line.event == Event::DeathReversal {
        person.is_deceased = Given::of(false);
        person.erased.push(Erased::DiedOn);
    }
    let events = if line.event == Event::Birth { reading.doses()? } else { Vec::new() };
    Ok(Submission { person, events, ..Submission::default() })
}

/// What a line about a death says of a person who is on record: the rest of the line is there to tell whom it is about, and
/// may be of an identity that was replaced.
pub(super) fn only_of_death(person: &Demographics) -> Demographics {
    Demographics {
        is_deceased: person.is_deceased.clone(),
        died_on: person.died_on.clone(),
        erased: person.erased.clone(),
        ..Demographics::default()
    }
}

/// Whether numbers of this authority are those of birth certificates.
pub(super) fn is_of_birth(authority: &str) -> bool {
    authority == BIRTHS
}

/// A line while it is read.
struct Reading<'a>(&'a Line);

impl Reading<'_> {
    fn get(&self, column: Column) -> &str {
        self.0.get(column)
    }

    fn wrong<T>(&self, rule: &Rule, column: Column) -> Result<T, Note> {
        Err(rule.at(self.0.number, Some(column)))
    }

    fn day(&self, column: Column) -> Result<Option<Date>, Note> {
        match self.get(column) {
            "" => Ok(None),
            text if text.len() == 10 => match text.parse() {
                Ok(day) => Ok(Some(day)),
                Err(_) => self.wrong(&rule::NO_DATE, column),
            },
            _ => self.wrong(&rule::NO_DATE, column),
        }
    }

    fn date(&self, column: Column) -> Result<Given<PartialDate>, Note> {
        Ok(self.day(column)?.map(|day| Given::of(PartialDate::day(day))).unwrap_or_default())
    }

    /// One of some words.
    fn one_of<T: Copy>(&self, column: Column, words: &[(&str, T)]) -> Result<Given<T>, Note> {
        match self.get(column) {
            "" => Ok(Given::default()),
            word => match words.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) {
                Some((_, value)) => Ok(Given::of(*value)),
                None => self.wrong(&rule::NO_CODE, column),
            },
        }
    }

    fn identity(&self) -> Result<Demographics, Note> {
        self.day(Column::RegisteredOn)?;
        let number = match self.get(Column::NewCertificate) {
            "" => self.get(Column::Certificate),
            new => new,
        };
        let birth_order = match self.get(Column::BirthOrder) {
            "" => Given::default(),
            text => match text.parse() {
                Ok(order @ 1..=15) => Given::of(order),
                _ => return self.wrong(&rule::NO_CODE, Column::BirthOrder),
            },
        };
        let sexes = [("F", Sex::Female), ("M", Sex::Male), ("X", Sex::NonBinary), ("U", Sex::Unknown)];
        let identifier = Identifier { value: number.into(), authority: BIRTHS.into(), kind: "BC".into() };
        Ok(Demographics {
            identifiers: if number.is_empty() { Vec::new() } else { vec![Given::of(identifier)] },
            names: self.name(),
            born_on: self.date(Column::BornOn)?,
            sex: self.one_of(Column::Sex, &sexes)?,
            multiple_birth: self.one_of(Column::MultipleBirth, &[("Y", true), ("N", false)])?,
            birth_order,
            birth_place: given(self.get(Column::BirthFacility)),
            mother_maiden_name: self.maiden_name(),
            next_of_kin: self.mother(),
            ..Demographics::default()
        })
    }

    fn name(&self) -> Vec<Given<PersonName>> {
        let family = self.get(Column::Last);
        let first = match (self.get(Column::First), self.0.event) {
            ("", Event::Birth) => NO_NAME_YET,
            (first, _) => first,
        };
        if family.is_empty() {
            return Vec::new();
        }
        vec![Given::of(PersonName {
            family: family.into(),
            given: first.into(),
            middle: self.get(Column::Middle).into(),
            suffix: self.get(Column::Suffix).into(),
            kind: "L".into(),
        })]
    }

    fn maiden_name(&self) -> Given<PersonName> {
        let family = self.get(Column::MotherMaiden);
        if family.is_empty() {
            return Given::default();
        }
        let first = self.get(Column::MotherFirst);
        Given::of(PersonName {
            family: family.into(),
            given: first.into(),
            kind: "M".into(),
            ..PersonName::default()
        })
    }

    fn mother(&self) -> Vec<NextOfKin> {
        let (family, first) = (self.get(Column::MotherLast), self.get(Column::MotherFirst));
        if family.is_empty() && first.is_empty() {
            return Vec::new();
        }
        let name = PersonName {
            family: family.into(),
            given: first.into(),
            kind: "L".into(),
            ..PersonName::default()
        };
        vec![NextOfKin {
            name: Given::of(name),
            relationship: Given::of(Coded::new("MTH", "Mother", "HL70063")),
            ..NextOfKin::default()
        }]
    }

    fn address(&self) -> Vec<Given<Address>> {
        let address = Address {
            street: self.get(Column::Street).into(),
            city: self.get(Column::City).into(),
            state: self.get(Column::State).into(),
            zip: self.get(Column::Zip).into(),
            county: self.get(Column::County).into(),
            kind: "H".into(),
            ..Address::default()
        };
        let says_nothing = address == Address { kind: "H".into(), ..Address::default() };
        if says_nothing { Vec::new() } else { vec![Given::of(address)] }
    }

    fn phone(&self) -> Vec<Given<Telecom>> {
        let phone = Telecom { usage: "PRN".into(), equipment: "PH".into(), ..Telecom::default() };
        let phone = phone.numbered(self.get(Column::Phone));
        if phone.digits.is_empty() { Vec::new() } else { vec![Given::of(phone)] }
    }

    /// The doses that the certificate tells of: historical ones, from the birth facility.
    fn doses(&self) -> Result<Vec<ReportedEvent>, Note> {
        let mut doses = Vec::new();
        if let Some(day) = self.day(Column::HepatitisBOn)? {
            let mut dose = self.dose(HEPATITIS_B, day, "HEPB");
            dose.lot.number = given(self.get(Column::HepatitisBLot));
            match self.get(Column::HepatitisBManufacturer) {
                "" => {}
                code => match code.parse::<Mvx>() {
                    Ok(manufacturer) => dose.lot.manufacturer = Given::of(manufacturer),
                    Err(_) => return self.wrong(&rule::NO_CODE, Column::HepatitisBManufacturer),
                },
            }
            doses.push(dose);
        }
        if let Some(day) = self.day(Column::ImmuneGlobulinOn)? {
            doses.push(self.dose(IMMUNE_GLOBULIN, day, "HBIG"));
        }
        Ok(doses)
    }

    /// Known again by the certificate and what it is: an amended certificate corrects it. The certificate's number itself
    /// does not stand in the dose, which stays when the identity is replaced.
    fn dose(&self, cvx: Cvx, day: Date, what: &str) -> ReportedEvent {
        let hash = Sha256::digest(fold_identifier(self.get(Column::Certificate)));
        let certificate = hash.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
        let value = format!("{certificate:016x}-{what}").into();
        let filler = OrderNumber { value, authority: BIRTHS.into() };
        ReportedEvent {
            filler: Given::of(filler),
            administered_at: given(self.get(Column::BirthFacility)),
            ..historical(cvx, PartialDate::day(day), InformationSource::BirthCertificate)
        }
    }
}

fn given(text: &str) -> Given<Box<str>> {
    if text.is_empty() { Given::default() } else { Given::of(text.into()) }
}
