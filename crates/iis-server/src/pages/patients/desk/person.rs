//! A person as the form's fields say, and back.

use super::dates::{UNREADABLE, read_day, read_partial};
use super::fields::{Field, Kind, Part, RACES, all};
use super::plain::is_seen;
use crate::pages::format;
use crate::pages::frame::Problem;
use iis_model::person::{Address, Dated, Identifier, NextOfKin, PersonName, Sex, Telecom};
use iis_model::{Coded, Date, Demographics, Given};
use std::collections::BTreeMap;

/// Former addresses that are said again with a new one.
const MOST_BEFORE: usize = 9;

/// States, the district, territories, freely associated states, and the three of the armed forces (USPS publication 28,
/// appendix B).
const STATES: &str = "AL AK AS AZ AR CA CO CT DE DC FM FL GA GU HI ID IL IN IA KS KY LA ME MH MD MA MI MN MS MO MT NE NV NH NJ \
                      NM NY NC ND MP OH OK OR PW PA PR RI SC SD TN TX UT VT VI VA WA WV WI WY AA AE AP";

fn is_state(text: &str) -> bool {
    STATES.split(' ').any(|state| state == text)
}

/// Five digits, or nine with a dash or without.
fn is_zip(text: &str) -> bool {
    let digits =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('-') {
        Some((five, four)) => digits(five, 5) && digits(four, 4),
        None => digits(text, 5) || digits(text, 9),
    }
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

/// The text of each field; a field of which nothing is said is not there.
pub(in crate::pages) type Values = BTreeMap<&'static str, String>;

/// The fields as what is believed fills them in.
pub(in crate::pages) fn values(person: &Demographics) -> Values {
    let mut values = Values::new();
    let mut put = |id: &'static str, text: String| {
        if !text.is_empty() {
            values.insert(id, text);
        }
    };
    let code = |given: &Given<Coded>| given.get().map(|coded| coded.code.to_string()).unwrap_or_default();
    if let Some(name) = person.legal_name() {
        put("last", name.family.to_string());
        put("first", name.given.to_string());
        put("middle", name.middle.to_string());
        put("suffix", name.suffix.to_string());
    }
    put("born", person.born_on.get().map(format::partial_date).unwrap_or_default());
    put("sex", person.sex.get().map(|sex| sex.code().to_owned()).unwrap_or_default());
    if let Some(mother) = person.mother_maiden_name.get() {
        put("mother_maiden", mother.family.to_string());
        put("mother_first", mother.given.to_string());
    }
    if let Some(home) = home(person) {
        put("street", home.street.to_string());
        put("unit", home.other.to_string());
        put("city", home.city.to_string());
        put("state", home.state.to_string());
        put("zip", home.zip.to_string());
    }
    put("phone", phone(person).map(format::telecom).unwrap_or_default());
    put("email", email(person).map(|mail| mail.email.to_string()).unwrap_or_default());
    if let Some(guardian) = person.next_of_kin.first() {
        put("guardian_is", code(&guardian.relationship));
        let name = guardian.name.get();
        put("guardian_last", name.map(|name| name.family.to_string()).unwrap_or_default());
        put("guardian_first", name.map(|name| name.given.to_string()).unwrap_or_default());
        let phone = guardian.telecoms.iter().filter_map(Given::get).find(|one| !one.digits.is_empty());
        put("guardian_phone", phone.map(format::telecom).unwrap_or_default());
    }
    put("language", code(&person.language));
    put("ethnicity", code(&person.ethnicity));
    for (id, race, _) in RACES {
        if person.races.iter().filter_map(Given::get).any(|known| &*known.code == *race) {
            put(id, "on".to_owned());
        }
    }
    let yes = |is: bool| if is { "Y" } else { "N" }.to_owned();
    put("multiple", person.multiple_birth.value.map(yes).unwrap_or_default());
    put("order", person.birth_order.get().map(ToString::to_string).unwrap_or_default());
    put("publicity", code(&person.publicity.value));
    put("protection", person.protection.value.value.map(yes).unwrap_or_default());
    put("died", person.died_on.get().map(format::partial_date).unwrap_or_default());
    values
}

