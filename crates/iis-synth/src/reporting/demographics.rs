//! A person as a source writes it down on a day: completeness by kind of source, style of the system, mistakes.

use super::mistake::mistyped;
use super::{Mistake, Source, Style};
use crate::calendar::Day;
use crate::names::{nickname, plain, shout};
use crate::population::place::{Home, Phone, STATE};
use crate::population::{Family, Jurisdiction, Person, RACES, SourceKind};
use iis_model::person::{
    Address, Dated, Demographics, Identifier, NextOfKin, PersonName, RegistryStatus, Sex, Telecom,
};
use iis_model::{Coded, Given, PartialDate};

/// Whose record it is.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The family.
    pub(crate) family: &'a Family,
    /// The member, by index.
    pub(crate) member: u8,
    /// The record.
    pub(crate) source: &'a Source,
    /// The day on which it is written.
    pub(crate) on: Day,
}

impl Subject<'_> {
    /// The person.
    pub(crate) fn person(&self) -> &Person {
        &self.family.members[usize::from(self.member)]
    }

    /// The day whose home and telephone the record has.
    fn contact_day(&self) -> Day {
        if self.source.is_stale { self.on.plus(-4 * 365) } else { self.on }
    }

    fn is_child(&self) -> bool {
        self.on.months_since(self.person().born_on) < 18 * 12
    }

    /// Some kinds of source never ask for the mother.
    fn knows_mother(&self) -> bool {
        !matches!(self.source.kind, SourceKind::Pharmacy) && self.is_child() && self.member > 1
    }
}

/// The record's demographics.
pub(crate) fn demographics(calder: &Jurisdiction, subject: Subject) -> Demographics {
    let Subject { family, source, on, .. } = subject;
    let person = subject.person();
    let style = Style::of(source.organization);
    let authority = &calder.organizations[usize::from(source.organization)].authority;
    let mrn =
        Identifier { value: source.mrn().into(), authority: authority.as_str().into(), kind: "MR".into() };
    let mut record = Demographics {
        identifiers: vec![Given::of(mrn)],
        names: vec![Given::of(name(subject, style))],
        born_on: Given::of(PartialDate::day(birth_date(subject).date())),
        sex: Given::of(sex(subject)),
        addresses: family
            .home_on(subject.contact_day())
            .map(|home| Given::of(address(home, style)))
            .into_iter()
            .collect(),
        telecoms: telecoms(subject, style),
        publicity: dated(Coded::new("02", "Reminder/recall - any method", "HL70215"), source.since),
        protection: Dated { value: Given::of(false), effective_on: Given::of(source.since.date()) },
        status: Dated {
            value: Given::of(RegistryStatus::Active),
            effective_on: Given::of(source.since.date()),
        },
        ..Demographics::default()
    };
    if style.asks_race && source.kind != SourceKind::Pharmacy {
        let (code, text) = RACES[usize::from(family.race)];
        record.races = vec![Given::of(Coded::new(code, text, "CDCREC"))];
        let (code, text) = if family.is_hispanic {
            ("2135-2", "Hispanic or Latino")
        } else {
            ("2186-5", "not Hispanic or Latino")
        };
        record.ethnicity = Given::of(Coded::new(code, text, "CDCREC"));
        let (code, text) = if family.is_hispanic { ("spa", "Spanish") } else { ("eng", "English") };
        record.language = Given::of(Coded::new(code, text, "ISO6392"));
    }
    let asks_birth_order =
        matches!(source.kind, SourceKind::VitalRecords | SourceKind::Hospital | SourceKind::Clinic);
    if let Some((order, _)) = person.multiple.filter(|_| asks_birth_order) {
        record.multiple_birth = Given::of(true);
        record.birth_order = Given::of(order);
    }
    if subject.knows_mother() {
        let maiden = family.mother().surname_at_birth.written(source.writing);
        let name = PersonName { family: style.write(&maiden), kind: "M".into(), ..PersonName::default() };
        record.mother_maiden_name = Given::of(name);
    }
    record.next_of_kin = next_of_kin(subject, style);
    if let Some(died_on) =
        person.died_on.filter(|died_on| *died_on <= on && source.kind == SourceKind::VitalRecords)
    {
        record.is_deceased = Given::of(true);
        record.died_on = Given::of(PartialDate::day(died_on.date()));
        record.status = Dated {
            value: Given::of(RegistryStatus::PermanentlyInactive),
            effective_on: Given::of(died_on.date()),
        };
        record.publicity = dated(Coded::new("01", "No reminder/recall", "HL70215"), died_on);
    }
    record
}

impl Style {
    /// A word as the system writes it.
    pub(crate) fn write(self, word: &str) -> Box<str> {
        match (self.shouts, self.drops_accents) {
            (false, false) => word.into(),
            (true, false) => shout(word).into(),
            (false, true) => plain(word).into(),
            (true, true) => shout(&plain(word)).into(),
        }
    }
}

fn dated(code: Coded, from: Day) -> Dated<Coded> {
    Dated { value: Given::of(code), effective_on: Given::of(from.date()) }
}

