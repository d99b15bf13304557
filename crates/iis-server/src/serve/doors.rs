//! The addresses that a server takes before it opens the store, so that a second one ends without touching anything.

use super::StartError;
use crate::app::App;
use crate::config::{Config, Limits};
use crate::drops::Bell;
use crate::listen::{Bounds, Certificates, Entrance, Http, Listener, Tls};
use crate::mllp::Mllp;
use crate::routes;
use axum::Router;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinHandle;

/// Addresses that are taken, not yet answered.
pub(super) struct Doors {
    http: Door,
    mllp: Option<Door>,
    mllp_tls: Option<Door>,
    sftp: Option<Door>,
}

/// One of them.
struct Door {
    listener: TcpListener,
    certificates: Option<Arc<Certificates>>,
}

impl Doors {
    /// Takes all addresses of the configuration and writes back which they are: a port 0 becomes a real one.
    pub(super) async fn take(config: &mut Config) -> Result<Self, StartError> {
        let address = config.http.address.clone();
        let http = Door::take(&address, config.http_tls()).await?;
        config.http.address = http.address()?.to_string();
        let (mut mllp, mut mllp_tls) = (None, None);
        if let Some(address) = config.mllp.plain() {
            let door = Door::take(&address.to_string(), None).await?;
            config.mllp.address = door.address()?.to_string();
            mllp = Some(door);
        }
        if let Some(address) = config.mllp.secure() {
            let door = Door::take(&address.to_string(), Some(config.mllp_tls())).await?;
            config.mllp.tls_address = door.address()?.to_string();
            mllp_tls = Some(door);
        }
        let mut sftp = None;
        if let Some(address) = config.sftp.listens() {
            let door = Door::take(&address.to_string(), None).await?;
            config.sftp.address = door.address()?.to_string();
            sftp = Some(door);
        }
        Ok(Self { http, mllp, mllp_tls, sftp })
    }

    /// The web server's address.
    pub(super) fn address(&self) -> Result<SocketAddr, StartError> {
        self.http.address()
    }

    /// Answers at all of them, and at the socket for the command line; notes what must go on beside. `bell` is rung when a
    /// file has come.
    pub(super) fn open(
        self,
        app: &App,
        local: Option<UnixListener>,
        bell: &Bell,
        background: &mut Vec<JoinHandle<()>>,
    ) -> Result<Vec<JoinHandle<()>>, StartError> {
        let Self { http, mllp, mllp_tls, sftp } = self;
        let mut listeners = vec![serve_http(app, http.entrance(background), routes::public(app.clone()))];
        listeners
            .extend(local.map(|local| serve_http(app, Entrance::Unix(local), routes::local(app.clone()))));
        if mllp.is_some() || mllp_tls.is_some() {
            let service = Arc::new(Mllp::new(app.clone()));
            for door in [mllp, mllp_tls].into_iter().flatten() {
                let (entrance, bounds) = (door.entrance(background), service.bounds());
                let listener = Listener::new(entrance, Arc::clone(&service), bounds, app.stop.clone());
                listeners.push(tokio::spawn(listener.run()));
            }
        }
        if let Some(door) = sftp {
            listeners.extend(serve_sftp(app, door.entrance(background), bell)?);
        }
        Ok(listeners)
    }
}

impl Door {
    async fn take(address: &str, tls: Option<Tls>) -> Result<Self, StartError> {
        let certificates = tls.map(Certificates::load).transpose()?.map(Arc::new);
        let wrong = |source| StartError::Address { address: address.to_owned(), source };
        let listener = TcpListener::bind(address).await.map_err(wrong)?;
        Ok(Self { listener, certificates })
    }

    fn address(&self) -> Result<SocketAddr, StartError> {
        let wrong = |source| StartError::Address { address: "its own address".to_owned(), source };
        self.listener.local_addr().map_err(wrong)
    }

    /// Its entrance; certificates are followed from now on.
    fn entrance(self, background: &mut Vec<JoinHandle<()>>) -> Entrance {
        match self.certificates {
            Some(certificates) => {
                background.push(tokio::spawn(Arc::clone(&certificates).follow()));
                Entrance::Tls(self.listener, certificates)
            }
            None => Entrance::Tcp(self.listener),
        }
    }
}

fn serve_http(app: &App, entrance: Entrance, router: Router) -> JoinHandle<()> {
    let limits = &app.config.limits;
    let service = Arc::new(Http::new(router, limits, app.stop.clone()));
    tokio::spawn(Listener::new(entrance, service, bounds(limits), app.stop.clone()).run())
}

#[cfg(feature = "sftp")]
fn serve_sftp(app: &App, entrance: Entrance, bell: &Bell) -> Result<Option<JoinHandle<()>>, StartError> {
    let service = crate::sftp::Sftp::new(app.clone(), bell.clone());
    let service = Arc::new(service.map_err(|error| StartError::Sftp(error.into()))?);
    tracing::info!(fingerprint = service.fingerprint(), "the SFTP server's own key");
    let bounds = service.bounds();
    Ok(Some(tokio::spawn(Listener::new(entrance, service, bounds, app.stop.clone()).run())))
}

/// The configuration is refused when it asks for what was not built.
#[cfg(not(feature = "sftp"))]
fn serve_sftp(_: &App, _: Entrance, _: &Bell) -> Result<Option<JoinHandle<()>>, StartError> {
    Ok(None)
}

fn bounds(limits: &Limits) -> Bounds {
    Bounds { connections: limits.connections, hello: limits.header(), drain: limits.drain() }
}

/// The socket for the command line: only the server's own user can open it. Called when the store is locked for
/// serving, so a socket that lies there belongs to a server that is gone. A path that is too long for a socket is no
/// reason not to serve.
pub(super) fn local_listener(path: &PathBuf) -> Result<Option<UnixListener>, StartError> {
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
