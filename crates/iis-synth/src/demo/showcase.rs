//! People told by hand, whose records show everything there is to see. All invented.

use super::chronicle::{Chronicle, Introduced};
use crate::Settings;
use crate::calendar::Day;
use crate::life::NoteKind;
use crate::names::Surname;
use crate::population::Jurisdiction;
use crate::reporting::{Feed, Household, Report};
use crate::vaccines::{Group, products};
use iis_hl7::{WriteHeader, z22};
use iis_model::event::{
    Amount, Clinician, EventKind, InformationSource, Lot, OrderNumber, ReportedEvent, VisGiven,
};
use iis_model::person::{Address, Demographics, Identifier, NextOfKin, PersonName, Sex, Telecom};
use iis_model::{Action, Coded, Completion, Cvx, Given, PartialDate, Submission, Timestamp};

/// A person worth looking at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Showcase {
    /// Last name.
    pub last: &'static str,
    /// First name.
    pub first: &'static str,
    /// What the record shows, as a sentence.
    pub shows: &'static str,
}

type Told = (Household, Vec<Report>);
type Teller = fn(&Settings, &Jurisdiction, u32) -> Told;

/// The stories, each with the people it is about.
#[rustfmt::skip]
const STORIES: &[(Teller, &[Showcase])] = &[
    (abernathy, &[Showcase { last: "Abernathy", first: "Wren",   shows: "A long history from birth on, two clinics, one influenza dose reported twice." }]),
    (ferreira,  &[Showcase { last: "Ferreira",  first: "Alma",   shows: "A twin: her sister Alba has the same birth date, home and visits." },
                  Showcase { last: "Ferreira",  first: "Alba",   shows: "A twin: her sister Alma has the same birth date, home and visits." }]),
    (thorne,    &[Showcase { last: "Thorne",    first: "Silas",  shows: "Refusals with their reasons, and an allergy." }]),
    (holloway,  &[Showcase { last: "Holloway",  first: "Marisol", shows: "A new name after marriage, immunity by blood test, chickenpox gone through." }]),
    (ostrander, &[Showcase { last: "Ostrander", first: "Harold", shows: "A grown-up's record: zoster, pneumococcal, RSV, high-dose influenza, two reporters of one dose." }]),
    (brandt,    &[Showcase { last: "Brandt",    first: "Theo",   shows: "Late and catching up; a corrected lot number; a dose of somebody else, withdrawn." }]),
    (okonkwo,   &[Showcase { last: "Okonkwo",   first: "BabyGirl", shows: "Born last week, without a name yet." }]),
];

/// Adds the people to a population; says who they are.
pub(super) fn join(feed: &mut Feed, settings: &Settings) -> Vec<Showcase> {
    let mut people = Vec::new();
    for (teller, showcase) in STORIES {
        let index = u32::try_from(feed.households.len()).unwrap_or(u32::MAX);
        let (household, reports) = teller(settings, &feed.calder, index);
        feed.households.push(household);
        feed.reports.extend(reports);
        people.extend_from_slice(showcase);
    }
    feed.reports.sort_by_key(|report| (report.sent_at, report.household, report.member, report.ordinal));
    people
}

fn woman(first: &'static str, born_on: Day) -> Introduced {
    Introduced { first, middle: None, sex: Sex::Female, born_on }
}

fn man(first: &'static str, born_on: Day) -> Introduced {
    Introduced { first, middle: None, sex: Sex::Male, born_on }
}

fn years_ago(settings: &Settings, years: i32) -> Day {
    settings.as_of.plus_months(-12 * years)
}

/// Influenza vaccine for small children, by season.
fn flu_for_child(on: Day) -> u16 {
    if on < Day::new(2024, 7, 1) { 150 } else { 140 }
}

