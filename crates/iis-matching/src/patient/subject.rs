//! A record in the form in which records are compared (design page `matching`, section 3).

use super::names::{Group, Names};
use super::normalize::address::{self, Street};
use super::normalize::newborn::{Newborn, newborn};
use super::normalize::phonetic::soundex;
use super::normalize::surname::{Suffix, Surname, suffix, surname};
use super::normalize::{contact, fold_identifier, fold_name};
use iis_model::person::{Identifier, NextOfKin, PersonName, Sex};
use iis_model::{Date, Demographics, Given, PartialDate, social_security};

/// The most repetitions of a field that are looked at: the time that comparing takes must not be up to the sender.
const MOST: usize = 16;
/// The most letters of a value that are looked at.
const LONGEST: usize = 80;

/// What matching knows of one record. Empty text means missing; nothing in it is as the sender wrote it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Subject {
    /// First given name; empty: missing, or a placeholder.
    pub first: Box<str>,
    /// The whole given name as one word.
    pub first_whole: Box<str>,
    /// Given names of aliases.
    pub other_firsts: Vec<Box<str>>,
    /// Groups of short forms that the first name is in.
    pub first_groups: Vec<Group>,
    /// How the first name sounds.
    pub first_sound: u16,
    /// Whether the first name is known to be a name.
    pub first_exists: bool,
    /// The share of people with this first name.
    pub first_share: f32,
    /// What a placeholder said.
    pub newborn: Option<Newborn>,
    /// Second given name or its initial.
    pub middle: Box<str>,
    /// Whether the second given name stood in the field of the first.
    pub middle_from_first: bool,
    /// Family name.
    pub last: Surname,
    /// How the family name sounds.
    pub last_sound: u16,
    /// The share of people with the rarest part of this family name.
    pub last_share: f32,
    /// Other family names: aliases.
    pub other_lasts: Vec<Surname>,
    /// Generational suffix.
    pub suffix: Option<Suffix>,
    /// Date of birth, known to the day.
    pub born_on: Option<Date>,
    /// Date of death, known to the day.
    pub died_on: Option<Date>,
    /// Female or male.
    pub sex: Option<Sex>,
    /// Whether the record says it is one of a multiple birth.
    pub multiple_birth: Option<bool>,
    /// Which one of a multiple birth.
    pub birth_order: Option<u8>,
    /// Telephone numbers, without those of offices.
    pub phones: Vec<u64>,
    /// E-mail addresses in lower case.
    pub emails: Vec<Box<str>>,
    /// Streets of its addresses.
    pub streets: Vec<Street>,
    /// First five digits of ZIP codes.
    pub zips: Vec<u32>,
    /// Mother's first name.
    pub mother_first: Box<str>,
    /// Groups of short forms that the mother's first name is in.
    pub mother_groups: Vec<Group>,
    /// Mother's family name before marriage.
    pub mother_maiden: Surname,
    /// Mother's present family name.
    pub mother_last: Surname,
    /// Guardian's or father's first name.
    pub guardian_first: Box<str>,
    /// Social security number, or its keyed hash.
    pub ssn: Box<str>,
    /// Medicaid number.
    pub medicaid: Box<str>,
    /// Birth certificate number.
    pub birth_certificate: Box<str>,
    /// Record numbers with the authority that gave them.
    pub mrns: Vec<(Box<str>, Box<str>)>,
}

