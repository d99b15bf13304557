//! What stands beside the doses and is taken back, what a source said before, and what came by form.

use crate::at_the_desk::{ana, card, deed, nurse, of, open, people, said, send, stored};
use crate::world::{World, about, mmr, on_each_engine, vxu};
use iis_model::access::Granted;
use iis_model::event::ObservationValue;
use iis_model::organization::Site;
use iis_model::person::{Address, Dated, PersonName, RegistryStatus, Telecom};
use iis_model::record::PersonRecord;
use iis_model::{Coded, Cvx, Demographics, Given, PartialDate, RegistryNumber, Submission};
use iis_quality::Policy;
use iis_registry::desk::saying::{Observed, Reaction, Vaers, observation, refusal};
use iis_registry::desk::{About, Outcome, ReportKey, remove};
use iis_registry::people::{Came, OfPerson, sources, spans, submissions};
use iis_registry::rebuild::check;
use jiff::civil::date;
use std::sync::Arc;

fn day(year: i16, month: i8, day: i8) -> PartialDate {
    PartialDate::day(date(year, month, day))
}

async fn known(world: &World, nurse: &(Granted, Site)) -> (RegistryNumber, PersonRecord) {
    let new = Submission { person: ana(), ..Submission::default() };
    let number = stored(send(world, nurse, 1, About::Nobody(Vec::new()), new).await);
    (number, open(world, nurse, number).await)
}

fn key(record: &PersonRecord, at: usize) -> ReportKey {
    let report = &record.events[at].reports[0];
    (report.source_record_id, report.report_id)
}

async fn take_back(
    world: &World,
    (granted, site): &(Granted, Site),
    form: u8,
    about: (iis_model::PersonId, ReportKey),
) -> Outcome {
    let mut deed = deed(world, granted, form);
    deed.reason = "note-not-so".into();
    remove(&world.cx, (deed, site.clone()), about).await.expect("the store works")
}

#[test]
fn a_note_is_taken_back_by_who_wrote_it_alone_and_no_longer_counts() {
    on_each_engine(|world| async move {
        let (north, south) = (nurse(&world, "NORTH").await, nurse(&world, "SOUTH").await);
        let (number, record) = known(&world, &north).await;
        let before = said(&record, &world);
        let on = day(2026, 3, 2);
        let gelatin = Coded::new("294847001", "Severe allergy to gelatin", "SCT");
        let notes = [
            refusal(Cvx::new(3), on, Coded::new("00", "Parental decision", "NIP002")),
            observation(Observed::Disease, Coded::new("38907003", "Varicella", "SCT"), on),
            observation(Observed::Contraindication, gelatin, on),
        ];
        for (form, note) in (10..).zip(notes) {
            stored(send(&world, &north, form, About::Person(record.id), of(vec![note])).await);
            let noted = open(&world, &north, number).await;
            assert_eq!(noted.events.len(), 1);
            assert_ne!(said(&noted, &world), before);
            let about = (record.id, key(&noted, 0));
            assert_eq!(take_back(&world, &south, form + 10, about).await, Outcome::Moved, "not theirs");
            assert_eq!(open(&world, &north, number).await.events.len(), 1);
            stored(take_back(&world, &north, form + 20, about).await);
            assert_eq!(said(&open(&world, &north, number).await, &world), before);
            // pressed again in another window: it was removed already
            assert_eq!(take_back(&world, &north, form + 30, about).await, Outcome::Moved);
        }
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("the store works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
    });
}

#[test]
fn a_refusal_that_a_message_said_is_taken_back_at_the_desk_as_by_a_message() {
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        let refused = |action: &str| {
            format!(
                "ORC|RE||R1^NORTH\rRXA|0|1|20260301||03^MMR^CVX|999|||00^New^NIP001|||||||||00^Parental decision^NIP002||RE|{action}\r"
            )
        };
        for (mrn, last, by_form) in [("A17", "DOE", true), ("A18", "VASQUEZ", false)] {
            let person = format!("{last}^ANA^^^^^L||20200115|F");
            let reply = world.send(&world.north, &about("NORTH", mrn, mrn, &person, &refused("A"))).await;
            assert!(reply.contains("MSA|AA"), "{reply}");
            let number = people(&world, &north, last).await;
            let record = open(&world, &north, number).await;
            assert_eq!(record.events.len(), 1);
            if by_form {
                stored(take_back(&world, &north, 40, (record.id, key(&record, 0))).await);
            } else {
                let control = format!("{mrn}-D");
                world.send(&world.north, &about("NORTH", &control, mrn, &person, &refused("D"))).await;
            }
            assert!(open(&world, &north, number).await.events.is_empty(), "{mrn}");
        }
    });
}

