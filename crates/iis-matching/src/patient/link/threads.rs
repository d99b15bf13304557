//! Work on several threads at once, the results in the order of the threads: what comes of it does not depend on who was
//! first.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::thread;

/// On how many threads to work.
pub type Threads = NonZeroUsize;

/// Does the work with the number of each thread, the first being 0. Panics where the work does.
pub(crate) fn on_threads<T: Send>(threads: Threads, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if threads == Threads::MIN {
        return vec![work(0)];
    }
    thread::scope(|scope| {
        let work = &work;
        let handles: Vec<_> = (0..threads.get()).map(|n| scope.spawn(move || work(n))).collect();
        let joined = handles.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// The places that the thread `n` works on.
pub(super) fn chunk(length: usize, n: usize, threads: usize) -> Range<usize> {
    length * n / threads..length * (n + 1) / threads
}

#[cfg(test)]
mod tests {
    use super::{Threads, chunk, on_threads};

    #[test]
    fn every_place_is_somebodys_and_results_come_in_order() {
        for threads in 1..=5 {
            let found = on_threads(Threads::new(threads).expect("not none"), |n| chunk(13, n, threads));
            let places: Vec<usize> = found.into_iter().flatten().collect();
            assert_eq!(places, (0..13).collect::<Vec<_>>());
        }
    }
}
