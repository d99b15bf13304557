//! What several tests do.

use iis_store::testing::TestStore;
use iis_store::testing::deeds::{self, Message};
use iis_store::{Applied, Lane, Store, StoreError};
use std::sync::Arc;

/// Submits a message about person `n`.
pub(crate) fn submit(store: &Store, n: i64, message: &Message) -> Result<Applied, StoreError> {
    let (ids, message) = (store.ids().clone(), message.clone());
    store.propose_and_apply_blocking(Lane::RealTime, move |tx| deeds::submit(tx, &ids, n, &message))
}

/// Submits from many threads at once: `each` messages from each of `threads`, about the person that `whom` says.
pub(crate) fn submit_at_once(
    store: &Store,
    threads: usize,
    each: usize,
    whom: impl Fn(usize, usize) -> i64 + Send + Sync + 'static,
) -> Vec<Result<Applied, StoreError>> {
    let whom = Arc::new(whom);
    let workers: Vec<_> = (0..threads)
        .map(|thread| {
            let (store, whom) = (store.clone(), Arc::clone(&whom));
            std::thread::spawn(move || {
                let send = |n| submit(&store, whom(thread, n), &Message::new(format!("M{thread}-{n}")));
                (0..each).map(send).collect::<Vec<_>>()
            })
        })
        .collect();
    workers.into_iter().flat_map(|worker| worker.join().expect("a sending thread")).collect()
}

/// How many rows a table has.
pub(crate) fn count(t: &TestStore, table: &str) -> usize {
    iis_store::testing::tables::dump(t)[table].len()
}

/// How many doses person `n` has: in the registry's view, and as events.
pub(crate) fn doses(t: &TestStore, n: i64) -> (i64, usize) {
    t.store
        .peek_blocking(move |tx| {
            let person = deeds::person_of(tx, n)?.expect("a person that was submitted");
            let events = iis_store::event::of_person(tx, &deeds::granted(), person.id)?;
            Ok((person.doses, events.len()))
        })
        .expect("a reading")
}
