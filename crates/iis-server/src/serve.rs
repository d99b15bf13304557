//! A running server: opened, serving, stopped.

use crate::app::App;
use crate::background::{self, Sealer, SealerError};
use crate::config::Config;
use crate::listen::{CertificateError, Certificates, Entrance, Listener, Phase};
use crate::opening::{self, OpenError};
use crate::routes;
use iis_registry::Context;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, UnixListener};
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
    #[error("HTTPS: {0}")]
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
    /// The audit cannot be sealed.
    #[error(transparent)]
    Sealer(#[from] SealerError),
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

/// A registry that is open for serving, and its address taken, before anything is answered.
pub struct Opened {
    /// The registry.
    pub registry: Context,
    /// What the operator set, with the address as it was taken.
    pub config: Config,
    listener: TcpListener,
    certificates: Option<Arc<Certificates>>,
    sealer: Sealer,
}

impl Opened {
    /// Takes the address and opens the store.
    pub async fn open(mut config: Config) -> Result<Self, StartError> {
        raise_open_files();
        let certificates =
            if config.https() { Some(Arc::new(Certificates::load(&config.http)?)) } else { None };
        let listener = listen(&config).await?;
        let address = listener.local_addr().map_err(|source| address_error(&config, source))?;
        config.http.address = address.to_string();
        let (registry, sealer, config) =
            spawn_blocking(move || open(config)).await.map_err(|_| StartError::Panic)??;
        Ok(Self { registry, config, listener, certificates, sealer })
    }
}

impl Running {
    /// Starts to serve; called inside a runtime.
    pub fn start(opened: Opened) -> Result<Self, StartError> {
        let Opened { registry, config, listener, certificates, sealer } = opened;
        let address = listener.local_addr().map_err(|source| address_error(&config, source))?;
        let socket = config.local_socket();
        // on PostgreSQL the command line works beside the servers
        let local = if config.sqlite_file().is_some() { local_listener(&socket)? } else { None };

        let app = App::new(registry, config).map_err(StartError::Threads)?;
        let mut background = background::start(&app, sealer);
        let entrance = match certificates {
            Some(certificates) => {
                background.push(tokio::spawn(Arc::clone(&certificates).follow()));
                Entrance::Tls(listener, certificates)
            }
            None => Entrance::Tcp(listener),
        };
        let public = (entrance, routes::public(app.clone()));
        let local = local.map(|local| (Entrance::Unix(local), routes::local(app.clone())));
        let listeners = std::iter::once(public)
            .chain(local)
            .map(|(entrance, router)| Listener::new(entrance, router, &app.config.limits, app.stop.clone()))
            .map(|listener| tokio::spawn(listener.run()))
            .collect();
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
    let sealer = Sealer::open(&config)?;
    Ok((registry, sealer, config))
}

async fn listen(config: &Config) -> Result<TcpListener, StartError> {
    TcpListener::bind(&config.http.address).await.map_err(|source| address_error(config, source))
}

fn address_error(config: &Config, source: io::Error) -> StartError {
    StartError::Address { address: config.http.address.clone(), source }
}

/// The socket for the command line: only the server's own user can open it. Called when the store is locked for
/// serving, so a socket that lies there belongs to a server that is gone. A path that is too long for a socket is no
/// reason not to serve.
fn local_listener(path: &PathBuf) -> Result<Option<UnixListener>, StartError> {
    let wrong = |source| StartError::Socket { path: path.clone(), source };
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(wrong(error)),
        _ => {}
    }
    let listener = match UnixListener::bind(path) {
        Ok(listener) => listener,
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            tracing::warn!(
                "the data folder's path is too long for a socket: `hl7 load` needs a stopped server"
            );
            return Ok(None);
        }
        Err(error) => return Err(wrong(error)),
    };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(wrong)?;
    Ok(Some(listener))
}
