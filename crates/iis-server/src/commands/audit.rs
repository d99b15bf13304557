//! `openiis audit`: is the audit log what was written, and its seals for keeping elsewhere.

use crate::audit_key::{self, hex, unhex};
use crate::cli::Ended;
use crate::config::Config;
use crate::opening;
use crate::output::Output;
use clap::Subcommand;
use iis_store::audit::verify::{Against, verify};
use iis_store::audit::{Verification, seal};
use serde::Deserialize;
use serde_json::json;
use std::path::Path;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Checks every row, every chain and every seal; names the first bad row of each chain.
    #[command(after_help = "Example:\n  openiis audit verify")]
    Verify {
        /// File of exported seals to hold the database against, instead of the configured one.
        #[arg(long, value_name = "FILE")]
        seals: Option<std::path::PathBuf>,
    },
    /// Prints the last seal and the public key, to be kept where the database's administrator cannot reach.
    #[command(after_help = "Example:\n  openiis audit export --json >> /mnt/elsewhere/seals.jsonl")]
    Export,
}

/// Runs one.
pub fn run(config: &Config, command: &Audit, output: Output) -> anyhow::Result<Ended> {
    match command {
        Audit::Verify { seals } => {
            let found = verified(config, seals.as_deref())?;
            for fault in &found.faults {
                output.line(&fault.to_string());
                output.object(&json!({ "fault": fault.to_string() }));
            }
            let Verification { rows, seals, faults } = &found;
            output.line(&format!("{rows} rows and {seals} seals checked: {} faults", faults.len()));
            output.object(&json!({ "rows": rows, "seals": seals, "faults": faults.len() }));
            Ok(Ended::refused_if(!faults.is_empty()))
        }
        Audit::Export => {
            export(config, output)?;
            Ok(Ended::Done)
        }
    }
}

/// Checks the audit under the configured key and against the last seal that was written outside.
pub(crate) fn verified(config: &Config, seals: Option<&Path>) -> anyhow::Result<Verification> {
    let store = opening::store(config)?;
    store.check_schema()?;
    let key = audit_key::read(&config.audit_key())?.map(|key| key.verifying_key());
    let exported = last_exported(seals.unwrap_or(&config.seal_log()));
    let found = store.read_blocking(move |tx| match key {
        Some(key) => {
            let signed = move |hash: &[u8], signature: &[u8]| audit_key::signed(&key, hash, signature);
            verify(tx, &Against { signed: Some(&signed), exported })
        }
        None => verify(tx, &Against { signed: None, exported }),
    });
    store.close_blocking();
    Ok(found?)
}

fn export(config: &Config, output: Output) -> anyhow::Result<()> {
    let store = opening::store(config)?;
    store.check_schema()?;
    let last = store.read_blocking(seal::last);
    store.close_blocking();
    let Some(last) = last? else {
        output.line("Nothing has been sealed yet.");
        return Ok(());
    };
    let key = audit_key::read(&config.audit_key())?.map(|key| hex(key.verifying_key().as_bytes()));
    let (hash, signature) = (hex(&last.hash), hex(&last.signature));
    output.object(&json!({
        "n": last.n, "at": last.at.to_string(), "hash": hash, "signature": signature, "public_key": key,
    }));
    output.line(&format!(
        "seal        {}\nat          {}\nhash        {hash}\nsignature   {signature}\npublic key  {}",
        last.n,
        last.at,
        key.unwrap_or_default()
    ));
    Ok(())
}

/// A line of the file of exported seals.
#[derive(Deserialize)]
struct Exported {
    n: i64,
    hash: String,
}

fn last_exported(path: &Path) -> Option<(i64, [u8; 32])> {
    let text = std::fs::read_to_string(path).ok()?;
    // the last line may be torn by a crash
    text.lines().rev().find_map(|line| {
        let Exported { n, hash } = serde_json::from_str(line).ok()?;
        Some((n, unhex(&hash)?))
    })
}
