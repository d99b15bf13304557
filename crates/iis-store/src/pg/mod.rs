//! PostgreSQL: workers with a connection each, whole units in one round trip, retry, unknown COMMITs.

mod connection;
mod reader;
pub(crate) mod session;
mod statistics;
mod tls;
mod trouble;
mod writer;

use crate::StoreError;
use crate::unit::Routes;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// A PostgreSQL database that can be reached.
pub(crate) struct Pg {
    pub(crate) config: tokio_postgres::Config,
    pub(crate) tls: tls::Tls,
    pub(crate) statistics: statistics::Statistics,
}

impl Pg {
    /// Reads the address and connects once.
    pub(crate) fn open(url: &str) -> Result<Self, StoreError> {
        let (mut config, tls) = tls::read(url)?;
        config.connect_timeout(Duration::from_secs(5));
        if config.get_application_name().is_none() {
            config.application_name("openiis");
        }
        let pg = Self { config, tls, statistics: statistics::Statistics::default() };
        session::PgSession::connect(&pg)?;
        Ok(pg)
    }

    /// Starts the threads.
    pub(crate) fn start(
        self: &Arc<Self>,
        readers: usize,
        writers: usize,
        routes: &Arc<Routes>,
    ) -> Result<Vec<JoinHandle<()>>, StoreError> {
        let readers = (0..readers.max(1)).map(|_| reader::start(self, routes));
        let writers = (0..writers.max(1)).map(|n| writer::start(self, routes, n));
        readers.chain(writers).collect()
    }
}
