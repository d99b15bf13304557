//! Measures the clinic's desk as a browser meets it: `cargo xtask bench pages`.
//!
//! The program itself, with a demonstration of so many invented people that came in through its own line, asked over HTTP
//! by somebody who signed in as one of 10,000: signing in, searching by everything that people type (up to the page that
//! shows who was found), opening a record, recording a dose from stock, printing the record. The times are the browser's:
//! what the server needed and the way there and back on this machine.
//!
//! `bench_pages [--json] [--quick] [--large] [--folder DIR] [--filled DIR]`: 100,000 people, `--quick` 2,000, `--large` 1
//! million. SQLite. Filling in a million takes the better part of an hour: with `--filled` they stay in that folder, and
//! the next run measures with them at once. `--fill-only` ends there.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints")]

mod browser;
mod desk;
mod form;
mod ground;

use anyhow::{Result, bail};
use desk::{Desk, WAYS};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often everything is measured; the worst counts.
const REPEATS: usize = 3;

struct Options {
    people: u32,
    /// How often each thing is done.
    times: usize,
    is_json: bool,
    folder: PathBuf,
    /// Where the filled registry is, or is to stay.
    filled: Option<PathBuf>,
    is_filled_only: bool,
    openiis: PathBuf,
}

impl Options {
    fn read() -> Self {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let has = |word: &str| words.iter().any(|known| known == word);
        let after = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1));
        let (people, times) = match (has("--quick"), has("--large")) {
            (true, _) => (2_000, 40),
            (_, true) => (1_000_000, 200),
            _ => (100_000, 200),
        };
        let openiis = std::env::var_os("OPENIIS");
        Self {
            people,
            times,
            is_json: has("--json"),
            folder: after("--folder").map_or_else(std::env::temp_dir, PathBuf::from),
            filled: after("--filled").map(PathBuf::from),
            is_filled_only: has("--fill-only"),
            openiis: openiis.map_or_else(|| "target/release/openiis".into(), PathBuf::from),
        }
    }
}

fn main() -> Result<()> {
    let options = Options::read();
    let folder = tempfile::Builder::new().prefix("bench-pages-").tempdir_in(&options.folder)?;
    let folder = options.filled.as_deref().unwrap_or(folder.path());
    let started = Instant::now();
    if !ground::is_filled(folder) {
        ground::fill(&options.openiis, folder, options.people)?;
    }
    if options.is_filled_only {
        return Ok(());
    }
    let ground = ground::open(&options.openiis, folder, options.times)?;
    eprintln!("{} people, filled in within {:.0} s", options.people, started.elapsed().as_secs_f64());
    let desk = Desk::open(ground)?;
    for (name, way) in WAYS {
        let (mut p50, mut p95, mut reached) = (0.0, 0.0, 0);
        for repeat in 0..REPEATS {
            let mut times = Vec::with_capacity(options.times);
            reached = 0;
            for n in 0..options.times {
                let (took, is_reached) = desk.go(*way, repeat * options.times + n)?;
                reached += usize::from(is_reached);
                times.push(took);
            }
            times.sort_unstable();
            p50 = f64::max(p50, rank(&times, 50));
            p95 = f64::max(p95, rank(&times, 95));
        }
        if reached * 10 < options.times * 9 {
            bail!("{name}: only {reached} of {} came to what they wanted: no figure", options.times);
        }
        print(options.is_json, &format!("{name}-p95-ms"), p95);
        print(options.is_json, &format!("{name}-p50-ms"), p50);
    }
    print(options.is_json, "largest-page-kib", desk.largest_page_kib());
    Ok(())
}

/// The time, in ms, within which so many of a hundred were done.
fn rank(sorted: &[Duration], of_hundred: usize) -> f64 {
    let place = (sorted.len() * of_hundred / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

fn print(is_json: bool, name: &str, value: f64) {
    let unit = name.rsplit('-').next().unwrap_or_default();
    if is_json {
        println!(r#"{{"goal":"I7","name":"{name}","value":{value:.4},"unit":"{unit}"}}"#);
    } else {
        println!("I7 {name:<28} {value:>9.3}  {unit}");
    }
}
