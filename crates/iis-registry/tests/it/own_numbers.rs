//! Record numbers that somebody types for a new person at a desk, on each engine.

use crate::at_the_desk::{ana, deed, nurse, open, people, send, stored};
use crate::opting_out::signed;
use crate::world::{World, about, mmr, on_each_engine, vxu};
use iis_model::access::Granted;
use iis_model::organization::{Sender, Site};
use iis_model::person::{Identifier, PersonName, Sex};
use iis_model::{Demographics, Given, PartialDate, Submission};
use iis_registry::desk::{About, Entry, Outcome, enter};
use iis_registry::opting_out::Entered;
use iis_store::{Lane, sender, source_record};
use jiff::civil::date;
use std::sync::Arc;

fn numbered(person: Demographics, mrn: &str) -> Submission {
    numbered_at("NORTH", person, mrn)
}

/// As the form of a site sends a record number.
fn numbered_at(site: &str, person: Demographics, mrn: &str) -> Submission {
    let number = Identifier { value: mrn.into(), authority: site.into(), kind: "MR".into() };
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
        let other = about("NORTH", "M2", "B18", "HALL^AVA^^^^^L||20200115|F", "");
        world.send(&world.north, &other).await;
        let number = people(&world, &north, "DOE").await;
        for last in ["DOE", "HALL"] {
            let id = open(&world, &north, people(&world, &north, last).await).await.id;
            assert_eq!(signed(&world, id, true).await, Entered::Done);
        }
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
        assert!(remark.code.starts_with("number-in-use-") && !remark.code.contains("17"), "{remark:?}");
        assert_eq!(&*remark.place, "PID-3");
        assert!(!remark.text.to_uppercase().contains("DOE"), "{remark:?}");
        let entry = Entry {
            deed: deed(&world, &north.0, 2),
            sees: north.0.clone(),
            site: north.1.clone(),
            about: About::Nobody(Vec::new()),
            submission: una(),
            heeded: vec![remark.code.clone()],
        };
        // another number that somebody has is asked about anew
        let other = Entry {
            deed: deed(&world, &north.0, 3),
            submission: Submission { person: numbered(una().person, "B18").person, ..una() },
            ..entry.clone()
        };
        let asked = enter(&world.cx, other).await.expect("works");
        let Outcome::Heed(anew) = asked else { panic!("{asked:?}") };
        assert_ne!(anew[0].code, remark.code);
        let added = stored(enter(&world.cx, entry).await.expect("works"));
        assert!(added != number);
    });
}

/// Whoever is added at the desk with this number, and the authority under which it stands.
async fn typed(world: &World, nurse: &(Granted, Site), mrn: &str) -> String {
    const FAMILIES: [&str; 6] = ["PINE", "OTTER", "HERON", "BADGER", "MARTEN", "LYNX"];
    let form = mrn.as_bytes()[1];
    let name = PersonName {
        family: FAMILIES[usize::from(form - b'1')].into(),
        given: "ADA".into(),
        kind: "L".into(),
        ..PersonName::default()
    };
    let born_on = Given::of(PartialDate::day(date(2000 + i16::from(form - b'0'), 5, 5)));
    let person = Demographics { names: vec![Given::of(name)], born_on, ..Demographics::default() };
    let added =
        send(world, nurse, form, About::Nobody(Vec::new()), numbered_at(&nurse.1.code, person, mrn)).await;
    let id = open(world, nurse, stored(added)).await.id;
    let granted = nurse.0.clone();
    let records = world.cx.store.read_beside(move |tx| source_record::of_person(tx, &granted, id)).await;
    records.expect("the store works")[0].authority.to_string()
}

/// No authority is taken of which it is not certain that a typed number is one of its numbers.
#[test]
fn a_typed_record_number_stands_under_the_authority_of_messages_only_where_there_is_one_of_the_organizations_own()
 {
    on_each_engine(|world| async move {
        let north = nurse(&world, "NORTH").await;
        let send = async |sender: &Arc<Sender>, site: &str, authority: &str, mrn: &str| {
            let who = "ROE^UNA^^^^^L||20190602|F";
            let message = about(site, &format!("M{mrn}"), mrn, who, "");
            let message = message.replace(&format!("^^^{site}^MR"), &format!("^^^{authority}^MR"));
            let reply = world.send(sender, &message).await;
            assert!(reply.contains("MSA|AA"), "{reply}");
        };
        assert_eq!(typed(&world, &north, "T1").await, "NORTH", "no message came yet");
        send(&world.north, "NORTH", "EPIC", "C1").await;
        assert_eq!(typed(&world, &north, "T2").await, "EPIC");
        // a number is its organization's, so that it does not matter who else has a system of this name
        send(&world.south, "SOUTH", "EPIC", "C2").await;
        assert_eq!(typed(&world, &north, "T3").await, "EPIC");
        send(&world.north, "NORTH", "CERNER", "C3").await;
        assert_eq!(typed(&world, &north, "T4").await, "NORTH", "nobody tells which of the two it is");
        let south = nurse(&world, "SOUTH").await;
        assert_eq!(typed(&world, &south, "T5").await, "EPIC");
        let share = world.cx.store.write(Lane::Web, |tx| sender::share_authority(tx, "EPIC"));
        share.await.expect("the store works");
        let at_south = typed(&world, &south, "T6").await;
        assert_eq!(at_south, "SOUTH", "others give numbers of a shared authority out too");
    });
}
