//! `openiis audit`: is the audit log what was written, and its seals for keeping elsewhere.

use crate::audit_key::{self, hex, unhex};
use crate::audit_keys::AuditKeys;
use crate::cli::Ended;
use crate::config::Config;
use crate::opening;
use crate::output::Output;
use anyhow::Context;
use clap::Subcommand;
use iis_store::audit::verify::{Against, Signed, verify};
use iis_store::audit::{Verification, seal};
use serde::Deserialize;
use serde_json::json;
use std::io::ErrorKind;
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
            let exported = seals.as_deref().map_or(Exports::Configured, Exports::Named);
            let examined = examined(config, exported)?;
            for fault in examined.faults() {
                output.line(&fault);
                output.object(&json!({ "fault": fault }));
            }
            let (faults, Verification { rows, seals, .. }) = (examined.faults().count(), &examined.found);
            output.line(&format!("{rows} rows and {seals} seals checked: {faults} faults"));
            let (keys, older) = (examined.keys.count(), examined.keys.older());
            if keys > 1 {
                output
                    .line(&format!("{keys} keys were used; the audit tells since when (accept-audit-key)."));
            }
            if older > 0 {
                output.line(&format!(
                    "The key of the first {older} seals is not known: they hold by their chain alone."
                ));
            }
            output.object(&json!({
                "rows": rows, "seals": seals, "faults": faults, "keys": keys, "seals_of_unknown_key": older,
            }));
            Ok(Ended::refused_if(faults > 0))
        }
        Audit::Export => {
            export(config, output)?;
            Ok(Ended::Done)
        }
    }
}

/// Which exported seals the database is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Exports<'a> {
    /// Those of this file, which must be there.
    Named(&'a Path),
    /// Those that the server wrote; that they are missing is a fault.
    Configured,
    /// None, and without the key if it is not there: for a restored copy, which is older.
    Without,
}

/// What was found, and what could not be checked because the evidence is missing.
pub(crate) struct Examined {
    pub(crate) found: Verification,
    keys: AuditKeys,
    unchecked: Vec<String>,
}

impl Examined {
    /// Everything that is not as it should be, in words.
    pub(crate) fn faults(&self) -> impl Iterator<Item = String> {
        self.found.faults.iter().map(ToString::to_string).chain(self.unchecked.iter().cloned())
    }
}

/// Checks the audit under the configured key and against the last seal that was written outside.
pub(crate) fn examined(config: &Config, exports: Exports<'_>) -> anyhow::Result<Examined> {
    let key = audit_key::read(&config.audit_key())?.map(|key| key.verifying_key());
    let exported = match exports {
        Exports::Named(path) => {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            Some(last_of(&text).with_context(|| format!("{}: holds no exported seal", path.display()))?)
        }
        Exports::Configured => last_of_log(&config.seal_log())?,
        Exports::Without => None,
    };
    let store = opening::store(config)?;
    let found = store.check_schema().and_then(|()| {
        store.read_blocking(move |tx| {
            let keys = AuditKeys::kept(tx)?;
            let kept = keys.clone();
            let of_kept = move |n: i64, hash: &[u8], signature: &[u8]| kept.signed(n, hash, signature);
            let of_file = move |_: i64, hash: &[u8], signature: &[u8]| {
                key.is_some_and(|key| audit_key::signed(&key, hash, signature))
            };
            let signed: Option<&Signed> = match key {
                _ if keys.count() > 0 => Some(&of_kept),
                Some(_) => Some(&of_file),
                None => None,
            };
            Ok((verify(tx, &Against { signed, exported })?, keys))
        })
    });
    store.close_blocking();
    let (found, keys) = found?;
    let mut unchecked = Vec::new();
    if !keys.is_whole() {
        unchecked.push("the list of the audit's keys in the database is not as it was signed".to_owned());
    }
    if !matches!(exports, Exports::Without) {
        if keys.is_whole() && keys.count() > 0 && key.is_some_and(|key| !keys.is_in_use(&key)) {
            unchecked.push(format!(
                "the audit is sealed with another key than {}: put that key in its place",
                config.audit_key().display()
            ));
        }
        // a server makes key and file of seals when it starts: one of them without the other was taken away
        if exported.is_none() && (found.seals > 0 || (key.is_some() && !config.seal_log().exists())) {
            unchecked.push(format!(
                "not checked whether rows and seals were cut off: {} holds no seal; put it back, or give the seals that \
                 were exported with --seals FILE (for a restored copy: those exported before its backup)",
                config.seal_log().display()
            ));
        }
        if key.is_none() && found.seals > 0 {
            unchecked.push(format!(
                "not checked whether the seals are signed with the server's key: {} is not there; put the audit key back",
                config.audit_key().display()
            ));
        }
    }
    Ok(Examined { found, keys, unchecked })
}

fn export(config: &Config, output: Output) -> anyhow::Result<()> {
    let store = opening::store(config)?;
    store.check_schema()?;
    let last = store.read_blocking(|tx| Ok((seal::last(tx)?, AuditKeys::kept(tx)?)));
    store.close_blocking();
    let (Some(last), keys) = last? else {
        output.line("Nothing has been sealed yet.");
        return Ok(());
    };
    let of_file = || audit_key::read(&config.audit_key()).map(|key| key.map(|key| key.verifying_key()));
    let key = keys.of_seal(last.n).copied().map_or_else(of_file, |key| Ok(Some(key)))?;
    let key = key.map(|key| hex(key.as_bytes()));
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

/// The last seal of the server's file; none if there is no such file or no seal in it yet.
fn last_of_log(path: &Path) -> anyhow::Result<Option<(i64, [u8; 32])>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(last_of(&text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

fn last_of(text: &str) -> Option<(i64, [u8; 32])> {
    // the last line may be torn by a crash
    text.lines().rev().find_map(|line| {
        let Exported { n, hash } = serde_json::from_str(line).ok()?;
        Some((n, unhex(&hash)?))
    })
}
