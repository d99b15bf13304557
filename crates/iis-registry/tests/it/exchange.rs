//! Submissions and queries.

use crate::world::{about, count, mmr, on_each_engine, query, segment, vxu};
use iis_registry::number_key::NumberKey;
use iis_store::testing::tables;
use jiff::civil::date;
use std::sync::Arc;

#[test]
fn a_submission_is_acknowledged_and_found_again_by_number_and_by_name() {
    on_each_engine(|world| async move {
        let reply =
            world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "00", "A"))).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M1", "{reply}");
        for (sender, query) in [
            (&world.north, query("NORTH", "A17", "")),
            (&world.north, query("NORTH", "", "DOE^ANA^^^^^L")),
            (&world.south, query("SOUTH", "", "Doe^Ana^^^^^L")),
        ] {
            let reply = world.send(sender, &query).await;
            assert!(segment(&reply, "QAK").starts_with("QAK|T1|OK"), "{reply}");
            assert!(segment(&reply, "RXA").contains("|20210120||03^"), "{reply}");
        }
        let elsewhere = world.send(&world.south, &query("SOUTH", "A17", "")).await;
        assert!(
            segment(&elsewhere, "QAK").starts_with("QAK|T1|NF"),
            "a number counts at its own clinic: {elsewhere}"
        );
    });
}

#[test]
fn the_same_message_again_gets_the_same_reply_and_changes_nothing() {
    on_each_engine(|world| async move {
        let message = vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "00", "A"));
        let first = world.try_send(&world.north, &message).await;
        let again = world.try_send(&world.north, &message).await;
        assert_eq!((again.replayed, &again.bytes), (true, &first.bytes));
        let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!(count(&record, "RXA"), 1);
    });
}

#[test]
fn the_same_control_id_with_other_content_is_processed_and_told() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "00", "A"))).await;
        let reply =
            world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D2", "20240120", "00", "A"))).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M1");
        assert!(segment(&reply, "ERR").contains("|205^"), "{reply}");
        let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!(count(&record, "RXA"), 2);
    });
}

#[test]
fn updates_correct_and_deletes_withdraw_what_the_sender_itself_reported() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "00", "A"))).await;
        world.send(&world.north, &vxu("NORTH", "M2", "A17", &mmr("D1", "20210121", "00", "U"))).await;
        let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!((count(&record, "RXA"), record.contains("|20210121||03^")), (1, true), "{record}");

        let unknown =
            world.send(&world.north, &vxu("NORTH", "M3", "A17", &mmr("D9", "20230303", "00", "D"))).await;
        assert_eq!(segment(&unknown, "MSA"), "MSA|AE|M3");
        assert!(segment(&unknown, "ERR").contains("ORC^1^3") && unknown.contains("|204^"), "{unknown}");

        let gone =
            world.send(&world.north, &vxu("NORTH", "M4", "A17", &mmr("D1", "20210121", "00", "D"))).await;
        assert_eq!(segment(&gone, "MSA"), "MSA|AA|M4", "{gone}");
        let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!(count(&record, "RXA"), 0, "{record}");
    });
}

#[test]
fn two_doses_under_one_order_number_are_both_kept() {
    on_each_engine(|world| async move {
        let visit = mmr("VISIT", "20210120", "00", "A");
        let both = visit.clone() + &visit.replace("03^MMR", "21^Varicella");
        let reply = world.send(&world.north, &vxu("NORTH", "M1", "A17", &both)).await;
        assert_eq!(count(&reply, "ERR"), 2, "{reply}");
        let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!(count(&record, "RXA"), 2, "{record}");
    });
}

#[test]
fn what_a_message_says_twice_about_a_dose_ends_the_same_when_it_comes_again() {
    on_each_engine(|world| async move {
        // the same order number, vaccine and day with two lots: the last one counts
        let dose = mmr("D1", "20210120", "00", "A");
        let rows = dose.clone() + &dose.replace("|L1|", "|L2|");
        assert_ne!(dose, dose.replace("|L1|", "|L2|"), "the dose of the tests has a lot");
        for control_id in ["M1", "M2", "M3"] {
            world.send(&world.north, &vxu("NORTH", control_id, "A17", &rows)).await;
            let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
            assert_eq!((count(&record, "RXA"), record.contains("|L2|")), (1, true), "{control_id}: {record}");
        }
    });
}

