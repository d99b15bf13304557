//! Documents of an invented person: templates are tried with them.

use crate::document::{
    Age, Document, Form, Given, Group, GroupDose, Issuer, Language, Note, NoteKind, Person, Signed, Standing,
    Status, Verdict, Verification,
};
use jiff::civil::{Date, date};

const BORN: Date = date(2024, 2, 11);
const TODAY: Date = date(2026, 3, 2);

/// A child of two years with a usual history: doses that count, one that does not, some that are due.
pub fn sample(form: Form, language: Language) -> Document {
    let is_filled = form.is_of_record();
    let is_judged = form == Form::Record;
    Document {
        form,
        language,
        issuer: Issuer {
            registry: "Registry of the State of Example".into(),
            telephone: "555-0100".into(),
            address: "P.O. Box 12, Example 90001".into(),
            environment: "".into(),
        },
        issued_on: TODAY,
        issued_at: jiff::Timestamp::constant(1_772_467_200, 0),
        person: is_filled.then(|| Person {
            name: "Ortega Núñez, Maya Renata".into(),
            born_on: BORN.to_string().into(),
            sex: "F".into(),
            number_tail: "3771".into(),
        }),
        groups: if is_filled { groups(is_judged) } else { Vec::new() },
        doses_alone: false,
        notes: if is_filled { notes() } else { Vec::new() },
        given: if form == Form::Administration { given() } else { Vec::new() },
        signed: form.is_signed().then(signed),
        verification: (!form.is_blank()).then(|| Verification {
            code: "7KQ4-92MX-H3TB".into(),
            page: "registry.example/verify".into(),
            address: "https://registry.example/verify/7KQ4-92MX-H3TB".into(),
        }),
        unprintable: 0,
    }
}

/// How a group stands, since when, and which dose is wanted.
type Stands = (Standing, Option<Date>, Option<u8>);

fn groups(is_judged: bool) -> Vec<Group> {
    let birth = date(2024, 2, 12);
    let two = date(2024, 4, 15);
    let four = date(2024, 6, 17);
    let six = date(2024, 8, 20);
    let year = date(2025, 2, 25);
    let autumn = date(2025, 10, 6);
    let due = |dose| (Standing::Due, Some(TODAY), Some(dose));
    let none = |standing| (standing, None, None);
    #[rustfmt::skip]
    let table: [(&str, &str, &[Date], Stands); 12] = [
        ("HepB",         "HepB",          &[birth, two, six],            none(Standing::Complete)),
        ("Rotavirus",    "RV5",           &[two, four, six],             none(Standing::AgedOut)),
        ("DTaP/Tdap/Td", "DTaP-Hib-IPV",  &[two, four, six],             (Standing::Overdue, Some(date(2025, 9, 11)), Some(4))),
        ("Hib",          "DTaP-Hib-IPV",  &[two, four, six, year],       none(Standing::Complete)),
        ("Pneumococcal", "PCV20",         &[two, four, six, year],       none(Standing::Complete)),
        ("Polio",        "DTaP-Hib-IPV",  &[two, four, six],             (Standing::Later, Some(date(2028, 2, 11)), Some(4))),
        ("Influenza",    "Influenza",     &[six, date(2024, 9, 23), autumn], none(Standing::SeasonUnknown)),
        ("MMR",          "MMR",           &[date(2025, 2, 18)],          (Standing::Later, Some(date(2028, 2, 11)), Some(2))),
        ("Varicella",    "Varicella",     &[year],                       due(1)),
        ("HepA",         "Hep A",         &[year, autumn],               none(Standing::Complete)),
        ("COVID-19",     "COVID-19",      &[six, four, two, birth, year, autumn], none(Standing::SharedDecision)),
        ("Example",      "Example",       &[],                           due(1)),
    ];
    let group = |(id, vaccine, days, (standing, on, dose)): (&str, &str, &[Date], _)| Group {
        id: id.into(),
        label: id.into(),
        doses: days.iter().map(|day| given_in_group(id, vaccine, *day, is_judged)).collect(),
        status: is_judged.then_some(Status { standing, on, dose }),
    };
    table.into_iter().map(group).collect()
}

fn given_in_group(group: &str, vaccine: &str, day: Date, is_judged: bool) -> GroupDose {
    let is_early = is_judged && group == "Varicella";
    GroupDose {
        given_on: day.to_string().into(),
        age: Age::on(BORN, day).filter(|_| is_judged),
        vaccine: vaccine.into(),
        lot: if is_judged && group == "MMR" { "W021876".into() } else { "".into() },
        verdict: if is_early { Verdict::DoesNotCount } else { Verdict::Counts },
        reasons: if is_early { vec!["Live Virus Conflict"] } else { Vec::new() },
        days_short: is_early.then_some(21),
    }
}

fn notes() -> Vec<Note> {
    let note = |kind, what: &str, on: &str| {
        let none = Box::<str>::default;
        Note { kind, what: what.into(), after: none(), after_on: none(), on: on.into() }
    };
    let hives = note(NoteKind::Reaction, "Hives", "2025-02-10");
    vec![
        note(NoteKind::Immunity, "Hepatitis B", "2025-03"),
        note(NoteKind::Contraindication, "Allergy to gelatin", ""),
        Note { after: "MMR".into(), after_on: "2025-02-10".into(), ..hives },
    ]
}

fn given() -> Vec<Given> {
    vec![Given {
        given_on: date(2025, 2, 18).to_string().into(),
        vaccine: "MMR".into(),
        manufacturer: "Merck Sharp & Dohme".into(),
        lot: "W021876".into(),
        expires_on: "2026-08-31".into(),
        amount: "0.5 mL".into(),
        route_and_site: "SC · left thigh".into(),
        given_by: "Ana Reyes, RN".into(),
        place: "Alder Pediatrics".into(),
        statement: "01/31/2025".into(),
        funding: "VFC eligible".into(),
    }]
}

fn signed() -> Signed {
    Signed {
        site: "Oak Clinic".into(),
        case: "Enrollment 12".into(),
        paragraphs: vec![
            "Between the registry and Oak Health, for the site Oak Clinic, 1 Oak Street, Calder 90001."
                .into(),
            "1. Every person who uses the registry has an account of their own.".into(),
        ],
        signer: "Joan Hill".into(),
        office: "Medical director".into(),
        at: "03/02/2026 9:00 AM MST".into(),
        text_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
    }
}
