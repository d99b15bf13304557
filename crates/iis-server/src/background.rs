//! What a server does beside answering: sealing the audit, following the schedule, clearing away what has expired.

use crate::app::App;
use crate::audit_key::{self, hex};
use crate::audit_keys::{self, AuditKeyError};
use crate::clock;
use crate::config::Config;
use crate::drops::Bell;
use crate::{drops, mailing, measuring, recommending, replaying, resting, waiting, withdrawing};
use ed25519_dalek::SigningKey;
use iis_registry::exchange::timing;
use iis_registry::matching::population;
use iis_registry::{Failure, drafts, sessions};
use iis_store::Store;
use iis_store::audit::Seal;
use iis_store::search;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::time::{Duration, Instant};
use tokio::task::{JoinHandle, spawn_blocking};

/// How often the figures are folded.
const FOLD_EVERY: Duration = Duration::from_secs(5);
/// How often the times of answers are written.
const KEEP_TIMES_EVERY: Duration = Duration::from_secs(2);
/// How often names are counted at most.
const COUNT_AT_MOST_EVERY: Duration = Duration::from_mins(10);
/// The pause after counting, in times that it took.
const COUNT_PAUSE: u32 = 200;
/// How often expired things are cleared away.
const CLEAR_EVERY: Duration = Duration::from_mins(10);
/// How long the address of a search's results holds.
const SEARCHES_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The key and the file outside the database to which seals go.
pub struct Sealer {
    key: SigningKey,
    log: File,
}

/// Why the audit cannot be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealerError {
    /// The key.
    #[error("audit key: {0}")]
    Key(#[from] AuditKeyError),
    /// The file of seals.
    #[error("{path}: {source}", path = path.display())]
    Log {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Sealer {
    /// Opens key and file; makes them at the first start. Blocks: not to be called from a task.
    pub fn open(config: &Config, store: &Store) -> Result<Self, SealerError> {
        let key = audit_keys::for_sealing(config, store)?;
        let path = config.seal_log();
        let log = OpenOptions::new().create(true).append(true).open(&path);
        Ok(Self { key, log: log.map_err(|source| SealerError::Log { path, source })? })
    }

    fn sign(&self, hash: &[u8]) -> Vec<u8> {
        audit_key::sign(&self.key, hash)
    }

    /// Appends a seal, so that cutting off the audit can be proved.
    fn export(&mut self, seal: &Seal) -> io::Result<()> {
        let line = json!({
            "n": seal.n, "at": seal.at.to_string(), "hash": hex(&seal.hash), "signature": hex(&seal.signature),
        });
        writeln!(self.log, "{line}")?;
        self.log.sync_data()
    }
}

/// Starts the background work. It ends when its tasks are aborted. `bell` rings when a file has come over SFTP.
pub fn start(app: &App, sealer: Sealer, bell: Bell) -> Vec<JoinHandle<()>> {
    let mut tasks = vec![tokio::spawn(seal(app.clone(), sealer)), tokio::spawn(fold_figures(app.clone()))];
    tasks.push(tokio::spawn(recommending::follow(app.clone())));
    tasks.push(tokio::spawn(clear_away(app.clone())));
    if !app.config.read_only {
        // in maintenance files wait
        if app.config.takes_files() {
            tasks.push(tokio::spawn(drops::follow(app.clone(), bell)));
        }
        tasks.push(tokio::spawn(recommending::keep_statuses(app.clone())));
        tasks.push(tokio::spawn(resting::follow(app.clone())));
        tasks.push(tokio::spawn(count_names(app.clone())));
        tasks.push(tokio::spawn(measuring::count_days(app.clone())));
        tasks.push(tokio::spawn(withdrawing::carry_out(app.clone())));
        tasks.push(tokio::spawn(replaying::carry_out(app.clone())));
        tasks.push(tokio::spawn(keep_times(app.clone())));
        tasks.push(tokio::spawn(mailing::follow(app.clone())));
        tasks.push(tokio::spawn(waiting::follow(app.clone())));
    }
    tasks
}

/// Writes how long messages took until they were answered. What cannot be written is not tried again: it is a time.
async fn keep_times(app: App) {
    loop {
        tokio::time::sleep(KEEP_TIMES_EVERY).await;
        if let Err(error) = timing::keep_times(&app.registry).await {
            tracing::warn!(%error, "how long messages took could not be written");
        }
    }
}

/// Keeps the memory of the figures bounded, whether or not somebody reads them.
async fn fold_figures(app: App) {
    loop {
        tokio::time::sleep(FOLD_EVERY).await;
        app.figures.upkeep();
    }
}

/// Counts how frequent names are and which numbers are an office's, again and again: the first time at once, then in
/// pauses that are long beside the counting.
async fn count_names(app: App) {
    loop {
        let begun = Instant::now();
        match population::count(&app.registry).await {
            Ok(records) => tracing::debug!(records, "counted names for matching"),
            Err(error) => tracing::warn!(%error, "names could not be counted for matching"),
        }
        tokio::time::sleep(COUNT_AT_MOST_EVERY.max(begun.elapsed() * COUNT_PAUSE)).await;
    }
}

/// Clears away expired sessions, failed sign-ins that no longer count and old searches again and again.
async fn clear_away(app: App) {
    loop {
        tokio::time::sleep(CLEAR_EVERY).await;
        let now = clock::now();
        let old = now.saturating_sub(SEARCHES_KEPT).unwrap_or(Timestamp::MIN);
        let searches = app.registry.store.write_for_readers(move |tx| search::delete_before(tx, old)).await;
        let cleared = sessions::clear_away(&app.registry, now).await;
        if let Err(error) = drafts::clear_away(&app.registry, now).await {
            tracing::warn!(%error, "drafts could not be cleared away");
        }
        match searches.map_err(Failure::from).and_then(|searches| Ok((searches, cleared?))) {
            Ok((searches, (sessions, failures))) => {
                tracing::debug!(sessions, failures, searches, "cleared away what has expired");
            }
            Err(error) => tracing::warn!(%error, "what has expired could not be cleared away"),
        }
    }
}

/// Seals the audit again and again. A failure is logged and tried again: nothing is lost meanwhile.
async fn seal(app: App, mut sealer: Sealer) {
    let every = Duration::from_secs(app.config.audit.seal_seconds);
    loop {
        tokio::time::sleep(every).await;
        let store = app.registry.store.clone();
        let sealed = spawn_blocking(move || {
            let outcome = store.seal(clock::now(), &|hash| sealer.sign(hash));
            if let Ok(Some(seal)) = &outcome
                && let Err(error) = sealer.export(seal)
            {
                tracing::error!(%error, "a seal of the audit could not be written outside the database");
            }
            (sealer, outcome)
        })
        .await;
        match sealed {
            Ok((back, outcome)) => {
                sealer = back;
                if let Err(error) = outcome {
                    tracing::warn!(%error, "the audit could not be sealed");
                }
            }
            Err(_panic) => {
                tracing::error!("sealing the audit panicked and has ended");
                return;
            }
        }
    }
}
