//! `openiis doctor`: is everything there that a server needs?

mod doors;

use crate::cli::Ended;
use crate::commands::audit::{self, Exports};
use crate::config::Config;
use crate::keys::{self, Key};
use crate::output::Output;
use crate::{clock, opening};
use iis_cdsi::dates::Day;
use iis_cdsi::season::SeasonStanding;
use iis_codes::{BUILT_IN, Set};
use iis_model::access::{Permission, Place};
use iis_registry::Context;
use iis_registry::access::Scope;
use iis_registry::accounts::{self, RoleAssignment};
use iis_registry::recommend::InForce;
use iis_store::audit::Verification;
use jiff::Timestamp;
use rustix::process::{Resource, getrlimit};
use serde_json::json;
use std::path::Path;
use tokio::runtime::Runtime;

/// Less free space than this is a fault.
const LEAST_FREE_BYTES: u64 = 1 << 30;
/// A clock before the day this was written is wrong.
const NOT_BEFORE: &str = "2026-01-01T00:00:00Z";

/// How an examination ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Good,
    /// The server runs, but somebody should look.
    Look,
    Bad,
}

impl Mark {
    const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Look => "LOOK",
            Self::Bad => "BAD",
        }
    }
}

/// One line.
struct Examined {
    what: &'static str,
    mark: Mark,
    text: String,
}

/// Examines everything and prints a line each.
pub fn run(config: &Config, runtime: &Runtime, output: Output) -> Ended {
    let mut lines = vec![clock(), disk(&config.data), files(config)];
    lines.extend(doors::examined(config));
    lines.extend(database(config, runtime));
    lines.push(roles(config));
    lines.push(mail(config));
    lines.push(agreement(config));
    for Examined { what, mark, text } in &lines {
        output.line(&format!("{:<5} {what:<12} {text}", mark.word()));
        output
            .object(&json!({ "what": what, "mark": mark.word(), "good": *mark != Mark::Bad, "text": text }));
    }
    Ended::refused_if(lines.iter().any(|line| line.mark == Mark::Bad))
}

fn good(what: &'static str, text: impl Into<String>) -> Examined {
    Examined { what, mark: Mark::Good, text: text.into() }
}

fn bad(what: &'static str, text: impl Into<String>) -> Examined {
    Examined { what, mark: Mark::Bad, text: text.into() }
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

/// The database, what lies in it, and the keys it needs. Nothing is made or written by looking.
fn database(config: &Config, runtime: &Runtime) -> Vec<Examined> {
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
            let mut lines: Vec<Examined> = keys.iter().map(key).collect();
            lines.push(good("database", "reachable, schema up to date"));
            lines.extend(in_force(config, runtime));
            lines.push(audit_log(config));
            lines
        }
        Err(error) => beside_keys(config, bad("database", error.to_string())),
    }
}

/// The lines where there is no database to hold the keys against.
fn beside_keys(config: &Config, database: Examined) -> Vec<Examined> {
    keys::without_database(config).iter().map(key).chain([database]).collect()
}

fn key(key: &Key) -> Examined {
    let mark = if key.is_good() { Mark::Good } else { Mark::Bad };
    Examined { what: key.what, mark, text: key.text() }
}

/// The schedule and the code sets by which the server would answer, and the folders of senders.
fn in_force(config: &Config, runtime: &Runtime) -> Vec<Examined> {
    match opening::registry_to_examine(config) {
        Ok(cx) => {
            let today = Day::from(clock::arrival(&cx.identity.zone).today);
            let mut lines = vec![schedule(&cx.schedules.now(), today), code_sets(&cx)];
            lines.extend(doors::folders(config, &cx, runtime));
            lines.push(accounts(&cx, runtime));
            cx.store.close_blocking();
            lines
        }
        Err(error) => vec![bad("registry", error.to_string())],
    }
}

