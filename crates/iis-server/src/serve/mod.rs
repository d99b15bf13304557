//! A running server: opened, serving, stopped.

mod doors;

use crate::app::App;
use crate::background::{self, Sealer, SealerError};
use crate::clock;
use crate::config::Config;
use crate::drops::Bell;
use crate::listen::{CertificateError, Phase};
use crate::opening::{self, OpenError};
use doors::{Doors, local_listener};
use iis_registry::cases::Keys;
use iis_registry::exchange::timing;
use iis_registry::{Context, Failure};
use iis_store::StoreError;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::{JoinHandle, spawn_blocking};

/// How long replies say that they are the last of their connection before nothing new is accepted.
const LEAVING: Duration = Duration::from_millis(500);

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store or the policy cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The certificate cannot be used.
    #[error("TLS: {0}")]
    Certificate(#[from] CertificateError),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Address {
        /// The address.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// The socket for the command line cannot be made.
    #[error("cannot listen on {path}: {source}", path = path.display())]
    Socket {
        /// The socket.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The SFTP server cannot start.
    #[error("SFTP: {0}")]
    Sftp(Box<dyn std::error::Error + Send + Sync>),
    /// The audit cannot be sealed.
    #[error(transparent)]
    Sealer(#[from] SealerError),
    /// The secret that keys of links are made from cannot be kept.
    #[error("the secret of links: {0}")]
    Links(Failure),
    /// Opening panicked.
    #[error("a fault of the program while opening the database")]
    Panic,
    /// Threads cannot be started.
    #[error("cannot start threads: {0}")]
    Threads(io::Error),
}

/// A server that serves.
pub struct Running {
    /// What its handlers share.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    listeners: Vec<JoinHandle<()>>,
    background: Vec<JoinHandle<()>>,
    socket: PathBuf,
}

/// A registry that is open for serving, and its addresses taken, before anything is answered.
pub struct Opened {
    /// The registry.
    pub registry: Context,
    /// What the operator set, with the addresses as they were taken.
    pub config: Config,
    doors: Doors,
    sealer: Sealer,
}

impl Opened {
    /// Takes the addresses and opens the store.
    pub async fn open(mut config: Config) -> Result<Self, StartError> {
        raise_open_files();
        let doors = Doors::take(&mut config).await?;
        let (registry, sealer, config) =
            spawn_blocking(move || open(config)).await.map_err(|_| StartError::Panic)??;
        if !config.read_only {
            draw_links_secret(&registry).await?;
        }
        Ok(Self { registry, config, doors, sealer })
    }
}

/// Draws the secret of links at the first start, not with the first letter: in maintenance nothing new is stored. The
/// store may be busy for a moment with what waits in it since the last stop.
async fn draw_links_secret(registry: &Context) -> Result<(), StartError> {
    const TRIES: usize = 20;
    const BETWEEN: Duration = Duration::from_millis(250);
    let arrival = clock::arrival(&registry.identity.zone);
    for _ in 1..TRIES {
        match Keys::of(registry, arrival).await {
            Err(Failure::Store(StoreError::Busy)) => tokio::time::sleep(BETWEEN).await,
            drawn => return drawn.map(drop).map_err(StartError::Links),
        }
    }
    Keys::of(registry, arrival).await.map(drop).map_err(StartError::Links)
}

impl Running {
    /// Starts to serve; called inside a runtime.
    pub fn start(opened: Opened) -> Result<Self, StartError> {
        let Opened { registry, config, doors, sealer } = opened;
        let (address, socket) = (doors.address()?, config.local_socket());
        // on PostgreSQL the command line works beside the servers
        let local = if config.sqlite_file().is_some() { local_listener(&socket)? } else { None };
        let app = App::new(registry, config).map_err(StartError::Threads)?;
        let bell = Bell::default();
        let mut background = background::start(&app, sealer, bell.clone());
        let listeners = doors.open(&app, local, &bell, &mut background)?;
        Ok(Self { app, address, listeners, background, socket })
    }

    /// Stops without a reset: says so, stops accepting, waits for what is under way, closes the store.
    pub async fn stop(self) {
        let Self { app, listeners, background, socket, .. } = self;
        app.stop.enter(Phase::Leaving);
        tokio::time::sleep(LEAVING).await;
        app.stop.enter(Phase::Draining);
        for listener in listeners {
            if listener.await.is_err() {
                tracing::error!("a listener ended with a panic");
            }
        }
        for task in background {
            task.abort();
        }
        if let Err(error) = timing::keep_times(&app.registry).await {
            tracing::debug!(%error, "how long the last messages took is not kept");
        }
        // it may be gone already, or belong to a successor
        let _ = std::fs::remove_file(socket);
        app.registry.store.clone().close().await;
    }
}

/// Every connection is an open file; the soft limit is often 1,024 where the hard one is far higher.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

fn open(config: Config) -> Result<(Context, Sealer, Config), StartError> {
    let registry = opening::for_serving(&config)?;
    let sealer = Sealer::open(&config, &registry.store)?;
    Ok((registry, sealer, config))
}
