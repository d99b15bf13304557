//! Open loop: messages leave at fixed times, whether the ones before were acknowledged or not; a latency counts from
//! the planned time. So a server that stalls pays for all who would have waited (coordinated omission).

use super::closed::Client;
use super::{Latencies, Outcome, Stream, Target};
use std::thread;
use std::time::{Duration, Instant};

/// Sends `rate` messages a second over all streams together, each over a connection of its own, for `warm_up` and then
/// measured for `duration`.
pub fn open_loop(
    targets: &[Target],
    streams: Vec<Stream>,
    rate: f64,
    warm_up: Duration,
    duration: Duration,
) -> Outcome {
    let count = u32::try_from(streams.len()).unwrap_or(u32::MAX);
    let between = Duration::from_secs_f64(f64::from(count) / rate.max(1.0));
    let begin = Instant::now() + Duration::from_millis(50);
    let mut outcome = Outcome::default();
    thread::scope(|scope| {
        let clients: Vec<_> = (0_u32..)
            .zip(streams)
            .map(|(index, stream)| {
                let target = &targets[index as usize % targets.len()];
                scope.spawn(move || {
                    let mut client = Client::new(target, stream);
                    // The connections share the time between two messages of one of them evenly.
                    let mut planned = begin + between * index / count;
                    let measured_from = begin + warm_up;
                    let mut is_warm = false;
                    while planned < measured_from + duration {
                        thread::sleep(planned.saturating_duration_since(Instant::now()));
                        if !is_warm && planned >= measured_from {
                            is_warm = true;
                            client.measured = Latencies::default();
                        }
                        client.send_planned(planned);
                        planned += between;
                    }
                    client.end(duration.max(Instant::now().saturating_duration_since(measured_from)))
                })
            })
            .collect();
        for client in clients {
            outcome.join(client.join().unwrap_or_default());
        }
    });
    outcome
}
