//! What is said at a screen: the same line as that of messages, for whoever says it, told at once what has to be mended.

use crate::world::{World, about, mmr, on_each_engine, vxu};
use iis_model::access::{Channel, Granted, Permission};
use iis_model::erasure::Erased;
use iis_model::event::InformationSource;
use iis_model::organization::Site;
use iis_model::person::{Identifier, PersonName, Sex};
use iis_model::record::PersonRecord;
use iis_model::{Coded, Cvx, Demographics, Given, PartialDate, RegistryNumber, ReportedEvent, Submission};
use iis_registry::access::{Caller, authorize};
use iis_registry::accounts::RoleAssignment;
use iis_registry::desk::saying::{DoseGiven, Observed, historical, observation, refusal};
use iis_registry::desk::{
    About, Entry, Outcome, OwnReport, PUT_BACK, correct, enter, own_report, put_back, remove,
};
use iis_registry::people;
use iis_registry::rebuild::check;
use iis_registry::recommend::recommend;
use iis_registry::review::Deed;
use jiff::civil::date;

/// A nurse of a site.
pub(crate) async fn nurse(world: &World, code: &str) -> (Granted, Site) {
    let site = world.site(code).await;
    let account = world.somebody(vec![RoleAssignment::at_site("clinic-access", Some(site.id))]).await;
    let permission = Permission::EnterHistoricalDose;
    let granted = authorize(&world.cx.roles, Caller::Account(&account), permission, Channel::Web, "");
    (granted.expect("clinics record"), site)
}

pub(crate) fn deed(world: &World, granted: &Granted, form: u8) -> Deed {
    Deed { granted: granted.clone(), arrival: world.arrival(), reason: "".into(), key: [form; 32] }
}

pub(crate) fn ana() -> Demographics {
    let name =
        PersonName { family: "DOE".into(), given: "ANA".into(), kind: "L".into(), ..PersonName::default() };
    Demographics {
        names: vec![Given::of(name)],
        born_on: Given::of(PartialDate::day(date(2020, 1, 15))),
        sex: Given::of(Sex::Female),
        mother_maiden_name: Given::of(PersonName {
            family: "MOSS".into(),
            given: "SUE".into(),
            ..PersonName::default()
        }),
        ..Demographics::default()
    }
}

/// Sends a form of a nurse.
pub(crate) async fn send(
    world: &World,
    (granted, site): &(Granted, Site),
    form: u8,
    about: About,
    submission: Submission,
) -> Outcome {
    let entry = Entry {
        deed: deed(world, granted, form),
        sees: granted.clone(),
        site: site.clone(),
        about,
        submission,
        heeded: Vec::new(),
    };
    enter(&world.cx, entry).await.expect("the store works")
}

pub(crate) async fn open(
    world: &World,
    (granted, _): &(Granted, Site),
    number: RegistryNumber,
) -> PersonRecord {
    people::open(&world.cx, granted.clone(), number, world.arrival())
        .await
        .expect("the store works")
        .expect("a record")
}

