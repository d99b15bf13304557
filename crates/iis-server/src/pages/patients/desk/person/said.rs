//! What the fields of the form say of a person, and what has to be mended first.

use super::super::dates::{UNREADABLE, read_day, read_partial};
use super::super::fields::{Field, Kind, Part, RACES, all};
use super::super::plain::{hides, is_seen};
use super::{Values, email, phone};
use crate::pages::frame::Problem;
use iis_model::country::{Country, is_united_states};
use iis_model::erasure::Erased;
use iis_model::person::{Address, Dated, Identifier, NextOfKin, PersonName, Sex, Telecom};
use iis_model::postal::{is_state, is_zip};
use iis_model::{Coded, Date, Demographics, Given};

/// Former addresses that are said again with a new one.
const MOST_BEFORE: usize = 9;

/// No country counts as the United States.
fn is_known_country(code: &str) -> bool {
    code.is_empty() || Country::of_code(code).is_some()
}

/// One `@`, with something before it and a domain of two parts at least behind it.
fn is_mail_address(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let parts: Vec<&str> = domain.split('.').collect();
    !name.is_empty()
        && !text.contains(char::is_whitespace)
        && !domain.contains('@')
        && parts.len() >= 2
        && parts.iter().all(|part| !part.is_empty())
}

/// Where and when a form is filled in.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Here<'a> {
    /// The day.
    pub(in super::super) today: Date,
    /// The site's code: the authority of record numbers.
    pub(in super::super) site_code: &'a str,
    /// The registry's own state in addresses; empty: one of those of the postal service.
    pub(in super::super) state: &'a str,
}

/// What the fields of these parts say, and what has to be mended first. Lists are said whole, so what the form does not
/// show of them is said again as it is believed.
pub(in super::super) fn said(
    values: &Values,
    parts: &[Part],
    believed: &Demographics,
    here: Here<'_>,
) -> Result<Demographics, Vec<Problem>> {
    let mut person = Demographics::default();
    let mut reading = Reading { values, today: here.today, state: here.state, problems: Vec::new() };
    for part in parts {
        reading.read(*part, believed, here.site_code, &mut person);
    }
    reading.birth_before_death(parts);
    reading.lengths(parts);
    if reading.problems.is_empty() { Ok(person) } else { Err(reading.problems) }
}

/// The word of a choice; empty for a code that is not among them.
fn word(id: &str, code: &str) -> &'static str {
    let choices = all().find(|field| field.id == id).map(|field| field.kind);
    let Some(Kind::One(choices)) = choices else { return "" };
    choices.iter().find(|(known, _)| *known == code).map_or("", |(_, word)| word)
}

