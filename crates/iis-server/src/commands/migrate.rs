//! `openiis migrate`: the schema up to date.

use crate::cli::Ended;
use crate::config::Config;
use crate::opening;
use crate::output::Output;
use serde_json::json;

/// Applies the steps that are missing.
pub fn run(config: &Config, output: Output) -> anyhow::Result<Ended> {
    let store = opening::store(config)?;
    let applied = store.migrate(crate::clock::now());
    store.close_blocking();
    let applied = applied?;
    for step in &applied {
        output.line(&format!("applied step {} ({})", step.version, step.name));
        output.object(&json!({ "version": step.version, "name": step.name }));
    }
    if applied.is_empty() {
        output.line("The schema is up to date.");
    }
    Ok(Ended::Done)
}
