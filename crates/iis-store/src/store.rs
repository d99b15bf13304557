//! The store: opening and closing it. How it is given work: [`giving`].

mod giving;

use self::giving::{answer_blocking, write_internally};
use crate::audit::seal::Heads;
use crate::lite::{Lite, thread};
use crate::migrate::{self, STEPS};
use crate::pg::Pg;
use crate::queue::Gate;
use crate::unit::Routes;
use crate::{AppliedStep, Ids, StoreError, ids};
use iis_model::Timestamp;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// How a SQLite commit is flushed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// Every commit survives a power failure.
    #[default]
    Full,
    /// The last commits may be lost at a power failure: for imports that can be started again.
    Normal,
}

/// How to open a store.
#[derive(Clone)]
pub struct StoreConfig {
    /// `sqlite:path` or `postgres://…`.
    pub url: String,
    /// Threads that read.
    pub readers: usize,
    /// Connections that write (PostgreSQL; SQLite has one).
    pub writers: usize,
    /// The most units of a lane that are inside at one time.
    pub queue: usize,
    /// How a SQLite commit is flushed.
    pub synchronous: Synchronous,
    /// Whether writings are refused; audit rows of disclosures, and what [`Store::write_for_readers`] is for, are
    /// still written.
    pub read_only: bool,
}

impl StoreConfig {
    /// The usual settings for a database.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            readers: 2,
            writers: 16,
            queue: 1024,
            synchronous: Synchronous::Full,
            read_only: false,
        }
    }
}

/// Shows no address: it may hold a password.
impl std::fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { readers, writers, queue, synchronous, read_only, .. } = self;
        write!(
            f,
            "StoreConfig {{ {readers} readers, {writers} writers, queue {queue}, {synchronous:?}, {read_only} }}"
        )
    }
}

/// A store that is open. Clones are the same store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    engine: Engine,
    routes: Arc<Routes>,
    gate: Arc<Gate>,
    ids: Ids,
    sealed: Mutex<Heads>,
    read_only: AtomicBool,
    serving: Mutex<Option<File>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

enum Engine {
    Lite(Arc<Lite>),
    Pg,
}

impl Store {
    /// Opens the database and starts the threads. The schema is not looked at: see [`Store::migrate`] and
    /// [`Store::check_schema`].
    pub fn open(config: &StoreConfig) -> Result<Self, StoreError> {
        let gate = Arc::new(Gate::new(config.queue));
        let routes = Arc::new(Routes::new(Arc::clone(&gate)));
        let (engine, mut threads) = if let Some(path) = config.url.strip_prefix("sqlite:") {
            let lite = Arc::new(Lite::open(Path::new(path), config.synchronous)?);
            let threads = lite.start(config.readers, &routes)?;
            (Engine::Lite(lite), threads)
        } else if config.url.starts_with("postgres://") || config.url.starts_with("postgresql://") {
            let pg = Arc::new(Pg::open(&config.url)?);
            (Engine::Pg, pg.start(config.readers, config.writers, &routes)?)
        } else {
            return Err(StoreError::unavailable(
                "the database address begins neither with sqlite: nor postgres://",
            ));
        };
        let ids = Ids::new();
        threads.push(lease_ahead(&ids, &routes)?);
        let store = Self(Arc::new(Inner {
            engine,
            routes,
            gate,
            ids,
            sealed: Mutex::default(),
            read_only: AtomicBool::new(config.read_only),
            serving: Mutex::new(None),
            threads: Mutex::new(threads),
        }));
        // Before the first migration there is no table to lease from.
        let _ = store.lease_ids();
        Ok(store)
    }

    /// Brings the schema up to this program's.
    pub fn migrate(&self, now: Timestamp) -> Result<Vec<AppliedStep>, StoreError> {
        self.migrate_to(STEPS, now)
    }

    /// Brings the schema up to these steps: for tests of the steps themselves.
    #[doc(hidden)]
    pub fn migrate_to(
        &self,
        steps: &'static [migrate::Step],
        now: Timestamp,
    ) -> Result<Vec<AppliedStep>, StoreError> {
        let applied = migrate::migrate(self, steps, now)?;
        self.lease_ids()?;
        Ok(applied)
    }

    /// Whether this program can run on the schema as it is; the error's sentence says why not.
    pub fn check_schema(&self) -> Result<(), StoreError> {
        self.read_blocking(|tx| migrate::check(tx, STEPS))
    }

