//! Rounds by turns: the probe, the server, the probe again.

use crate::options::Options;
use crate::process::{Probe, Server};
use anyhow::{Result, bail};
use iis_synth::load::{Kind, Mix, Outcome, Stream, Target, closed_loop, introduce, open_loop};
use std::collections::BTreeSet;
use std::time::Duration;

/// Control numbers of one connection in one round.
const NUMBERS: u64 = 10_000_000;
/// How far apart the probe before and after may be.
const TOLERANCE: f64 = 0.30;
/// How often a repeat is measured again because the machine was not quiet.
const PATIENCE: usize = 3;

/// What was sent to the server and what it accepted, over all rounds.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) sent: BTreeSet<u64>,
    pub(crate) accepted: BTreeSet<u64>,
}

/// One repeat.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repeat {
    /// Of the server.
    pub(crate) ours: Measured,
    /// Of the probe, before and after together.
    pub(crate) probe: Measured,
    /// Commits a second of the probe.
    pub(crate) probe_commits: f64,
    /// Resident memory of the server in bytes.
    pub(crate) memory: u64,
}

/// What one program did in one round.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Measured {
    pub(crate) rate: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    pub(crate) p999: Duration,
    pub(crate) max: Duration,
    /// Processor time for a message, in microseconds.
    pub(crate) cpu_micros: f64,
}

/// A server and a probe, ready to be measured.
pub(crate) struct Bench<'a> {
    options: &'a Options,
    servers: Vec<Server>,
    probe: Probe,
    ours: Mix,
    theirs: Mix,
    next: u64,
    pub(crate) books: Books,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(options: &'a Options, servers: Vec<Server>, probe: Probe) -> Result<Self> {
        let Some(first) = servers.first() else { bail!("no server was asked for") };
        let mix = |target: &Target| Mix::new(target, "DEMO-CLINIC", 1, options.known, options.strangers);
        let (ours, theirs) = (mix(&first.target), mix(&probe.target));
        eprintln!("mean message {} bytes", ours.mean_bytes(&first.target));
        Ok(Self { options, servers, probe, ours, theirs, next: 1, books: Books::default() })
    }

    fn targets(&self) -> Vec<Target> {
        self.servers.iter().map(|server| server.target.clone()).collect()
    }

    /// Makes the known people known to the server.
    pub(crate) fn introduce(&mut self) -> Result<()> {
        let first = self.numbers(32);
        let outcome = introduce(&self.targets(), &self.ours, 32, first, NUMBERS);
        eprintln!("{} people introduced in {:.1} s", outcome.accepted.len(), outcome.elapsed.as_secs_f64());
        if outcome.refused > 0 {
            bail!("the server refused {} of them, such as {:?}", outcome.refused, outcome.example_refused);
        }
        self.enter(&outcome);
        Ok(())
    }

    /// The first of the control numbers of so many connections that nobody else gets.
    fn numbers(&mut self, connections: usize) -> u64 {
        let first = self.next * NUMBERS;
        self.next += connections as u64;
        first
    }

    fn streams(&mut self, mix: &Mix, connections: usize) -> Vec<Stream> {
        let first = self.numbers(connections);
        (0..connections as u64).map(|number| mix.stream(7, first + number * NUMBERS)).collect()
    }

    fn enter(&mut self, outcome: &Outcome) {
        self.books.sent.extend(&outcome.sent);
        self.books.accepted.extend(&outcome.accepted);
    }

    /// Repeats of the closed loop.
    pub(crate) fn throughput(&mut self, connections: usize) -> Result<Vec<Repeat>> {
        self.repeats(
            |targets, streams, options| closed_loop(targets, streams, options.warm_up, options.duration),
            connections,
            true,
        )
    }

    /// Repeats of the open loop at a rate.
    pub(crate) fn latency(&mut self, connections: usize, rate: f64) -> Result<Vec<Repeat>> {
        self.repeats(
            |targets, streams, options| open_loop(targets, streams, rate, options.warm_up, options.duration),
            connections,
            false,
        )
    }

    fn repeats(
        &mut self,
        run: impl Fn(&[Target], Vec<Stream>, &Options) -> Outcome,
        connections: usize,
        compares_rates: bool,
    ) -> Result<Vec<Repeat>> {
        let mut repeats = Vec::new();
        let mut noisy = 0;
        let (mut before, mut commits) = self.probed(&run, connections)?;
        while repeats.len() < self.options.repeats {
            let ours = self.served(&run, connections)?;
            let (after, commits_after) = self.probed(&run, connections)?;
            let apart = (before.rate - after.rate).abs() / before.rate.max(after.rate).max(1.0);
            if compares_rates && apart > TOLERANCE && noisy < PATIENCE {
                noisy += 1;
                eprintln!("the probe changed by {:.0} % meanwhile: measured again", apart * 100.0);
            } else if compares_rates && apart > TOLERANCE {
                bail!(
                    "the machine is not quiet: the probe changed by {:.0} % within a repeat",
                    apart * 100.0
                );
            } else {
                let memory = self.servers.iter().map(|server| server.used().1).sum();
                let probe = before.and(after);
                repeats.push(Repeat {
                    ours,
                    probe,
                    probe_commits: f64::midpoint(commits, commits_after),
                    memory,
                });
            }
            (before, commits) = (after, commits_after);
        }
        Ok(repeats)
    }

    fn served(
        &mut self,
        run: &impl Fn(&[Target], Vec<Stream>, &Options) -> Outcome,
        connections: usize,
    ) -> Result<Measured> {
        let mix = self.ours.clone();
        let streams = self.streams(&mix, connections);
        let used = || self.servers.iter().map(|server| server.used().0).sum::<f64>();
        let cpu = used();
        let outcome = run(&self.targets(), streams, self.options);
        let cpu = used() - cpu;
        self.enter(&outcome);
        if outcome.refused > 0 {
            bail!("the server refused {} messages, such as {:?}", outcome.refused, outcome.example_refused);
        }
        for slowest in &outcome.slowest {
            let allowed = outcome.latencies.permille(500) * 10 + Duration::from_millis(250);
            if *slowest > allowed {
                eprintln!("a connection starved: {slowest:?}, allowed {allowed:?}");
            }
        }
        Ok(Measured::of(&outcome, cpu))
    }

    fn probed(
        &mut self,
        run: &impl Fn(&[Target], Vec<Stream>, &Options) -> Outcome,
        connections: usize,
    ) -> Result<(Measured, f64)> {
        let mix = self.theirs.clone();
        let streams = self.streams(&mix, connections);
        let (cpu, commits) = (self.probe.used().0, self.probe.commits());
        let target = [self.probe.target.clone()];
        let outcome = run(&target, streams, self.options);
        if outcome.refused > 0 {
            bail!("the probe refused {} messages, such as {:?}", outcome.refused, outcome.example_refused);
        }
        let measured = Measured::of(&outcome, self.probe.used().0 - cpu);
        let commits = u32::try_from(self.probe.commits() - commits).unwrap_or(u32::MAX);
        let whole = self.options.warm_up + self.options.duration;
        Ok((measured, f64::from(commits) / whole.as_secs_f64()))
    }

    /// Ends both programs, so that their stores are at rest.
    pub(crate) fn stop(&mut self) {
        self.servers.clear();
    }
}

