//! SQLite: one writer with group commit, snapshot readers, checkpoints beside them.

pub(crate) mod backup;
mod checkpoint;
mod reader;
mod reserve;
pub(crate) mod session;
mod snapshots;
mod writer;

use crate::unit::Routes;
use crate::{StoreError, Synchronous};
use reserve::Reserve;
use rusqlite::{Connection, OpenFlags};
pub(crate) use session::said;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a statement waits for another process's transaction.
const BUSY: Duration = Duration::from_secs(5);

/// A SQLite database that is open.
pub(crate) struct Lite {
    pub(crate) path: PathBuf,
    synchronous: Synchronous,
    /// What a server holds back of the disk.
    reserve: OnceLock<Reserve>,
}

impl Lite {
    /// Opens the file, making it when it is not there.
    pub(crate) fn open(path: &Path, synchronous: Synchronous) -> Result<Self, StoreError> {
        let lite = Self { path: path.to_owned(), synchronous, reserve: OnceLock::new() };
        lite.writing_connection()?;
        Ok(lite)
    }

    /// Holds so many bytes of the disk back as long as this store is open.
    pub(crate) fn keep_reserve(&self, path: PathBuf, bytes: u64) {
        self.reserve.get_or_init(|| Reserve::take(path, bytes));
    }

    /// The disk is full, and only what is left of the reserve may be used.
    pub(crate) fn is_full(&self) -> bool {
        self.reserve.get().is_some_and(Reserve::is_spent)
    }

    /// So little of the disk is free that the reserve may soon be needed.
    pub(crate) fn is_nearly_full(&self) -> bool {
        self.reserve.get().is_some_and(Reserve::is_near)
    }

    /// Gives the reserve away; whether there was one.
    pub(crate) fn spend_reserve(&self) -> bool {
        self.reserve.get().is_some_and(Reserve::spend)
    }

    /// A connection that writes.
    pub(crate) fn writing_connection(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = self.connect(flags)?;
        let synchronous = match self.synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        settle(&connection, "synchronous", synchronous)?;
        settle(&connection, "wal_autocheckpoint", "0")?;
        settle(&connection, "journal_size_limit", "268435456")?;
        // Not larger: after a commit that split a page, SQLite looks at every page in the cache.
        settle(&connection, "cache_size", "-4096")?;
        Ok(connection)
    }

    /// A connection that only reads.
    pub(crate) fn reading_connection(&self) -> Result<Connection, StoreError> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        settle(&connection, "query_only", "ON")?;
        // Not larger: SQLite looks at every place of the cache whenever somebody has written since the last snapshot.
        settle(&connection, "cache_size", "-2048")?;
        Ok(connection)
    }

    /// Pages of 2 KiB: a unit changes a few small rows on pages all over the file, and every changed page is written
    /// whole. The journal is a write-ahead log, so that readers and the writer do not wait for each other.
    fn connect(&self, flags: OpenFlags) -> Result<Connection, StoreError> {
        let connection =
            Connection::open_with_flags(&self.path, flags).map_err(|error| said("open", error))?;
        connection.busy_timeout(BUSY).map_err(|error| said("busy_timeout", error))?;
        settle(&connection, "page_size", "2048")?;
        settle(&connection, "journal_mode", "WAL")?;
        settle(&connection, "temp_store", "MEMORY")?;
        settle(&connection, "trusted_schema", "OFF")?;
        Ok(connection)
    }

    /// Starts the threads.
    pub(crate) fn start(
        self: &Arc<Self>,
        readers: usize,
        routes: &Arc<Routes>,
    ) -> Result<Vec<JoinHandle<()>>, StoreError> {
        let snapshots = Arc::new(snapshots::Snapshots::default());
        let checkpoints = Arc::new(checkpoint::Checkpoints::new(&snapshots));
        let mut threads = vec![
            writer::start(self, routes, &checkpoints)?,
            checkpoint::start(self.writing_connection()?, &checkpoints)?,
        ];
        for _ in 0..readers.max(1) {
            threads.push(reader::start(self, routes, &snapshots)?);
        }
        Ok(threads)
    }
}

fn settle(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    // Some pragmas answer with a row, some do not.
    connection.execute_batch(&format!("PRAGMA {name} = {value}")).map_err(|error| said(name, error))
}

/// Starts a named thread.
pub(crate) fn thread(name: &str, f: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(f)
        .map_err(|error| StoreError::unavailable(format!("no thread: {}", error.kind())))
}
