//! What is printed: tables for people on standard error, figures for the runner on standard output.

use crate::options::Engine;
use crate::rounds::{Measured, Repeat, described};
use serde_json::json;
use std::time::Duration;

/// The figures of one engine.
#[derive(Debug)]
pub(crate) struct Figures {
    goal: &'static str,
    /// Stands after the names of figures of several servers.
    suffix: &'static str,
    is_json: bool,
    /// By connections: the worst repeat.
    throughput: Vec<(usize, Repeat)>,
    latency: Option<Repeat>,
}

impl Figures {
    pub(crate) fn new(engine: Engine, processes: usize, is_json: bool) -> Self {
        let goal = if engine == Engine::Sqlite { "P3" } else { "P4" };
        eprintln!("{goal}, servers: {processes}; {}", described());
        let suffix = if processes == 1 { "" } else { "-two-processes" };
        Self { goal, suffix, is_json, throughput: Vec::new(), latency: None }
    }

    /// Takes in the repeats of the closed loop.
    pub(crate) fn throughput(&mut self, connections: usize, repeats: &[Repeat]) {
        for repeat in repeats {
            line(&format!("closed {connections:>4}"), repeat);
        }
        let worst = repeats.iter().min_by(|one, other| ratio(one).total_cmp(&ratio(other)));
        self.throughput.extend(worst.map(|worst| (connections, *worst)));
    }

    /// Takes in the repeats of the open loop.
    pub(crate) fn latency(&mut self, rate: f64, repeats: &[Repeat]) {
        for repeat in repeats {
            line(&format!("open {rate:>6.0}"), repeat);
        }
        self.latency = repeats.iter().max_by(|one, other| delay(one).total_cmp(&delay(other))).copied();
    }

    /// The lowest throughput of the server over all numbers of connections from 8 on: one connection alone waits for
    /// each flush, and its rate says nothing about load.
    pub(crate) fn lowest_rate(&self) -> Option<f64> {
        let many =
            self.throughput.iter().filter(|(connections, _)| *connections >= 8 || self.throughput.len() == 1);
        many.map(|(_, repeat)| repeat.ours.rate).min_by(f64::total_cmp)
    }

    /// Prints the figures: those of the headline under the names of the goals, the others with their connections.
    pub(crate) fn print(&self, headline: usize) {
        for (connections, repeat) in &self.throughput {
            let at = if *connections == headline { String::new() } else { format!("-at-{connections}") };
            let name = format!("throughput-vs-probe{at}");
            self.figure(&name, ratio(repeat), repeat.ours.rate, repeat.probe.rate, "messages/s");
        }
        if let Some(repeat) = &self.latency {
            self.figure(
                "p99-vs-probe",
                delay(repeat),
                millis(repeat.ours.p99),
                millis(repeat.probe.p99),
                "ms",
            );
        }
    }

    fn figure(&self, name: &str, value: f64, ours: f64, reference: f64, unit: &str) {
        let name = format!("{name}{}", self.suffix);
        if self.is_json {
            let line = json!({"goal": self.goal, "name": name, "value": value, "ours": ours, "reference": reference, "unit": unit});
            println!("{line}");
        } else {
            println!(
                "{} {name:<28} {value:>7.3}  ours {ours:>9.2}  probe {reference:>9.2}  {unit}",
                self.goal
            );
        }
    }
}

fn ratio(repeat: &Repeat) -> f64 {
    repeat.ours.rate / repeat.probe.rate.max(1.0)
}

fn delay(repeat: &Repeat) -> f64 {
    repeat.ours.p99.as_secs_f64() / repeat.probe.p99.as_secs_f64().max(1e-6)
}

fn millis(latency: Duration) -> f64 {
    latency.as_secs_f64() * 1000.0
}

fn line(what: &str, repeat: &Repeat) {
    let one = |who: &str, measured: &Measured| {
        format!(
            "{who} {:>7.0}/s p50 {:>6.2} p99 {:>7.2} p99.9 {:>7.2} max {:>7.1} ms, cpu {:>4.0} us",
            measured.rate,
            millis(measured.p50),
            millis(measured.p99),
            millis(measured.p999),
            millis(measured.max),
            measured.cpu_micros
        )
    };
    eprintln!(
        "{what}: ratio {:.3}  {} | {}, {:.0} commits/s | memory {} MiB",
        ratio(repeat),
        one("ours", &repeat.ours),
        one("probe", &repeat.probe),
        repeat.probe_commits,
        repeat.memory / (1024 * 1024)
    );
}
