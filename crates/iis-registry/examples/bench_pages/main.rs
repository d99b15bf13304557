//! Measures what the clinic's desk asks of the registry, against stores of growing size: `cargo xtask bench pages`.
//!
//! Searching by everything that people type, opening a record, recording a dose: the time between the handler's question
//! and its answer, audit included, on a real store with so many invented persons.
//!
//! `bench_pages [--json] [--quick]`: 100,000 persons, `--quick` 10,000, `--large` 1 million. SQLite.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod desk;
mod people;

use desk::Desk;
use std::error::Error;
use std::time::{Duration, Instant};

/// How often each thing is done.
const TIMES: usize = 400;
/// How often everything is measured; the worst counts.
const REPEATS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let has = |flag: &str| std::env::args().any(|argument| argument == flag);
    let size = match (has("--quick"), has("--large")) {
        (true, _) => 10_000,
        (_, true) => 1_000_000,
        _ => 100_000,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let is_json = has("--json");
    let started = Instant::now();
    let desk = Desk::open(&runtime, size)?;
    println!("{size} persons, filled in {:.0} s", started.elapsed().as_secs_f64());
    runtime.block_on(async {
        for (name, way) in desk::WAYS {
            let mut worst = (0.0, 0.0);
            let mut found = 0;
            for _ in 0..REPEATS {
                let mut times = Vec::with_capacity(TIMES);
                found = 0;
                for n in 0..TIMES {
                    let start = Instant::now();
                    found += usize::from(desk.go(*way, n).await?);
                    times.push(start.elapsed());
                }
                let (p50, p95) = (rank(&mut times, 50), rank(&mut times, 95));
                worst = (f64::max(worst.0, p50), f64::max(worst.1, p95));
            }
            if found * 10 < TIMES * 9 {
                return Err(format!("{name}: only {found} of {TIMES} reached their person: no figure").into());
            }
            print(is_json, &format!("{name}-p95-ms"), worst.1);
            print(is_json, &format!("{name}-p50-ms"), worst.0);
        }
        Ok(())
    })
}

/// The time, in ms, within which so many of a hundred were done.
fn rank(times: &mut [Duration], of_hundred: usize) -> f64 {
    times.sort_unstable();
    let place = (times.len() * of_hundred / 100).min(times.len().saturating_sub(1));
    times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

fn print(is_json: bool, name: &str, value: f64) {
    if is_json {
        println!(r#"{{"goal":"I7","name":"{name}","value":{value:.4},"unit":"ms"}}"#);
    } else {
        println!("I7 {name:<28} {value:>9.3}  ms");
    }
}