fn home(person: &Demographics) -> Option<&Address> {
    person.addresses.iter().filter_map(Given::get).find(|home| !matches!(&*home.kind, "BA" | "BDL" | "BR"))
}

fn phone(person: &Demographics) -> Option<&Telecom> {
    person.telecoms.iter().filter_map(Given::get).find(|one| !one.digits.is_empty())
}

fn email(person: &Demographics) -> Option<&Telecom> {
    person.telecoms.iter().filter_map(Given::get).find(|one| !one.email.is_empty())
}

/// What the fields of these parts say, and what has to be mended first. Lists are said whole, so what the form does not
/// show of them is said again as it is believed.
pub(super) fn said(
    values: &Values,
    parts: &[Part],
    believed: &Demographics,
    (today, site_code): (Date, &str),
) -> Result<Demographics, Vec<Problem>> {
    let mut person = Demographics::default();
    let mut reading = Reading { values, today, problems: Vec::new() };
    for part in parts {
        reading.read(*part, believed, site_code, &mut person);
    }
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
                }
            }
            Part::Home => self.home(believed, person),
            Part::Contact => self.contact(believed, person),
            Part::Guardian => self.guardian(believed, person),
            Part::Language => {
                person.language = self.of_list("language", "ISO6392", &believed.language);
            }
            Part::Ethnicity => {
                person.ethnicity = self.of_list("ethnicity", "CDCREC", &believed.ethnicity);
            }
            Part::Race => {
                let ticked = RACES.iter().filter(|(id, ..)| !self.get(id).is_empty());
                person.races =
                    ticked.map(|(_, code, word)| Given::of(Coded::new(code, word, "CDCREC"))).collect();
            }
            Part::Multiple => self.multiple(person),
            Part::Publicity => {
                person.publicity = {
                    let said = self.of_list("publicity", "HL70215", &believed.publicity.value);
                    self.dated_today(said)
                };
            }
            Part::Protection => {
                let is = match self.get("protection") {
                    "Y" => Given::of(true),
                    "N" => Given::of(false),
                    _ => Given::default(),
                };
                person.protection = self.dated_today(is);
            }
            Part::Death => self.death(person),
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

    fn death(&mut self, person: &mut Demographics) {
        let text = self.get("died");
        if text.is_empty() {
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

    fn multiple(&mut self, person: &mut Demographics) {
        person.multiple_birth = match self.get("multiple") {
            "Y" => Given::of(true),
            "N" => Given::of(false),
            _ => Given::default(),
        };
        let order = self.get("order");
        if order.is_empty() {
            return;
        }
        match order.parse::<u8>() {
            Ok(order @ 1..=20) => person.birth_order = Given::of(order),
            _ => self.wrong("order", "Enter a number: 1 for the first born."),
        }
    }

    fn home(&mut self, believed: &Demographics, person: &mut Demographics) {
        let address = Address {
            street: self.text("street"),
            other: self.text("unit"),
            city: self.text("city"),
            state: self.get("state").to_uppercase().into(),
            zip: self.text("zip"),
            country: "USA".into(),
            kind: "H".into(),
            county: "".into(),
        };
        if [&address.street, &address.city, &address.state, &address.zip].iter().all(|part| part.is_empty()) {
            return;
        }
        // what somebody reported and nobody touched is not for this form to refuse
        let is_known = home(believed).is_some_and(|known| known.state == address.state);
        if !address.state.is_empty() && !is_known && !is_state(&address.state) {
            self.wrong("state", "There is no such state. Enter its two letters, for example CO.");
        }
        if !address.zip.is_empty() && !is_zip(&address.zip) {
            self.wrong("zip", "Enter the five digits of the ZIP code, or nine as 80202-1234.");
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
            let most = if let Kind::Text(most) = kind { usize::from(*most) } else { 60 };
            if text.chars().count() > most || text.chars().any(char::is_control) {
                let label = label.trim_end_matches(" (optional)").to_lowercase();
                self.problems
                    .push(Problem::of(*id, format!("The {label} is one line of at most {most} characters.")));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::Part;
    use super::{Values, said, values};
    use iis_model::Demographics;
    use jiff::civil::date;

    const ALL: &[Part] = &[
        Part::Name,
        Part::Birth,
        Part::Sex,
        Part::Mother,
        Part::Home,
        Part::Contact,
        Part::Guardian,
        Part::Language,
        Part::Race,
        Part::Ethnicity,
        Part::Multiple,
        Part::Publicity,
        Part::Protection,
        Part::Death,
    ];

    fn typed() -> Values {
        #[rustfmt::skip]
        let fields = [
            ("last", "Ortega"), ("first", "Maya"), ("born", "02/11/2024"), ("sex", "F"), ("mother_maiden", "Lopez"),
            ("mother_first", "Ana"), ("street", "12 Alder St"), ("city", "Calder"), ("state", "CO"), ("zip", "80202"),
            ("phone", "(202) 555-0140"), ("email", "ana@example.org"), ("guardian_is", "MTH"),
            ("guardian_last", "Ortega"), ("guardian_first", "Ana"), ("guardian_phone", "(202) 555-0141"),
            ("language", "spa"), ("race_white", "on"), ("race_asian", "on"), ("ethnicity", "2135-2"),
            ("multiple", "Y"), ("order", "2"), ("publicity", "02"), ("protection", "N"), ("died", "12/24/2025"),
        ];
        fields.into_iter().map(|(id, text)| (id, text.to_owned())).collect()
    }

    #[test]
    fn what_is_typed_is_shown_again_as_it_was_typed() {
        let today = (date(2026, 3, 2), "ALDER");
        let person = said(&typed(), ALL, &Demographics::default(), today).expect("a person");
        assert_eq!(values(&person), typed());
    }

    #[test]
    fn only_the_parts_that_were_changed_are_said_and_lists_are_said_whole() {
        let today = (date(2026, 3, 2), "ALDER");
        let mut believed = said(&typed(), ALL, &Demographics::default(), today).expect("a person");
        let father = believed.next_of_kin[0].clone();
        believed.next_of_kin.push(father);
        let mut changed = typed();
        changed.insert("guardian_first", "Anna".to_owned());
        let person = said(&changed, &[Part::Guardian], &believed, today).expect("a person");
        assert_eq!(person.next_of_kin.len(), 2);
        let nothing_else =
            Demographics { next_of_kin: person.next_of_kin.clone(), ..Demographics::default() };
        assert_eq!(person, nothing_else);
    }

    #[test]
    fn a_code_that_somebody_else_reported_stays_when_it_is_not_in_the_list() {
        let language = iis_model::Given::of(iis_model::Coded::new("pol", "Polish", "ISO6392"));
        let believed = Demographics { language, ..Demographics::default() };
        let mut typed = typed();
        typed.insert("language", "pol".to_owned());
        let person =
            said(&typed, &[Part::Language], &believed, (date(2026, 3, 2), "ALDER")).expect("a person");
        assert_eq!(person.language, believed.language);
    }

    #[test]
    fn what_cannot_be_is_told_beside_its_field() {
        let today = (date(2026, 3, 2), "ALDER");
        #[rustfmt::skip]
        let table = [
            ("born",           "03/03/2026"),
            ("born",           "yesterday"),
            ("last",           ""),
            ("sex",            "?"),
            ("phone",          "555"),
            ("email",          "ana"),
            ("email",          "a@@b"),
            ("email",          "ana@example"),
            ("zip",            "ABCDE"),
            ("zip",            "80202-12"),
            ("state",          "Z9"),
            ("state",          "ZZ"),
            ("language",       "xx"),
            ("ethnicity",      "yes"),
            ("publicity",      "99"),
            ("last",           "\u{feff}\u{200b}"),
            ("first",          "\u{200b}"),
            ("order",          "first"),
            ("died",           "04/2026"),
            ("guardian_is",    ""),
            ("street",         "12\tAlder St"),
        ];
        for (id, text) in table {
            let mut values = typed();
            values.insert(id, text.to_owned());
            let problems = said(&values, ALL, &Demographics::default(), today).expect_err("a problem");
            assert_eq!(problems.iter().map(|problem| &*problem.field).collect::<Vec<_>>(), [id], "{text}");
        }
    }
}
