//! The same unit again: the same answer, byte for byte, and nothing applied twice.

use crate::support::{count, doses, submit, submit_at_once};
use iis_store::testing::deeds::{self, Message};
use iis_store::testing::tables::dump;
use iis_store::testing::{NOW, TestStore};
use iis_store::{Applied, AuditEntry, Change, Lane, Plan, UnitKey, person, setting, store_test};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};

store_test! {
    fn a_message_sent_again_gets_the_stored_reply_and_changes_nothing(t) {
        let message = Message::new("M1");
        let first = submit(&t.store, 1, &message).expect("the first time");
        assert!(!first.replayed);
        let rows = || {
            let mut tables = dump(t);
            tables.remove("id_block"); // a PostgreSQL worker that had no audit chain takes one
            tables
        };
        let before = rows();
        for _ in 0..3 {
            let again = submit(&t.store, 1, &message).expect("again");
            assert_eq!(again, Applied { replayed: true, ..first.clone() });
        }
        assert_eq!(rows(), before);
    }

    fn five_connections_that_resend_at_once_all_get_one_reply(t) {
        for round in 0..5 {
            let message = Message::new(format!("M{round}"));
            let start = Arc::new(Barrier::new(5));
            let senders: Vec<_> = (0..5)
                .map(|_| {
                    let (store, message, start) = (t.store.clone(), message.clone(), Arc::clone(&start));
                    std::thread::spawn(move || {
                        start.wait();
                        submit(&store, 1, &message).expect("a reply")
                    })
                })
                .collect();
            let replies: Vec<Applied> = senders.into_iter().map(|sender| sender.join().expect("a sender")).collect();
            assert_eq!(replies.iter().filter(|applied| !applied.replayed).count(), 1);
            assert!(replies.iter().all(|applied| applied.reply == replies[0].reply));
        }
        assert_eq!(count(t, "message"), 5);
        assert_eq!(doses(t, 1), (5, 5));
    }

    fn the_same_control_id_with_another_body_is_another_message(t) {
        let first = Message::new("M1");
        let mut other = first.clone();
        other.body.extend_from_slice(b"NTE|1||more\r");
        assert!(!submit(&t.store, 1, &first).expect("a reply").replayed);
        assert!(!submit(&t.store, 1, &other).expect("a reply").replayed);
        let key = other.key();
        let seen = t.store.read_blocking(move |tx| iis_store::message::with_other_body(tx, &key));
        assert!(seen.expect("a reading").is_some());
        assert_eq!(doses(t, 1), (2, 2));
    }

    fn control_ids_too_long_for_an_index_still_tell_messages_apart(t) {
        let long = Message::new("X".repeat(20_000));
        let mut other = long.clone();
        other.body.push(b'\r');
        assert!(!submit(&t.store, 1, &long).expect("a reply").replayed);
        assert!(!submit(&t.store, 1, &other).expect("a reply").replayed);
        assert!(submit(&t.store, 1, &long).expect("a reply").replayed);
    }

    fn a_form_sent_twice_is_done_once(t) {
        let plan = Plan { reply: (*b"saved").into(), ..Plan::new(NOW, UnitKey::Once([9; 32])) };
        for replayed in [false, true, true] {
            let plan = plan.clone();
            let applied = t.store.propose_and_apply_blocking(Lane::Web, move |_| Ok(plan.clone())).expect("applied");
            assert_eq!(applied, Applied { reply: (*b"saved").into(), replayed, message_id: None });
        }
        assert_eq!(count(t, "unit_key"), 1);
    }

    fn queries_and_refusals_are_logged_without_a_key(t) {
        let message = Message::new("Q1");
        for _ in 0..3 {
            let (ids, message) = (t.store.ids().clone(), message.clone());
            let applied = t.store.propose_and_apply_blocking(Lane::RealTime, move |_| {
                let row = message.row(iis_model::MessageId(ids.take()?), b"MSA|AR|Q1");
                Ok(Plan { message: Some(row), ..Plan::new(NOW, UnitKey::None) })
            });
            assert!(!applied.expect("applied").replayed);
        }
        assert_eq!(count(t, "message"), 3);
    }

    fn thirty_two_writers_about_one_person_end_consistent(t) {
        submit(&t.store, 1, &Message::new("first")).expect("a new person");
        let outcomes = submit_at_once(&t.store, 32, 4, |_, _| 1);
        assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_ok_and(|applied| !applied.replayed)), "{outcomes:?}");
        assert_eq!(doses(t, 1), (129, 129));
        let (id, version) = t
            .store
            .peek_blocking(|tx| Ok(deeds::person_of(tx, 1)?.map(|person| (person.id, person.version))))
            .expect("a reading")
            .expect("the person");
        assert_eq!(version, 129);
        let revisions = t.store.peek_blocking(move |tx| iis_store::reporter::of_person(tx, &deeds::granted(), id));
        assert_eq!(revisions.expect("a reading")[0].submissions, 129);
    }

    fn two_messages_about_the_same_new_child_make_one_person(t) {
        let outcomes = submit_at_once(&t.store, 16, 1, |_, _| 4);
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(count(t, "person"), 1);
        assert_eq!(count(t, "source_record"), 1);
        assert_eq!(doses(t, 4), (16, 16));
    }

    fn new_persons_under_one_match_key_are_made_one_after_the_other(t) {
        // 2 and 3 share a key: whoever comes second must have seen the other.
        let outcomes = submit_at_once(&t.store, 8, 8, |thread, _| 2 + i64::try_from(thread % 2).expect("0 or 1"));
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        assert_eq!(count(t, "person"), 2);
        assert_eq!(dump(t)["match_stamp"], ["1 | 2"]);
    }

    fn a_stale_plan_is_made_again_and_then_inside_the_writer(t) {
        submit(&t.store, 1, &Message::new("first")).expect("a new person");
        let tries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tries);
        let applied = t.store.propose_and_apply_blocking(Lane::Web, move |tx| {
            let (id, version) = deeds::person_of(tx, 1)?.map(|person| (person.id, person.version)).expect("the person");
            // The first two plans pretend to have read an older version.
            let seen = if counted.fetch_add(1, Ordering::Relaxed) < 2 { version - 1 } else { version };
            let mut plan = Plan::new(NOW, UnitKey::Once([1; 32]));
            plan.person_versions.push((id, seen));
            plan.touched.push(id);
            plan.audit.push(AuditEntry::of(&deeds::granted(), NOW).person(id));
            Ok(plan)
        });
        assert!(applied.is_ok(), "{applied:?}");
        assert_eq!(tries.load(Ordering::Relaxed), 3);
    }

    fn a_plan_that_only_read_a_person_stops_when_it_changed_but_does_not_move_it(t) {
        submit(&t.store, 1, &Message::new("first")).expect("a new person");
        let read_only = |seen: i64, key: u8| {
            t.store.propose_and_apply_blocking(Lane::Web, move |tx| {
                let id = deeds::person_of(tx, 1)?.expect("the person").id;
                let mut plan = Plan::new(NOW, UnitKey::Once([key; 32]));
                plan.person_versions.push((id, seen));
                plan.audit.push(AuditEntry::of(&deeds::granted(), NOW).person(id));
                Ok(plan)
            })
        };
        assert!(read_only(1, 1).is_ok());
        assert!(read_only(1, 2).is_ok());
        assert_eq!(read_only(0, 3), Err(iis_store::StoreError::Stale));
    }

    fn a_plan_can_be_looked_at_without_being_applied(t) {
        let (ids, message) = (t.store.ids().clone(), Message::new("M1"));
        let plan = t.store.peek_blocking(move |tx| deeds::submit(tx, &ids, 1, &message)).expect("a plan");
        assert!(plan.changes.iter().any(|change| matches!(change, Change::NewPerson(_))));
        assert_eq!(count(t, "person"), 0);
    }
}

