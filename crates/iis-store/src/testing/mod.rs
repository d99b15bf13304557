//! Stores for tests: a new one for each test, on a temporary SQLite file or in a PostgreSQL schema of its own.

pub mod deeds;
pub mod portrait;
mod postgres;
pub mod probe;
pub mod tables;

use crate::migrate::{STEPS, Step};
use crate::{Store, StoreConfig};
use iis_model::Timestamp;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

pub use postgres::{Cluster, shared_cluster};

/// The moment at which all tests happen.
pub const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

/// A database for one test.
pub struct TestStore {
    /// How it was opened: to open it again.
    pub config: StoreConfig,
    /// The store.
    pub store: Store,
    dir: tempfile::TempDir,
}

impl TestStore {
    /// On a temporary SQLite file, migrated.
    pub fn sqlite() -> Self {
        Self::sqlite_with(STEPS)
    }

    /// In a schema of its own on the run's PostgreSQL, migrated; none when there is no PostgreSQL.
    pub fn postgres() -> Option<Self> {
        Self::postgres_with(STEPS)
    }

    /// On each engine at hand, migrated by the first steps only.
    pub fn each_after(steps: &'static [Step]) -> Vec<Self> {
        [Some(Self::sqlite_with(steps)), Self::postgres_with(steps)].into_iter().flatten().collect()
    }

    fn sqlite_with(steps: &'static [Step]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let url = format!("sqlite:{}", dir.path().join("test.db").display());
        Self::open(dir, url, steps)
    }

    fn postgres_with(steps: &'static [Step]) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let cluster = shared_cluster()?;
        let schema = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let url = cluster.make_schema(&schema);
        Some(Self::open(tempfile::tempdir().expect("a temporary directory"), url, steps))
    }

    fn open(dir: tempfile::TempDir, url: String, steps: &'static [Step]) -> Self {
        let config = StoreConfig { writers: 4, ..StoreConfig::new(url) };
        let store = Store::open(&config).expect("the database of a test opens");
        store.migrate_to(steps, NOW).expect("the schema of a test");
        Self { config, store, dir }
    }

    /// The same database opened once more, as by another process.
    pub fn open_again(&self) -> Store {
        Store::open(&self.config).expect("the database of a test opens again")
    }

    /// The address for a client of its own, another process that is killed, and the name that the server knows it by.
    pub fn url_of_client(&self, role: &str) -> (String, String) {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let client = format!("{role}{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let name = |part: &str| match part.split_once("application_name=") {
            Some((before, _)) => format!("{before}application_name={client}"),
            None => part.to_owned(),
        };
        let url = self.config.url.split('&').map(name).collect::<Vec<_>>().join("&");
        (url, client)
    }

    /// Waits until nothing is under way on behalf of a client that ended. On SQLite nothing can be: there is no server.
    pub fn wait_until_gone(&self, client: &str) {
        if !self.is_sqlite() {
            shared_cluster().expect("it is in use").wait_until_gone(client);
        }
    }

    /// A directory that is removed after the test.
    pub fn dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// Whether the engine is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.config.url.starts_with("sqlite:")
    }
}

/// Declares tests that run on each engine: `store_test! { fn sentence(t) { … } }` makes `sentence::sqlite` and
/// `sentence::postgres`, which get a `&TestStore`.
#[macro_export]
macro_rules! store_test {
    ($(fn $name:ident($t:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn on_either($t: &$crate::testing::TestStore) $body

            #[test]
            fn sqlite() {
                on_either(&$crate::testing::TestStore::sqlite());
            }

            #[test]
            fn postgres() {
                if let Some(t) = $crate::testing::TestStore::postgres() {
                    on_either(&t);
                }
            }
        }
    )*};
}
