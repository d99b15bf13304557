//! Load on a registry's HTTP door: prebuilt messages, light clients, honest latencies, a ledger that outlives crashes.
//!
//! Clients are plain threads with blocking sockets: one write and one read for a message, no runtime, so that on a small
//! machine the load does not eat what it measures.

mod closed;
mod http;
mod latency;
mod mix;
mod open;
pub mod oracle;
mod template;

pub use closed::{closed_loop, introduce};
pub use http::{Answer, Connection, Target, ack_of};
pub use latency::Latencies;
pub use mix::{Kind, Mix, Stream};
pub use open::open_loop;
pub use template::control_number;

use std::collections::BTreeSet;
use std::time::Duration;

/// What a run measured.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How long it was measured, without warming up.
    pub elapsed: Duration,
    /// Messages acknowledged while it was measured.
    pub acknowledged: u64,
    /// Their latencies.
    pub latencies: Latencies,
    /// The slowest of each connection.
    pub slowest: Vec<Duration>,
    /// Control ids of messages that were acknowledged AA or AE, warming up included, each once.
    pub accepted: BTreeSet<u64>,
    /// Control ids of messages that were sent, acknowledged or not.
    pub sent: BTreeSet<u64>,
    /// Replies that were neither AA nor AE, named another control id, or were not understood; broken connections.
    pub refused: u64,
    /// One of those, to look at: status and the beginning of the body.
    pub example_refused: Option<String>,
}

impl Outcome {
    /// Messages a second.
    pub fn rate(&self) -> f64 {
        // Counts of a run stay far below 2^52.
        #[expect(clippy::cast_precision_loss, reason = "counts of a run stay far below 2^52")]
        let acknowledged = self.acknowledged as f64;
        acknowledged / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Takes in what another connection measured in the same time.
    fn join(&mut self, other: Self) {
        self.elapsed = self.elapsed.max(other.elapsed);
        self.acknowledged += other.acknowledged;
        self.latencies.add(&other.latencies);
        self.slowest.extend(other.slowest);
        self.accepted.extend(other.accepted);
        self.sent.extend(other.sent);
        self.refused += other.refused;
        self.example_refused = self.example_refused.take().or(other.example_refused);
    }
}
