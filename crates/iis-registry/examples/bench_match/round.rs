//! What one round of looking up measured.

use std::fmt;
use std::time::Duration;

/// One round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Round {
    /// Milliseconds within which half were found and weighed.
    pub(crate) p50_ms: f64,
    /// The same of all but one in a hundred.
    pub(crate) p99_ms: f64,
    /// Persons weighed, of all but one in a hundred.
    pub(crate) candidates_p99: f64,
    /// Of the records whose person is in the store: the share that was linked to it, or put before a reviewer with it.
    pub(crate) reached: f64,
}

impl Round {
    /// Of the time and the candidates of each record looked up.
    pub(crate) fn of(mut times: Vec<Duration>, mut candidates: Vec<usize>, reached: f64) -> Self {
        times.sort_unstable();
        candidates.sort_unstable();
        let millis = |place| rank(&times, place).as_secs_f64() * 1e3;
        let weighed = u32::try_from(rank(&candidates, 0.99)).unwrap_or(u32::MAX);
        Self { p50_ms: millis(0.5), p99_ms: millis(0.99), candidates_p99: f64::from(weighed), reached }
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "p50 {:.3} ms, p99 {:.3} ms, candidates p99 {}, reached {:.4}",
            self.p50_ms, self.p99_ms, self.candidates_p99, self.reached
        )
    }
}

/// The worst of each.
pub(crate) fn worst(rounds: &[Round]) -> Round {
    let most = |of: fn(&Round) -> f64| rounds.iter().map(of).fold(0.0, f64::max);
    Round {
        p50_ms: most(|round| round.p50_ms),
        p99_ms: most(|round| round.p99_ms),
        candidates_p99: most(|round| round.candidates_p99),
        reached: rounds.iter().map(|round| round.reached).fold(1.0, f64::min),
    }
}

/// The value below which this share of the sorted values lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a list"
)]
fn rank<T: Copy + Default>(sorted: &[T], share: f64) -> T {
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}
