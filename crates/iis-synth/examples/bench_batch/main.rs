//! `cargo xtask bench batch`: a file of messages loaded by `openiis hl7 load`, beside raw inserts of the rows that the load
//! left, 1,000 rows a transaction, in the same run and on the same disk (goal P5 of the design), on SQLite.
//!
//! `--quick`, `--json`, `--messages N`, `--folder DIR`. The program is `OPENIIS`, otherwise `target/release/openiis`.
//!
//! The mix is that of `bench ack`, after an introduction of each known person. Memory is the highest resident memory of
//! the load, of the whole file beside a file of the first hundredth (at least 2,000) of its messages. A load that did not
//! answer every message has no figure.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its result is what it prints")]

mod feed;
mod load;
mod raw;

use anyhow::{Context, Result, bail};
use serde_json::json;
use std::path::PathBuf;

/// How often all is measured; the worst counts.
const REPEATS: (u32, u32) = (1, 3);

struct Options {
    messages: u64,
    repeats: u32,
    is_json: bool,
    folder: PathBuf,
    openiis: PathBuf,
}

impl Options {
    fn read() -> Result<Self> {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let has = |word: &str| words.iter().any(|known| known == word);
        let value = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at + 1));
        let usual = if has("--quick") { 12_000 } else { 1_000_000 };
        let messages = value("--messages").map_or(Ok(usual), |text| text.parse()).context("--messages")?;
        Ok(Self {
            messages,
            // a long load is its own repetition
            repeats: if messages >= 100_000 || has("--quick") { REPEATS.0 } else { REPEATS.1 },
            is_json: has("--json"),
            folder: value("--folder").map_or_else(std::env::temp_dir, PathBuf::from),
            openiis: std::env::var_os("OPENIIS")
                .map_or_else(|| "target/release/openiis".into(), PathBuf::from),
        })
    }
}

fn main() -> Result<()> {
    let options = Options::read()?;
    let mut rates: Option<(f64, f64)> = None;
    let mut growth: Option<(f64, f64)> = None;
    for _ in 0..options.repeats {
        let (rate, memory) = measure(&options)?;
        let ratio = |(ours, reference): (f64, f64)| ours / reference;
        rates = Some(rates.filter(|known| ratio(*known) <= ratio(rate)).unwrap_or(rate));
        growth = Some(growth.filter(|known| ratio(*known) >= ratio(memory)).unwrap_or(memory));
    }
    let (rates, growth) = (rates.context("no measurement")?, growth.context("no measurement")?);
    print("vs-raw-insert", rates, "messages/s", &options);
    print("memory-growth", growth, "MiB", &options);
    Ok(())
}

fn print(name: &str, (ours, reference): (f64, f64), unit: &str, options: &Options) {
    let value = ours / reference;
    if options.is_json {
        let line = json!({"goal": "P5", "name": name, "value": value, "ours": ours, "reference": reference, "unit": unit});
        println!("{line}");
    } else {
        println!("P5 {name:<16} {value:>7.3}  ours {ours:>9.1}  reference {reference:>9.1}  {unit}");
    }
}

/// Messages a second of ours and of raw inserts; MiB of the long load and of the short one.
#[expect(clippy::cast_precision_loss, reason = "figures of a bench")]
fn measure(options: &Options) -> Result<((f64, f64), (f64, f64))> {
    let folder = tempfile::Builder::new().prefix("bench-batch-").tempdir_in(&options.folder)?;
    let few = (options.messages / 100).max(2_000);
    let (long, short) = (folder.path().join("long.hl7"), folder.path().join("short.hl7"));
    feed::write(&long, options.messages, options.messages / 10)?;
    feed::write(&short, few, options.messages / 10)?;
    let small = load::run(&options.openiis, &folder.path().join("short"), &short)?;
    let loaded = load::run(&options.openiis, &folder.path().join("long"), &long)?;
    if (small.messages, loaded.messages) != (few, options.messages) {
        bail!("{} and {} messages were answered: no score", small.messages, loaded.messages);
    }
    let raw = raw::insert_again(&folder.path().join("long/openiis.db"), &folder.path().join("raw.db"))?;
    let ours = loaded.messages as f64 / loaded.took.as_secs_f64();
    let reference = loaded.messages as f64 / raw.took.as_secs_f64();
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    eprintln!(
        "{} messages in {:.1} s ({}); {} rows raw in {:.1} s; memory {:.0} MiB, of {few} messages {:.0} MiB",
        loaded.messages,
        loaded.took.as_secs_f64(),
        loaded.acks,
        raw.rows,
        raw.took.as_secs_f64(),
        mib(loaded.memory),
        mib(small.memory)
    );
    Ok(((ours, reference), (mib(loaded.memory), mib(small.memory))))
}
