//! Links one file of 100,000 invented records with `openiis match link` and with Python's Splink, one after the other:
//! `cargo xtask bench link`.
//!
//! Both are processes of their own, timed from start to end but for what Python needs to load its libraries. Splink learns
//! its weights from the file that it links, and ours came with the program: beside the figure of the whole runs stands one
//! of Splink's linking alone (against all of ours). Memory is the most that either held. Splink is fetched by `pip` into
//! `target/bench-splink`, once. It is said, too, how well each of the two linked.
//!
//! `bench_link [--json] [--quick]`: with `--quick` 20,000 records, once.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints")]

mod quality;
mod run;

use anyhow::{Context, Result};
use iis_synth::Settings;
use iis_synth::files::write_recorded;
use jiff::civil::date;
use quality::Quality;
use run::{Run, openiis, splink};
use serde_json::json;
use std::path::{Path, PathBuf};

fn main() -> Result<()> {
    let has = |flag: &str| std::env::args().any(|argument| argument == flag);
    let (records, repeats) = if has("--quick") { (20_000, 1) } else { (100_000, 3) };
    let folder = tempfile::tempdir()?;
    let settings = Settings::new(records, 2_026, date(2026, 11, 20));
    write_recorded(&settings, records as usize, folder.path())?;
    let file = folder.path().join("records.csv");
    let truth = quality::read(&folder.path().join("truth.csv"))?;

    let ours = worst((0..repeats).map(|_| openiis(&file, folder.path())).collect::<Result<Vec<_>>>()?)?;
    said("openiis", &ours, Quality::of(&truth, &folder.path().join("linked/links.csv"))?);
    match splink(&file, folder.path()) {
        Ok([theirs, trained]) => {
            said("splink", &theirs, Quality::of(&truth, &folder.path().join("splink.csv"))?);
            for (name, theirs) in [("vs-splink", &theirs), ("vs-splink-trained", &trained)] {
                let (ours, theirs) = (ours.rate(), theirs.rate());
                figure(name, ours / theirs, Some((ours, theirs)), "records/s");
            }
            let memory = (ours.peak_mib, theirs.peak_mib);
            figure("memory-vs-splink", memory.0 / memory.1, Some(memory), "MiB");
        }
        Err(why) => println!("Splink was not measured: {why:#}"),
    }
    figure("records-per-s", ours.rate(), None, "records/s");
    if let Some(set) = labelled_set() {
        let run = worst((0..3).map(|_| openiis(&set, folder.path())).collect::<Result<Vec<_>>>()?)?;
        figure("labelled-set-s", run.seconds, None, "s");
    } else {
        println!("the labelled set was not linked: OPENIIS_PUBLISHED does not say where it is");
    }
    Ok(())
}

/// The slowest.
fn worst(runs: Vec<Run>) -> Result<Run> {
    runs.into_iter().max_by(|one, other| one.seconds.total_cmp(&other.seconds)).context("no run")
}

#[expect(clippy::disallowed_methods, reason = "the folder of published files is given by the environment")]
fn labelled_set() -> Option<PathBuf> {
    let file = Path::new(&std::env::var("OPENIIS_PUBLISHED").ok()?).join("matching/synth_dev_records.csv.gz");
    file.exists().then_some(file)
}

fn said(who: &str, run: &Run, quality: Quality) {
    eprintln!(
        "{who:<8} {} records in {:.2} s, {:.0} MiB; precision {:.5}, recall {:.4}",
        run.records, run.seconds, run.peak_mib, quality.precision, quality.recall
    );
}

fn figure(name: &str, value: f64, of: Option<(f64, f64)>, unit: &str) {
    let mut line = json!({ "goal": "P10", "name": name, "value": value, "unit": unit });
    if let Some((ours, reference)) = of {
        line["ours"] = json!(ours);
        line["reference"] = json!(reference);
    }
    println!("{line}");
}
