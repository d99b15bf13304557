//! Two works beside each other: how long each takes, and the ratio. Shared by the benches of the parser and of the checks.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// A ratio with the two times behind it, in microseconds.
#[derive(Clone, Copy)]
pub(crate) struct Compared {
    /// How many times faster ours is.
    pub(crate) ratio: f64,
    pub(crate) reference: f64,
    pub(crate) ours: f64,
}

impl Compared {
    /// The line that `cargo xtask bench` reads.
    pub(crate) fn line(&self, goal: &str, name: &str) -> String {
        let Self { ratio, reference, ours } = self;
        format!(
            r#"{{"goal":"{goal}","name":"{name}","value":{ratio:.2},"ours":{ours:.3},"reference":{reference:.3},"unit":"us"}}"#
        )
    }
}

/// The smallest of three ratios of the other's time to ours.
pub(crate) fn worst(other: &dyn Fn() -> usize, ours: &dyn Fn() -> usize) -> Compared {
    let runs = (0..3).map(|_| {
        let (reference, ours) = (time(other), time(ours));
        Compared { ratio: reference / ours, reference, ours }
    });
    runs.min_by(|a, b| a.ratio.total_cmp(&b.ratio)).expect("three runs")
}

/// Microseconds for one round, of as many as fit into less than half a second.
fn time(work: &dyn Fn() -> usize) -> f64 {
    let start = Instant::now();
    let mut rounds = 0_u32;
    while start.elapsed() < Duration::from_millis(400) {
        for _ in 0..50 {
            black_box(work());
        }
        rounds += 50;
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds)
}
