//! An adoption that was annulled, or sent by mistake: the identity before it stands again, on each engine.

use super::replaced::{
    AT_THE_CLINIC, FORMER, asks, known_under_the_former_name, quixley, shown_messages, where_it_stands,
};
use super::{birth, called, codes, found, loaded, only, opened, replaced, stored};
use crate::protecting::granted;
use crate::world::{World, about, count, mmr, on_each_engine, segment};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::people;
use iis_registry::rebuild::check;
use iis_registry::vital_records::{Restored, restore, sealed};
use iis_store::testing::tables::dump_in;

const NEW: [&str; 2] = ["STONE", "EMMA"];

/// The line that takes the adoption of a certificate back.
fn reversal(number: &str) -> String {
    replaced("replacement-reversal", number, "", NEW[0], NEW[1])
}

pub(super) async fn is_as_computed(world: &World) {
    let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("works");
    assert!(checked.differing.is_empty(), "{:?}", checked.differing);
}

#[test]
fn p4_an_adoption_that_was_sent_by_mistake_is_taken_back_by_a_line_of_the_office() {
    on_each_engine(|world| async move {
        let (before, _) = known_under_the_former_name(&world).await;
        stored(&world, &replaced("adoption", "B1", "B2", NEW[0], NEW[1])).await;
        let more = about("NORTH", "M2", "A17", AT_THE_CLINIC, &mmr("V2", "20260302", "01", "A"));
        world.send(&world.north, &more).await;
        let died =
            format!("1,death,B2,,{},{},,2026-02-28,F,,,KIM,REED,,,,,2026-03-01,,,,,\n", NEW[0], NEW[1]);
        stored(&world, &died).await;
        stored(&world, &reversal("B2")).await;
        assert_eq!(found(&world, NEW[0], NEW[1]).await, [], "of the mistake nothing is seen");
        let ana = only(&world, FORMER, "ANA").await;
        assert_eq!((ana.id, ana.registry_number), (before.id, before.registry_number));
        assert_eq!(called(&ana), (FORMER.to_owned(), "ANA".to_owned()));
        assert_eq!(ana.events.len(), 3, "doses stay, those that came meanwhile too");
        assert_eq!(ana.demographics.is_deceased.value, Some(true), "what is no identity stays");
        assert!(!format!("{ana:?}").contains(NEW[0]));
        assert!(shown_messages(&world).await.contains(FORMER), "messages are shown again");
        let answer = world.send(&world.north, &asks("A17", "QUIXLEY^ANA")).await;
        assert!(segment(&answer, "PID").contains("QUIXLEY^ANA"), "{answer}");
        let answer = world.send(&world.north, &asks("", "STONE^EMMA")).await;
        assert_eq!(count(&answer, "PID"), 0, "{answer}");
        assert!(!where_it_stands(&world).await.contains(&"sealed_submission".to_owned()));
        is_as_computed(&world).await;
        // the same line again changes nothing, and there is no more to take back
        assert_eq!(loaded(&world, &reversal("B2")).await.known, 1);
        let again = replaced("replacement-reversal", "B1", "", FORMER, "ANA");
        assert_eq!(codes(&loaded(&world, &again).await), [(2, "VR-029", "")]);
        // the certificate is amended as any other, and its replaced number is free for whom it belongs to
        stored(&world, &quixley("B1", "2026-03-01,,,,")).await;
        stored(&world, &birth("B2", "HALL", "MIA", ",,,,")).await;
        assert!(only(&world, "HALL", "MIA").await.id != ana.id);
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_an_answer_that_named_another_adopted_child_stays_withheld_when_one_identity_comes_back() {
    on_each_engine(|world| async move {
        known_under_the_former_name(&world).await;
        let other = birth("C1", FORMER, "ANA", ",,,,");
        let other = other.replace("MOSS", "POE").replace("12 Elm St", "7 Elfin St");
        let a_day_before = |line: String| line.replace("2026-02-28", "2026-02-27");
        stored(&world, &a_day_before(other)).await;
        let answer = world.send(&world.north, &asks("", "QUIXLEY^ANA")).await;
        assert_eq!(count(&answer, "PID"), 2, "both are offered: {answer}");
        stored(&world, &replaced("adoption", "B1", "B2", NEW[0], NEW[1])).await;
        stored(&world, &a_day_before(replaced("adoption", "C1", "C2", "BERG", "IDA"))).await;
        assert!(!shown_messages(&world).await.contains(FORMER));
        stored(&world, &reversal("B2")).await;
        let shown = shown_messages(&world).await;
        assert!(shown.contains(FORMER), "hers are shown again");
        assert!(!shown.to_uppercase().contains("ELFIN"), "what told of the other child is not: {shown}");
    });
}

#[test]
fn p4_who_says_the_mistaken_name_again_does_not_bring_it_back() {
    on_each_engine(|world| async move {
        known_under_the_former_name(&world).await;
        stored(&world, &replaced("adoption", "B1", "B2", NEW[0], NEW[1])).await;
        let emma = "STONE^EMMA^^^^^L|REED^KIM^^^^^M|20260228|F|||9 Oak St^^Birch^CD^90002^USA^H";
        world.send(&world.north, &about("NORTH", "M2", "A17", emma, "")).await;
        // meanwhile the former name with another street is not taken over
        let moved = AT_THE_CLINIC.replace("12 Quix", "14 Quix");
        world.send(&world.north, &about("NORTH", "M3", "A17", &moved, "")).await;
        stored(&world, &reversal("B2")).await;
        world.send(&world.north, &about("NORTH", "M4", "A17", emma, &mmr("V4", "20260302", "01", "A"))).await;
        let ana = only(&world, FORMER, "ANA").await;
        assert_eq!(found(&world, NEW[0], NEW[1]).await, []);
        assert_eq!(ana.events.len(), 3);
        // now it is
        world.send(&world.north, &about("NORTH", "M5", "A17", &moved, "")).await;
        let viewer = granted(&world, "data-quality", None, Permission::ViewPerson).await;
        let sources = people::sources(&world.cx, viewer, ana.id, world.arrival()).await.expect("works");
        let clinic = sources.iter().find(|source| &*source.mrn == "A17").expect("it speaks again");
        assert!(format!("{:?}", clinic.demographics.addresses).contains("14 Quix"), "{clinic:?}");
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_the_operator_takes_a_change_of_name_back_for_a_reason_and_one_replacement_at_a_time() {
    on_each_engine(|world| async move {
        stored(&world, &quixley("B1", ",,,,")).await;
        let first = only(&world, FORMER, "ANA").await.registry_number;
        stored(&world, &replaced("name-change", "B1", "", "STONE", "ANA")).await;
        stored(&world, &replaced("sealing", "B1", "", "BERG", "IDA")).await;
        let number = only(&world, "BERG", "IDA").await.registry_number;
        let by = || operator(Permission::Operate).expect("the operator may");
        assert!(restore(&world.cx, by(), number, " ", world.arrival()).await.is_err(), "without a reason");
        let back = restore(&world.cx, by(), number, "order 17", world.arrival()).await.expect("works");
        let renamed = only(&world, "STONE", "ANA").await;
        assert_eq!(back, Restored::Done(renamed.registry_number));
        assert_eq!(found(&world, FORMER, "ANA").await, [], "the one before stays put away");
        is_as_computed(&world).await;
        let number = renamed.registry_number;
        let back = restore(&world.cx, by(), number, "order 18", world.arrival()).await.expect("works");
        assert_eq!(back, Restored::Done(first));
        assert_eq!(opened(&world, first).await.map(|ana| called(&ana).0), Some(FORMER.to_owned()));
        let back = restore(&world.cx, by(), first, "order 19", world.arrival()).await.expect("works");
        assert!(matches!(back, Restored::Refused(rule) if rule.code == "VR-029"), "{back:?}");
        let gone = restore(&world.cx, by(), number, "order 20", world.arrival()).await.expect("works");
        assert_eq!(gone, Restored::Nobody);
        // what was believed meanwhile is kept for the operator, and each step is on record
        let kept =
            sealed(&world.cx, by(), first, world.arrival()).await.expect("works").expect("she is there");
        let events: Vec<_> = kept.iter().map(|one| &*one.event).collect();
        assert_eq!(events, ["replacement-reversal"; 2]);
        let audit = &world.cx.store.read(dump_in).await.expect("works")["audit"];
        let restored = audit.iter().filter(|row| row.contains("\"restore-identity\""));
        let restored: Vec<_> = restored.filter(|row| row.contains("order 1")).collect();
        assert_eq!(restored.len(), 2, "{restored:?}");
        is_as_computed(&world).await;
    });
}