#[test]
fn at_one_moment_what_was_received_last_counts() {
    for (actions, doses) in [("ADA", 1), ("AD", 0), ("ADAD", 0), ("DA", 1), ("AA", 1)] {
        on_each_engine(move |world| async move {
            for (n, action) in actions.chars().enumerate() {
                let dose = mmr("D1", "20210120", "00", &action.to_string());
                world.send(&world.north, &vxu("NORTH", &format!("M{n}"), "A17", &dose)).await;
            }
            let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
            assert_eq!(count(&record, "RXA"), doses, "{actions}: {record}");
        });
    }
}

#[test]
fn a_report_overtaken_by_a_later_one_is_kept_and_its_sender_is_told() {
    #[rustfmt::skip]
    let table = [
        // first, made at    then, made earlier   told    doses
        (("A", "20210120"), ("D", "20210120"),    true,   1), // an old withdrawal
        (("D", "20210120"), ("A", "20210120"),    true,   0), // an old report of what was withdrawn
        (("U", "20210121"), ("A", "20210120"),    true,   1), // what was corrected since
        (("A", "20210120"), ("A", "20210120"),    false,  1), // both say the same
    ];
    for (first, then, is_told, doses) in table {
        on_each_engine(move |world| async move {
            let message = |id: &str, (action, day): (&str, &str), at: &str| {
                vxu("NORTH", id, "A17", &mmr("D1", day, "00", action)).replace("20260302095900", at)
            };
            world.send(&world.north, &message("M1", first, "20260302095900")).await;
            let reply = world.send(&world.north, &message("M2", then, "20260301120000")).await;
            assert_eq!(reply.contains("REG-012"), is_told, "{first:?} {then:?}: {reply}");
            let code = if is_told { "MSA|AE|M2" } else { "MSA|AA|M2" };
            assert_eq!(segment(&reply, "MSA"), code, "{first:?} {then:?}");
            assert!(!is_told || segment(&reply, "ERR").contains("|RXA^1|"), "{reply}");
            let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
            assert_eq!(count(&record, "RXA"), doses, "{first:?} {then:?}: {record}");
        });
    }
}

#[test]
fn a_query_is_answered_under_the_number_asked_for_and_the_askers_others() {
    on_each_engine(|world| async move {
        for (id, mrn) in [("M1", "A17"), ("M2", "B18")] {
            let reply =
                world.send(&world.north, &vxu("NORTH", id, mrn, &mmr("D1", "20210120", "00", "A"))).await;
            assert_eq!(segment(&reply, "MSA"), format!("MSA|AA|{id}"), "{reply}");
        }
        world.send(&world.south, &vxu("SOUTH", "M3", "C19", "")).await;
        for (asked, other) in [("A17", "B18"), ("B18", "A17")] {
            let reply = world.send(&world.north, &query("NORTH", asked, "")).await;
            let numbers = segment(&reply, "PID").split('|').nth(3).unwrap_or_default();
            let numbers: Vec<_> = numbers.split('~').map(|id| id.split('^').next().unwrap_or("")).collect();
            assert_eq!(numbers[1..], [asked, other], "{reply}");
        }
    });
}

#[test]
fn a_refusal_and_a_historical_dose_are_kept_and_told() {
    on_each_engine(|world| async move {
        let refusal = "ORC|RE||9999^NORTH\rRXA|0|1|20220301||21^Varicella^CVX|999||||||||||||00^Parental decision^NIP002||RE|A\r";
        let groups = format!("{}{refusal}", mmr("D1", "20210120", "01", "A"));
        let reply = world.send(&world.north, &vxu("NORTH", "M1", "A17", &groups)).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M1", "{reply}");
        let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!(count(&record, "RXA"), 2, "{record}");
        assert!(record.contains("|RE") && record.contains("00^Parental decision^NIP002"), "{record}");
    });
}