impl Subject {
    /// Reads a record.
    pub fn of(person: &Demographics, names: &Names) -> Self {
        let mut subject = Self::default();
        let mut all = person.names.iter().filter_map(Given::get).take(MOST);
        if let Some(name) = all.next() {
            subject.read_name(name);
        }
        for alias in all {
            subject.read_alias(alias);
        }
        subject.born_on =
            person.birth_date().filter(|date| (date.year(), date.month(), date.day()) != (1900, 1, 1));
        subject.died_on = person.died_on.get().and_then(PartialDate::full);
        subject.sex = person.sex.value.filter(|sex| matches!(sex, Sex::Female | Sex::Male));
        subject.multiple_birth = person.multiple_birth.value;
        subject.birth_order = person.birth_order.value.filter(|order| *order > 0);
        if let Some(said) = subject.newborn {
            subject.sex = subject.sex.or(said.sex);
            subject.birth_order = said.order.or(subject.birth_order);
            subject.multiple_birth = if said.is_multiple { Some(true) } else { subject.multiple_birth };
        }
        subject.read_contacts(person);
        subject.read_mother(person);
        for identifier in person.identifiers.iter().filter_map(Given::get).take(MOST) {
            subject.read_identifier(identifier);
        }
        subject.derive(names);
        subject
    }

    /// Number, street and ZIP code of the first address as one word.
    pub fn home(&self) -> Option<Box<str>> {
        let street = self.streets.first()?;
        let zip = self.zips.first().copied().unwrap_or(0);
        Some(format!("{}\u{1f}{}\u{1f}{zip}", street.number, street.name).into())
    }

    /// Fills in what follows from the rest: sounds, groups of short forms; shares as long as nobody counted.
    pub(super) fn derive(&mut self, names: &Names) {
        (self.first_share, self.last_share) = (1.0, 1.0);
        self.first_groups = names.groups(&self.first).to_vec();
        self.mother_groups = names.groups(&self.mother_first).to_vec();
        self.first_sound = soundex(&self.first);
        self.last_sound = soundex(self.last.pieces().first().map_or("", |piece| piece));
    }

    /// Whether the record says that the person is one of a multiple birth.
    pub fn is_of_multiple_birth(&self) -> bool {
        self.multiple_birth == Some(true) || self.birth_order.is_some_and(|order| order > 1)
    }

    fn read_name(&mut self, name: &PersonName) {
        self.last = surname(short(&name.family));
        self.suffix = suffix(short(&name.suffix)).or(self.last.suffix);
        self.middle = fold_name(short(&name.middle)).into();
        let given = short(&name.given);
        self.newborn = newborn(given);
        if self.newborn.is_some() {
            return;
        }
        let mut tokens: Vec<String> =
            given.split([' ', '-']).map(fold_name).filter(|token| !token.is_empty()).collect();
        if tokens.len() > 1
            && let Some(found) = tokens.last().and_then(|last| suffix(last))
        {
            self.suffix = self.suffix.or(Some(found));
            tokens.pop();
        }
        self.first_whole = tokens.concat().into();
        if let [_, second, ..] = tokens.as_slice()
            && self.middle.is_empty()
        {
            self.middle = second.as_str().into();
            self.middle_from_first = true;
        }
        self.first = tokens.into_iter().next().unwrap_or_default().into();
    }

    fn read_alias(&mut self, alias: &PersonName) {
        let (given, last) = (short(&alias.given), surname(short(&alias.family)));
        if !last.whole.is_empty() && last != self.last && !self.other_lasts.contains(&last) {
            self.other_lasts.push(last);
        }
        let first: Box<str> = fold_name(given.split([' ', '-']).next().unwrap_or_default()).into();
        if newborn(given).is_none() && !first.is_empty() && first != self.first {
            self.other_firsts.push(first);
        }
    }

    fn read_contacts(&mut self, person: &Demographics) {
        for telecom in person.telecoms.iter().filter_map(Given::get).take(MOST) {
            self.phones.extend(if telecom.country.is_empty() {
                contact::phone(short(&telecom.digits))
            } else {
                contact::phone_abroad(short(&telecom.country), short(&telecom.digits))
            });
            let email = short(&telecom.email);
            if email.contains('@') {
                self.emails.push(email.trim().to_lowercase().into());
            }
        }
        for place in person.addresses.iter().filter_map(Given::get).take(MOST) {
            self.streets.extend(address::street(short(&place.street), short(&place.other)));
            self.zips.extend(contact::zip(short(&place.zip)));
        }
        self.phones.sort_unstable();
        self.phones.dedup();
    }

