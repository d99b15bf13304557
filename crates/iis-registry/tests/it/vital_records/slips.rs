//! Slips in certificate numbers, and what after a replacement could bring the former identity back.

use super::replaced::{
    AT_THE_CLINIC, FORMER, known_under_the_former_name, quixley, shown_messages, where_it_stands,
};
use super::{birth, codes, found, loaded, only, replaced, stored};
use crate::at_the_desk::{deed, nurse};
use crate::protecting::granted;
use crate::world::{World, about, on_each_engine};
use iis_model::access::Permission;
use iis_model::person::{Identifier, PersonName};
use iis_model::{Demographics, Given, PartialDate, PersonId, Submission};
use iis_registry::access::operator;
use iis_registry::desk::{About, Entry, Outcome, enter, remove};
use iis_registry::people;
use iis_registry::rebuild::check;
use iis_registry::review::{self, Merge, Unmerge, merge, unmerge};
use iis_registry::vital_records::sealed;
use iis_store::person;
use iis_store::review_item::FRONT;
use iis_store::testing::tables::dump_in;
use jiff::civil::date;

async fn is_as_computed(world: &World) {
    let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("works");
    assert!(checked.differing.is_empty(), "{:?}", checked.differing);
}

#[test]
fn p4_a_slip_in_the_number_puts_nobody_else_away() {
    on_each_engine(|world| async move {
        stored(&world, &birth("B1", "DOE", "ANA", ",,,,")).await;
        let adoption = replaced("adoption", "B1", "B2", "STONE", "EMMA");
        let boy = adoption.replace(",F,N,", ",M,N,");
        let older = adoption.replace(super::BORN, "2026-02-27");
        for line in [boy, older] {
            assert_eq!(codes(&loaded(&world, &line).await), [(2, "VR-020", "")], "{line}");
        }
        only(&world, "DOE", "ANA").await;
        stored(&world, &adoption.replace(",F,N,", ",U,N,")).await;
        only(&world, "STONE", "EMMA").await;
    });
}

