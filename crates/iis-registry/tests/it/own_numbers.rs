//! Record numbers that somebody types for a new person at a desk, on each engine.

use crate::at_the_desk::{ana, deed, nurse, open, people, send, stored};
use crate::opting_out::signed;
use crate::world::{about, mmr, on_each_engine, vxu};
use iis_model::person::{Identifier, PersonName, Sex};
use iis_model::{Demographics, Given, PartialDate, Submission};
use iis_registry::desk::{About, Entry, Outcome, enter};
use iis_registry::opting_out::Entered;
use jiff::civil::date;

fn numbered(person: Demographics, mrn: &str) -> Submission {
    let number = Identifier { value: mrn.into(), authority: "NORTH".into(), kind: "MR".into() };
    let identifiers = vec![Given::of(number)];
    Submission { person: Demographics { identifiers, ..person }, ..Submission::default() }
}

/// The authority of a system's numbers is not the code of the site as a rule.
#[test]
fn a_record_number_typed_at_the_desk_stands_under_the_authority_of_the_clinics_messages() {
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        let by_ehr = |message: String| message.replace("^^^NORTH^MR", "^^^EPIC^MR");
        let other = about("NORTH", "M1", "C3", "ROE^UNA^^^^^L||20190602|F", "");
        world.send(&world.north, &by_ehr(other)).await;
        let new = numbered(ana(), "a17");
        let number = stored(send(&world, &north, 1, About::Nobody(Vec::new()), new).await);
        let message = vxu("NORTH", "M2", "A17", &mmr("V1", "20210301", "00", "A"));
        world.send(&world.north, &by_ehr(message)).await;
        let record = open(&world, &north, number).await;
        assert_eq!((record.events.len(), world.people("DOE", "ANA", date(2020, 1, 15)).await), (1, 1));
        // a number that is somebody's is shown with whose it is, whatever the name
        let sue = PersonName {
            family: "HALL".into(),
            given: "SUE".into(),
            kind: "L".into(),
            ..PersonName::default()
        };
        let sue = Demographics {
            names: vec![Given::of(sue)],
            sex: Given::of(Sex::Female),
            ..Demographics::default()
        };
        let sue = Demographics { born_on: Given::of(PartialDate::day(date(2018, 5, 5))), ..sue };
        let asked = send(&world, &north, 3, About::Nobody(Vec::new()), numbered(sue, "A17")).await;
        assert_eq!(asked, Outcome::Alike(vec![number]));
    });
}

#[test]
fn a_record_number_of_somebody_who_may_not_be_seen_is_asked_about_and_tells_nobody() {
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let number = people(&world, &north, "DOE").await;
        let id = open(&world, &north, number).await.id;
        assert_eq!(signed(&world, id, true).await, Entered::Done);
        let una = PersonName {
            family: "ROE".into(),
            given: "UNA".into(),
            kind: "L".into(),
            ..PersonName::default()
        };
        let una = || {
            let person = Demographics { names: vec![Given::of(una.clone())], ..ana() };
            numbered(Demographics { born_on: Given::of(PartialDate::day(date(2018, 5, 5))), ..person }, "A17")
        };
        let asked = send(&world, &north, 1, About::Nobody(Vec::new()), una()).await;
        let Outcome::Heed(remarks) = asked else { panic!("{asked:?}") };
        let [remark] = &remarks[..] else { panic!("{remarks:?}") };
        assert_eq!((&*remark.code, &*remark.place), ("number-in-use", "PID-3"));
        assert!(!remark.text.to_uppercase().contains("DOE"), "{remark:?}");
        let entry = Entry {
            deed: deed(&world, &north.0, 2),
            sees: north.0.clone(),
            site: north.1.clone(),
            about: About::Nobody(Vec::new()),
            submission: una(),
            heeded: vec![remark.code.clone()],
        };
        let added = stored(enter(&world.cx, entry).await.expect("works"));
        assert!(added != number);
    });
}