/// Whether roles are held where they reach somebody: those of a health department at a jurisdiction, not at an office as they
/// were once given out.
fn accounts(cx: &Context, runtime: &Runtime) -> Examined {
    let listed = match runtime.block_on(accounts::list(cx)) {
        Ok(listed) => listed,
        Err(error) => return bad("accounts", error.to_string()),
    };
    let is_misplaced = |held: &RoleAssignment| {
        let cell = cx.roles.get(&held.role).and_then(|role| role.cell(Permission::ViewPerson));
        cell.is_some_and(|cell| cell.scope == Scope::Jurisdiction)
            && !matches!(held.place, Place::Jurisdiction(_))
    };
    let mut misplaced = Vec::new();
    for account in listed.iter().filter(|account| account.is_usable()) {
        for held in account.roles.iter().filter(|held| is_misplaced(held)) {
            misplaced.push(format!("{} ({})", account.name, held.role));
        }
    }
    if misplaced.is_empty() {
        return good("accounts", format!("{}, each role held where it reaches somebody", listed.len()));
    }
    let text = format!(
        "not held at a jurisdiction, so that they see nobody: {}; see openiis user place",
        misplaced.join(", ")
    );
    Examined { what: "accounts", mark: Mark::Look, text }
}

/// A season that is missing is no fault of the server: it says so in every answer, and somebody has to add it.
fn schedule(in_force: &InForce, today: Day) -> Examined {
    let missing: Vec<String> = in_force
        .schedule
        .seasons()
        .into_iter()
        .filter(|held| held.standing(today) == SeasonStanding::Missing)
        .map(|held| held.to_string())
        .collect();
    if missing.is_empty() {
        return good("schedule", format!("{}; its seasons speak for today", in_force.mark));
    }
    let text = format!(
        "{}; no season for today: {}; see openiis cdsi overlay draft, or import a newer release",
        in_force.mark,
        missing.join(", ")
    );
    Examined { what: "schedule", mark: Mark::Look, text }
}

fn code_sets(cx: &Context) -> Examined {
    let sets = cx.codes.now();
    let name = cx.codes.name().unwrap_or_else(|| BUILT_IN.into());
    let count = |set: Set| sets.all(set).len();
    let counts = format!("{} CVX, {} MVX, {} NDC", count(Set::Cvx), count(Set::Mvx), count(Set::NdcUse));
    good("code sets", format!("{name}; {counts}"))
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

/// Whether letters leave. Without a mail server nobody gets a code or a link.
fn mail(config: &Config) -> Examined {
    match config.mail.host() {
        _ if config.has_mailbox() => good("mail", "stays in the mailbox of the demonstration"),
        Some((host, port)) => good("mail", format!("to {host}:{port}, {}", config.mail.security)),
        None => {
            let text = "no mail server is named (mail.server), so letters wait".to_owned();
            Examined { what: "mail", mark: Mark::Look, text }
        }
    }
}

/// Whether everybody accepts a user agreement at the first sign-in, and yearly.
fn agreement(config: &Config) -> Examined {
    match config.sign_in.agreement_file.as_str() {
        "" => {
            let text =
                "no user agreement is set (sign_in.agreement_file): nobody is asked to accept one".to_owned();
            Examined { what: "agreement", mark: Mark::Look, text }
        }
        path => good("agreement", path),
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, agreement, schedule};
    use crate::config::Config;
    use iis_cdsi::dates::Day;
    use iis_registry::recommend::Schedules;

    #[test]
    fn a_registry_without_a_user_agreement_is_told_so() {
        let mut config = Config::default();
        assert!(
            agreement(&config).mark == Mark::Look
                && agreement(&config).text.contains("no user agreement is set")
        );
        config.sign_in.agreement_file = "agreement.txt".to_owned();
        assert!(agreement(&config).mark == Mark::Good);
    }

    #[test]
    fn a_season_that_is_missing_is_to_be_looked_at() {
        let in_force = Schedules::built_in().now();
        let examined = |on: &str| schedule(&in_force, Day::parse(on).expect("a date"));
        let held = examined("2026-01-15");
        assert_eq!(held.mark, Mark::Good, "{}", held.text);
        assert!(held.text.starts_with("4.64 @") && held.text.contains("speak for today"), "{}", held.text);
        let missing = examined("2026-11-25");
        assert_eq!(missing.mark, Mark::Look, "{}", missing.text);
        for season in
            ["Influenza from 2025-07-01 through 2026-06-30", "RSV from 2025-10-01 through 2026-03-31"]
        {
            assert!(missing.text.contains(season), "{}", missing.text);
        }
        assert_eq!(examined("2026-05-15").mark, Mark::Good, "RSV is between its seasons");
    }
}
