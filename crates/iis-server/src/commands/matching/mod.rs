//! `openiis match`: files of records linked, pairs judged, events consolidated; duplicates among stored persons; weights.

mod events;
mod file;
mod link;
mod pairs;
mod sweep;
mod weights;

use super::cdsi::with_store;
use crate::cli::Ended;
use crate::config::Config;
use crate::opening;
use crate::output::Output;
use clap::{Args, Subcommand};
use iis_registry::matching::population;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Match {
    /// Links a file of demographic submissions: links.csv (automatic decisions) and reviews.csv.
    #[command(after_help = "Example:\n  openiis match link records.csv.gz --out linked")]
    Link(FromFile),
    /// Decides labelled pairs: Match, Possible Match, Not a Match.
    #[command(after_help = "Example:\n  openiis match pairs pairs.csv.gz --out decisions.csv")]
    Pairs(FromFile),
    /// Consolidates vaccination reports into events.
    #[command(after_help = "Example:\n  openiis match events reports.csv.gz --out events.csv")]
    Events(FromFile),
    /// Looks for duplicates among stored persons: merges who is certain, asks a reviewer about others.
    #[command(after_help = "Example:\n  openiis match sweep")]
    Sweep,
    /// Sets of weights side by side: imported, measured, tried, put in force.
    #[command(
        subcommand,
        after_help = "Example:\n  openiis match weights import weights.toml --release spring\n  openiis match weights measure 3 records.csv.gz truth.csv.gz\n  openiis match weights shadow 3\n  openiis match weights activate 3"
    )]
    Weights(weights::WeightsCommand),
}

/// A file to read, and where results go.
#[derive(Debug, Args)]
pub struct FromFile {
    /// The file, packed with gzip or not.
    #[arg(value_name = "FILE.csv[.gz]")]
    from: PathBuf,
    /// Where results are written: a folder for `link`, a file for the others.
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
}

/// Runs one.
pub fn run(config: &Config, command: &Match, runtime: &Runtime, output: Output) -> anyhow::Result<Ended> {
    match command {
        Match::Link(files) => link::run(files, output)?,
        Match::Pairs(files) => pairs::run(files, output)?,
        Match::Events(files) => events::run(files, output)?,
        Match::Sweep => {
            let cx = opening::registry(config)?;
            let swept = cx.store.check_schema().map_err(anyhow::Error::from);
            let swept = swept.and_then(|()| runtime.block_on(sweep::run(&cx, output)));
            cx.store.clone().close_blocking();
            swept?;
        }
        Match::Weights(command) => {
            return with_store(config, |cx| {
                population::load_blocking(cx)?;
                runtime.block_on(weights::run(cx, command, output))
            });
        }
    }
    Ok(Ended::Done)
}
