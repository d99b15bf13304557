//! `openiis migrate`: the schema up to date.

use crate::cli::Ended;
use crate::config::Config;
use crate::opening;
use crate::output::Output;
use crate::{audit_keys, clock};
use clap::Args;
use iis_store::{AppliedStep, Store};
use serde_json::json;

/// What else is brought up to date.
#[derive(Debug, Args)]
pub struct Migrate {
    /// The key for social security numbers was lost or leaked: from now on the one that lies there is used. Numbers
    /// hashed under the old key are compared again when they are reported again.
    #[arg(long)]
    accept_number_key: bool,
    /// The key that the audit is sealed with was lost or leaked: from the next seal on the one that lies there is used, or a
    /// new one. What was sealed before can still be checked. Stop all servers first.
    #[arg(long)]
    accept_audit_key: bool,
}

/// Applies the steps that are missing.
pub fn run(config: &Config, migrate: &Migrate, output: Output) -> anyhow::Result<Ended> {
    let store = opening::store_or_new(config)?;
    let migrated = bring_up_to_date(config, migrate, &store);
    store.close_blocking();
    let (applied, accepted) = migrated?;
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
    match accepted {
        Some(true) => output.line("The key of the audit is accepted; the audit tells it."),
        Some(false) => output.line("The key of the audit is the one in use."),
        None => {}
    }
    Ok(Ended::Done)
}

/// The steps that were applied, and whether a key of the audit was accepted.
fn bring_up_to_date(
    config: &Config,
    migrate: &Migrate,
    store: &Store,
) -> anyhow::Result<(Vec<AppliedStep>, Option<bool>)> {
    let now = clock::now();
    if !migrate.accept_audit_key {
        return Ok((store.migrate(now)?, None));
    }
    // a server on the embedded database would go on under the old key
    store.lock_for_serving()?;
    let applied = store.migrate(now)?;
    Ok((applied, Some(audit_keys::accept(config, store, now)?)))
}
