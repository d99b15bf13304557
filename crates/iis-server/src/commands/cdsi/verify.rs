//! `openiis cdsi verify`: published test cases against the schedule.

use super::Overlays;
use crate::cli::Ended;
use crate::config::Config;
use crate::output::Output;
use anyhow::Context as _;
use clap::Args;
use iis_cdsi::verify::{CaseResult, Totals, read_cases, run_all};
use serde_json::json;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// What to verify.
#[derive(Debug, Args)]
pub struct Verify {
    /// The cases, one JSON object a line.
    #[arg(value_name = "CASES.jsonl")]
    cases: PathBuf,
    /// Prints each case that is not met, with what was expected and what was found.
    #[arg(long)]
    failures: bool,
    /// The release to ask, instead of the one in force.
    #[arg(long, value_name = "NAME")]
    release: Option<String>,
    /// With the local overlays in force. Published cases were written for the schedule as it was published, so without
    /// this they are run without overlays.
    #[arg(long)]
    with_overlays: bool,
}

/// Runs the cases.
pub fn run(config: &Config, command: &Verify, runtime: &Runtime, output: Output) -> anyhow::Result<Ended> {
    let text = std::fs::read_to_string(&command.cases);
    let text = text.with_context(|| format!("cannot read {}", command.cases.display()))?;
    let cases = read_cases(&text)?;
    let overlays = if command.with_overlays { Overlays::InForce } else { Overlays::None };
    let schedule = super::schedule(config, command.release.as_deref(), overlays, runtime)?;
    let (results, totals) = run_all(&cases, &schedule)?;
    output.complain(&schedule.version().to_string());
    for result in &results {
        output.object(result);
        if command.failures && !result.is_met() {
            print(result, output);
        }
    }
    for (suite, Totals { cases, forecast, doses, all }) in &totals {
        output
            .line(&format!("{suite}  forecast {forecast}/{cases}  doses {doses}/{cases}  all {all}/{cases}"));
    }
    output.object(&json!({ "totals": totals }));
    Ok(Ended::refused_if(results.iter().any(|result| !result.is_met())))
}

fn print(result: &CaseResult, output: Output) {
    output.line(&format!("{} {}", result.suite, result.id));
    for difference in &result.differences {
        output.line(&format!("    {difference}"));
    }
}
