//! Measures whose-record-is-this against stores of growing size: `cargo xtask bench match`.
//!
//! Every figure is of finding candidates and deciding, on a reader of a real store that holds so many invented persons as
//! the line would have left them. Half of the records looked up are of persons in the store, reported by an
//! organization that had not reported them, with natural mistakes; the others are of people new to it.
//!
//! `bench_match [--json] [--quick | --large]`: up to 1 million persons, `--quick` 100,000, `--large` 6 million. The
//! goals are those of the largest size. SQLite; PostgreSQL at one size where `OPENIIS_TEST_POSTGRES` names one.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod ground;
mod round;

use ground::{Engine, Ground, Kind};
use round::{Round, worst};
use std::error::Error;
use std::time::Instant;

/// How often everything is measured; the worst counts.
const REPEATS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let has = |flag: &str| std::env::args().any(|argument| argument == flag);
    let sizes: &[u32] = match (has("--quick"), has("--large")) {
        (true, _) => &[10_000, 100_000],
        (false, true) => &[10_000, 100_000, 1_000_000, 6_000_000],
        (false, false) => &[10_000, 100_000, 1_000_000],
    };
    let print = Print { is_json: has("--json") };
    let mut by_size = Vec::new();
    let mut ground = Ground::open(Engine::Sqlite, Kind::Usual)?;
    for size in sizes {
        let round = measured(&mut ground, *size)?;
        print.figure(&format!("p50-ms-at-{size}"), round.p50_ms, None, "ms");
        by_size.push((*size, round));
    }
    drop(ground);
    let largest = by_size.last().map(|(_, round)| *round).ok_or("no size")?;
    print.figure("p50-ms", largest.p50_ms, None, "ms");
    print.figure("p99-ms", largest.p99_ms, None, "ms");
    print.figure("p50-exponent", exponent(&by_size), None, "of the number of persons");
    print.figure("candidates-p99", largest.candidates_p99, None, "persons weighed");

    // At 100,000 persons 1 % are a thousand under one telephone number: far beyond what a key may hold.
    let size = 100_000;
    let usual = by_size.iter().find(|(at, _)| *at == size).map(|(_, round)| *round).ok_or("no size")?;
    let hostile = measured(&mut Ground::open(Engine::Sqlite, Kind::Hostile)?, size)?;
    let ratio = hostile.p99_ms / usual.p99_ms;
    print.figure("hostile-p99", ratio, Some((hostile.p99_ms, usual.p99_ms)), "ms");

    let size = if has("--quick") { 10_000 } else { 100_000 };
    match Ground::open(Engine::Postgres, Kind::Usual) {
        Ok(mut ground) => {
            let round = measured(&mut ground, size)?;
            print.figure(&format!("postgres-p50-ms-at-{size}"), round.p50_ms, None, "ms");
            print.figure(&format!("postgres-p99-ms-at-{size}"), round.p99_ms, None, "ms");
        }
        Err(why) => println!("PostgreSQL was not measured: {why}"),
    }
    Ok(())
}

/// Grows the store to a size and measures there.
fn measured(ground: &mut Ground, size: u32) -> Result<Round, Box<dyn Error>> {
    let started = Instant::now();
    ground.grow_to(size)?;
    println!("{ground}: filled in {:.0} s", started.elapsed().as_secs_f64());
    ground.measure()?; // warm up
    let rounds = (0..REPEATS).map(|_| ground.measure()).collect::<Result<Vec<_>, _>>()?;
    for round in &rounds {
        println!("{ground}: {round}");
    }
    Ok(worst(&rounds))
}

/// By which power of the number of persons the usual time grows, from the smallest size to the largest.
fn exponent(by_size: &[(u32, Round)]) -> f64 {
    match (by_size.first(), by_size.last()) {
        (Some((small, at_small)), Some((large, at_large))) if small < large => {
            (at_large.p50_ms / at_small.p50_ms).ln() / (f64::from(*large) / f64::from(*small)).ln()
        }
        _ => 0.0,
    }
}

struct Print {
    is_json: bool,
}

impl Print {
    fn figure(&self, name: &str, value: f64, of: Option<(f64, f64)>, unit: &str) {
        if !self.is_json {
            return println!("P9 {name:<28} {value:>9.3}  {unit}");
        }
        let of =
            of.map_or(String::new(), |(ours, usual)| format!(r#","ours":{ours:.3},"reference":{usual:.3}"#));
        println!(r#"{{"goal":"P9","name":"{name}","value":{value:.4}{of},"unit":"{unit}"}}"#);
    }
}
