//! Faults between us and PostgreSQL: every unit is applied exactly once, or refused.

mod proxy;

use crate::support::{count, doses, submit};
use iis_store::testing::deeds::Message;
use iis_store::testing::{TestStore, shared_cluster};
use iis_store::{Lane, Store, StoreConfig, StoreError, setting};
use proxy::{Fault, Proxy};

/// A store whose connections go through a proxy.
fn through_proxy(t: &TestStore) -> (Proxy, Store) {
    let proxy = Proxy::before(&t.config.url);
    let url = format!("{}&sslmode=disable", proxy.url(&t.config.url)); // the proxy reads along
    let store = Store::open(&StoreConfig { url, writers: 2, ..t.config.clone() });
    let store = store.expect("opens through the proxy");
    // Each worker takes its audit chain before faults begin.
    let barrier = std::sync::Arc::new(std::sync::Barrier::new(2));
    let workers: Vec<_> = (0..2)
        .map(|_| {
            let (store, barrier) = (store.clone(), std::sync::Arc::clone(&barrier));
            std::thread::spawn(move || {
                store.write_blocking(Lane::Web, move |_| {
                    barrier.wait();
                    Ok(())
                })
            })
        })
        .collect();
    for worker in workers {
        worker.join().expect("a worker").expect("a unit that does nothing");
    }
    (proxy, store)
}

#[test]
fn a_unit_is_applied_exactly_once_whatever_happens_to_its_commit() {
    use Fault::{CutAfterCommit, CutBeforeCommit, SerializationFailure};
    let Some(t) = TestStore::postgres() else { return };
    let (proxy, store) = through_proxy(&t);
    submit(&store, 1, &Message::new("first")).expect("without faults");
    let table: [&[Fault]; 8] = [
        &[CutBeforeCommit],
        &[CutAfterCommit],
        &[SerializationFailure],
        &[SerializationFailure, SerializationFailure, SerializationFailure],
        &[CutBeforeCommit, CutAfterCommit],
        &[CutBeforeCommit, CutBeforeCommit, SerializationFailure],
        &[SerializationFailure, CutAfterCommit],
        &[CutAfterCommit],
    ];
    for (n, faults) in (2..).zip(table) {
        proxy.expect(faults);
        let message = Message::new(format!("M{n}"));
        let applied = submit(&store, 1, &message).unwrap_or_else(|error| panic!("{faults:?}: {error}"));
        assert_eq!(proxy.left(), 0, "{faults:?} happened");
        assert_eq!(doses(&t, 1), (n, usize::try_from(n).expect("small")), "{faults:?}");
        let again = submit(&store, 1, &message).expect("again");
        assert_eq!((again.reply, again.replayed), (applied.reply, true), "{faults:?}");
    }
    assert_eq!(count(&t, "message"), 9);
    let verification = t.store.read_blocking(|tx| {
        iis_store::audit::verify::verify(tx, &iis_store::audit::verify::Against::default())
    });
    let verification = verification.expect("verified");
    assert_eq!((verification.rows, verification.faults), (9, vec![]));
}

#[test]
fn a_writing_without_key_whose_commit_is_unknown_is_reported_unavailable() {
    let Some(t) = TestStore::postgres() else { return };
    let (proxy, store) = through_proxy(&t);
    for fault in [Fault::CutBeforeCommit, Fault::CutAfterCommit] {
        proxy.expect(&[fault]);
        let outcome = store.write_blocking(Lane::Web, |tx| setting::put(tx, "a", "1"));
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{fault:?}: {outcome:?}");
    }
    assert_eq!(store.write_blocking(Lane::Web, |tx| setting::put(tx, "a", "2")), Ok(()));
}

#[test]
fn terminated_connections_are_made_again() {
    let Some(t) = TestStore::postgres() else { return };
    for n in 1..=5 {
        let outcome = submit(&t.store, 1, &Message::new(format!("M{n}")));
        assert!(outcome.is_ok(), "{outcome:?}");
        let name = t.config.url.split("search_path%3D").nth(1).expect("a schema");
        let all = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'"
        );
        shared_cluster().expect("a cluster").run(&all);
    }
    let read = (0..20).map(|_| t.store.read_blocking(setting::all)).find(Result::is_ok);
    assert!(read.is_some(), "reading goes on");
    assert_eq!(doses(&t, 1), (5, 5));
}

#[test]
fn a_database_that_is_away_is_unavailable_and_comes_back() {
    let Some(t) = TestStore::postgres() else { return };
    let (proxy, store) = through_proxy(&t);
    proxy.refuse(true);
    let outcome = submit(&store, 1, &Message::new("M1"));
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    proxy.refuse(false);
    let outcome = (0..50).map(|_| submit(&store, 1, &Message::new("M1"))).find(Result::is_ok);
    assert!(outcome.is_some(), "it comes back");
    assert_eq!(count(&t, "message"), 1);
}
