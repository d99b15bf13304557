//! The databases of a run, and what is in them afterwards: every accepted message once, and its effect once.

use crate::options::{Engine, Options};
use crate::rounds::Books;
use anyhow::{Context, Result};
use iis_synth::load::control_number;
use rusqlite::OpenFlags;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where the server and the probe keep their rows.
#[derive(Debug)]
pub(crate) struct Databases {
    /// The server's PostgreSQL; none: SQLite in its data folder.
    pub(crate) server_url: Option<String>,
    /// The probe's store, by the probe's words.
    pub(crate) probe_store: String,
    sqlite: PathBuf,
    /// Databases made for this run.
    made: Vec<String>,
}

/// What was found wrong, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    accepted: usize,
    lost: usize,
    doubled: usize,
    unsent: usize,
    effects_missing: usize,
    effects_doubled: usize,
}

impl Verdict {
    pub(crate) fn is_clean(&self) -> bool {
        self.lost + self.doubled + self.unsent + self.effects_missing + self.effects_doubled == 0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "counted in the store: {} accepted, {} lost, {} doubled, {} never sent; doses missing {}, doubled {}",
            self.accepted, self.lost, self.doubled, self.unsent, self.effects_missing, self.effects_doubled
        )
    }
}

const CONTROL_IDS: &str = "SELECT control_id FROM message WHERE control_id >= 'C' AND control_id < 'D'";
const DOSE_KEYS: &str = "SELECT dose_key FROM report";

impl Databases {
    /// Makes the databases of an engine.
    pub(crate) fn make(engine: Engine, folder: &Path, options: &Options) -> Result<Self> {
        let sqlite = folder.join("data-0").join("openiis.db");
        let probe = format!("sqlite:{}", folder.join("probe.db").display());
        let (Engine::Postgres, Some(url)) = (engine, &options.postgres) else {
            return Ok(Self { server_url: None, probe_store: probe, sqlite, made: Vec::new() });
        };
        let mark = std::process::id();
        let [server, probe] = ["server", "probe"].map(|what| format!("bench_ack_{what}_{mark}"));
        block_on(async {
            let client = connect(url).await?;
            for (name, wanted) in [("fsync", "on"), ("synchronous_commit", "on")] {
                let set: String = client.query_one(&format!("SHOW {name}"), &[]).await?.get(0);
                anyhow::ensure!(
                    set == wanted,
                    "PostgreSQL has {name} = {set}; a bench of durable messages wants {wanted}"
                );
            }
            for name in [&server, &probe] {
                client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
            }
            Ok(())
        })?;
        let at = url.rfind('/').context("the address of PostgreSQL names a database")?;
        let of = |name: &str| format!("{}/{name}", &url[..at]);
        let (server_url, probe_store) = (Some(of(&server)), of(&probe));
        Ok(Self { server_url, probe_store, sqlite, made: vec![server, probe] })
    }

    /// Removes the databases made for this run; files go with their folder.
    pub(crate) fn remove(&self, options: &Options) -> Result<()> {
        let Some(url) = options.postgres.as_ref().filter(|_| !self.made.is_empty()) else { return Ok(()) };
        block_on(async {
            let client = connect(url).await?;
            for name in &self.made {
                client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            }
            Ok(())
        })
    }

    /// Counts what the books say against what the server's store holds.
    pub(crate) fn compare(&self, books: &Books) -> Result<Verdict> {
        let (messages, doses) = match &self.server_url {
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let store = rusqlite::Connection::open_with_flags(&self.sqlite, flags)
                    .context("opening the server's store")?;
                (read(&store, CONTROL_IDS)?, read(&store, DOSE_KEYS)?)
            }
            Some(url) => block_on(async {
                let client = connect(url).await?;
                Ok((column(&client, CONTROL_IDS).await?, column(&client, DOSE_KEYS).await?))
            })?,
        };
        let messages = counted(messages.iter().filter_map(|id| control_number(id)));
        // The dose that each message brings has the message's number, after a D.
        let doses = counted(doses.iter().filter_map(|key| {
            let order = key.rsplit('\u{1f}').next()?;
            order.strip_prefix('D').filter(|digits| digits.len() == 15)?.parse().ok()
        }));
        let absent = |counts: &BTreeMap<u64, u32>| {
            books.accepted.iter().filter(|id| !counts.contains_key(*id)).count()
        };
        let double = |counts: &BTreeMap<u64, u32>| counts.values().filter(|count| **count > 1).count();
        Ok(Verdict {
            accepted: books.accepted.len(),
            lost: absent(&messages),
            doubled: double(&messages),
            unsent: messages.keys().filter(|id| !books.sent.contains(id)).count(),
            effects_missing: absent(&doses),
            effects_doubled: double(&doses),
        })
    }
}

fn counted(numbers: impl Iterator<Item = u64>) -> BTreeMap<u64, u32> {
    let mut counts = BTreeMap::new();
    for number in numbers {
        *counts.entry(number).or_default() += 1;
    }
    counts
}

fn read(store: &rusqlite::Connection, select: &str) -> Result<Vec<String>> {
    let mut statement = store.prepare(select)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

async fn column(client: &tokio_postgres::Client, select: &str) -> Result<Vec<String>> {
    Ok(client.query(select, &[]).await?.iter().map(|row| row.get(0)).collect())
}

async fn connect(url: &str) -> Result<tokio_postgres::Client> {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.context("connecting to PostgreSQL")?;
    tokio::spawn(connection);
    Ok(client)
}

fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