#[test]
fn a_reaction_by_form_is_what_the_message_says_and_forbids_the_same() {
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        let (number, record) = known(&world, &north).await;
        let dose = of(vec![card(8, (2021, 3, 1))]);
        stored(send(&world, &north, 2, About::Person(record.id), dose).await);
        let reaction = Reaction {
            what: ObservationValue::Coded(Coded::new("39579001", "Anaphylaxis", "SCT")),
            after: (Cvx::new(8), day(2021, 3, 1)),
            on: day(2021, 3, 2),
            vaers: Some(Vaers::Reported("123456".into())),
        };
        stored(send(&world, &north, 3, About::Person(record.id), of(vec![reaction.report()])).await);
        let by_form = open(&world, &north, number).await;
        let noted = by_form.events.iter().find(|event| !event.best.kind.is_dose()).expect("a note");
        assert_eq!(*noted.best.comments, ["Reported to VAERS, number 123456".into()]);
        let dose =
            "ORC|RE||V1^NORTH\rRXA|0|1|20210301||08^Hep B^CVX|999|||01^Historical^NIP001|||||||||||CP|A\r";
        let observed = "OBX|1|CE|31044-1^Reaction^LN|1|39579001^Anaphylaxis^SCT||||||F|||20210302\r";
        let person = "THORN^AGATHA^^^^^L||20200115|F";
        world.send(&world.north, &about("NORTH", "M1", "C19", person, &format!("{dose}{observed}"))).await;
        let by_message = open(&world, &north, people(&world, &north, "THORN").await).await;
        assert_eq!(said(&by_form, &world).1, said(&by_message, &world).1);
    });
}

fn lives_at(street: &str, phone: &str) -> Demographics {
    let home =
        Address { street: street.into(), city: "Calder".into(), kind: "H".into(), ..Address::default() };
    let phone = Telecom { digits: phone.into(), usage: "PRN".into(), ..Telecom::default() };
    Demographics {
        addresses: vec![Given::of(home)],
        telecoms: vec![Given::of(phone)],
        ..Demographics::default()
    }
}

/// P-2: what was said before is told with its time, and what took its place.
#[test]
fn p_2_former_addresses_and_telephones_are_told_with_their_time() {
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        let (_, record) = known(&world, &north).await;
        for (form, street, phone) in
            [(2, "1 Oak St", "2025550100"), (3, "2 Elm St", "2025550100"), (4, "3 Fir St", "2025550199")]
        {
            let person = lives_at(street, phone);
            let said = Submission { person, ..Submission::default() };
            stored(send(&world, &north, form, About::Person(record.id), said).await);
        }
        let said = sources(&world.cx, north.0.clone(), record.id, world.arrival()).await.expect("works");
        let streets = |person: &Demographics| {
            let known = person.addresses.iter().filter_map(Given::get);
            known.map(|home| ("home".to_owned(), home.street.to_string())).collect()
        };
        let told: Vec<_> = said.iter().flat_map(|source| spans(&source.stages, streets)).collect();
        let told: Vec<_> =
            told.iter().map(|span| (&*span.value, span.until.is_some(), &*span.replaced_by)).collect();
        #[rustfmt::skip]
        assert_eq!(told, [
            ("1 Oak St", true,  "2 Elm St"),
            ("2 Elm St", true,  "3 Fir St"),
            ("3 Fir St", false, ""),
        ]);
        let phones = |person: &Demographics| {
            let known = person.telecoms.iter().filter_map(Given::get);
            known.map(|one| ("phone".to_owned(), one.digits.to_string())).collect()
        };
        let told: Vec<_> = said.iter().flat_map(|source| spans(&source.stages, phones)).collect();
        assert_eq!(told.len(), 2, "the same number said again goes on: {told:?}");
        assert_eq!(said.iter().filter(|source| source.demographics.addresses.len() == 1).count(), 1);
    });
}