store_test! {
    fn two_stores_on_one_database_do_not_disturb_each_other(t) {
        let second = t.open_again();
        let stores = [t.store.clone(), second];
        let sending: Vec<_> = stores
            .iter()
            .enumerate()
            .map(|(at, store)| {
                let store = store.clone();
                std::thread::spawn(move || {
                    (0..40).map(|n| submit(&store, n % 5, &Message::new(format!("S{at}-{n}")))).collect::<Vec<_>>()
                })
            })
            .collect();
        for outcome in sending.into_iter().flat_map(|thread| thread.join().expect("a sending thread")) {
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        assert_eq!(count(t, "message"), 80);
        assert_eq!(doses(t, 0).0, 16);
        assert!(t.store.read_blocking(|tx| iis_store::audit::verify::verify(tx, &iis_store::audit::verify::Against::default())).expect("verified").faults.is_empty());
        let _ = t.store.write_blocking(Lane::Web, |tx| setting::put(tx, "a", "1"));
        let _ = t.store.read_blocking(|tx| person::list(tx, iis_model::PersonId(0), 1));
    }
}

#[test]
fn a_message_key_belongs_to_its_message() {
    let t = TestStore::sqlite();
    let ids = t.store.ids().clone();
    let outcome = t.store.propose_and_apply_blocking(Lane::RealTime, move |_| {
        let row = Message::new("other").row(iis_model::MessageId(ids.take()?), b"");
        Ok(Plan { message: Some(row), ..Plan::new(NOW, Message::new("M1").key()) })
    });
    assert!(matches!(outcome, Err(iis_store::StoreError::Internal(_))), "{outcome:?}");
}
