//! Many units in one transaction: each stands or falls alone, and nobody is told yes too early.

use crate::support::{count, submit, submit_at_once};
use iis_store::testing::deeds::Message;
use iis_store::{Lane, Store, StoreConfig, StoreError, Tx, setting, store_test};
use std::sync::{Mutex, mpsc};

/// Sends `units` writings while one of the same lane is held open, lets it end, and says how they went.
fn behind_a_plug(
    store: &Store,
    lane: Lane,
    units: usize,
    write: impl Fn(usize, &mut Tx<'_>) -> Result<(), StoreError> + Send + Sync + Copy + 'static,
) -> Vec<Result<(), StoreError>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let (go, wait) = mpsc::channel::<()>();
    let (started, has_started) = mpsc::channel::<()>();
    let (wait, started) = (Mutex::new(wait), Mutex::new(started));
    let plugged = store.clone();
    let plug = std::thread::spawn(move || {
        plugged.write_blocking(lane, move |_| {
            started.lock().expect("one unit").send(()).expect("somebody waits");
            wait.lock().expect("one unit").recv().expect("somebody lets go");
            Ok(())
        })
    });
    has_started.recv().expect("the plug runs");
    let outcomes = runtime.block_on(async {
        let waiting: Vec<_> = (0..units)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move { store.write(lane, move |tx| write(n, tx)).await })
            })
            .collect();
        tokio::task::yield_now().await; // each is asked once, which queues it
        go.send(()).expect("the plug waits");
        let mut outcomes = Vec::new();
        for unit in waiting {
            outcomes.push(unit.await.expect("a task"));
        }
        outcomes
    });
    assert_eq!(plug.join().expect("the plug"), Ok(()));
    outcomes
}

store_test! {
    fn a_failing_unit_undoes_itself_only(t) {
        // All wait behind a unit that does not end, so that on SQLite they come into one transaction.
        let outcomes = behind_a_plug(&t.store, Lane::RealTime, 30, |n, tx| {
            setting::put(tx, &format!("unit {n:02}"), "written")?;
            match n % 3 {
                0 => Ok(()),
                1 => Err(StoreError::Constraint("on purpose".into())),
                _ => panic!("on purpose"),
            }
        });
        for (n, outcome) in outcomes.into_iter().enumerate() {
            match n % 3 {
                0 => assert_eq!(outcome, Ok(())),
                1 => assert_eq!(outcome, Err(StoreError::Constraint("on purpose".into()))),
                _ => assert!(matches!(outcome, Err(StoreError::Internal(_)))),
            }
        }
        let written = t.store.read_blocking(setting::all).expect("a reading");
        let names: Vec<&str> = written.iter().map(|(name, _)| &**name).collect();
        let expected: Vec<String> = (0..30).step_by(3).map(|n| format!("unit {n:02}")).collect();
        assert_eq!(names, expected);
    }

    fn a_panic_in_a_reading_or_a_plan_is_an_error_and_the_threads_survive(t) {
        for _ in 0..5 {
            let read = t.store.read_blocking(|_| -> Result<(), StoreError> { panic!("on purpose") });
            assert!(matches!(read, Err(StoreError::Internal(_))));
            let plan = t.store.propose_and_apply_blocking(Lane::Web, |_| panic!("on purpose"));
            assert!(matches!(plan, Err(StoreError::Internal(_))));
        }
        assert!(submit(&t.store, 1, &Message::new("M1")).is_ok());
    }

    fn all_that_is_acknowledged_is_there_and_audited(t) {
        let outcomes = submit_at_once(&t.store, 8, 20, |thread, n| i64::try_from(thread * 20 + n).expect("small"));
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        for (table, rows) in [("message", 160), ("person", 160), ("report", 160), ("audit", 160), ("submission", 160)] {
            assert_eq!(count(t, table), rows, "{table}");
        }
    }

    fn a_reader_sees_one_snapshot(t) {
        let store = t.store.clone();
        let seen = t.store.read_blocking(move |tx| {
            let before = setting::all(tx)?.len();
            std::thread::spawn(move || store.write_blocking(Lane::Web, |tx| setting::put(tx, "a", "1")))
                .join()
                .expect("a writing thread")?;
            Ok((before, setting::all(tx)?.len()))
        });
        assert_eq!(seen, Ok((0, 0)));
        assert_eq!(t.store.read_blocking(setting::all).map(|all| all.len()), Ok(1));
    }

    fn a_reading_cannot_write(t) {
        let outcome = t.store.read_blocking(|tx| {
            setting::put(tx, "a", "1")?;
            setting::all(tx)
        });
        assert_eq!(outcome, Err(StoreError::ReadOnly));
    }

    fn a_full_lane_says_busy_at_once(t) {
        let config = StoreConfig { queue: 3, writers: 1, ..t.config.clone() };
        let store = iis_store::Store::open(&config).expect("opens again");
        let outcomes = behind_a_plug(&store, Lane::Bulk, 4, |n, tx| setting::put(tx, &format!("unit {n}"), "written"));
        assert_eq!(outcomes, [Ok(()), Ok(()), Err(StoreError::Busy), Err(StoreError::Busy)]);
        assert_eq!(store.write_blocking(Lane::Bulk, |tx| setting::put(tx, "later", "written")), Ok(()));
    }

    fn read_only_mode_refuses_writings_and_still_audits_what_is_shown(t) {
        t.store.set_read_only(true);
        assert_eq!(t.store.write_blocking(Lane::Web, |tx| setting::put(tx, "a", "1")), Err(StoreError::ReadOnly));
        assert_eq!(submit(&t.store, 1, &Message::new("M1")), Err(StoreError::ReadOnly));
        let entry = iis_store::AuditEntry::of(&iis_store::testing::deeds::granted(), iis_store::testing::NOW);
        assert_eq!(t.store.disclose_blocking(move |_| Ok((5, vec![entry]))), Ok(5));
        assert_eq!(count(t, "audit"), 1);
        t.store.set_read_only(false);
        assert!(submit(&t.store, 1, &Message::new("M1")).is_ok());
    }

    fn a_closed_store_finishes_what_waits_and_refuses_the_rest(t) {
        let store = t.open_again();
        let late = store.clone();
        let sending = {
            let store = store.clone();
            std::thread::spawn(move || submit_at_once(&store, 4, 5, |thread, n| i64::try_from(thread * 5 + n).expect("small")))
        };
        let outcomes = sending.join().expect("a sending thread");
        store.close_blocking();
        assert!(matches!(submit(&late, 1, &Message::new("late")), Err(StoreError::Unavailable(_))));
        let good = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(count(t, "message"), good);
    }
}