    fn read_mother(&mut self, person: &Demographics) {
        if let Some(maiden) = person.mother_maiden_name.get() {
            self.mother_maiden = surname(short(&maiden.family));
            self.mother_first = first_name(&maiden.given);
        }
        let is = |kin: &NextOfKin, code: &str| {
            kin.relationship.get().is_some_and(|relationship| relationship.code.eq_ignore_ascii_case(code))
        };
        let named = |code: &'static str| {
            person
                .next_of_kin
                .iter()
                .take(MOST)
                .filter(move |kin| is(kin, code))
                .find_map(|kin| kin.name.get())
        };
        if let Some(mother) = named("MTH") {
            if self.mother_first.is_empty() {
                self.mother_first = first_name(&mother.given);
            }
            self.mother_last = surname(short(&mother.family));
        }
        let guardian = ["GRD", "FTH", "PAR"].into_iter().find_map(named);
        self.guardian_first = guardian.map(|name| first_name(&name.given)).unwrap_or_default();
    }

    fn read_identifier(&mut self, identifier: &Identifier) {
        let number = short(&identifier.value);
        let value = || contact::program_number(number).unwrap_or_default();
        match identifier.kind.to_uppercase().as_str() {
            "SS" => {
                let hash = social_security::comparable(number).map(Box::from);
                let digits = || contact::social_security_number(number);
                self.ssn = hash.or_else(digits).unwrap_or_default();
            }
            "MA" | "MC" => self.medicaid = value(),
            "BC" | "BCT" => self.birth_certificate = value(),
            "MR" | "PI" | "" => {
                let number: Box<str> = fold_identifier(number).into();
                if !number.is_empty() {
                    self.mrns.push((fold_identifier(short(&identifier.authority)).into(), number));
                }
            }
            _ => {}
        }
    }
}

/// The beginning of a value.
fn short(value: &str) -> &str {
    value.char_indices().nth(LONGEST).map_or(value, |(end, _)| &value[..end])
}

fn first_name(given: &str) -> Box<str> {
    let first = fold_name(short(given).split(' ').next().unwrap_or_default());
    if newborn(&first).is_some() { "".into() } else { first.into() }
}

#[cfg(test)]
mod tests {
    use super::Subject;
    use crate::patient::names::Names;
    use iis_model::person::Sex;
    use iis_model::testing::person;

    #[test]
    fn a_second_given_name_is_found_in_either_field() {
        let names = Names::built_in();
        let subject = Subject::of(&person().called("García Núñez", "Ana María"), &names);
        assert_eq!((&*subject.first, &*subject.middle, &*subject.first_whole), ("ANA", "MARIA", "ANAMARIA"));
        assert_eq!(&*subject.last.whole, "GARCIANUNEZ");
    }

    #[test]
    fn a_newborns_placeholder_is_no_name_and_tells_sex_and_order() {
        let mut newborn = person().called("DOE", "BABY BOY B");
        newborn.sex = iis_model::Given::default();
        let subject = Subject::of(&newborn, &Names::built_in());
        assert_eq!((&*subject.first, subject.sex, subject.birth_order), ("", Some(Sex::Male), Some(2)));
        assert!(subject.is_of_multiple_birth());
    }

    #[test]
    fn values_without_end_are_cut_and_repetitions_counted() {
        let mut person = person().called(&"M".repeat(1 << 12), &"AL ".repeat(1 << 12));
        person.names.extend(vec![person.names[0].clone(); 1_000]);
        person.identifiers = vec![person.identifiers[0].clone(); 1_000];
        let subject = Subject::of(&person, &Names::built_in());
        assert_eq!((subject.last.whole.len(), subject.first_whole.len()), (80, 54));
        assert_eq!(subject.mrns.len(), 16);
    }

    #[test]
    fn a_birth_date_that_fills_a_field_is_missing() {
        let subject = Subject::of(&person().born("1900-01-01"), &Names::built_in());
        assert_eq!(subject.born_on, None);
    }
}
