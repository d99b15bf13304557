//! `openiis doctor`: is everything there that a server needs?

use crate::cli::Ended;
use crate::commands::audit::{self, Exports};
use crate::config::Config;
use crate::keys::{self, Key};
use crate::listen::{Certificates, Tls};
use crate::output::Output;
use crate::{clock, opening};
use iis_store::audit::Verification;
use jiff::Timestamp;
use rustix::process::{Resource, getrlimit};
use serde_json::json;
use std::path::Path;

/// Less free space than this is a fault.
const LEAST_FREE_BYTES: u64 = 1 << 30;
/// A clock before the day this was written is wrong.
const NOT_BEFORE: &str = "2026-01-01T00:00:00Z";

/// One line.
struct Examined {
    what: &'static str,
    good: bool,
    text: String,
}

/// Examines everything and prints a line each.
pub fn run(config: &Config, output: Output) -> Ended {
    let mut lines = vec![clock(), disk(&config.data), files(config), certificate(config), mllp(config)];
    lines.extend(database(config));
    lines.push(roles(config));
    for Examined { what, good, text } in &lines {
        let word = if *good { "good" } else { "BAD" };
        output.line(&format!("{word:<5} {what:<12} {text}"));
        output.object(&json!({ "what": what, "good": good, "text": text }));
    }
    Ended::refused_if(lines.iter().any(|line| !line.good))
}

fn good(what: &'static str, text: impl Into<String>) -> Examined {
    Examined { what, good: true, text: text.into() }
}

fn bad(what: &'static str, text: impl Into<String>) -> Examined {
    Examined { what, good: false, text: text.into() }
}

fn clock() -> Examined {
    let now = clock::now();
    let earliest: Timestamp = NOT_BEFORE.parse().expect("a moment");
    let text = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    if now < earliest { bad("clock", format!("{text}: is in the past")) } else { good("clock", text) }
}

fn disk(folder: &Path) -> Examined {
    // the first start makes the folder: until then its place is looked at
    let folder = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    match rustix::fs::statvfs(folder) {
        Ok(space) => {
            let free = space.f_bavail.saturating_mul(space.f_frsize);
            let text = format!("{} MiB free in {}", free >> 20, folder.display());
            if free < LEAST_FREE_BYTES { bad("disk", text) } else { good("disk", text) }
        }
        Err(error) => bad("disk", format!("{}: {error}", folder.display())),
    }
}

fn files(config: &Config) -> Examined {
    let most = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
    let needed = u64::try_from(config.limits.connections).unwrap_or(u64::MAX).saturating_add(64);
    let text = format!("{most} open files allowed, {needed} needed for limits.connections");
    if most < needed { bad("open files", text) } else { good("open files", text) }
}

fn certificate(config: &Config) -> Examined {
    match config.http_tls() {
        Some(tls) => examined_tls("certificate", tls),
        None => good("certificate", "none: plain HTTP"),
    }
}

fn mllp(config: &Config) -> Examined {
    let mllp = &config.mllp;
    match (mllp.plain(), mllp.secure()) {
        (None, None) => good("MLLP", "does not listen"),
        (Some(address), None) => good("MLLP", format!("{address} without TLS")),
        (_, Some(_)) => examined_tls("MLLP", config.mllp_tls()),
    }
}

fn examined_tls(what: &'static str, tls: Tls) -> Examined {
    let path = tls.certificate.display().to_string();
    match Certificates::load(tls) {
        Ok(_) => good(what, path),
        Err(error) => bad(what, error.to_string()),
    }
}

/// The database, what lies in it, and the keys it needs. Nothing is made or written by looking.
fn database(config: &Config) -> Vec<Examined> {
    if config.sqlite_file().is_some_and(|file| !file.exists()) {
        return beside_keys(config, good("database", "none yet; the first start makes one"));
    }
    let config = &Config { read_only: true, ..config.clone() };
    let checked = opening::store(config).and_then(|store| {
        let checked = store.check_schema().and_then(|()| keys::of(config, &store));
        store.close_blocking();
        Ok(checked?)
    });
    match checked {
        Ok(keys) => {
            let database = good("database", "reachable, schema up to date");
            keys.iter().map(key).chain([database, schedule(config), audit_log(config)]).collect()
        }
        Err(error) => beside_keys(config, bad("database", error.to_string())),
    }
}

/// The lines where there is no database to hold the keys against.
fn beside_keys(config: &Config, database: Examined) -> Vec<Examined> {
    keys::without_database(config).iter().map(key).chain([database]).collect()
}

fn key(key: &Key) -> Examined {
    Examined { what: key.what, good: key.is_good(), text: key.text() }
}

fn schedule(config: &Config) -> Examined {
    match opening::registry_to_examine(config) {
        Ok(cx) => {
            let mark = cx.schedules.now().mark.to_string();
            cx.store.close_blocking();
            good("schedule", mark)
        }
        Err(error) => bad("schedule", error.to_string()),
    }
}

fn audit_log(config: &Config) -> Examined {
    match audit::examined(config, Exports::Configured) {
        Ok(examined) => match examined.faults().next() {
            None => {
                let Verification { rows, seals, .. } = examined.found;
                good("audit", format!("{rows} rows and {seals} seals verified"))
            }
            Some(fault) => bad("audit", fault),
        },
        Err(error) => bad("audit", format!("{error:#}")),
    }
}

fn roles(config: &Config) -> Examined {
    match opening::roles(config) {
        Ok(_) if config.access.roles_file.is_empty() => good("roles", "built-in policy"),
        Ok(_) => good("roles", config.access.roles_file.clone()),
        Err(error) => bad("roles", error.to_string()),
    }
}