#[test]
fn new_demographics_take_effect_and_what_is_not_said_is_kept() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", "")).await;
        let renamed = "ROE^ANA^^^^^L||20200115|F|||12 Elm St^^Alder^CA^90001^USA^H";
        let reply = world.send(&world.north, &about("NORTH", "M2", "A17", renamed, "")).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M2", "{reply}");
        assert_eq!(world.people("roe", "ana", date(2020, 1, 15)).await, 1);
        assert_eq!(world.people("doe", "ana", date(2020, 1, 15)).await, 1, "the old name still finds her");
        let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
        let person = segment(&record, "PID");
        assert!(
            person.contains("ROE^ANA") && person.contains("MOSS^SUE") && person.contains("12 Elm St"),
            "{person}"
        );
    });
}

#[test]
fn two_quotes_erase_what_is_stored_if_that_is_agreed_with_the_sender() {
    on_each_engine(|world| async move {
        let known = "DOE^ANA^^^^^L||20200115|F|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^202^5550140";
        let erasing = "DOE^ANA^^^^^L|\"\"|20200115|F||\"\"|\"\"||\"\"";
        let agreed =
            world.sender_with("erasing-ehr", "NORTH", |profile| profile.erase_on_empty_quotes = true);
        let agreed = agreed.await;
        for (sender, mrn, is_erased) in [(&world.north, "A1", false), (&agreed, "A2", true)] {
            world.send(sender, &about("NORTH", &format!("M1{mrn}"), mrn, known, "")).await;
            let reply = world.send(sender, &about("NORTH", &format!("M2{mrn}"), mrn, erasing, "")).await;
            assert!(segment(&reply, "MSA").starts_with("MSA|A"), "{reply}");
            let record = world.send(sender, &query("NORTH", mrn, "")).await;
            let person = segment(&record, "PID");
            assert_eq!(!person.contains("12 Elm St"), is_erased, "{person}");
            assert_eq!(!person.contains("5550140"), is_erased, "{person}");

            // an older message that comes late does not bring them back
            let late = about("NORTH", &format!("M3{mrn}"), mrn, known, "")
                .replace("20260302095900+0000", "20260301095900+0000");
            world.send(sender, &late).await;
            let record = world.send(sender, &query("NORTH", mrn, "")).await;
            assert_eq!(!segment(&record, "PID").contains("12 Elm St"), is_erased, "{record}");
        }
    });
}

#[test]
fn a_severity_that_is_agreed_with_a_sender_holds_for_its_messages_alone() {
    on_each_engine(|world| async move {
        // born too long ago (a warning), of no known race (silent)
        let person = "DOE^ANA^^^^^L||18800115|F|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^202^5550140";
        let agreed = world.sender_with("agreed-ehr", "NORTH", |profile| {
            profile.severities = [("PAT-120", "silent"), ("PAT-209", "information")]
                .map(|(code, word)| (code.into(), word.into()))
                .into();
        });
        let agreed = agreed.await;
        for (sender, mrn, told, untold) in
            [(&world.north, "A1", "PAT-120", "PAT-209"), (&agreed, "A2", "PAT-209", "PAT-120")]
        {
            let reply = world.send(sender, &about("NORTH", &format!("M{mrn}"), mrn, person, "")).await;
            assert!(reply.contains(told) && !reply.contains(untold), "{reply}");
        }
    });
}

#[test]
fn a_social_security_number_is_nowhere_in_the_database() {
    on_each_engine(|mut world| async move {
        world.cx.number_key = Some(Arc::new(NumberKey::new(&[7; 32])));
        let message =
            vxu("NORTH", "M1", "A17", "").replace("A17^^^NORTH^MR", "A17^^^NORTH^MR~212-45-6789^^^SSA^SS");
        let reply = world.send(&world.north, &message).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M1", "{reply}");
        let asked = query("NORTH", "A17", "").replace("A17^^^NORTH^MR", "A17^^^NORTH^MR~212456789^^^SSA^SS");
        let record = world.send(&world.north, &asked).await;
        assert!(segment(&record, "PID").contains("DOE^ANA") && !segment(&record, "PID").contains("6789"));
        let again = world.try_send(&world.north, &message).await;
        assert_eq!((again.replayed, &*again.bytes), (true, reply.as_bytes()), "it is still the same message");

        let tables = world.cx.store.read(tables::dump_in).await.expect("the tables can be read");
        let mut hashed = 0;
        for (table, row) in tables.iter().flat_map(|(table, rows)| rows.iter().map(move |row| (table, row))) {
            for number in ["212-45-6789", "212456789"] {
                let bytes: Vec<String> = number.bytes().map(|byte| format!("{byte:02x}")).collect();
                assert!(!row.contains(number) && !row.contains(&bytes.join(", ")), "{table}: {row}");
            }
            hashed += usize::from(row.contains("keyed:"));
        }
        assert!(hashed >= 2, "as reported and as folded: {hashed}");
    });
}

