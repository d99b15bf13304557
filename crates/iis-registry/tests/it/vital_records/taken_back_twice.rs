//! Several replacements of one person, some of them mistakes, and who may take them back, on each engine.

use super::replaced::{AT_THE_CLINIC, FORMER, known_under_the_former_name, quixley, shown_messages};
use super::taken_back::is_as_computed;
use super::{birth, called, codes, found, loaded, loaded_at, only, opened, replaced, stored};
use crate::at_the_desk::deed;
use crate::protecting::granted;
use crate::world::{about, on_each_engine};
use iis_model::PersonId;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::review::{self, Merge, Unmerge, merge, unmerge};
use iis_registry::vital_records::{Restored, restore};
use iis_store::person;

#[test]
fn p4_of_three_adoptions_only_the_certificate_of_the_one_that_is_taken_back_is_free_again() {
    on_each_engine(|world| async move {
        stored(&world, &quixley("B1", ",,,,")).await;
        let ana = only(&world, FORMER, "ANA").await.id;
        for (number, new, last, first) in
            [("B1", "B2", "STONE", "EMMA"), ("B2", "B3", "BERG", "IDA"), ("B3", "B4", "REED", "UNA")]
        {
            stored(&world, &replaced("adoption", number, new, last, first)).await;
        }
        stored(&world, &replaced("replacement-reversal", "B4", "", "REED", "UNA")).await;
        for number in ["B1", "B2"] {
            let line = birth(number, "HALL", "MIA", ",,,,");
            assert_eq!(codes(&loaded(&world, &line).await), [(2, "VR-022", "")], "{number} is hers");
        }
        stored(&world, &birth("B4", "HALL", "MIA", ",,,,")).await;
        assert!(only(&world, "HALL", "MIA").await.id != ana, "her number was made for the mistake");
        stored(&world, &replaced("replacement-reversal", "B3", "", "BERG", "IDA")).await;
        stored(&world, &replaced("replacement-reversal", "B2", "", "STONE", "EMMA")).await;
        let again = only(&world, FORMER, "ANA").await;
        assert_eq!((again.id, called(&again).1), (ana, "ANA".to_owned()));
        stored(&world, &quixley("B1", "2026-03-01,,,,")).await;
        assert_eq!(only(&world, FORMER, "ANA").await.events.len(), 1, "the certificate is amended as before");
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_messages_of_a_first_mistake_stay_withheld_when_a_second_one_is_taken_back() {
    on_each_engine(|world| async move {
        known_under_the_former_name(&world).await;
        let as_emma = "STONE^EMMA^^^^^L|REED^KIM^^^^^M|20260228|F|||9 Oak St^^Birch^CD^90002^USA^H";
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        world.send(&world.north, &about("NORTH", "M2", "A17", as_emma, "")).await;
        assert!(shown_messages(&world).await.contains("EMMA"));
        stored(&world, &replaced("replacement-reversal", "B2", "", "STONE", "EMMA")).await;
        assert!(!shown_messages(&world).await.contains("EMMA"), "what came between is withheld");
        let moved = AT_THE_CLINIC.replace("12 Quix", "14 Quix");
        world.send(&world.north, &about("NORTH", "M3", "A17", &moved, "")).await;
        stored(&world, &replaced("sealing", "B1", "", "BERG", "IDA")).await;
        assert!(!shown_messages(&world).await.to_uppercase().contains("QUIX"));
        stored(&world, &replaced("replacement-reversal", "B1", "", "BERG", "IDA")).await;
        let shown = shown_messages(&world).await;
        assert!(
            shown.contains("12 Quix St") && shown.contains("14 Quix St"),
            "hers are shown again: {shown}"
        );
        assert!(!shown.contains("EMMA"), "the first mistake is seen by nobody: {shown}");
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_messages_between_two_replacements_go_with_the_identity_that_stood_then() {
    on_each_engine(|world| async move {
        known_under_the_former_name(&world).await;
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        let as_emma = "STONE^EMMA^^^^^L|REED^KIM^^^^^M|20260228|F|||9 Oak St^^Birch^CD^90002^USA^H";
        world.send(&world.north, &about("NORTH", "M2", "A17", as_emma, "")).await;
        stored(&world, &replaced("sealing", "B2", "", "BERG", "IDA")).await;
        assert!(!shown_messages(&world).await.contains("EMMA"));
        stored(&world, &replaced("replacement-reversal", "B2", "", "BERG", "IDA")).await;
        let shown = shown_messages(&world).await;
        assert!(shown.contains("EMMA") && !shown.to_uppercase().contains("QUIX"), "{shown}");
        stored(&world, &replaced("replacement-reversal", "B2", "", "STONE", "EMMA")).await;
        let shown = shown_messages(&world).await;
        assert!(!shown.contains("EMMA") && shown.contains("12 Quix St"), "{shown}");
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_what_was_said_meanwhile_stays_where_other_offices_have_records_too_and_who_knew_no_former_identity_takes_none_back()
 {
    on_each_engine(|world| async move {
        stored(&world, &quixley("B1", ",,,,")).await;
        loaded_at(&world, "COUNTY", &quixley("C1", ",,,,")).await;
        let ana = only(&world, FORMER, "ANA").await;
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        let town = birth("C2", "STONE", "EMMA", ",,,,");
        let town = town.replace("SUE,MOSS,12 Elm St,Alder,CD,90001", "KIM,REED,9 Oak St,Birch,CD,90002");
        assert_eq!(loaded_at(&world, "TOWN", &town).await.stored, 1);
        let emma = only(&world, "STONE", "EMMA").await;
        assert_eq!(emma.id, ana.id, "the town knows her too");
        stored(&world, "1,death,B2,,,,,2026-02-28,,,,,,,,,,2026-03-01,,,,,\n").await;
        let reversal = |number| replaced("replacement-reversal", number, "", "STONE", "EMMA");
        assert_eq!(codes(&loaded_at(&world, "TOWN", &reversal("C2")).await), [(2, "VR-029", "")]);
        stored(&world, &reversal("B2")).await;
        let again = only(&world, FORMER, "ANA").await;
        assert_eq!(again.id, ana.id);
        assert_eq!(again.demographics.is_deceased.value, Some(true), "what is no identity stays");
        is_as_computed(&world).await;
    });
}

#[test]
fn p4_an_identity_whose_records_moved_to_somebody_else_is_not_given_back_until_they_are_back() {
    on_each_engine(|world| async move {
        let home = "||^PRN^PH^^^515^5551234";
        stored(&world, &quixley("B1", ",,,,")).await;
        let ana = only(&world, FORMER, "ANA").await.id;
        let other = "ROE^UNA^^^^^L||20250602|F";
        world.send(&world.south, &about("SOUTH", "M1", "S9", &format!("{other}{home}"), "")).await;
        let all = world.cx.store.read(|tx| person::list(tx, PersonId(i64::MIN), 10)).await.expect("works");
        let una = all.iter().map(|(id, _)| *id).find(|id| *id != ana).expect("two people");
        let by = granted(&world, "data-quality", None, Permission::ResolveDuplicates).await;
        let join = Merge { from: una, to: ana, item_id: None };
        let review::Outcome::Done(event_id) =
            merge(&world.cx, deed(&world, &by, 1), join).await.expect("works")
        else {
            panic!("merged")
        };
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        let apart = Unmerge { event_id, with: Vec::new(), keep_apart: false };
        let undone = unmerge(&world.cx, deed(&world, &by, 2), apart).await.expect("works");
        assert!(matches!(undone, review::Outcome::Done(_)), "{undone:?}");
        let reversal = replaced("replacement-reversal", "B2", "", "STONE", "EMMA");
        assert_eq!(codes(&loaded(&world, &reversal).await), [(2, "VR-030", "")]);
        let number = only(&world, "STONE", "EMMA").await.registry_number;
        let operator = || operator(Permission::Operate).expect("the operator may");
        let back = restore(&world.cx, operator(), number, "order 17", world.arrival()).await.expect("works");
        assert!(matches!(back, Restored::Refused(rule) if rule.code == "VR-030"), "{back:?}");
        assert!(opened(&world, number).await.is_some(), "nothing changed");
        assert_eq!(found(&world, FORMER, "ANA").await, []);
        is_as_computed(&world).await;
        // taken back, as the finding says, and the line comes again
        let joined = merge(&world.cx, deed(&world, &by, 3), join).await.expect("works");
        assert!(matches!(joined, review::Outcome::Done(_)), "{joined:?}");
        stored(&world, &reversal).await;
        assert_eq!(only(&world, FORMER, "ANA").await.id, ana);
        is_as_computed(&world).await;
    });
}
