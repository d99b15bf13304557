//! `openiis rebuild`: what the registry believes, computed again from what was reported and decided.

use crate::cli::Ended;
use crate::clock;
use crate::config::Config;
use crate::opening;
use crate::output::Output;
use clap::Args;
use iis_registry::Context;
use iis_registry::rebuild::{check, rebuild};
use indicatif::ProgressBar;
use serde_json::json;
use tokio::runtime::Runtime;

/// The most persons that are named for people.
const MOST_NAMED: usize = 20;

/// How to rebuild.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Writes nothing: says whose stored rows are others than those that follow. May run beside a server.
    #[arg(long)]
    check: bool,
}

/// Runs it.
pub fn run(config: &Config, command: &Rebuild, runtime: &Runtime, output: Output) -> anyhow::Result<Ended> {
    let cx = opening::registry(config)?;
    let done =
        if command.check { runtime.block_on(compare(&cx, output)) } else { again(&cx, runtime, output) };
    cx.store.clone().close_blocking();
    done
}

/// While it runs nobody is found, so no server may be running.
fn again(cx: &Context, runtime: &Runtime, output: Output) -> anyhow::Result<Ended> {
    cx.store.lock_for_serving()?;
    let persons = runtime.block_on(rebuild(cx, clock::now()))?;
    output.line(&format!("persons {persons}"));
    output.object(&json!({ "persons": persons }));
    Ok(Ended::Done)
}

async fn compare(cx: &Context, output: Output) -> anyhow::Result<Ended> {
    let bar = if output.is_interactive() { ProgressBar::no_length() } else { ProgressBar::hidden() };
    let checked = check(cx, clock::now(), |persons| bar.set_position(persons)).await?;
    bar.finish_and_clear();
    output.line(&format!("persons {}\ndiffering {}", checked.persons, checked.differing.len()));
    for (number, tables) in checked.differing.iter().take(MOST_NAMED) {
        output.line(&format!("  {number}: {}", tables.join(", ")));
    }
    let differing: Vec<_> = checked
        .differing
        .iter()
        .map(|(number, tables)| json!({ "registry_number": number.to_string(), "tables": tables }))
        .collect();
    output.object(&json!({ "persons": checked.persons, "differing": differing }));
    Ok(Ended::refused_if(!checked.differing.is_empty()))
}
