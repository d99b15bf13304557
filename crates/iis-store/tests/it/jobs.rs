//! Jobs: claimed once, kept by a heartbeat, taken over when the lease ends, laid aside after too many tries.

use iis_store::job::{self, Claimed, NewJob, TRIES};
use iis_store::testing::{NOW, TestStore};
use iis_store::{Lane, store_test};
use jiff::SignedDuration;
use std::collections::BTreeSet;

const LEASE: SignedDuration = SignedDuration::from_secs(60);

fn add(t: &TestStore, id: i64) {
    let job = NewJob { id, kind: "recall".into(), payload: "{}".into(), run_at: NOW };
    t.store.write_blocking(Lane::Bulk, move |tx| job::insert(tx, &job)).expect("a job");
}

fn claim(t: &TestStore, owner: &'static str, seconds: i64) -> Option<Claimed> {
    let now = NOW + SignedDuration::from_secs(seconds);
    t.store.write_blocking(Lane::Bulk, move |tx| job::claim(tx, owner, now, LEASE)).expect("a claim")
}

store_test! {
    fn each_job_is_claimed_by_one_worker(t) {
        (1..=20).for_each(|id| add(t, id));
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let store = t.store.clone();
                std::thread::spawn(move || {
                    let next = || store.write_blocking(Lane::Bulk, |tx| job::claim(tx, "w", NOW, LEASE)).expect("a claim");
                    std::iter::from_fn(next).map(|job| job.id).collect::<Vec<_>>()
                })
            })
            .collect();
        let claimed: Vec<i64> = workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect();
        assert_eq!(claimed.len(), 20);
        assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 20);
    }

    fn a_job_whose_owner_is_gone_is_taken_over_and_its_owner_notices(t) {
        add(t, 1);
        assert_eq!(claim(t, "a", 0).map(|job| job.attempts), Some(1));
        assert_eq!(claim(t, "b", 59), None);
        let kept = t.store.write_blocking(Lane::Bulk, |tx| job::heartbeat(tx, 1, "a", NOW + LEASE * 2, "half"));
        assert_eq!(kept, Ok(true));
        assert_eq!(claim(t, "b", 119), None);
        let taken = claim(t, "b", 120).expect("the lease is over");
        assert_eq!((taken.attempts, &*taken.progress), (2, "half"));
        assert_eq!(t.store.write_blocking(Lane::Bulk, |tx| job::finish(tx, 1, "a")), Ok(false));
        assert_eq!(t.store.write_blocking(Lane::Bulk, |tx| job::finish(tx, 1, "b")), Ok(true));
        assert_eq!(claim(t, "b", 10_000), None);
    }

    fn a_failing_job_waits_longer_each_time_and_is_laid_aside(t) {
        add(t, 1);
        let mut seconds = 0;
        for attempt in 1..=TRIES {
            let job = claim(t, "a", seconds).expect("it is due");
            assert_eq!(job.attempts, attempt);
            let now = NOW + SignedDuration::from_secs(seconds);
            let failed = t.store.write_blocking(Lane::Bulk, move |tx| job::fail(tx, &job, "a", now, "the mail server is away"));
            assert_eq!(failed, Ok(true));
            let pause = 10 << (attempt - 1);
            assert_eq!(claim(t, "a", seconds + pause - 1), None, "not before its time");
            seconds += pause;
        }
        assert_eq!(claim(t, "a", seconds), None);
        let dead = t.store.read_blocking(|tx| job::list(tx, "dead", 0, 10)).expect("a list");
        assert_eq!(dead.len(), 1);
        assert_eq!(t.store.write_blocking(Lane::Bulk, |tx| job::revive(tx, 1, NOW)), Ok(true));
        assert!(claim(t, "a", seconds).is_some());
    }
}