fn abernathy(settings: &Settings, calder: &Jurisdiction, index: u32) -> Told {
    let born_on = years_ago(settings, 6).plus(31);
    let mother = (woman("Maeve", years_ago(settings, 35)), Surname::one("Castellane"));
    let mut story =
        Chronicle::begin(settings, calder, 1, "Abernathy", mother, &man("Piers", years_ago(settings, 37)));
    let wren =
        story.child(&Introduced { first: "Wren", middle: Some("Isolde"), sex: Sex::Female, born_on }, None);
    story.nameless_at(wren, "CALGEN-NURSERY", born_on);
    story.visit(wren, "CALGEN-NURSERY", born_on, &[8]);
    story.introduce(wren, "VITAL", born_on.plus(9));
    for age in [61, 122, 184] {
        story.visit(
            wren,
            "CALPEDS-ALDER",
            born_on.plus(age),
            &[110, 49, 133, 116][..if age == 184 { 3 } else { 4 }],
        );
    }
    story.visit(wren, "CALPEDS-ALDER", born_on.plus(368), &[3, 21, 83, 133]);
    story.visit(wren, "CALPEDS-ALDER", born_on.plus(459), &[20, 49]);
    story.visit(wren, "CALPEDS-ALDER", born_on.plus(560), &[83]);
    let moved_on = born_on.plus(1_480);
    story.visit_with_history(wren, "JUNIPER-BEND", moved_on, &[130, 94]);
    for season in 1..6 {
        let on = Day::new(born_on.year() + season, 10, 14).plus(season);
        if on >= settings.as_of || on.days_since(born_on) < 200 {
            continue;
        }
        let dose = story.visit(wren, "MILLRACE-101", on, &[flu_for_child(on)]);
        if season == 5 {
            story.copy(wren, dose, "JUNIPER-BEND", on.plus(12), -2);
        }
    }
    story.end(index)
}

fn ferreira(settings: &Settings, calder: &Jurisdiction, index: u32) -> Told {
    let born_on = years_ago(settings, 2).plus(-40);
    let mother = (woman("Inês", years_ago(settings, 31)), Surname::two("Pacheco", "Ríos"));
    let mut story =
        Chronicle::begin(settings, calder, 2, "Ferreira", mother, &man("Duarte", years_ago(settings, 33)));
    let twins =
        [("Alma", 1), ("Alba", 2)].map(|(name, order)| story.child(&woman(name, born_on), Some((order, 2))));
    for twin in twins {
        story.nameless_at(twin, "LINDGREN-BIRTH", born_on);
        story.visit(twin, "LINDGREN-BIRTH", born_on.plus(1), &[8]);
        story.introduce(twin, "VITAL", born_on.plus(11));
        for (age, given) in [
            (63, &[146, 216, 116][..]),
            (126, &[146, 216, 116]),
            (188, &[146, 216, 116]),
            (371, &[3, 21, 83, 216]),
        ] {
            story.visit(twin, "HARBOR-PORT", born_on.plus(age), given);
        }
    }
    // One of them had a fever on the day of the last visit.
    story.visit(twins[0], "HARBOR-PORT", born_on.plus(550), &[20, 49, 83]);
    story.end(index)
}

fn thorne(settings: &Settings, calder: &Jurisdiction, index: u32) -> Told {
    let born_on = years_ago(settings, 5).plus(12);
    let mother = (woman("Blythe", years_ago(settings, 38)), Surname::one("Vane"));
    let mut story =
        Chronicle::begin(settings, calder, 3, "Thorne", mother, &man("Corwin", years_ago(settings, 41)));
    let silas = story.child(&man("Silas", born_on), None);
    story.introduce(silas, "VITAL", born_on.plus(8));
    story.visit(silas, "WHEATLEY-MAIN", born_on.plus(95), &[20, 10]);
    story.visit(silas, "WHEATLEY-MAIN", born_on.plus(190), &[20, 10]);
    let refuse = |group, religious| NoteKind::Refusal { group, religious };
    story.note(silas, "WHEATLEY-MAIN", born_on.plus(190), refuse(Group::HepB, false));
    story.note(silas, "WHEATLEY-MAIN", born_on.plus(380), refuse(Group::Mmr, true));
    story.note(silas, "WHEATLEY-MAIN", born_on.plus(1_100), NoteKind::AllergicNeomycin);
    story.note(silas, "WHEATLEY-MAIN", born_on.plus(1_100), refuse(Group::Flu, false));
    story.end(index)
}