#[test]
fn p4_neither_a_death_nor_a_message_of_the_office_brings_the_former_name_back() {
    on_each_engine(|world| async move {
        stored(&world, &quixley("B1", ",,,,")).await;
        stored(&world, &replaced("name-change", "B1", "", "STONE", "ANA")).await;
        let death = format!("1,death,B1,,{FORMER},ANA,,2026-02-28,F,,,SUE,MOSSQUIX,,,,,2026-03-01,,,,,\n");
        stored(&world, &death).await;
        let ana = only(&world, "STONE", "ANA").await;
        assert_eq!(ana.demographics.is_deceased.value, Some(true));
        assert!(!format!("{ana:?}").contains("QUIX"), "{ana:?}");
        let sender = world.sender_with("vital-ehr", "VITAL", |_| {}).await;
        let message = about("VITAL", "M1", "B1", AT_THE_CLINIC, "");
        let message = message.replace("B1^^^VITAL^MR", "B1^^^BIRTH CERTIFICATE^MR");
        assert!(message.contains("BIRTH CERTIFICATE"), "{message}");
        world.send(&sender, &message).await;
        assert!(!format!("{:?}", only(&world, "STONE", "ANA").await).contains("QUIX"));
        assert_eq!(found(&world, FORMER, "ANA").await, []);
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_a_merge_and_its_way_back_leave_the_seal() {
    on_each_engine(|world| async move {
        known_under_the_former_name(&world).await;
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        let emma = only(&world, "STONE", "EMMA").await;
        let other = "STONE^EMMA^^^^^L|HALL^UNA^^^^^M|20250602|F";
        world.send(&world.south, &about("SOUTH", "M1", "S9", other, "")).await;
        let all = world.cx.store.read(|tx| person::list(tx, PersonId(i64::MIN), 10));
        let all = all.await.expect("works");
        let kept = all.iter().map(|(id, _)| *id).find(|id| *id != emma.id).expect("two of the name");
        let by = granted(&world, "data-quality", None, Permission::ResolveDuplicates).await;
        let asked = Merge { from: emma.id, to: kept, item_id: None };
        let event_id = match merge(&world.cx, deed(&world, &by, 1), asked).await.expect("works") {
            review::Outcome::Done(event) => event,
            other => panic!("{other:?}"),
        };
        let viewer = granted(&world, "data-quality", None, Permission::ViewPerson).await;
        let sources = async |id| {
            let all = people::sources(&world.cx, viewer.clone(), id, world.arrival()).await.expect("works");
            all.iter().map(|source| source.mrn.to_string()).collect::<Vec<_>>()
        };
        assert!(!sources(kept).await.contains(&"A17".to_owned()), "put away still");
        let again = AT_THE_CLINIC.replace("12 Quix", "14 Quix");
        world.send(&world.north, &about("NORTH", "M7", "A17", &again, "")).await;
        assert_eq!(found(&world, FORMER, "ANA").await, [], "the clinic's report brings no name");
        let number = found(&world, "STONE", "EMMA").await[0];
        let operator = operator(Permission::Operate).expect("the operator may");
        let put_away = sealed(&world.cx, operator, number, world.arrival()).await.expect("works");
        assert_eq!(put_away.expect("she is there").len(), 1, "of whom it was before the merge");
        is_as_computed(&world).await;
        let back = Unmerge { event_id, with: Vec::new(), keep_apart: false };
        let undone = unmerge(&world.cx, deed(&world, &by, 2), back).await.expect("works");
        assert!(matches!(undone, review::Outcome::Done(_)), "{undone:?}");
        assert_eq!(sources(emma.id).await, ["B2"]);
        assert_eq!(found(&world, FORMER, "ANA").await, []);
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_the_former_record_number_tells_nobody_at_the_desk_who_the_child_is() {
    on_each_engine(|world| async move {
        known_under_the_former_name(&world).await;
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        let (sees, site) = nurse(&world, "NORTH").await;
        let name = PersonName {
            family: FORMER.into(),
            given: "ANA".into(),
            kind: "L".into(),
            ..PersonName::default()
        };
        let number = Identifier { value: "A17".into(), authority: "NORTH".into(), kind: "MR".into() };
        let person = Demographics {
            identifiers: vec![Given::of(number)],
            names: vec![Given::of(name)],
            born_on: Given::of(PartialDate::day(date(2026, 2, 28))),
            ..Demographics::default()
        };
        let entry = Entry {
            deed: deed(&world, &sees, 1),
            sees,
            site,
            about: About::Nobody(Vec::new()),
            submission: Submission { person, ..Submission::default() },
            heeded: Vec::new(),
        };
        let outcome = enter(&world.cx, entry).await.expect("works");
        assert!(!matches!(outcome, Outcome::Alike(_)), "{outcome:?}");
    });
}

#[test]
fn p4_a_dose_that_is_removed_after_an_adoption_revives_no_record() {
    on_each_engine(|world| async move {
        known_under_the_former_name(&world).await;
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        let emma = only(&world, "STONE", "EMMA").await;
        let (sees, site) = nurse(&world, "NORTH").await;
        let own = emma.events.iter().flat_map(|event| &event.reports);
        let own = own.filter(|report| report.organization_id == site.organization_id);
        let keys: Vec<_> = own.map(|report| (report.source_record_id, report.report_id)).collect();
        let [key] = keys[..] else { panic!("one dose of the clinic: {keys:?}") };
        let by = (deed(&world, &sees, 1), site);
        let gone = remove(&world.cx, by, (emma.id, key)).await.expect("works");
        assert!(matches!(gone, Outcome::Stored(_)), "{gone:?}");
        assert_eq!(only(&world, "STONE", "EMMA").await.events.len(), 1);
        let viewer = granted(&world, "data-quality", None, Permission::ViewPerson).await;
        let sources = people::sources(&world.cx, viewer, emma.id, world.arrival()).await.expect("works");
        assert_eq!(sources.iter().map(|source| &*source.mrn).collect::<Vec<_>>(), ["B2"]);
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_an_identity_that_was_amended_first_is_sealed_all_the_same() {
    on_each_engine(|world| async move {
        stored(&world, &quixley("B1", ",,,,")).await;
        let new = replaced("birth", "B1", "", "STONE", "ANA");
        stored(&world, &new).await;
        let sealing = new.replace("1,birth,", "1,sealing,");
        let told = stored(&world, &sealing).await;
        assert_eq!((told.stored, told.known), (1, 0));
        let ana = only(&world, "STONE", "ANA").await;
        assert!(!format!("{ana:?}").contains("QUIX"), "{ana:?}");
        assert_eq!(found(&world, FORMER, "ANA").await, []);
        is_as_computed(&world).await;
        // said once more with another day: nothing is sealed twice
        let again = stored(&world, &sealing.replace(",,,,,,\n", ",,,,,,2026-03-01\n")).await;
        assert_eq!((again.stored, again.known), (0, 1), "{:?}", again.notes);
    });
}

#[test]
fn p4_questions_forget_who_was_merged_into_who_was_adopted() {
    on_each_engine(|world| async move {
        let ids = async || {
            let all =
                world.cx.store.read(|tx| person::list(tx, PersonId(i64::MIN), 10)).await.expect("works");
            all.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
        };
        let ana = format!("{AT_THE_CLINIC}||^PRN^PH^^^515^5551234");
        world.send(&world.north, &about("NORTH", "M1", "A17", &ana, "")).await;
        stored(&world, &quixley("B1", ",,,,")).await;
        let [from] = ids().await[..] else { panic!("one Ana") };
        world.send(&world.north, &about("NORTH", "M2", "A18", "ROE^UNA^^^^^L||20250602|F", "")).await;
        let to = ids().await.into_iter().find(|id| *id != from).expect("Una");
        let anna = ana.replace("^ANA^", "^ANNA^");
        world.send(&world.south, &about("SOUTH", "M1", "S9", &anna, "")).await;
        let by = granted(&world, "data-quality", None, Permission::ResolveDuplicates).await;
        let asked = async || {
            let queue = review::waiting(&world.cx, by.clone(), "open", FRONT, world.arrival()).await;
            queue.expect("works").items.len()
        };
        assert_eq!(asked().await, 1);
        let merged = merge(&world.cx, deed(&world, &by, 1), Merge { from, to, item_id: None }).await;
        assert!(matches!(merged, Ok(review::Outcome::Done(_))), "{merged:?}");
        assert_eq!(asked().await, 1, "Anna may be Ana, who is Una now");
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        assert_eq!(asked().await, 0);
    });
}

#[test]
fn p4_what_stayed_in_a_chart_of_the_former_identity_is_not_taken_over_with_the_new_name() {
    on_each_engine(|world| async move {
        known_under_the_former_name(&world).await;
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        let chart = "STONE^EMMA^^^^^L~QUIXLEY^ANA^^^^^A|MOSSQUIX^SUE^^^^^M|20260228|F|\
            ||12 Quix St^^Alder^CD^90001^USA^H~3 Fir St^^Birch^CD^90002^USA^H";
        let kin = "NK1|1|MOSSQUIX^SUE^^^^^L|MTH^Mother^HL70063\rNK1|2|REED^KIM^^^^^L|MTH^Mother^HL70063\r";
        world.send(&world.north, &about("NORTH", "M5", "A17", chart, kin)).await;
        let emma = only(&world, "STONE", "EMMA").await;
        assert!(!format!("{emma:?}").to_uppercase().contains("QUIX"), "{emma:?}");
        let said = &world.cx.store.read(dump_in).await.expect("works")["source_view"];
        assert!(said.iter().any(|row| row.contains("3 Fir St")), "what is new is taken over: {said:?}");
        assert_eq!(where_it_stands(&world).await, ["sealed_submission"]);
        assert!(!shown_messages(&world).await.to_uppercase().contains("QUIX"));
        is_as_computed(&world).await;
    });
}
