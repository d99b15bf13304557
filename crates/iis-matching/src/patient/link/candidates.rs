//! Pairs of records that share a key.

use super::threads::{chunk, on_threads};
use super::{Record, Threads};
use crate::patient::keys::{Key, keys, probes};
use std::sync::Mutex;

/// Keys that more records than this share tell nobody from anybody and are left out.
pub const LARGEST_BUCKET: usize = 200;

/// Two records by their indexes, the smaller first.
pub(super) type Pair = (u32, u32);

/// A key, and the record that has it. A record that would have it, were day and month of its birth swapped, sorts
/// behind those that have it.
type Entry = (Key, Holder);

/// Index of a record; the highest bit is set where the record would have the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holder(u32);

const WOULD: u32 = 1 << 31;

impl Holder {
    fn record(self) -> u32 {
        self.0 & !WOULD
    }
}

/// All pairs of records (the smaller index first) that share a key, or of which one, with day and month of birth
/// swapped, would share one.
pub fn candidate_pairs(records: &[Record]) -> Vec<(usize, usize)> {
    let pairs = pairs_by_share(records, Threads::MIN);
    pairs.into_iter().flatten().map(|(a, b)| (a as usize, b as usize)).collect()
}

/// The same in as many shares as there are threads, each sorted: what is in which share depends on the records alone.
pub(super) fn pairs_by_share(records: &[Record], threads: Threads) -> Vec<Vec<Pair>> {
    let shares = threads.get();
    let entries = turned(on_threads(threads, |n| entries(records, chunk(records.len(), n, shares), shares)));
    let pairs = turned(on_threads(threads, |n| pairs(taken(&entries, n), shares)));
    on_threads(threads, |n| {
        let mut pairs = joined(taken(&pairs, n));
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    })
}

/// The entries of some records, parted by key.
fn entries(records: &[Record], some: std::ops::Range<usize>, shares: usize) -> Vec<Vec<Entry>> {
    let mut parts = vec![Vec::with_capacity(some.len() * 24 / shares); shares];
    // Nobody links two thousand million records in memory.
    for (at, record) in (0_u32..).zip(records).skip(some.start).take(some.len()) {
        let mut put = |key: Key, holder| parts[part(key, shares)].push((key, holder));
        for key in keys(&record.subject) {
            put(key, Holder(at));
        }
        for key in probes(&record.subject) {
            put(key, Holder(at | WOULD));
        }
    }
    parts
}

/// Every bit of a key counts, so any of them part the keys evenly.
#[expect(clippy::cast_possible_truncation, reason = "the remainder is smaller than the divisor")]
fn part(key: Key, shares: usize) -> usize {
    (key.0 % shares as u64) as usize
}

/// The pairs that share one of these keys, parted by the first record of each.
fn pairs(entries: Vec<Vec<Entry>>, shares: usize) -> Vec<Vec<Pair>> {
    let mut entries = joined(entries);
    entries.sort_unstable();
    let mut parts = vec![Vec::new(); shares];
    for bucket in entries.chunk_by(|x, y| x.0 == y.0) {
        let owners = bucket.partition_point(|(_, holder)| holder.0 < WOULD);
        if owners > LARGEST_BUCKET {
            continue;
        }
        for (place, (_, a)) in bucket[..owners].iter().enumerate() {
            let others = bucket[place + 1..].iter().map(|(_, b)| b.record()).filter(|b| *b != a.record());
            for b in others {
                let (a, b) = (a.record().min(b), a.record().max(b));
                parts[a as usize % shares].push((a, b));
            }
        }
    }
    parts
}

/// What each thread made for each share, by share: each thread then takes its own.
fn turned<T>(made: Vec<Vec<Vec<T>>>) -> Vec<Mutex<Vec<Vec<T>>>> {
    let shares = made.len();
    let mut turned: Vec<Vec<Vec<T>>> = (0..shares).map(|_| Vec::with_capacity(shares)).collect();
    for parts in made {
        turned.iter_mut().zip(parts).for_each(|(share, part)| share.push(part));
    }
    turned.into_iter().map(Mutex::new).collect()
}

fn taken<T>(shares: &[Mutex<Vec<T>>], n: usize) -> Vec<T> {
    std::mem::take(&mut *shares[n].lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn joined<T>(parts: Vec<Vec<T>>) -> Vec<T> {
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_default();
    for part in parts {
        all.extend(part);
    }
    all
}
