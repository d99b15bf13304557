//! `openiis migrate`: the schema up to date.

use crate::cli::Ended;
use crate::config::Config;
use crate::opening;
use crate::output::Output;
use clap::Args;
use serde_json::json;

/// What else is brought up to date.
#[derive(Debug, Args)]
pub struct Migrate {
    /// The key for social security numbers was lost or leaked: from now on the one that lies there is used. Numbers
    /// hashed under the old key are compared again when they are reported again.
    #[arg(long)]
    accept_number_key: bool,
}

/// Applies the steps that are missing.
pub fn run(config: &Config, migrate: &Migrate, output: Output) -> anyhow::Result<Ended> {
    let store = opening::store_or_new(config)?;
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
    if migrate.accept_number_key {
        opening::accept_number_key(config)?;
        output.line("The key for social security numbers is accepted.");
    }
    Ok(Ended::Done)
}