fn name(subject: Subject, style: Style) -> PersonName {
    let Subject { family, source, on, .. } = subject;
    let person = subject.person();
    let last = person.surname_on(on).written(source.writing);
    let (mut last, mut first, mut middle) =
        (last, person.first.to_owned(), person.middle.unwrap_or_default().to_owned());
    match source.mistake {
        Mistake::NoNameYet => {
            // Until it has a name the newborn goes by its mother's surname.
            last = family.mother().surname_on(on).written(source.writing);
            first = newborn(person);
            middle = String::new();
        }
        Mistake::FirstNameTyped => first = mistyped(&first, source.seed),
        Mistake::LastNameTyped => last = mistyped(&last, source.seed),
        Mistake::Nickname => nickname(person.first).unwrap_or(person.first).clone_into(&mut first),
        Mistake::MiddleAsFirst => first = std::mem::take(&mut middle),
        Mistake::NamesSwapped => std::mem::swap(&mut first, &mut last),
        Mistake::None | Mistake::BirthDate(_) | Mistake::Sex | Mistake::ClinicPhone => {}
    }
    // Many systems keep only the initial; some nothing.
    match source.seed % 10 {
        0..3 => middle.truncate(middle.chars().next().map_or(0, char::len_utf8)),
        3..5 if source.kind != SourceKind::VitalRecords => middle.clear(),
        _ => {}
    }
    PersonName {
        family: style.write(&last),
        given: style.write(&first),
        middle: style.write(&middle),
        suffix: person.suffix.unwrap_or_default().into(),
        kind: "L".into(),
    }
}

/// What a nursery writes where the name should stand.
fn newborn(person: &Person) -> String {
    let word = if person.sex == Sex::Female { "Girl" } else { "Boy" };
    match person.multiple {
        Some((order, _)) => format!("Baby{word} {}", ["A", "B", "C"][usize::from(order.clamp(1, 3)) - 1]),
        None => format!("Baby{word}"),
    }
}

fn birth_date(subject: Subject) -> Day {
    match subject.source.mistake {
        Mistake::BirthDate(wrong) => wrong,
        _ => subject.person().born_on,
    }
}

fn sex(subject: Subject) -> Sex {
    match (subject.source.mistake, subject.person().sex) {
        (Mistake::Sex, Sex::Female) => Sex::Male,
        (Mistake::Sex, Sex::Male) => Sex::Female,
        (_, sex) => sex,
    }
}

fn address(home: Home, style: Style) -> Address {
    let town = home.town();
    Address {
        street: style.write(&home.street()),
        other: home.unit().map(|unit| style.write(&unit)).unwrap_or_default(),
        city: style.write(town.name),
        state: STATE.into(),
        zip: town.zip.into(),
        country: "USA".into(),
        kind: "H".into(),
        county: "".into(),
    }
}

fn telephone(phone: Phone) -> Telecom {
    Telecom {
        usage: "PRN".into(),
        equipment: if phone.is_cell { "CP" } else { "PH" }.into(),
        digits: phone.digits.to_string().into(),
        ..Telecom::default()
    }
}

fn telecoms(subject: Subject, style: Style) -> Vec<Given<Telecom>> {
    let Subject { family, source, .. } = subject;
    let mut telecoms = Vec::new();
    if source.mistake == Mistake::ClinicPhone {
        let digits = format!("546{:07}", 2_220_100 + u32::from(source.site));
        let usage = "PRN".into();
        telecoms.push(Given::of(Telecom {
            usage,
            equipment: "PH".into(),
            digits: digits.into(),
            ..Telecom::default()
        }));
    } else if let Some(phone) = family.phone_on(subject.contact_day()) {
        telecoms.push(Given::of(telephone(phone)));
    }
    if style.has_email && source.seed.is_multiple_of(3) {
        let holder = if subject.is_child() { family.mother() } else { subject.person() };
        let (first, last) =
            (plain(holder.first).to_lowercase(), plain(holder.surname_at_birth.first).to_lowercase());
        let email = format!("{first}.{}{}@mail.example", last.replace('\'', ""), family.number % 90);
        telecoms.push(Given::of(Telecom {
            usage: "NET".into(),
            equipment: "Internet".into(),
            email: email.into(),
            ..Telecom::default()
        }));
    }
    telecoms
}

/// The mother of a child, and the father in half of the records; a pharmacy asks for nobody.
fn next_of_kin(subject: Subject, style: Style) -> Vec<NextOfKin> {
    if !subject.knows_mother() {
        return Vec::new();
    }
    let Subject { family, source, on, .. } = subject;
    let home = family.home_on(subject.contact_day());
    let phone = family.phone_on(subject.contact_day());
    let kin = |person: &Person, code: &str, text: &str| NextOfKin {
        name: Given::of(PersonName {
            family: style.write(&person.surname_on(on).written(source.writing)),
            given: style.write(person.first),
            kind: "L".into(),
            ..PersonName::default()
        }),
        relationship: Given::of(Coded::new(code, text, "HL70063")),
        address: home.map(|home| Given::of(address(home, style))).unwrap_or_default(),
        telecoms: phone.map(|phone| Given::of(telephone(phone))).into_iter().collect(),
    };
    let mut all = vec![kin(family.mother(), "MTH", "Mother")];
    if family.has_father && source.seed % 100 < 50 {
        all.push(kin(family.father(), "FTH", "Father"));
    }
    all
}
