//! Files as a whole: twice, broken off, hostile, and what is kept of a load.

use super::{HEADER, birth, codes, found, loaded, loaded_as_it_is, office, only, replaced, stored};
use crate::world::{World, on_each_engine};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::vital_records::{File, findings, load, loads};
use iis_store::testing::tables::dump_in;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

/// What no second load may change.
const HELD: [&str; 14] = [
    "person",
    "registry_number",
    "source_record",
    "submission",
    "submission_person",
    "report",
    "link",
    "source_view",
    "person_view",
    "event",
    "person_name",
    "match_key",
    "person_status",
    "review_item",
];

async fn held(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut all = world.cx.store.read(dump_in).await.expect("the tables can be read");
    all.retain(|table, _| HELD.contains(&table.as_str()));
    assert_eq!(all.len(), HELD.len());
    all
}

fn a_day() -> String {
    birth("B1", "DOE", "ANA", "2026-02-28,,,,")
        + &birth("B2", "ROE", "", ",,2026-02-28,,")
        + &birth("B3", "POE", "IDA", ",,,,")
        + &replaced("adoption", "B1", "B4", "STONE", "EMMA")
        + "1,death,B3,,,,,2026-02-28,,,,,,,,,,2026-03-01,,,,,\n"
        + &birth("B5", "BLUM", "EVA", ",,,,")
}

#[test]
fn p4_the_same_file_twice_changes_nothing() {
    on_each_engine(|world| async move {
        let first = stored(&world, &a_day()).await;
        assert_eq!((first.lines, first.stored, first.known), (6, 6, 0));
        let before = held(&world).await;
        let second = stored(&world, &a_day()).await;
        assert_eq!((second.id, second.stored, second.known), (first.id, 0, 6));
        assert_eq!(held(&world).await, before);
        assert_eq!(second.notes, first.notes, "and tells the same");
        let by = operator(Permission::SubmitReports).expect("the operator may");
        assert_eq!(loads(&world.cx, by, 10).await.expect("works").len(), 1, "one file, one load");
    });
}

#[test]
fn p4_a_load_that_was_broken_off_goes_on_and_loses_and_doubles_nothing() {
    on_each_engine(|world| async move {
        let office = office(&world, "VITAL").await;
        let text = format!("{HEADER}{}", a_day());
        for broken_at in 1..=5 {
            let is_enough = AtomicBool::new(false);
            let by = operator(Permission::SubmitReports).expect("the operator may");
            let file = File { name: "day.csv", bytes: text.as_bytes() };
            let loading = load(
                &world.cx,
                by,
                &office,
                file,
                || world.arrival(),
                |done| {
                    is_enough.store(done >= broken_at, Ordering::Relaxed);
                },
            );
            let mut loading = Box::pin(loading);
            let broken_off = poll_fn(|context| match loading.as_mut().poll(context) {
                _ if is_enough.load(Ordering::Relaxed) => Poll::Ready(()),
                Poll::Ready(loaded) => panic!("whole, or it failed: {loaded:?}"),
                Poll::Pending => Poll::Pending,
            });
            broken_off.await;
        }
        let by = operator(Permission::SubmitReports).expect("the operator may");
        let open = loads(&world.cx, by, 10).await.expect("works");
        assert_eq!(open.iter().map(|load| load.ended_at).collect::<Vec<_>>(), [None], "it shows");
        let last = stored(&world, &a_day()).await;
        assert_eq!(last.stored + last.known, 6);
        assert!(last.known >= 5, "{last:?}");
        for (last, first) in [("STONE", "EMMA"), ("POE", "IDA"), ("BLUM", "EVA")] {
            assert_eq!(found(&world, last, first).await.len(), 1, "{first} {last}");
        }
        assert_eq!(found(&world, "DOE", "ANA").await, []);
        assert_eq!(only(&world, "STONE", "EMMA").await.events.len(), 1);
        let persons = held(&world).await["person"].len();
        assert_eq!(persons, 4);
    });
}

#[test]
fn p4_findings_are_kept_with_the_load_and_follow_the_file() {
    on_each_engine(|world| async move {
        let lines = birth("B1", "DOE", "ANA", ",,,,")
            + "1,wedding,B2,,,,,,,,,,,,,,,,,,,,\n2,birth\n"
            + &replaced("name-change", "B9", "", "ROE", "ANA");
        let told = loaded(&world, &lines).await;
        let expected = [(3, "VR-009", "event"), (4, "VR-005", ""), (5, "VR-021", "")];
        assert_eq!(codes(&told), expected);
        assert_eq!((told.lines, told.stored, told.refused), (4, 1, 3));
        let by = || operator(Permission::SubmitReports).expect("the operator may");
        let kept = findings(&world.cx, by(), told.id, 100).await.expect("works");
        let kept: Vec<_> = kept.iter().map(|row| (row.line, &*row.code, &*row.place)).collect();
        assert_eq!(kept, expected, "read again");
        let listed = &loads(&world.cx, by(), 10).await.expect("works")[0];
        assert_eq!((listed.lines, listed.stored, listed.known, listed.refused), (4, 1, 0, 3));
        // the number is known by now, so the line that was refused is tried again
        stored(&world, &birth("B9", "POE", "ANA", ",,,,")).await;
        let again = loaded(&world, &lines).await;
        assert_eq!(codes(&again), expected[..2]);
        assert_eq!((again.id, again.stored, again.known, again.refused), (told.id, 1, 1, 2));
    });
}

#[test]
fn p4_hostile_files_are_answered_and_names_stay_as_they_are() {
    on_each_engine(|world| async move {
        let long = "Ñ".repeat(200);
        for (n, last) in ["=cmd|' /C calc'!A0", "אבן", "O'Brien", "𐌰𐌱𐌲", &long].iter().enumerate()
        {
            let told = stored(&world, &birth(&format!("H{n}"), &format!("\"{last}\""), "ANA", ",,,,")).await;
            assert_eq!(told.stored, 1, "{last}");
        }
        let names = held(&world).await["person_view"].join("\n");
        assert!(names.contains("=cmd|' /C calc'!A0") && names.contains("אבן") && names.contains(&long));
        let before = held(&world).await;
        let endless = ",x".repeat(1_000_000);
        let quote =
            format!("{HEADER}{}", birth("Q1", "\"DOE", "ANA", ",,,,")) + &birth("Q2", "ROE", "IDA", ",,,,");
        let nul = format!("{HEADER}{}", birth("Q1", "D\0E", "ANA", ",,,,"));
        let latin = [
            HEADER.as_bytes(),
            &birth("Q1", "MU~OZ", "ANA", ",,,,")
                .replace('~', "\u{1}")
                .bytes()
                .map(|b| if b == 1 { 0xF1 } else { b })
                .collect::<Vec<_>>(),
        ]
        .concat();
        #[rustfmt::skip]
        let table: [(&[u8], &str); 6] = [
            (b"",               "VR-001"),
            (b"\xff\xfe\0\0",   "VR-003"),
            (endless.as_bytes(), "VR-003"),
            (quote.as_bytes(),  "VR-005"),
            (nul.as_bytes(),    "VR-007"),
            (&latin,            "VR-006"),
        ];
        for (bytes, code) in table {
            let told = loaded_as_it_is(&world, "VITAL", bytes).await;
            assert_eq!(told.notes.iter().map(|note| &*note.code).collect::<Vec<_>>(), [code]);
            assert_eq!(told.stored, 0);
        }
        assert_eq!(held(&world).await, before, "none of them stored anything");
    });
}
