//! The registry that is measured: filled in by itself, with as many accounts as a state has.

use anyhow::{Context, Result, bail};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Accounts besides the demonstration's.
const ACCOUNTS: u32 = 10_000;

/// Somebody whom the desk looks for.
#[derive(Debug, Clone)]
pub(crate) struct Somebody {
    pub(crate) number: String,
    pub(crate) last: String,
    pub(crate) first: String,
    /// Year, month, day.
    pub(crate) born_on: [String; 3],
    pub(crate) mrn: String,
    /// Ten digits, or nothing.
    pub(crate) phone: String,
}

/// A running server, and whom to ask it for.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) url: String,
    /// Passwords by user name.
    pub(crate) passwords: BTreeMap<String, String>,
    pub(crate) people: Vec<Somebody>,
    _server: Server,
}

/// Killed when dropped.
#[derive(Debug)]
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether the folder holds a registry that was filled in to its end.
pub(crate) fn is_filled(folder: &Path) -> bool {
    folder.join(FILLED).exists()
}

/// Written when all is filled in.
const FILLED: &str = "filled";

/// Fills in a registry of `people`, with as many accounts as a state has.
pub(crate) fn fill(openiis: &Path, folder: &Path, people: u32) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let (_, _, mut server) = start(openiis, folder, people)?;
    let stopped = Command::new("kill").args(["-TERM", &server.0.id().to_string()]).status()?;
    if !stopped.success() || !server.0.wait()?.success() {
        bail!("the server that filled in the people did not stop in order");
    }
    crowd(&Connection::open(folder.join("data/openiis.db"))?)?;
    std::fs::write(folder.join(FILLED), people.to_string())?;
    Ok(())
}

/// Starts the registry that was filled in, and chooses `wanted` of its people.
pub(crate) fn open(openiis: &Path, folder: &Path, wanted: usize) -> Result<Ground> {
    let people = choose(&Connection::open(folder.join("data/openiis.db"))?, wanted)?;
    let (url, passwords, server) = start(openiis, folder, 1)?;
    Ok(Ground { url, passwords, people, _server: server })
}

/// Starts the server; its address and the demonstration's passwords.
fn start(openiis: &Path, folder: &Path, people: u32) -> Result<(String, BTreeMap<String, String>, Server)> {
    let mut command = Command::new(openiis);
    command.args(["serve", "--demo", "--http", "127.0.0.1:0", "--people", &people.to_string(), "--data"]);
    command.arg(folder.join("data")).env("OPENIIS_LOG_LEVEL", "warn");
    // why somebody opens a record of another clinic would be asked on a page of its own
    command.env("OPENIIS_ACCESS_PURPOSE_ASKED", "false");
    let log = File::create(folder.join("server.log"))?;
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn();
    let mut server = Server(child.with_context(|| format!("starting {}", openiis.display()))?);
    let output = server.0.stdout.take().context("its standard output was asked for")?;
    let (mut url, mut passwords) = (None, BTreeMap::new());
    let mut lines = BufReader::new(output).lines();
    while url.is_none() {
        let Some(line) = lines.next() else {
            bail!("{}", std::fs::read_to_string(folder.join("server.log")).unwrap_or_default());
        };
        let line = line?;
        if let [_, user, password] = line.split_whitespace().collect::<Vec<_>>()[..] {
            passwords.insert(user.to_owned(), password.to_owned());
        }
        url = line.trim().strip_prefix("ready ").map(str::to_owned);
    }
    // Reads on, so that the server never waits for somebody to listen.
    std::thread::spawn(move || lines.map_while(Result::ok).count());
    Ok((url.context("an address")?, passwords, server))
}

/// Gives the clinic's nurse many colleagues: the same password, the same role at the same clinic.
fn crowd(database: &Connection) -> Result<()> {
    let nurse: i64 =
        database.query_row("SELECT id FROM account WHERE name = 'clinic'", [], |row| row.get(0))?;
    database.execute_batch("BEGIN")?;
    let mut account = database.prepare(
        "INSERT INTO account (id, name, display_name, password_hash, status, created_at, last_sign_in_at, must_change,
            reopened_at)
         SELECT ?1, ?2, display_name, password_hash, status, created_at, last_sign_in_at, must_change, reopened_at
         FROM account WHERE id = ?3",
    )?;
    let mut role = database.prepare(
        "INSERT INTO role_assignment (account_id, role, place_kind, place_id)
         SELECT ?1, role, place_kind, place_id FROM role_assignment WHERE account_id = ?2",
    )?;
    for n in 0..ACCOUNTS {
        let id = (1_i64 << 40) + i64::from(n); // far beyond those that the store hands out
        account.execute((id, colleague(n), nurse))?;
        role.execute((id, nurse))?;
    }
    database.execute_batch("COMMIT")?;
    Ok(())
}

/// The user name of one of the many.
pub(crate) fn colleague(n: u32) -> String {
    format!("nurse{}", n % ACCOUNTS)
}

/// People of the registry, spread over all, with record numbers that one source alone gave: clinics number their charts alike,
/// and whoever types a shared one is shown the own clinic's patient.
fn choose(database: &Connection, wanted: usize) -> Result<Vec<Somebody>> {
    let mut query = database.prepare(
        "SELECT p.registry_number, n.last, n.first, n.born_on, r.mrn, v.demographics
         FROM person p
         JOIN person_name n ON n.person_id = p.id AND n.n = 0
         JOIN person_view v ON v.person_id = p.id
         JOIN link l ON l.person_id = p.id
         JOIN source_record r ON r.id = l.source_record_id
         WHERE p.status = 'active' AND v.protected = 0 AND length(n.last) > 3 AND length(n.first) > 3
           AND r.mrn IN (SELECT mrn FROM source_record GROUP BY mrn HAVING count(*) = 1)
         GROUP BY p.id",
    )?;
    let mut rows = query.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (number, born_on): (i64, Option<String>) = (row.get(0)?, row.get(3)?);
        let Some(born_on) = born_on else { continue };
        let parts: Vec<_> = born_on.split('-').map(str::to_owned).collect();
        let Ok(born_on) = parts.try_into() else { continue };
        let demographics: String = row.get(5)?;
        let demographics: serde_json::Value = serde_json::from_str(&demographics)?;
        let phone = demographics["te"][0]["d"].as_str().unwrap_or_default().to_owned();
        let (last, first, mrn) = (row.get(1)?, row.get(2)?, row.get(4)?);
        all.push(Somebody { number: number.to_string(), last, first, born_on, mrn, phone });
    }
    let every = (all.len() / wanted).max(1);
    let chosen: Vec<_> = all.into_iter().step_by(every).take(wanted).collect();
    if chosen.len() < wanted {
        bail!("only {} people to look for", chosen.len());
    }
    Ok(chosen)
}
