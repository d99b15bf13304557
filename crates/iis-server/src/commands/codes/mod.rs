//! `openiis codes`: the code sets and their releases.

pub mod import;
pub mod list;

use super::cdsi::with_store;
use crate::cli::Ended;
use crate::config::Config;
use crate::output::Output;
use clap::Subcommand;
use tokio::runtime::Runtime;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Codes {
    /// Imports files in the formats that CDC publishes (CVX, MVX, CPT, NDC, VIS, groups, trade names) as a release of
    /// their own, and says what changes.
    #[command(
        after_help = "Examples:\n  openiis codes import cvx.xml mvx.xml --dry-run\n  openiis codes import cvx.xml NDC_Unit_use.txt --release 2026-03"
    )]
    Import(import::Import),
    /// Lists the releases, and which is in force.
    #[command(after_help = "Example:\n  openiis codes list")]
    List,
    /// Puts a release in force; a running server takes it over within seconds.
    #[command(after_help = "Example:\n  openiis codes activate 2026-03")]
    Activate(list::Activate),
}

/// Runs one.
pub fn run(config: &Config, command: Codes, runtime: &Runtime, output: Output) -> anyhow::Result<Ended> {
    match command {
        Codes::Import(command) => {
            with_store(config, |cx| runtime.block_on(import::run(cx, &command, output)))
        }
        Codes::List => with_store(config, |cx| runtime.block_on(list::list(cx, output))),
        Codes::Activate(command) => {
            with_store(config, |cx| runtime.block_on(list::activate(cx, &command, output)))
        }
    }
}
