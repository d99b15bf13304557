//! Closed loop: each connection sends the next message as soon as the last one is acknowledged. Only for the maximum
//! rate; its latencies leave out those who would have waited.

use super::template::control_number;
use super::{Connection, Latencies, Mix, Outcome, Stream, Target, ack_of};
use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// Sends each stream over a connection of its own for `warm_up`, then measures for `duration`. Every message under way
/// at the end is waited for.
pub fn closed_loop(
    targets: &[Target],
    streams: Vec<Stream>,
    warm_up: Duration,
    duration: Duration,
) -> Outcome {
    let barrier = Barrier::new(streams.len());
    let mut outcome = Outcome::default();
    thread::scope(|scope| {
        let clients: Vec<_> = streams
            .into_iter()
            .enumerate()
            .map(|(index, stream)| {
                let (target, barrier) = (&targets[index % targets.len()], &barrier);
                scope.spawn(move || {
                    let mut client = Client::new(target, stream);
                    barrier.wait();
                    let started = Instant::now();
                    while started.elapsed() < warm_up {
                        client.send_next();
                    }
                    client.measured = Latencies::default();
                    let measured_from = Instant::now();
                    let end = started + warm_up + duration;
                    while Instant::now() < end {
                        client.send_next();
                    }
                    client.end(measured_from.elapsed())
                })
            })
            .collect();
        for client in clients {
            outcome.join(client.join().unwrap_or_default());
        }
    });
    outcome
}

/// Sends the first message about each known person of a mix, over `connections` connections, numbered from
/// `first_control` on by steps of `apart` for each connection. To be done before a stream of the mix is sent to a registry.
pub fn introduce(
    targets: &[Target],
    mix: &Mix,
    connections: usize,
    first_control: u64,
    apart: u64,
) -> Outcome {
    let started = Instant::now();
    let mut outcome = Outcome::default();
    thread::scope(|scope| {
        let clients: Vec<_> = (0..connections)
            .map(|index| {
                let target = &targets[index % targets.len()];
                let first = first_control + index as u64 * apart;
                scope.spawn(move || {
                    let mut client = Client::new(target, mix.stream(0, first));
                    for (control, request) in mix.introductions(index, connections, first) {
                        client.request = request;
                        client.send(Instant::now(), control);
                    }
                    client.end(started.elapsed())
                })
            })
            .collect();
        for client in clients {
            outcome.join(client.join().unwrap_or_default());
        }
    });
    outcome
}

/// One connection with its stream and what it measured.
pub(super) struct Client<'a> {
    target: &'a Target,
    stream: Stream,
    connection: Option<Connection>,
    request: Vec<u8>,
    accepted: BTreeSet<u64>,
    sent: BTreeSet<u64>,
    refused: u64,
    example_refused: Option<String>,
    pub(super) measured: Latencies,
}

impl<'a> Client<'a> {
    pub(super) fn new(target: &'a Target, stream: Stream) -> Self {
        Self {
            target,
            stream,
            connection: Connection::open(target.address).ok(),
            request: Vec::new(),
            accepted: BTreeSet::new(),
            sent: BTreeSet::new(),
            refused: 0,
            example_refused: None,
            measured: Latencies::default(),
        }
    }

    /// Sends the next message; its latency counts from now.
    pub(super) fn send_next(&mut self) {
        self.send_planned(Instant::now());
    }

    /// Sends the next message, which should have left at `planned`: its latency counts from then.
    pub(super) fn send_planned(&mut self, planned: Instant) {
        let (_, control) = self.stream.next(&mut self.request);
        self.send(planned, control);
    }

    /// Sends what stands in `request`.
    fn send(&mut self, planned: Instant, control: u64) {
        self.sent.insert(control);
        let reply = match &mut self.connection {
            Some(connection) => connection.exchange(&self.request),
            None => Err(std::io::ErrorKind::NotConnected.into()),
        };
        let complaint = match reply {
            Ok(answer) => match ack_of(answer.body) {
                Some(("AA" | "AE", named))
                    if answer.status == 200 && control_number(named) == Some(control) =>
                {
                    self.measured.record(planned.elapsed());
                    self.accepted.insert(control);
                    self.stream.acknowledged(control, &self.request);
                    return;
                }
                _ => {
                    let start = &answer.body[..answer.body.len().min(600)];
                    format!(
                        "status {}: {}",
                        answer.status,
                        String::from_utf8_lossy(start).replace('\r', " / ")
                    )
                }
            },
            Err(error) => {
                // Slow enough not to spin while nobody listens.
                thread::sleep(Duration::from_millis(5));
                self.connection = Connection::open(self.target.address).ok();
                format!("connection: {error}")
            }
        };
        self.refused += 1;
        self.example_refused.get_or_insert(complaint);
    }

    pub(super) fn end(self, elapsed: Duration) -> Outcome {
        Outcome {
            elapsed,
            acknowledged: self.measured.count(),
            slowest: vec![self.measured.max()],
            latencies: self.measured,
            accepted: self.accepted,
            sent: self.sent,
            refused: self.refused,
            example_refused: self.example_refused,
        }
    }
}