struct Reading<'a> {
    values: &'a Values,
    today: Date,
    state: &'a str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn get(&self, id: &str) -> &str {
        self.values.get(id).map_or("", String::as_str)
    }

    fn text(&self, id: &str) -> Box<str> {
        self.get(id).into()
    }

    fn wrong(&mut self, id: &'static str, text: &str) {
        self.problems.push(Problem::of(id, text));
    }

    fn coded(&self, id: &str, system: &str) -> Given<Coded> {
        let code = self.get(id);
        if code.is_empty() { Given::default() } else { Given::of(Coded::new(code, word(id, code), system)) }
    }

    fn read(&mut self, part: Part, believed: &Demographics, site_code: &str, person: &mut Demographics) {
        match part {
            Part::Name => self.name(person),
            Part::Birth => self.birth(person),
            Part::Sex => {
                person.sex = Sex::from_code(self.get("sex")).map(Given::of).unwrap_or_default();
                if person.sex.get().is_none() {
                    self.wrong("sex", "Choose the sex.");
                }
            }
            Part::Mother => {
                let (family, given) = (self.text("mother_maiden"), self.text("mother_first"));
                if !family.is_empty() || !given.is_empty() {
                    let name = PersonName { family, given, kind: "M".into(), ..PersonName::default() };
                    person.mother_maiden_name = Given::of(name);
                } else if believed.mother_maiden_name.value.is_some() {
                    person.erased.push(Erased::MotherMaidenName);
                }
            }
            Part::Home => self.home(believed, person),
            Part::Contact => self.contact(believed, person),
            Part::Guardian => self.guardian(believed, person),
            Part::Language => {
                person.language = self.of_list("language", "ISO6392", &believed.language);
                if person.language.value.is_none() && believed.language.value.is_some() {
                    person.erased.push(Erased::Language);
                }
            }
            Part::Ethnicity => {
                person.ethnicity = self.of_list("ethnicity", "CDCREC", &believed.ethnicity);
                if person.ethnicity.value.is_none() && believed.ethnicity.value.is_some() {
                    person.erased.push(Erased::Ethnicity);
                }
            }
            Part::Race => {
                let ticked = RACES.iter().filter(|(id, ..)| !self.get(id).is_empty());
                person.races =
                    ticked.map(|(_, code, word)| Given::of(Coded::new(code, word, "CDCREC"))).collect();
                if person.races.is_empty() && !believed.races.is_empty() {
                    person.erased.push(Erased::Races);
                }
            }
            Part::Multiple => self.multiple(believed, person),
            Part::Publicity => {
                person.publicity = {
                    let said = self.of_list("publicity", "HL70215", &believed.publicity.value);
                    self.dated_today(said)
                };
                if person.publicity.value.value.is_none() && believed.publicity.value.value.is_some() {
                    person.erased.push(Erased::Publicity);
                }
            }
            Part::Protection => {
                let is = match self.get("protection") {
                    "Y" => Given::of(true),
                    "N" => Given::of(false),
                    _ => Given::default(),
                };
                person.protection = self.dated_today(is);
                if person.protection.value.value.is_none() && believed.protection.value.value.is_some() {
                    person.erased.push(Erased::Protection);
                }
            }
            Part::Death => self.death(believed, person),
            Part::Numbers => {
                let number = |value: Box<str>, authority: &str, kind: &str| {
                    let identifier = Identifier { value, authority: authority.into(), kind: kind.into() };
                    Some(Given::of(identifier))
                        .filter(|given| given.get().is_some_and(|id| !id.value.is_empty()))
                };
                let numbers =
                    [number(self.text("mrn"), site_code, "MR"), number(self.text("medicaid"), "", "MA")];
                person.identifiers = numbers.into_iter().flatten().collect();
            }
        }
    }

    fn dated_today<T>(&self, value: Given<T>) -> Dated<T> {
        let effective_on = if value.get().is_some() { Given::of(self.today) } else { Given::default() };
        Dated { value, effective_on }
    }

    fn name(&mut self, person: &mut Demographics) {
        if !is_seen(self.get("last")) {
            self.wrong("last", "Enter the last name.");
        }
        for id in ["first", "middle"] {
            if !self.get(id).is_empty() && !is_seen(self.get(id)) {
                self.wrong(id, "There is no letter in it to see. Type it again, or leave it empty.");
            }
        }
        person.names = vec![Given::of(PersonName {
            family: self.text("last"),
            given: self.text("first"),
            middle: self.text("middle"),
            suffix: self.text("suffix"),
            kind: "L".into(),
        })];
    }

    fn birth(&mut self, person: &mut Demographics) {
        match read_day(self.get("born"), self.today) {
            None => self.wrong("born", UNREADABLE),
            Some(born) if born > self.today => {
                self.wrong("born", "The birth date is in the future. Check the year or the month.");
            }
            Some(born) => person.born_on = Given::of(born.into()),
        }
    }

    fn death(&mut self, believed: &Demographics, person: &mut Demographics) {
        let text = self.get("died");
        if text.is_empty() {
            if believed.died_on.value.is_some() {
                person.is_deceased = Given::of(false);
                person.erased.push(Erased::DiedOn);
            }
            return;
        }
        match read_partial(text, self.today) {
            None => self.wrong("died", UNREADABLE),
            Some(died) if died.first_day() > self.today => {
                self.wrong("died", "The date of death is in the future. Check the year or the month.");
            }
            Some(died) => {
                person.is_deceased = Given::of(true);
                person.died_on = Given::of(died);
            }
        }
    }

    /// Nobody dies before birth: told at the date that was changed.
    fn birth_before_death(&mut self, parts: &[Part]) {
        let dates = (read_day(self.get("born"), self.today), read_partial(self.get("died"), self.today));
        let field =
            [(Part::Death, "died"), (Part::Birth, "born")].into_iter().find(|(part, _)| parts.contains(part));
        if let ((Some(born), Some(died)), Some((_, field))) = (dates, field)
            && died.last_day() < born
            && self.problems.is_empty()
        // a date that cannot be is told as that
        {
            self.wrong(field, "The date of death is before the birth date. Correct one of them.");
        }
    }

    fn multiple(&mut self, believed: &Demographics, person: &mut Demographics) {
        person.multiple_birth = match self.get("multiple") {
            "Y" => Given::of(true),
            "N" => Given::of(false),
            _ => Given::default(),
        };
        if person.multiple_birth.value.is_none() && believed.multiple_birth.value.is_some() {
            person.erased.push(Erased::MultipleBirth);
        }
        let order = self.get("order");
        if order.is_empty() {
            if believed.birth_order.value.is_some() {
                person.erased.push(Erased::BirthOrder);
            }
            return;
        }
        match order.parse::<u8>() {
            Ok(order @ 1..=20) => person.birth_order = Given::of(order),
            _ => self.wrong("order", "Enter a number: 1 for the first born."),
        }
    }

    fn home(&mut self, believed: &Demographics, person: &mut Demographics) {
        let country = self.get("country").to_owned();
        let country = &*country;
        let (is_abroad, state) = (!is_united_states(country), self.get("state").to_owned());
        let address = Address {
            street: self.text("street"),
            other: self.text("unit"),
            city: self.text("city"),
            state: if is_abroad { state.clone() } else { state.to_uppercase() }.into(),
            zip: self.text("zip"),
            country: country.into(),
            kind: "H".into(),
            county: "".into(),
        };
        let parts = [&address.street, &address.other, &address.city, &address.state, &address.zip];
        if parts.iter().all(|part| part.is_empty()) && !is_abroad {
            // what is no home stays, such as where the person was born
            let others =
                believed.addresses.iter().filter(|other| other.get().is_some_and(|one| !one.is_home()));
            person.addresses = others.cloned().collect();
            if person.addresses.is_empty() && believed.home().is_some() {
                person.erased.push(Erased::Addresses);
            }
            return;
        }
        // what somebody reported and nobody touched is not for this form to refuse
        let known = believed.home();
        if !is_known_country(country) && known.is_none_or(|known| *known.country != *country) {
            self.wrong("country", "Choose one of the list.");
        }
        let is_ours = !self.state.is_empty() && self.state.eq_ignore_ascii_case(&address.state);
        let is_known = is_ours || known.is_some_and(|known| known.state == address.state);
        if !state.is_empty() && !is_known && !is_state(&address.state, country) {
            self.wrong(
                "state",
                "There is no such state. Enter its two letters, for example CO, or choose the country.",
            );
        }
        if !address.zip.is_empty() && !is_zip(&address.zip, country) {
            let text = "Enter the five digits of the ZIP code, or nine as 80202-1234, or choose the country.";
            self.wrong("zip", text);
        }
        // Where somebody lived before stays behind where they live now.
        let before =
            believed.addresses.iter().filter(|other| other.get() != Some(&address)).take(MOST_BEFORE);
        person.addresses = std::iter::once(Given::of(address.clone())).chain(before.cloned()).collect();
    }

    fn contact(&mut self, believed: &Demographics, person: &mut Demographics) {
        let known = [phone(believed).cloned(), email(believed).cloned()];
        let mut said = Vec::new();
        if let Some(digits) = self.digits("phone") {
            let telecom =
                Telecom { usage: "PRN".into(), equipment: "PH".into(), digits, ..Telecom::default() };
            said.push(Given::of(telecom));
        }
        let mail = self.text("email");
        if !mail.is_empty() {
            if !is_mail_address(&mail) {
                self.wrong("email", "Enter the e-mail address with its @, for example ana@example.org.");
            }
            let telecom =
                Telecom { usage: "NET".into(), equipment: "X.400".into(), email: mail, ..Telecom::default() };
            said.push(Given::of(telecom));
        }
        let others =
            believed.telecoms.iter().filter(|other| !known.iter().any(|one| one.as_ref() == other.get()));
        said.extend(others.cloned());
        if said.is_empty() && !believed.telecoms.is_empty() {
            person.erased.push(Erased::Telecoms);
        }
        person.telecoms = said;
    }

    fn guardian(&mut self, believed: &Demographics, person: &mut Demographics) {
        let name = PersonName {
            family: self.text("guardian_last"),
            given: self.text("guardian_first"),
            kind: "L".into(),
            ..PersonName::default()
        };
        let digits = self.digits("guardian_phone");
        if name.family.is_empty() && name.given.is_empty() {
            if digits.is_some() || !self.get("guardian_is").is_empty() {
                self.wrong("guardian_last", "Enter the name of the parent or guardian.");
            }
            if !believed.next_of_kin.is_empty() {
                person.next_of_kin = believed.next_of_kin.iter().skip(1).cloned().collect();
                person.erased.push(Erased::NextOfKin);
            }
            return;
        }
        if self.get("guardian_is").is_empty() {
            self.wrong("guardian_is", "Choose what this person is to the patient.");
        }
        let phone = digits.map(|digits| {
            Given::of(Telecom { usage: "PRN".into(), equipment: "PH".into(), digits, ..Telecom::default() })
        });
        let address = believed.next_of_kin.first().map(|kin| kin.address.clone()).unwrap_or_default();
        let guardian = NextOfKin {
            name: Given::of(name),
            relationship: self.coded("guardian_is", "HL70063"),
            address,
            telecoms: phone.into_iter().collect(),
        };
        let others = believed.next_of_kin.iter().skip(1).cloned();
        person.next_of_kin = std::iter::once(guardian).chain(others).collect();
    }

    /// A code of the list of its field, or the one that is believed already: by whomever it was reported, it is a code of
    /// theirs.
    fn of_list(&mut self, id: &'static str, system: &str, believed: &Given<Coded>) -> Given<Coded> {
        let code = self.get(id);
        if !code.is_empty() && believed.get().is_some_and(|known| *known.code == *code) {
            return believed.clone();
        }
        if !code.is_empty() && word(id, code).is_empty() {
            self.wrong(id, "Choose one of the list.");
        }
        self.coded(id, system)
    }

    /// The ten digits of a telephone number.
    fn digits(&mut self, id: &'static str) -> Option<Box<str>> {
        let text = self.get(id);
        if text.is_empty() {
            return None;
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = if digits.len() == 11 { digits.trim_start_matches('1').to_owned() } else { digits };
        if digits.len() != 10 {
            self.wrong(id, "Enter the ten digits of the telephone number, for example (202) 555-0140.");
            return None;
        }
        Some(digits.into())
    }

    /// What is longer than its field, or holds what no keyboard types: it came around the page.
    fn lengths(&mut self, parts: &[Part]) {
        for Field { id, kind, label, .. } in all().filter(|field| parts.contains(&field.part)) {
            let text = self.get(id);
            if self.problems.iter().any(|problem| problem.field == *id) {
                continue; // one at a time
            }
            if hides(text) {
                let text = "There is a sign in it that cannot be seen, or that turns the direction of the text. Type it \
                            again without it.";
                self.problems.push(Problem::of(*id, text));
                continue;
            }
            let most = if let Kind::Text(most) = kind { usize::from(*most) } else { 60 };
            if text.chars().count() > most || text.chars().any(char::is_control) {
                let label = label.trim_end_matches(" (optional)").to_lowercase();
                self.problems
                    .push(Problem::of(*id, format!("The {label} is one line of at most {most} characters.")));
            }
        }
    }
}