fn holloway(settings: &Settings, calder: &Jurisdiction, index: u32) -> Told {
    let mother = (woman("Rocío", years_ago(settings, 58)), Surname::two("Vega", "Molina"));
    let mut story =
        Chronicle::begin(settings, calder, 4, "Quintero", mother, &man("Anselmo", years_ago(settings, 60)));
    let marisol = story.child(&woman("Marisol", years_ago(settings, 34).plus(77)), None);
    let married_on = years_ago(settings, 3);
    story.rename(marisol, married_on, "Holloway");
    story.visit(marisol, "STONEIM-1", years_ago(settings, 5).plus(20), &[115]);
    story.note(marisol, "STONEIM-1", years_ago(settings, 5).plus(31), NoteKind::ImmuneHepB);
    story.note(marisol, "STONEIM-1", years_ago(settings, 5).plus(31), NoteKind::HadVaricella);
    story.introduce(marisol, "STONEIM-1", married_on.plus(40));
    for years in 1..=3 {
        let on = Day::new(settings.as_of.year() - years, 10, 3);
        story.visit(marisol, "CORNER-1", on, &[flu_for_child(on)]);
    }
    story.end(index)
}

fn ostrander(settings: &Settings, calder: &Jurisdiction, index: u32) -> Told {
    let mother = (woman("Dorothea", years_ago(settings, 70)), Surname::one("Fenwick"));
    let mut story = Chronicle::begin(
        settings,
        calder,
        5,
        "Ostrander",
        mother,
        &man("Harold", years_ago(settings, 71).plus(-100)),
    );
    let harold = 1;
    let shingles = years_ago(settings, 5).plus(60);
    story.visit(harold, "STONEIM-1", shingles, &[187]);
    story.visit(harold, "MILLRACE-102", shingles.plus(95), &[187]);
    story.visit_with_history(harold, "STONEIM-1", years_ago(settings, 4), &[216, 113]);
    let winter = Day::new(settings.as_of.year() - 1, 10, 8);
    story.visit(harold, "MILLRACE-102", years_ago(settings, 2).plus(-9), &[303]);
    for years in 1..=4 {
        let on = Day::new(settings.as_of.year() - years, 9, 29);
        let high_dose = if on < Day::new(2024, 7, 1) { 197 } else { 135 };
        let dose = story.visit(harold, "MILLRACE-102", on, &[high_dose]);
        if years == 1 {
            story.copy(harold, dose, "STONEIM-1", winter.plus(20), 0);
        }
    }
    story.end(index)
}

fn brandt(settings: &Settings, calder: &Jurisdiction, index: u32) -> Told {
    let born_on = years_ago(settings, 1).plus(-75);
    let mother = (woman("Greta", years_ago(settings, 28)), Surname::one("Lund"));
    let mut story =
        Chronicle::begin(settings, calder, 6, "Brandt", mother, &man("Emil", years_ago(settings, 29)));
    let theo = story.child(&man("Theo", born_on), None);
    story.visit(theo, "CALGEN-NURSERY", born_on, &[8]);
    story.introduce(theo, "VITAL", born_on.plus(7));
    story.visit_with_wrong_lot(theo, "QUILLAN-1", born_on.plus(150), &[120, 216]);
    story.mix_up(theo, "QUILLAN-1", born_on.plus(290), 8);
    story.visit(theo, "QUILLAN-1", born_on.plus(291), &[120, 216, 8]);
    story.visit(theo, "CALHD-MOBILE", born_on.plus(372), &[3, 21]);
    story.end(index)
}

fn okonkwo(settings: &Settings, calder: &Jurisdiction, index: u32) -> Told {
    let born_on = settings.as_of.plus(-6);
    let mother = (woman("Adaeze", years_ago(settings, 29)), Surname::one("Okonkwo"));
    let mut story =
        Chronicle::begin(settings, calder, 7, "Okonkwo", mother, &man("Chidi", years_ago(settings, 32)));
    let girl = story.child(&woman("Nkem", born_on), None);
    story.nameless_at(girl, "CALGEN-NURSERY", born_on);
    story.visit(girl, "CALGEN-NURSERY", born_on.plus(1), &[8]);
    story.end(index)
}

