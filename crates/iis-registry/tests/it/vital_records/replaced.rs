//! Adoption, sealing and change of name: of the former identity nothing is left that anybody sees, and the doses stay.

use super::{birth, born, called, codes, found, found_by, loaded, only, opened, replaced, stored};
use crate::protecting::granted;
use crate::world::{World, about, count, mmr, on_each_engine, segment};
use iis_model::access::Permission;
use iis_model::record::PersonRecord;
use iis_registry::access::operator;
use iis_registry::messages::{self, Wanted};
use iis_registry::people::{self, submissions};
use iis_registry::prints::{self, Code, Issued, Proof};
use iis_registry::rebuild::check;
use iis_registry::review::waiting;
use iis_registry::vital_records::sealed;
use iis_store::review_item::FRONT;
use iis_store::testing::tables::dump_in;
use jiff::Timestamp;
use std::fmt::Write as _;

/// The former name: nothing else has these letters.
pub(super) const FORMER: &str = "QUIXLEY";

/// The girl at her clinic, under the former name; the rest of PID is her mother and her home.
pub(super) const AT_THE_CLINIC: &str =
    "QUIXLEY^ANA^^^^^L|MOSSQUIX^SUE^^^^^M|20260228|F|||12 Quix St^^Alder^CD^90001^USA^H";

pub(super) fn quixley(number: &str, rest: &str) -> String {
    birth(number, FORMER, "ANA", rest).replace("MOSS", "MOSSQUIX").replace("12 Elm St", "12 Quix St")
}

/// She is reported by her clinic and born by her certificate, was asked for, and something was printed.
pub(super) async fn known_under_the_former_name(world: &World) -> (PersonRecord, Code) {
    let report = about("NORTH", "M1", "A17", AT_THE_CLINIC, &mmr("V1", "20260301", "01", "A"));
    world.send(&world.north, &report).await;
    stored(world, &quixley("B1", "2026-02-28,,,,")).await;
    let answer = world.send(&world.north, &asks("A17", "QUIXLEY^ANA")).await;
    assert!(answer.contains(FORMER), "{answer}");
    let record = only(world, FORMER, "ANA").await;
    assert_eq!(record.events.len(), 2);
    let code = Code::of_random(0x0123_4567_89ab_cdef);
    let by = granted(world, "clinic-access", Some("NORTH"), Permission::PrintOfficialRecord).await;
    let issued = Issued {
        code: code.clone(),
        form: "record",
        language: "en",
        initials: "A. Q.".into(),
        birth_year: Some(2026),
        doses: 2,
        tells_conditions: false,
        purpose: "own".into(),
        pdf_sha256: [7; 32],
    };
    assert!(prints::issue(&world.cx, by, &record, issued, world.arrival()).await.expect("works"));
    (record, code)
}

/// A query of the clinic by record number and name.
pub(super) fn asks(mrn: &str, name: &str) -> String {
    let identifier = if mrn.is_empty() { String::new() } else { format!("{mrn}^^^NORTH^MR") };
    format!(
        "MSH|^~\\&|EHR|NORTH|OPENIIS|CALDER|20260302095900+0000||QBP^Q11^QBP_Q11|Q1|P|2.5.1|||ER|AL|||||Z34^CDCPHINVS\r\
         QPD|Z34^Request Immunization History^CDCPHINVS|T1|{identifier}|{name}^^^^^L||20260228|F\rRCP|I|5^RD&Records&HL70126\r"
    )
}

/// The tables in which the former name stands.
pub(super) async fn where_it_stands(world: &World) -> Vec<String> {
    let all = world.cx.store.read(dump_in).await.expect("the tables can be read");
    let holds = |rows: &[String]| rows.iter().any(|row| row.to_uppercase().contains("QUIX"));
    all.into_iter().filter(|(_, rows)| holds(rows)).map(|(table, _)| table).collect()
}

/// What messages say to whom may read them: the contents that are shown.
pub(super) async fn shown_messages(world: &World) -> String {
    let reader = granted(world, "data-quality", None, Permission::ReadMessages).await;
    let wanted = Wanted {
        sender_id: None,
        ack: None,
        code: None,
        control_id: None,
        from: Timestamp::UNIX_EPOCH,
        before: world.arrival().at,
        after: None,
        limit: 50,
    };
    let listed = messages::list(&world.cx, reader.clone(), wanted, world.arrival()).await.expect("works");
    let mut shown = String::new();
    for one in listed {
        let opened = messages::open(&world.cx, reader.clone(), one.envelope.id, world.arrival()).await;
        let opened = opened.expect("works").expect("a message");
        writeln!(shown, "{:?}", opened.content).expect("a String takes any text");
    }
    shown
}