impl Measured {
    fn of(outcome: &Outcome, cpu_seconds: f64) -> Self {
        let sent = u32::try_from(outcome.accepted.len()).unwrap_or(u32::MAX);
        Self {
            rate: outcome.rate(),
            p50: outcome.latencies.permille(500),
            p99: outcome.latencies.permille(990),
            p999: outcome.latencies.permille(999),
            max: outcome.latencies.max(),
            cpu_micros: cpu_seconds * 1e6 / f64::from(sent.max(1)),
        }
    }

    /// Two rounds together: mean rates and latencies.
    fn and(self, other: Self) -> Self {
        Self {
            rate: f64::midpoint(self.rate, other.rate),
            p50: (self.p50 + other.p50) / 2,
            p99: (self.p99 + other.p99) / 2,
            p999: (self.p999 + other.p999) / 2,
            max: self.max.max(other.max),
            cpu_micros: f64::midpoint(self.cpu_micros, other.cpu_micros),
        }
    }
}

/// What the mix consists of, for the reader of the figures.
pub(crate) fn described() -> &'static str {
    // The names of the kinds stand in the library; this keeps the two from drifting apart.
    const _: [Kind; 4] = [Kind::NewDose, Kind::History, Kind::NewPerson, Kind::Again];
    "60 % known person with a new dose, 20 % history, 15 % new person, 5 % sent again"
}