#[test]
fn what_came_by_form_is_listed_beside_the_messages() {
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let record = open(&world, &north, people(&world, &north, "DOE").await).await;
        let doses = of(vec![card(8, (2020, 3, 1)), card(8, (2020, 5, 1))]);
        stored(send(&world, &north, 2, About::Person(record.id), doses).await);
        let person = lives_at("1 Oak St", "2025550100");
        let change = Submission { person, ..Submission::default() };
        stored(send(&world, &north, 3, About::Person(record.id), change).await);
        let status = Dated { value: Given::of(RegistryStatus::MovedOrGoneElsewhere), ..Dated::default() };
        let person = Demographics { status, ..Demographics::default() };
        let moved = Submission { person, ..Submission::default() };
        stored(send(&world, &north, 4, About::Person(record.id), moved).await);
        let came = submissions(&world.cx, north.0.clone(), record.id, world.arrival()).await.expect("works");
        assert_eq!(came.iter().filter(|one| matches!(one, Came::Message(_))).count(), 1);
        let mut forms: Vec<_> = came
            .iter()
            .filter_map(|one| match one {
                Came::Form(form) => Some((&*form.by, &*form.site, form.of_person, form.events.len())),
                Came::Message(_) => None,
            })
            .collect();
        forms.sort_unstable();
        let site = &*north.1.name;
        #[rustfmt::skip]
        assert_eq!(forms, [
            ("Ana Reyes", site, OfPerson::Nothing,      2),
            ("Ana Reyes", site, OfPerson::Status,       0),
            ("Ana Reyes", site, OfPerson::Demographics, 0),
        ]);
    });
}

/// The girl of the clinic, who lives at this address.
fn lives_in(control_id: &str, address: &str) -> String {
    about("NORTH", control_id, "A17", &format!("DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F|||{address}"), "")
}

#[test]
fn p_1_an_address_abroad_by_form_is_the_one_by_message_and_is_held_against_the_same_checks() {
    on_each_engine(|mut world| async move {
        let warns = Policy::default().with([("PAT-562", "warning")]).expect("a check");
        world.cx.checks = Arc::new(warns);
        let nurse = nurse(&world, "NORTH").await;
        world.send(&world.north, &lives_in("M1", "Calle 5^^Oaxaca^Oax.^K1A^MEX^H")).await;
        let by_message = open(&world, &nurse, people(&world, &nurse, "DOE").await).await;
        let mut person = ana();
        person.names[0] = Given::of(PersonName {
            family: "QUILL".into(),
            given: "MAYA".into(),
            kind: "L".into(),
            ..PersonName::default()
        });
        person.mother_maiden_name = Given::default();
        let lives = |street: &str, country: &str| {
            let home = Address {
                street: street.into(),
                city: "Oaxaca".into(),
                state: "Oax.".into(),
                zip: "K1A".into(),
                country: country.into(),
                kind: "H".into(),
                ..Address::default()
            };
            let person = Demographics { addresses: vec![Given::of(home)], ..person.clone() };
            Submission { person, ..Submission::default() }
        };
        let new = send(&world, &nurse, 1, About::Nobody(Vec::new()), lives("Calle 5", "MEX")).await;
        let by_form = open(&world, &nurse, stored(new)).await;
        let home = |record: &PersonRecord| record.demographics.addresses[0].value.clone();
        assert_eq!(home(&by_form), home(&by_message));
        assert_eq!(home(&by_form).map(|home| home.country), Some("MEX".into()));
        // what no letter reaches is found of both, and abroad neither state nor ZIP code is looked at
        for (form, country, is_found) in [(2, "MEX", false), (3, "USA", true), (4, "", true)] {
            let street = format!("Calle {form}");
            let outcome =
                send(&world, &nurse, form, About::Person(by_form.id), lives(&street, country)).await;
            let by_form = matches!(&outcome, Outcome::Heed(found) if *found[0].code == *"PAT-562");
            let message = lives_in(&format!("M{form}"), &format!("{street}^^Oaxaca^Oax.^K1A^{country}^H"));
            let answer = world.send(&world.north, &message).await;
            let by_message = answer.contains("PAT-562");
            assert_eq!((by_form, by_message), (is_found, is_found), "{country}: {outcome:?} {answer}");
        }
        let answer = world.send(&world.north, &lives_in("M9", "Calle 9^^Oaxaca^^^Mexiko^H")).await;
        assert!(answer.contains("PAT-809"), "{answer}");
    });
}