    /// Keeps other processes from serving the same SQLite file as long as this store is open. Several may serve one
    /// PostgreSQL.
    pub fn lock_for_serving(&self) -> Result<(), StoreError> {
        let Engine::Lite(lite) = &self.0.engine else { return Ok(()) };
        let cannot =
            |error: std::io::Error| StoreError::unavailable(format!("the serving lock: {}", error.kind()));
        let file =
            File::options().create(true).append(true).open(beside(&lite.path, ".serving")).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {
                *self.0.serving.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
                Ok(())
            }
            Err(TryLockError::WouldBlock) => Err(StoreError::AlreadyServed),
            Err(TryLockError::Error(error)) => Err(cannot(error)),
        }
    }

    /// Holds so many bytes back of the disk that a SQLite file lies on: when it is full, nothing is stored until there is
    /// room again, and the reserve is used for the audit rows without which nothing may be shown.
    pub fn keep_reserve(&self, bytes: u64) {
        if let Engine::Lite(lite) = &self.0.engine
            && bytes > 0
        {
            lite.keep_reserve(beside(&lite.path, "-reserve"), bytes);
        }
    }

    /// Whether the disk is full, as far as a reserve is kept.
    pub fn is_full(&self) -> bool {
        matches!(&self.0.engine, Engine::Lite(lite) if lite.is_full())
    }

    /// Whether the disk is nearly full, as far as a reserve is kept: for what can wait, so that reports find room.
    pub fn is_nearly_full(&self) -> bool {
        matches!(&self.0.engine, Engine::Lite(lite) if lite.is_nearly_full())
    }

    /// Row keys.
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    /// Refuses writings from now on, or takes them again.
    pub fn set_read_only(&self, read_only: bool) {
        self.0.read_only.store(read_only, Ordering::Relaxed);
    }

    /// Copies a SQLite database into a new file while it is in use.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        match &self.0.engine {
            Engine::Lite(lite) => crate::lite::backup::backup(lite, to),
            Engine::Pg => Err(StoreError::unavailable("PostgreSQL is backed up with its own tools")),
        }
    }

    /// Finishes what waits and ends the threads.
    pub async fn close(self) {
        // A join that panicked has nothing left to close.
        let _ = tokio::task::spawn_blocking(move || self.close_blocking()).await;
    }

    /// As [`Store::close`], for threads outside an asynchronous runtime.
    pub fn close_blocking(self) {
        self.0.ids.close();
        self.0.routes.readers.close();
        let threads = std::mem::take(&mut *self.0.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let (readers, others): (Vec<_>, Vec<_>) =
            threads.into_iter().partition(|thread| thread.thread().name() == Some("store-reader"));
        join(readers); // they may still hand plans to the writers
        self.0.routes.writers.close();
        join(others);
        self.0.serving.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Keeps the SQLite file from growing beyond so many pages; 0 lifts the limit. A full disk, for tests.
    #[cfg(feature = "testing")]
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.write_internally(move |tx| {
            let most = if pages == 0 { 0xFFFF_FFFE } else { pages };
            tx.batch(&format!("PRAGMA max_page_count = {most}"))
        })
    }

    /// The heads that this store has sealed.
    pub(crate) fn sealed_heads<T>(&self, f: impl FnOnce(&mut Heads) -> T) -> T {
        f(&mut self.0.sealed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn lease_ids(&self) -> Result<(), StoreError> {
        let block = self.write_internally(|tx| ids::lease(tx, "row", ids::BLOCK))?;
        self.0.ids.add(block);
        Ok(())
    }
}

/// The last store that is dropped lets its threads end.
impl Drop for Inner {
    fn drop(&mut self) {
        self.ids.close();
        self.routes.readers.close();
        self.routes.writers.close();
    }
}

fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        if thread.join().is_err() {
            tracing::error!("a thread of the store had panicked");
        }
    }
}

/// The thread that leases row keys before they are needed.
fn lease_ahead(ids: &Ids, routes: &Arc<Routes>) -> Result<JoinHandle<()>, StoreError> {
    let (ids, routes) = (ids.clone(), Arc::clone(routes));
    thread("store-ids", move || {
        while ids.wait_until_wanted() {
            let leased = answer_blocking(write_internally(&routes, |tx| ids::lease(tx, "row", ids::BLOCK)));
            ids.add(leased.unwrap_or(0..0));
        }
    })
}

/// The path with something added to its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
