//! Pairs of records that share a key.

use crate::patient::keys::{Key, keys, probes};
use crate::patient::subject::Subject;

/// Keys that more records than this share tell nobody from anybody and are left out.
pub const LARGEST_BUCKET: usize = 200;

/// All pairs of records (the smaller index first) that share a key, or of which one, with day and month of birth
/// swapped, would share one.
pub fn candidate_pairs(subjects: &[Subject]) -> Vec<(usize, usize)> {
    let mut entries: Vec<(Key, bool, u32)> = Vec::with_capacity(subjects.len() * 20);
    for (at, subject) in (0_u32..).zip(subjects) {
        entries.extend(keys(subject).into_iter().map(|key| (key, false, at)));
        entries.extend(probes(subject).into_iter().map(|key| (key, true, at)));
    }
    entries.sort_unstable();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for bucket in entries.chunk_by(|x, y| x.0 == y.0) {
        let owners = bucket.partition_point(|(_, is_probe, _)| !is_probe);
        if owners > LARGEST_BUCKET {
            continue;
        }
        for (place, (_, _, a)) in bucket[..owners].iter().enumerate() {
            pairs.extend(
                bucket[place + 1..].iter().filter(|(.., b)| a != b).map(|(.., b)| (*a.min(b), *a.max(b))),
            );
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|(a, b)| (a as usize, b as usize)).collect()
}