#[test]
fn a_number_given_out_again_opens_a_new_person() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("D1", "20210120", "00", "A"))).await;
        let other = about("NORTH", "M2", "A17", "ROE^MIGUEL^^^^^L||19870602|M", "");
        let reply = world.send(&world.north, &other).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AE|M2");
        assert_eq!(world.people("roe", "miguel", date(1987, 6, 2)).await, 1);
        assert_eq!(world.people("doe", "ana", date(2020, 1, 15)).await, 1);
        let again =
            about("NORTH", "M3", "A17", "ROE^MIGUEL^^^^^L||19870602|M", &mmr("D7", "19900101", "01", "A"));
        world.send(&world.north, &again).await;
        assert_eq!(world.people("roe", "miguel", date(1987, 6, 2)).await, 1, "each goes to its own person");
        let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!((count(&record, "RXA"), record.contains("|20210120||")), (1, true), "{record}");
    });
}

#[test]
fn a_site_that_is_not_the_senders_own_is_refused() {
    on_each_engine(|world| async move {
        let reply = world.send(&world.north, &vxu("SOUTH", "M1", "A17", "")).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AE|M1");
        assert!(reply.contains("MSH^1^4") && reply.contains("|204^"), "{reply}");
        assert_eq!(world.people("doe", "ana", date(2020, 1, 15)).await, 0);
    });
}

#[test]
fn a_protected_record_is_shown_to_its_own_reporter_only() {
    on_each_engine(|world| async move {
        let protected = vxu("NORTH", "M1", "A17", "PD1||||||||||||Y|20260101\r");
        assert_eq!(segment(&world.send(&world.north, &protected).await, "MSA"), "MSA|AA|M1");
        for (sender, site, status) in [(&world.north, "NORTH", "OK"), (&world.south, "SOUTH", "NF")] {
            let reply = world.send(sender, &query(site, "", "DOE^ANA^^^^^L")).await;
            assert!(segment(&reply, "QAK").starts_with(&format!("QAK|T1|{status}")), "{site} {reply}");
        }
    });
}

#[test]
fn many_messages_about_one_new_child_at_once_make_one_person() {
    const MESSAGES: i32 = 64;
    on_each_engine(|world| async move {
        let world = Arc::new(world);
        let sent: Vec<_> = (0..MESSAGES)
            .map(|n| {
                let world = Arc::clone(&world);
                tokio::spawn(async move {
                    // far enough apart never to be taken for the same dose
                    let day = date(2020, 8, 1).saturating_add(jiff::Span::new().days(n * 32));
                    let group = mmr(&format!("D{n}"), &day.strftime("%Y%m%d").to_string(), "01", "A");
                    world.send(&world.north, &vxu("NORTH", &format!("M{n}"), "A17", &group)).await
                })
            })
            .collect();
        for reply in sent {
            let reply = reply.await.expect("no panic");
            assert!(segment(&reply, "MSA").starts_with("MSA|AA|"), "{reply}");
        }
        assert_eq!(world.people("doe", "ana", date(2020, 1, 15)).await, 1);
        let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
        assert_eq!(i32::try_from(count(&record, "RXA")), Ok(MESSAGES));
    });
}

#[test]
fn the_order_of_arrival_does_not_change_the_end() {
    // Add, correct, withdraw one dose in all six orders; MSH-7 says in which order they were made.
    let steps = [("A", "20210120", "0958"), ("U", "20210121", "0959"), ("D", "20210121", "1000")];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        on_each_engine(move |world| async move {
            for step in order {
                let (action, day, minute) = steps[step];
                let message = vxu("NORTH", &format!("M{step}"), "A17", &mmr("D1", day, "00", action));
                let message = message.replace("20260302095900", &format!("20260302{minute}00"));
                world.send(&world.north, &message).await;
            }
            let record = world.send(&world.north, &query("NORTH", "A17", "")).await;
            assert_eq!(count(&record, "RXA"), 0, "{order:?} {record}");
        });
    }
}