#[test]
fn p4_an_adoption_leaves_no_trace_of_the_former_identity_and_keeps_the_doses() {
    on_each_engine(|world| async move {
        let (before, code) = known_under_the_former_name(&world).await;
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        for role in ["clinic-access", "patient-look-up", "help-desk", "data-quality", "privacy-officer"] {
            assert_eq!(found_by(&world, role, FORMER, "ANA").await, [], "{role}");
            assert_eq!(found_by(&world, role, "STONE", "EMMA").await.len(), 1, "{role}");
        }
        let emma = only(&world, "STONE", "EMMA").await;
        assert_eq!(called(&emma), ("STONE".to_owned(), "EMMA".to_owned()));
        assert_eq!(emma.demographics.names.len(), 1, "no alias");
        assert_eq!(emma.demographics.birth_date(), Some(born()));
        assert_eq!(emma.events.len(), 2, "the doses stay");
        assert!(emma.registry_number != before.registry_number);
        assert!(opened(&world, before.registry_number).await.is_none(), "the old number leads nowhere");
        assert!(!format!("{emma:?}").to_uppercase().contains("QUIX"));
        // sources, reports, messages
        let viewer = granted(&world, "data-quality", None, Permission::ViewPerson).await;
        let sources =
            people::sources(&world.cx, viewer.clone(), emma.id, world.arrival()).await.expect("works");
        assert_eq!(sources.iter().map(|source| &*source.mrn).collect::<Vec<_>>(), ["B2"]);
        assert_eq!(submissions(&world.cx, viewer, emma.id, world.arrival()).await.expect("works"), []);
        assert!(!shown_messages(&world).await.to_uppercase().contains("QUIX"));
        // queries
        for (mrn, name) in [("A17", "QUIXLEY^ANA"), ("", "QUIXLEY^ANA"), ("A17", "")] {
            let answer = world.send(&world.north, &asks(mrn, name)).await;
            assert_eq!(count(&answer, "PID"), 0, "{mrn} {name}: {answer}");
        }
        let answer = world.send(&world.north, &asks("", "STONE^EMMA")).await;
        assert!(segment(&answer, "PID").contains("STONE^EMMA") && !answer.contains("A17"), "{answer}");
        // printed papers
        match prints::confirm(&world.cx, code, world.arrival()).await.expect("works").expect("it was printed")
        {
            Proof::Document(document) => assert!(document.revoked_at.is_some(), "it is not to be believed"),
            Proof::Paper(paper) => panic!("{paper:?}"),
        }
        let printer = granted(&world, "data-quality", None, Permission::ViewPerson).await;
        assert_eq!(prints::of_person(&world.cx, printer, emma.id, 0).await.expect("works").0, []);
        // what is computed is as it is computed again, and the name stands where nobody looks
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
        assert_eq!(where_it_stands(&world).await, ["sealed_submission"]);
        // the operator reads it, and that is on record
        let operator = operator(Permission::Operate).expect("the operator may");
        let kept = sealed(&world.cx, operator, emma.registry_number, world.arrival()).await.expect("works");
        let [kept] = &kept.expect("she is there")[..] else { panic!("one identity") };
        assert_eq!((&*kept.event, kept.said.len()), ("adoption", 2));
        assert!(kept.said.iter().all(|said| said.contains(FORMER)));
        assert!(kept.former.contains(&before.registry_number.to_string()), "{}", kept.former);
        let audit = &world.cx.store.read(dump_in).await.expect("works")["audit"];
        for action in ["seal-identity", "read-sealed-identity"] {
            assert_eq!(
                audit.iter().filter(|row| row.contains(&format!("{action:?}"))).count(),
                1,
                "{action}"
            );
        }
    });
}

