//! A full disk: nobody is told yes, reading goes on, and writing again when there is room.

use crate::support::{count, doses, submit, submit_at_once};
use iis_store::testing::TestStore;
use iis_store::testing::deeds::Message;
use iis_store::{Lane, StoreError, setting};

#[test]
fn a_full_disk_is_no_yes_and_no_half_and_ends_when_room_returns() {
    let t = TestStore::sqlite();
    let first = submit(&t.store, 1, &Message::new("before")).expect("there is room");
    t.store.limit_pages(1).expect("a limit: the file stays as large as it is");
    let outcomes =
        submit_at_once(&t.store, 8, 10, |thread, n| i64::try_from(thread * 10 + n).expect("small") + 2);
    let good = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(
        outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(StoreError::DiskFull))),
        "{outcomes:?}"
    );
    assert!(good < 80, "a full disk refuses");
    for table in ["message", "person", "report", "audit", "submission", "link", "person_view"] {
        assert_eq!(count(&t, table), 1 + good, "{table}: whole units or none");
    }
    assert_eq!(doses(&t, 1), (1, 1));
    let again = submit(&t.store, 1, &Message::new("before"));
    assert!(
        matches!(&again, Ok(applied) if applied.reply == first.reply) || again == Err(StoreError::DiskFull)
    );

    t.store.limit_pages(0).expect("room again");
    let outcomes =
        submit_at_once(&t.store, 8, 10, |thread, n| i64::try_from(thread * 10 + n).expect("small") + 2);
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(count(&t, "message"), 81);
    let verification = t.store.read_blocking(|tx| {
        iis_store::audit::verify::verify(tx, &iis_store::audit::verify::Against::default())
    });
    assert_eq!(verification.expect("verified").faults, []);
}

#[test]
fn innocent_units_of_a_batch_that_met_a_full_disk_are_run_again_alone() {
    let t = TestStore::sqlite();
    t.store.write_blocking(Lane::Web, |tx| setting::put(tx, "a", "1")).expect("there is room");
    t.store.limit_pages(1).expect("a limit");
    let huge = "x".repeat(1_000_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let outcomes = runtime.block_on(async {
        let units: Vec<_> = (0..20)
            .map(|n| {
                let (store, huge) = (t.store.clone(), huge.clone());
                tokio::spawn(async move {
                    store
                        .write(Lane::Web, move |tx| setting::put(tx, "a", if n == 10 { &huge } else { "2" }))
                        .await
                })
            })
            .collect();
        let mut outcomes = Vec::new();
        for unit in units {
            outcomes.push(unit.await.expect("a task"));
        }
        outcomes
    });
    for (n, outcome) in outcomes.into_iter().enumerate() {
        assert_eq!(outcome, if n == 10 { Err(StoreError::DiskFull) } else { Ok(()) }, "unit {n}");
    }
}
