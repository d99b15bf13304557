//! `openiis cdsi`: the recommender and its schedule.

mod archive;
pub mod diff;
pub mod forecast;
pub mod import;
pub mod overlay;
mod print;
pub mod releases;
pub mod verify;

use crate::cli::Ended;
use crate::config::Config;
use crate::opening;
use crate::output::Output;
use clap::Subcommand;
use iis_cdsi::{Schedule, tables};
use iis_registry::Context;
use iis_registry::recommend::releases as stored;
use tokio::runtime::Runtime;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Cdsi {
    /// Runs published test cases and says how many are met.
    #[command(after_help = "Example:\n  openiis cdsi verify test-cases.jsonl --failures")]
    Verify(verify::Verify),
    /// Evaluates and forecasts a person given by a case or on the command line.
    #[command(
        after_help = "Examples:\n  openiis cdsi forecast case.json --trace\n  openiis cdsi forecast --dob 2025-01-10 --sex F --dose 2025-01-11:08 --dose 2025-03-10:120 --on 2025-05-01"
    )]
    Forecast(forecast::Forecast),
    /// Imports a release of CDC's supporting data (a folder or a zip of XML files) beside the others.
    #[command(after_help = "Example:\n  openiis cdsi import supporting-data-4.65.zip --release 4.65")]
    Import(import::Import),
    /// Lists the releases, and which is in force.
    #[command(after_help = "Example:\n  openiis cdsi releases")]
    Releases,
    /// Puts a release in force; a running server takes it over within seconds.
    #[command(after_help = "Example:\n  openiis cdsi activate 4.65")]
    Activate(releases::Activate),
    /// Says what changes between two releases: in the schedule, and in the answers for the people stored.
    #[command(after_help = "Example:\n  openiis cdsi diff 4.64 4.65 --people 10000")]
    Diff(diff::Diff),
    /// Local changes to the schedule, dated, with author and reason.
    #[command(subcommand, after_help = "Example:\n  openiis cdsi overlay add rsv-season.txt")]
    Overlay(overlay::Overlays),
}

/// Runs one.
pub fn run(config: &Config, command: Cdsi, runtime: &Runtime, output: Output) -> anyhow::Result<Ended> {
    match command {
        Cdsi::Verify(command) => verify::run(config, &command, runtime, output),
        Cdsi::Forecast(command) => forecast::run(config, &command, runtime, output),
        Cdsi::Import(command) => with_store(config, |cx| runtime.block_on(import::run(cx, &command, output))),
        Cdsi::Releases => with_store(config, |cx| runtime.block_on(releases::list(cx, output))),
        Cdsi::Activate(command) => {
            with_store(config, |cx| runtime.block_on(releases::activate(config, cx, &command, output)))
        }
        Cdsi::Diff(command) => with_store(config, |cx| runtime.block_on(diff::run(cx, &command, output))),
        Cdsi::Overlay(command) => {
            with_store(config, |cx| runtime.block_on(overlay::run(config, cx, &command, output)))
        }
    }
}

/// Opens the registry for a command that works beside a server or without one; makes the schema where there is none.
pub(super) fn with_store(
    config: &Config,
    run: impl FnOnce(&Context) -> anyhow::Result<Ended>,
) -> anyhow::Result<Ended> {
    let cx = opening::registry_without_schedule(config)?;
    if cx.store.check_schema().is_err() && config.auto_migrate && !config.read_only {
        cx.store.migrate(crate::clock::now())?;
    }
    let outcome = cx.store.check_schema().map_err(anyhow::Error::from).and_then(|()| run(&cx));
    cx.store.clone().close_blocking();
    outcome
}

/// Which local changes a schedule is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Overlays {
    InForce,
    /// As it was published.
    None,
}

/// The schedule of a release; without a name the one in force. Where there is no database yet, only the release that ships
/// with the program is known.
fn schedule(
    config: &Config,
    name: Option<&str>,
    overlays: Overlays,
    runtime: &Runtime,
) -> anyhow::Result<Schedule> {
    let is_there = config.sqlite_file().is_none_or(|file| file.exists());
    if is_there {
        let cx = opening::registry_without_schedule(config)?;
        let has_schema = cx.store.check_schema().is_ok();
        let found = has_schema.then(|| {
            runtime.block_on(async {
                match overlays {
                    Overlays::InForce => stored::schedule(&cx, name).await,
                    Overlays::None => stored::published(&cx, name).await,
                }
            })
        });
        cx.store.clone().close_blocking();
        if let Some(found) = found {
            return Ok(found?);
        }
    }
    let release = tables::built_in()?;
    anyhow::ensure!(
        name.is_none_or(|name| name == release.name),
        "there is no release {}",
        name.unwrap_or("")
    );
    Ok(Schedule::compile(&release, &[])?)
}