pub(crate) fn stored(outcome: Outcome) -> RegistryNumber {
    match outcome {
        Outcome::Stored(stored) => stored.number,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn of(events: Vec<ReportedEvent>) -> Submission {
    Submission { events, ..Submission::default() }
}

pub(crate) fn card(cvx: u16, day: (i16, i8, i8)) -> ReportedEvent {
    let on = PartialDate::day(date(day.0, day.1, day.2));
    historical(Cvx::new(cvx), on, InformationSource::ParentWritten)
}

/// An MMR that the site gave.
fn given_here(day: (i16, i8, i8), lot: &str) -> ReportedEvent {
    let dose = DoseGiven {
        on: date(day.0, day.1, day.2),
        cvx: Cvx::new(3),
        ndc: None,
        lot: (lot.into(), date(2027, 1, 1), "MSD".parse().ok()),
        amount_ml: Some("0.5".into()),
        where_given: (None, None),
        given_by: None,
        ordered_by: None,
        paid: (Coded::new("V01", "", "HL70064"), Coded::new("PHC70", "", "CDCPHINVS")),
        statements: vec![(Coded::new("253088698300012711120420", "", "cdcgs1vis"), None)],
    };
    dose.report("NORTH")
}

/// What the registry says of a person, whoever reported it and when.
pub(crate) fn said(record: &PersonRecord, world: &World) -> (Vec<String>, String) {
    let event = |event: &iis_model::record::ConsolidatedEvent| {
        let best = &event.best;
        let lot = best.lot.number.get().map(ToString::to_string).unwrap_or_default();
        format!("{:?} {:?} {:?} {lot}", best.kind, best.cvx.value, best.given_on.value)
    };
    let today = date(2026, 3, 2);
    let forecast = recommend(&world.cx.schedules, record, today);
    let forecast = forecast.forecasts.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join("\n");
    (record.events.iter().map(event).collect(), forecast)
}

#[test]
fn the_same_history_by_form_by_message_and_by_file_gives_the_same_record_and_forecast() {
    on_each_engine(|world| async move {
        let nurse = nurse(&world, "NORTH").await;
        let reply =
            world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        assert!(reply.contains("MSA|AA"), "{reply}");
        let by_message = about(
            "NORTH",
            "M2",
            "A17",
            "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F",
            &mmr("V2", "20240301", "01", "A"),
        );
        world.send(&world.north, &by_message).await;
        let first = people(&world, &nurse, "DOE").await;
        // Born on the same day, called otherwise: somebody else.
        let mut other = ana();
        other.names = vec![Given::of(PersonName {
            family: "QUILL".into(),
            given: "MAYA".into(),
            kind: "L".into(),
            ..PersonName::default()
        })];
        other.mother_maiden_name = Given::default();
        let person = Submission { person: other, ..Submission::default() };
        let second = stored(send(&world, &nurse, 1, About::Nobody(Vec::new()), person).await);
        let id = open(&world, &nurse, second).await.id;
        let doses = of(vec![given_here((2021, 3, 1), "L1"), card(3, (2024, 3, 1))]);
        stored(send(&world, &nurse, 2, About::Person(id), doses).await);
        let (one, two) = (open(&world, &nurse, first).await, open(&world, &nurse, second).await);
        assert_eq!(one.events.len(), 2);
        let ((events, forecast), (by_form, forecast_by_form)) = (said(&one, &world), said(&two, &world));
        assert_eq!(events, by_form);
        assert_eq!(forecast, forecast_by_form);
        let in_file = ["THORN^AGATHA^^^^^L||20200115|F"; 2];
        let doses = [mmr("V3", "20210301", "00", "A"), mmr("V4", "20240301", "01", "A")];
        for (n, (person, dose)) in in_file.iter().zip(&doses).enumerate() {
            let message = about("NORTH", &format!("F{n}"), "C19", person, dose);
            world.send_over(&world.north, &message, Channel::Batch).await;
        }
        let third = people(&world, &nurse, "THORN").await;
        let (by_file, forecast_by_file) = said(&open(&world, &nurse, third).await, &world);
        assert_eq!((events, forecast), (by_file, forecast_by_file));
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("the store works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
    });
}

/// The registry number of the one person of a family name, born on Ana's day.
pub(crate) async fn people(world: &World, (granted, _): &(Granted, Site), last: &str) -> RegistryNumber {
    let criteria = people::Criteria {
        last: last.into(),
        first: "A".into(),
        born_on: Some(date(2020, 1, 15)),
        ..people::Criteria::default()
    };
    match people::search(&world.cx, granted.clone(), criteria, world.arrival())
        .await
        .expect("the store works")
    {
        people::FoundPeople::People(people) => people[0].person.registry_number,
        other => panic!("{other:?}"),
    }
}

#[test]
fn somebody_who_looks_like_a_known_person_is_added_only_by_who_was_shown_that_person() {
    on_each_engine(|world| async move {
        let nurse = nurse(&world, "NORTH").await;
        world.send(&world.south, &vxu("SOUTH", "M1", "S17", "")).await;
        let new = || Submission { person: ana(), ..Submission::default() };
        let Outcome::Alike(alike) = send(&world, &nurse, 1, About::Nobody(Vec::new()), new()).await else {
            panic!("Ana Doe is on record")
        };
        assert_eq!(alike.len(), 1);
        assert_eq!(world.people("DOE", "ANA", date(2020, 1, 15)).await, 1);
        let number = stored(send(&world, &nurse, 2, About::Nobody(alike.clone()), new()).await);
        assert!(!alike.contains(&number));
        assert_eq!(world.people("DOE", "ANA", date(2020, 1, 15)).await, 2);
        // The same form again is the same deed.
        assert_eq!(stored(send(&world, &nurse, 2, About::Nobody(alike), new()).await), number);
        assert_eq!(world.people("DOE", "ANA", date(2020, 1, 15)).await, 2);
    });
}

/// Somebody goes by a given name that is not the first: whoever adds the same person under it is asked.
#[test]
fn who_goes_by_a_third_given_name_is_asked_about_before_somebody_is_added() {
    on_each_engine(|world| async move {
        let nurse = nurse(&world, "NORTH").await;
        let called = |family: &str, given: &str| {
            let mut person = ana();
            person.mother_maiden_name = Given::default();
            let name = person.names[0].value.as_mut().expect("a name");
            (name.family, name.given) = (family.into(), given.into());
            Submission { person, ..Submission::default() }
        };
        let known = called("NGUYEN", "THI MINH CHAU");
        let number = stored(send(&world, &nurse, 1, About::Nobody(Vec::new()), known).await);
        #[rustfmt::skip]
        let table = [
            // added                   asked
            (("NGUYEN", "CHAU"),       true),
            (("NGUYEN", "LINH"),       false),
            (("PHAM",   "CHAU"),       false),
        ];
        for (form, ((family, given), asked)) in (2..).zip(table) {
            let outcome = send(&world, &nurse, form, About::Nobody(Vec::new()), called(family, given)).await;
            assert_eq!(outcome == Outcome::Alike(vec![number]), asked, "{family} {given}: {outcome:?}");
        }
    });
}

#[test]
fn a_record_number_typed_at_the_desk_is_the_one_by_which_messages_of_the_clinic_find_the_person() {
    on_each_engine(|world| async move {
        let nurse = nurse(&world, "NORTH").await;
        let mut person = ana();
        person.identifiers =
            vec![Given::of(Identifier { value: "A17".into(), authority: "NORTH".into(), kind: "MR".into() })];
        let new = Submission { person, ..Submission::default() };
        let number = stored(send(&world, &nurse, 1, About::Nobody(Vec::new()), new).await);
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let record = open(&world, &nurse, number).await;
        assert_eq!((record.events.len(), world.people("DOE", "ANA", date(2020, 1, 15)).await), (1, 1));
    });
}

#[test]
fn an_error_refuses_the_form_and_a_warning_wants_to_be_read() {
    on_each_engine(|world| async move {
        let nurse = nurse(&world, "NORTH").await;
        let new = Submission { person: ana(), ..Submission::default() };
        let number = stored(send(&world, &nurse, 1, About::Nobody(Vec::new()), new).await);
        let id = open(&world, &nurse, number).await.id;
        #[rustfmt::skip]
        let errors = [
            // a day                 the check
            ((2026, 3, 3),           "in the future"),
            ((2020, 1, 14),          "before the birth"),
        ];
        for (form, (day, words)) in errors.into_iter().enumerate() {
            let form = u8::try_from(form).expect("few") + 10;
            let sent = of(vec![card(3, (2021, 3, 1)), card(3, day)]);
            match send(&world, &nurse, form, About::Person(id), sent).await {
                Outcome::Mend(remarks) => {
                    let [remark] = remarks.as_slice() else { panic!("{remarks:?}") };
                    assert_eq!((remark.dose, &*remark.place), (Some(2), "RXA-3"));
                    assert!(remark.text.contains(words), "{remark:?}");
                }
                other => panic!("{other:?}"),
            }
            assert!(open(&world, &nurse, number).await.events.is_empty(), "nothing of the form is stored");
        }
        let expired = || {
            let mut dose = given_here((2026, 3, 2), "L1");
            dose.lot.expires_on = Given::of(PartialDate::day(date(2026, 3, 1)));
            of(vec![dose])
        };
        let Outcome::Heed(remarks) = send(&world, &nurse, 20, About::Person(id), expired()).await else {
            panic!("a lot that expired is warned of")
        };
        assert!(open(&world, &nurse, number).await.events.is_empty());
        let heeded = remarks.into_iter().map(|remark| remark.code).collect();
        let entry = Entry {
            deed: deed(&world, &nurse.0, 21),
            sees: nurse.0.clone(),
            site: nurse.1.clone(),
            about: About::Person(id),
            submission: expired(),
            heeded,
        };
        stored(enter(&world.cx, entry).await.expect("the store works"));
        assert_eq!(open(&world, &nurse, number).await.events.len(), 1);
    });
}

#[test]
fn what_the_own_organization_reported_is_corrected_and_removed_and_nothing_else() {
    on_each_engine(|world| async move {
        let (north, south) = (nurse(&world, "NORTH").await, nurse(&world, "SOUTH").await);
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let number = people(&world, &north, "DOE").await;
        let record = open(&world, &north, number).await;
        let report = &record.events[0].reports[0];
        let key = (report.source_record_id, report.report_id);
        let other = remove(&world.cx, (deed(&world, &south.0, 1), south.1.clone()), (record.id, key)).await;
        assert_eq!(other.expect("the store works"), Outcome::Moved);
        let mut right = record.events[0].best.clone();
        right.given_on = Given::of(PartialDate::day(date(2021, 3, 11)));
        let by = (deed(&world, &north.0, 2), north.1.clone());
        let outcome =
            correct(&world.cx, by, (record.id, key), right, Vec::new()).await.expect("the store works");
        stored(outcome);
        let record = open(&world, &north, number).await;
        let days: Vec<_> = record.events.iter().filter_map(|event| event.best.given_date()).collect();
        assert_eq!(days, [date(2021, 3, 11)], "the dose that the message reported is corrected at the desk");
        let report = &record.events[0].reports[0];
        let key = (report.source_record_id, report.report_id);
        let gone = remove(&world.cx, (deed(&world, &north.0, 3), north.1.clone()), (record.id, key)).await;
        stored(gone.expect("the store works"));
        assert!(open(&world, &north, number).await.events.is_empty());
    });
}

/// A message that takes a dose back and reports another one says two things: the first dose was removed, not corrected.
#[test]
fn a_removal_is_undone_by_one_press_and_not_over_what_somebody_said_since() {
    on_each_engine(|world| async move {
        let nurse = nurse(&world, "NORTH").await;
        let new = Submission { person: ana(), ..Submission::default() };
        let number = stored(send(&world, &nurse, 1, About::Nobody(Vec::new()), new).await);
        let id = open(&world, &nurse, number).await.id;
        stored(send(&world, &nurse, 2, About::Person(id), of(vec![card(3, (2024, 3, 1))])).await);
        let record = open(&world, &nurse, number).await;
        let report = &record.events[0].reports[0];
        let key = (report.source_record_id, report.report_id);
        let by = |form, reason: &str| {
            let deed = Deed { reason: reason.into(), ..deed(&world, &nurse.0, form) };
            (deed, nurse.1.clone())
        };
        let back = put_back(&world.cx, by(3, PUT_BACK.0), (id, key)).await.expect("works");
        assert_eq!(back, Outcome::Moved, "it was not removed");
        stored(remove(&world.cx, by(4, "twice"), (id, key)).await.expect("works"));
        assert_eq!(open(&world, &nurse, number).await.events, []);
        stored(put_back(&world.cx, by(5, PUT_BACK.0), (id, key)).await.expect("works"));
        let again = open(&world, &nurse, number).await;
        assert_eq!(said(&again, &world), said(&record, &world));
        assert!(again.events[0].best.comments.iter().any(|comment| **comment == *PUT_BACK.1));
        let twice = put_back(&world.cx, by(6, PUT_BACK.0), (id, key)).await.expect("works");
        assert_eq!(twice, Outcome::Moved, "somebody was quicker");
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("the store works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
    });
}

/// Accepted once with its warning, removed, put back by one press.
#[test]
fn a_removal_is_undone_where_the_dose_was_warned_of() {
    on_each_engine(|world| async move {
        let nurse = nurse(&world, "NORTH").await;
        let new = Submission { person: ana(), ..Submission::default() };
        let number = stored(send(&world, &nurse, 1, About::Nobody(Vec::new()), new).await);
        let id = open(&world, &nurse, number).await.id;
        let mut dose = given_here((2026, 3, 2), "L1");
        dose.lot.expires_on = Given::of(PartialDate::day(date(2026, 3, 1)));
        let Outcome::Heed(remarks) = send(&world, &nurse, 2, About::Person(id), of(vec![dose.clone()])).await
        else {
            panic!("a lot that expired is warned of")
        };
        let entry = Entry {
            deed: deed(&world, &nurse.0, 3),
            sees: nurse.0.clone(),
            site: nurse.1.clone(),
            about: About::Person(id),
            submission: of(vec![dose]),
            heeded: remarks.into_iter().map(|remark| remark.code).collect(),
        };
        stored(enter(&world.cx, entry).await.expect("the store works"));
        let report = open(&world, &nurse, number).await.events[0].reports[0].clone();
        let key = (report.source_record_id, report.report_id);
        let by = |form| (deed(&world, &nurse.0, form), nurse.1.clone());
        stored(remove(&world.cx, by(4), (id, key)).await.expect("works"));
        stored(put_back(&world.cx, by(5), (id, key)).await.expect("works"));
        assert_eq!(open(&world, &nurse, number).await.events.len(), 1);
        let twice = put_back(&world.cx, by(5), (id, key)).await.expect("works");
        assert_eq!((twice, open(&world, &nurse, number).await.events.len()), (Outcome::Moved, 1));
    });
}

#[test]
fn a_death_that_a_form_says_is_taken_back_by_a_form() {
    on_each_engine(|world| async move {
        let nurse = nurse(&world, "NORTH").await;
        let new = Submission { person: ana(), ..Submission::default() };
        let number = stored(send(&world, &nurse, 1, About::Nobody(Vec::new()), new).await);
        let id = open(&world, &nurse, number).await.id;
        let mut person = Demographics {
            is_deceased: Given::of(true),
            died_on: Given::of(PartialDate::day(date(2026, 2, 20))),
            ..Demographics::default()
        };
        let submission =
            |person: &Demographics| Submission { person: person.clone(), ..Submission::default() };
        stored(send(&world, &nurse, 2, About::Person(id), submission(&person)).await);
        assert_eq!(open(&world, &nurse, number).await.demographics.is_deceased.value, Some(true));
        person.is_deceased = Given::of(false);
        person.died_on = Given::default();
        person.erased.push(Erased::DiedOn);
        stored(send(&world, &nurse, 3, About::Person(id), submission(&person)).await);
        let lives = open(&world, &nurse, number).await.demographics;
        assert_eq!((lives.is_deceased.value, lives.died_on.value), (Some(false), None));
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("the store works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
    });
}

#[test]
fn what_a_message_removes_is_not_taken_for_a_correction_by_what_else_it_says() {
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let number = people(&world, &north, "DOE").await;
        let record = open(&world, &north, number).await;
        let report = &record.events[0].reports[0];
        let (id, key) = (record.id, (report.source_record_id, report.report_id));
        let two = [mmr("V1", "20210301", "00", "D"), mmr("V2", "20250401", "00", "A")].concat();
        let reply = world.send(&world.north, &vxu("NORTH", "M2", "A17", &two)).await;
        assert_eq!(open(&world, &north, number).await.events.len(), 1, "{reply}");
        let own = north.1.organization_id;
        let found = own_report(&world.cx, north.0.clone(), id, key, own).await.expect("works");
        let Some(OwnReport::Replaced(replaced)) = found else { panic!("{found:?}") };
        assert!(replaced.now.is_delete(), "{:?}", replaced.now);
        assert_eq!(replaced.now.given_date(), Some(date(2021, 3, 1)), "of the dose itself");
    });
}

/// Two people open one dose. The second is told what became of it, and what stands is corrected, not what was seen.
#[test]
fn who_corrects_a_dose_second_is_told_what_stands_in_its_place() {
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        // known by an order number, and by day and vaccine alone
        let numbered = mmr("V1", "20210301", "00", "A");
        let bare = numbered.replace("V1^NORTH", "9999^NORTH");
        let mut form = 0;
        let mut next = || {
            form += 1;
            (deed(&world, &north.0, form), north.1.clone())
        };
        for (mrn, last, dose) in [("A17", "DOE", numbered), ("A18", "VASQUEZ", bare)] {
            let person = format!("{last}^ANA^^^^^L||20200115|F");
            world.send(&world.north, &about("NORTH", mrn, mrn, &person, &dose)).await;
            let number = people(&world, &north, last).await;
            let record = open(&world, &north, number).await;
            let report = &record.events[0].reports[0];
            let (id, key) = (record.id, (report.source_record_id, report.report_id));
            let said = record.events[0].best.clone();
            let on = |day| ReportedEvent {
                given_on: Given::of(PartialDate::day(date(2021, 3, day))),
                ..said.clone()
            };
            let own = north.1.organization_id;
            for (nth, day) in [(0, 11), (1, 12)] {
                let at = match own_report(&world.cx, north.0.clone(), id, key, own).await.expect("works") {
                    Some(OwnReport::Stands(_)) => key,
                    Some(OwnReport::Replaced(replaced)) => replaced.key,
                    None => panic!("it is there"),
                };
                assert_eq!(at == key, nth == 0, "{mrn}");
                stored(correct(&world.cx, next(), (id, at), on(day), Vec::new()).await.expect("works"));
                let late = correct(&world.cx, next(), (id, key), on(20), Vec::new()).await.expect("works");
                assert_eq!(late, Outcome::Moved, "{mrn}");
            }
            let Some(OwnReport::Replaced(replaced)) =
                own_report(&world.cx, north.0.clone(), id, key, own).await.expect("works")
            else {
                panic!("corrected twice");
            };
            assert_eq!(replaced.before.given_date(), Some(date(2021, 3, 1)), "{mrn}");
            assert_eq!(replaced.now.given_date(), Some(date(2021, 3, 12)), "{mrn}");
            assert_eq!(&*replaced.by, "Ana Reyes");
            stored(remove(&world.cx, next(), (id, replaced.key)).await.expect("works"));
            let gone = own_report(&world.cx, north.0.clone(), id, key, own).await.expect("works");
            assert!(matches!(gone, Some(OwnReport::Replaced(gone)) if gone.now.is_delete()), "{mrn}");
            assert!(open(&world, &north, number).await.events.is_empty());
        }
    });
}

#[test]
fn refusals_contraindications_and_immunity_stand_beside_the_doses_and_count() {
    on_each_engine(|world| async move {
        let nurse = nurse(&world, "NORTH").await;
        let new = Submission { person: ana(), ..Submission::default() };
        let number = stored(send(&world, &nurse, 1, About::Nobody(Vec::new()), new).await);
        let record = open(&world, &nurse, number).await;
        let on = PartialDate::day(date(2026, 3, 2));
        let (_, before) = said(&record, &world);
        let disease = Coded::new("38907003", "Varicella", "SCT");
        let notes = of(vec![
            refusal(Cvx::new(3), on, Coded::new("00", "Parental decision", "NIP002")),
            observation(Observed::Disease, disease, on),
        ]);
        stored(send(&world, &nurse, 2, About::Person(record.id), notes).await);
        let record = open(&world, &nurse, number).await;
        assert_eq!(record.events.len(), 2);
        assert_ne!(said(&record, &world).1, before, "immunity changes what is due");
    });
}