/// A message of the demonstration clinic, made at a moment: a girl of two with a dose of MMR today.
pub(super) fn sample(at: Timestamp) -> Vec<u8> {
    let offset = jiff::tz::offset(-6);
    let today = Day::from(offset.to_datetime(at).date());
    let person = sample_person(today);
    let event = sample_dose(today);
    let control_id = format!("DEMO-{}", at.as_second());
    let header = WriteHeader {
        sending_application: "ChartWell",
        sending_facility: "DEMO-CLINIC",
        receiving_application: "OPENIIS",
        receiving_facility: super::FACILITY,
        sent_at: at,
        offset,
        control_id: &control_id,
        processing_id: "P",
    };
    z22::write(&Submission { person, events: vec![event], ..Submission::default() }, &header)
}

fn sample_person(today: Day) -> Demographics {
    let name = |given: &str, family: &str, kind: &str| {
        Given::of(PersonName {
            family: family.into(),
            given: given.into(),
            kind: kind.into(),
            ..PersonName::default()
        })
    };
    let address = Address {
        street: "12 Alder St".into(),
        city: "Calder".into(),
        state: "CD".into(),
        zip: "86101".into(),
        country: "USA".into(),
        kind: "H".into(),
        ..Address::default()
    };
    let phone = Telecom {
        usage: "PRN".into(),
        equipment: "CP".into(),
        digits: "5462220199".into(),
        ..Telecom::default()
    };
    Demographics {
        identifiers: vec![Given::of(Identifier {
            value: "D1001".into(),
            authority: "DEMO-CLINIC".into(),
            kind: "MR".into(),
        })],
        names: vec![name("Juniper", "Marlowe", "L")],
        mother_maiden_name: name("", "Ashdown", "M"),
        born_on: Given::of(PartialDate::day(today.plus(-760).date())),
        sex: Given::of(Sex::Female),
        addresses: vec![Given::of(address)],
        telecoms: vec![Given::of(phone)],
        next_of_kin: vec![NextOfKin {
            name: name("Ana", "Marlowe", "L"),
            relationship: Given::of(Coded::new("MTH", "Mother", "HL70063")),
            ..NextOfKin::default()
        }],
        ..Demographics::default()
    }
}

fn sample_dose(today: Day) -> ReportedEvent {
    let day = |on: Day| Given::of(PartialDate::day(on.date()));
    let mmr = products()
        .iter()
        .find(|product| product.cvx == 3)
        .expect("MMR is in the table, a test makes the sample");
    let lot = crate::vaccines::Lot::used(mmr, 0, today);
    let nurse = Clinician {
        id: "1234567893".into(),
        authority: "NPI".into(),
        family: "Quill".into(),
        given: "Nora".into(),
        middle: "".into(),
    };
    let mut event = ReportedEvent::new(EventKind::Administered);
    event.action = Given::of(Action::Add);
    event.completion = Given::of(Completion::Complete);
    event.source = Given::of(InformationSource::NewImmunization);
    event.filler = Given::of(OrderNumber {
        value: format!("D1001-{}", today.0).into(),
        authority: "DEMO-CLINIC".into(),
    });
    event.given_on = day(today);
    event.cvx = Given::of(Cvx::new(3));
    event.vaccine = Given::of(Coded::new("03", "MMR", "CVX"));
    event.amount = Given::of(Amount { number: "0.5".into(), unit: "mL".into() });
    event.lot = Lot {
        number: Given::of(lot.number.into()),
        expires_on: day(lot.expires_on),
        manufacturer: "MSD".parse().map(Given::of).unwrap_or_default(),
    };
    event.route = Given::of(Coded::new("C38299", "Subcutaneous", "NCIT"));
    event.body_site = Given::of(Coded::new("LT", "Left Thigh", "HL70163"));
    event.administered_by = Given::of(nurse.clone());
    event.ordered_by = Given::of(nurse);
    event.administered_at = Given::of("DEMO-CLINIC".into());
    event.eligibility = Given::of(Coded::new("V01", "Not VFC eligible", "HL70064"));
    event.funding_source = Given::of(Coded::new("PHC70", "Private funds", "CDCPHINVS"));
    event.vis = crate::vaccines::statements(mmr, today)
        .map(|(statement, edition)| VisGiven {
            document: Given::of(Coded::new("03", statement.description, "CVX")),
            edition_on: day(edition),
            given_on: day(today),
        })
        .collect();
    event
}