#[test]
fn p4_who_reports_under_the_former_name_brings_doses_and_no_name_until_it_knows_the_new_one() {
    on_each_engine(|world| async move {
        known_under_the_former_name(&world).await;
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        let gelatin = "OBX|1|CE|30945-0^Contraindication^LN|1|VXC18^Gelatin^CDCPHINVS||||||F|||20260302\r";
        let dose = mmr("V2", "20260302", "01", "A") + gelatin;
        let answer = world.send(&world.north, &about("NORTH", "M2", "A17", AT_THE_CLINIC, &dose)).await;
        assert!(!segment(&answer, "MSA").contains("|AR|"), "{answer}");
        // what its reports leave behind it is told as soon as it knows the name, and not before
        let dropped = mmr("V2", "20260302", "01", "U");
        let answer = world.send(&world.north, &about("NORTH", "M2b", "A17", AT_THE_CLINIC, &dropped)).await;
        assert!(!answer.contains("REG-017"), "{answer}");
        let said = mmr("V2", "20260302", "01", "U") + gelatin;
        world.send(&world.north, &about("NORTH", "M2c", "A17", AT_THE_CLINIC, &said)).await;
        let moved = AT_THE_CLINIC.replace("12 Quix", "14 Quix"); // says something new under the former name
        let more = about("NORTH", "M3", "A17", &moved, &mmr("V3", "20260302", "01", "A"));
        let answer = world.send(&world.north, &more).await;
        assert!(!segment(&answer, "MSA").contains("|AR|"), "{answer}");
        let emma = only(&world, "STONE", "EMMA").await;
        assert!(!format!("{emma:?}").to_uppercase().contains("QUIX"));
        assert_eq!(found(&world, FORMER, "ANA").await, []);
        assert_eq!(where_it_stands(&world).await, ["sealed_submission"]);
        assert!(!shown_messages(&world).await.to_uppercase().contains("QUIX"));
        let reported = world.cx.store.read(dump_in).await.expect("works")["report"].len();
        assert_eq!(reported, 6, "what they reported is kept");
        // another child under the number is another child
        let other = about("NORTH", "M4", "A17", "ROE^MIGUEL^^^^^L||20250602|M", "");
        world.send(&world.north, &other).await;
        assert_eq!(only(&world, "STONE", "EMMA").await.id, emma.id);
        // the clinic learns the name
        let now = "STONE^EMMA^^^^^L|REED^KIM^^^^^M|20260228|F|||9 Oak St^^Birch^CD^90002^USA^H";
        let answer = world.send(&world.north, &about("NORTH", "M5", "A17", now, &dropped)).await;
        assert!(answer.contains("REG-017"), "{answer}");
        let viewer = granted(&world, "data-quality", None, Permission::ViewPerson).await;
        let sources = people::sources(&world.cx, viewer, emma.id, world.arrival()).await.expect("works");
        let numbers: Vec<_> = sources.iter().map(|source| &*source.mrn).collect();
        assert_eq!(numbers, ["A17", "B2"], "it speaks again");
        let answer = world.send(&world.north, &asks("A17", "STONE^EMMA")).await;
        assert!(segment(&answer, "PID").contains("STONE^EMMA"), "{answer}");
        let answer = world.send(&world.north, &asks("A17", "QUIXLEY^ANA")).await;
        assert_eq!(count(&answer, "PID"), 0, "{answer}");
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
    });
}

#[test]
fn p4_a_name_changes_and_is_sealed_under_the_same_number_and_what_is_no_identity_stays() {
    on_each_engine(|world| async move {
        let protected = about("NORTH", "M1", "A17", AT_THE_CLINIC, "PD1||||||||||||Y|20260101\r");
        world.send(&world.north, &protected).await;
        stored(&world, &quixley("B1", ",,,,")).await;
        stored(&world, &replaced("name-change", "B1", "", "STONE", "ANA")).await;
        let renamed = only(&world, "STONE", "ANA").await;
        assert_eq!(renamed.demographics.protection.value.value, Some(true), "it stays protected");
        assert_eq!(found(&world, FORMER, "ANA").await, []);
        // an amended birth does not bring the name back
        let amended = loaded(&world, &quixley("B1", "2026-02-28,,,,")).await;
        assert_eq!(codes(&amended), [(2, "VR-022", "")]);
        // a death is told under the number that stands
        stored(&world, "1,death,B1,,,,,2026-02-28,,,,,,,,,,2026-03-01,,,,,\n").await;
        stored(&world, &replaced("sealing", "B1", "", "BERG", "IDA")).await;
        let sealed = only(&world, "BERG", "IDA").await;
        assert_eq!(sealed.id, renamed.id);
        assert_eq!(sealed.demographics.is_deceased.value, Some(true));
        assert_eq!(found(&world, "STONE", "ANA").await, []);
        let taken = replaced("adoption", "B1", "B7", "REED", "UNA");
        stored(&world, &birth("B7", "HALL", "MIA", ",,,,")).await;
        assert_eq!(codes(&loaded(&world, &taken).await), [(2, "VR-023", "")]);
        stored(&world, &taken.replace("B7", "B8")).await;
        let gone = replaced("name-change", "B1", "", "REED", "ADA");
        assert_eq!(codes(&loaded(&world, &gone).await), [(2, "VR-022", "")], "B8 stands now");
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
    });
}

#[test]
fn p4_questions_about_duplicates_forget_who_was_adopted() {
    on_each_engine(|world| async move {
        let home = "||^PRN^PH^^^515^5551234";
        let ana = format!("{AT_THE_CLINIC}{home}");
        world.send(&world.north, &about("NORTH", "M1", "A17", &ana, "")).await;
        let anna = ana.replace("^ANA^", "^ANNA^");
        world.send(&world.south, &about("SOUTH", "M1", "S9", &anna, "")).await;
        let reviewer = granted(&world, "data-quality", None, Permission::ResolveDuplicates).await;
        let asked = async || {
            let queue = waiting(&world.cx, reviewer.clone(), "open", FRONT, world.arrival()).await;
            queue.expect("works").items.len()
        };
        assert_eq!(asked().await, 1);
        stored(&world, &quixley("B1", ",,,,")).await;
        stored(&world, &replaced("adoption", "B1", "B2", "STONE", "EMMA")).await;
        assert_eq!(asked().await, 0, "nobody is asked whether she is her former sister");
        let persons = &world.cx.store.read(dump_in).await.expect("works")["person"];
        assert!(
            !persons.iter().any(|row| row.contains("provisional")),
            "nobody waits for an answer that never comes"
        );
    });
}
