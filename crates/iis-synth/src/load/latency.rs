//! Latencies in a histogram of fixed size: 64 steps in each doubling, so that a value is off by at most 1.6 percent.

use std::time::Duration;

const STEPS: u64 = 64;
const STEP_BITS: u32 = 6;
/// Up to 2^36 microseconds.
const BUCKETS: usize = 37 * 64;

/// Counted latencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latencies {
    counts: Vec<u64>,
    total: u64,
    max: Duration,
}

impl Default for Latencies {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], total: 0, max: Duration::ZERO }
    }
}

impl Latencies {
    /// Counts one.
    pub fn record(&mut self, latency: Duration) {
        self.counts[bucket(latency)] += 1;
        self.total += 1;
        self.max = self.max.max(latency);
    }

    /// Adds those of another.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
        self.max = self.max.max(other.max);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.total
    }

    /// The longest.
    pub fn max(&self) -> Duration {
        self.max
    }

    /// The latency below which so many thousandths lie: 500 is the median, 990 the 99th percentile.
    pub fn permille(&self, permille: u64) -> Duration {
        let wanted = (self.total * permille).div_ceil(1000).max(1);
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return upper(index).min(self.max);
            }
        }
        self.max
    }
}

fn bucket(latency: Duration) -> usize {
    let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
    if micros < STEPS {
        return usize::try_from(micros).unwrap_or(0);
    }
    let doubling = micros.ilog2() - STEP_BITS;
    let step = (micros >> doubling) - STEPS;
    let index = (u64::from(doubling) + 1) * STEPS + step;
    usize::try_from(index).unwrap_or(usize::MAX).min(BUCKETS - 1)
}

/// The largest latency of a bucket.
fn upper(index: usize) -> Duration {
    let index = index as u64;
    let (doubling, step) = (index / STEPS, index % STEPS);
    let micros = if doubling == 0 { step } else { ((STEPS + step + 1) << (doubling - 1)) - 1 };
    Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::{Latencies, bucket, upper};
    use std::time::Duration;

    #[test]
    fn a_value_lies_in_its_bucket_and_is_off_by_little() {
        for micros in (0..200).chain((200..5_000_000).step_by(1_237)) {
            let index = bucket(Duration::from_micros(micros));
            let micros_of = |index| u64::try_from(upper(index).as_micros()).expect("small");
            let high = micros_of(index);
            let low = index.checked_sub(1).map_or(0, |below| micros_of(below) + 1);
            assert!((low..=high).contains(&micros), "{micros}: {low}..{high}");
            assert!(high - micros <= micros / 60 + 1, "{micros}: {high}");
        }
    }

    #[test]
    fn percentiles_count_from_the_fastest() {
        let mut latencies = Latencies::default();
        for millis in 1..=1000 {
            latencies.record(Duration::from_millis(millis));
        }
        for (permille, millis) in [(500, 500), (990, 990), (999, 999), (1000, 1000)] {
            let measured = latencies.permille(permille).as_secs_f64() * 1000.0;
            assert!((measured / f64::from(millis) - 1.0).abs() < 0.02, "{permille}: {measured}");
        }
        assert_eq!(latencies.max(), Duration::from_secs(1));
    }
}
