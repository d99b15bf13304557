//! The built-in SFTP server: a sender signs in under its name with a key, drops files into `in/`, fetches results from
//! `out/`, and sees nothing else.
//!
//! SSH is `russh`'s. Each connection is served in a task of its own: a fault in one ends that one.

mod cuttable;
mod guests;
mod jail;
mod operations;
mod packets;
mod room;
mod session;
mod strangers;
mod uploads;

use crate::app::App;
use crate::drops::{Bell, Folder};
use crate::figures;
use crate::key_file::{self, KeyError};
use crate::listen::{Bounds, Deadlined, Peer, Phase, Serve};
use cuttable::Cuttable;
use guests::Guests;
use iis_model::organization::Sender;
use iis_model::recognition::SenderKey;
use iis_registry::{Failure, senders};
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::keys::ssh_key::{self, HashAlg};
use russh::keys::{Algorithm, PrivateKey};
use russh::server::{Config, run_stream};
use russh::{Disconnect, MethodKind, MethodSet, Preferred, SshId, compression};
use session::Session;
use std::borrow::Cow;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use strangers::Strangers;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// The longest packet: more than clients need, and little to hold.
const PACKET_BYTES: u32 = 32 * 1024;
/// Bytes of a channel that may be under way.
const WINDOW_BYTES: u32 = 2 * 1024 * 1024;
/// Keys that a client may try: an agent often offers some.
const MOST_TRIES: usize = 10;
/// How long a refusal takes.
const REJECTION: Duration = Duration::from_millis(500);
/// How often a connection is held against the keys of its sender.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(2);
/// How long a client may take to leave when it is told to.
const LEAVE_WITHIN: Duration = Duration::from_secs(2);

/// What is spoken on the connections of the SFTP listener.
pub struct Sftp {
    app: App,
    config: Arc<Config>,
    bell: Bell,
    guests: Guests,
    strangers: Strangers,
}

/// As whom a client has signed in.
struct Known {
    name: Box<str>,
    key: SenderKey,
}

/// Why the SFTP server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SftpError {
    /// The seed of its key.
    #[error("its own key: {0}")]
    Key(#[from] KeyError),
    /// The key itself.
    #[error("its own key: {0}")]
    Unusable(#[from] ssh_key::Error),
}

impl Sftp {
    /// For a running server. `bell` is rung when a file is complete.
    pub fn new(app: App, bell: Bell) -> Result<Self, SftpError> {
        let key = host_key(&app)?;
        let config = Arc::new(config(&app, key));
        uploads::clear(&app.config.sftp_folder());
        Ok(Self { app, config, bell, guests: Guests::default(), strangers: Strangers::default() })
    }

    /// How much its listener takes on.
    pub fn bounds(&self) -> Bounds {
        let (sftp, limits) = (&self.app.config.sftp, &self.app.config.limits);
        Bounds { connections: sftp.connections, hello: limits.header(), drain: limits.drain() }
    }

    /// The fingerprint that clients see, as `ssh-keygen -l` shows it.
    pub fn fingerprint(&self) -> String {
        self.config.keys.iter().map(|key| key.public_key().fingerprint(HashAlg::Sha256).to_string()).collect()
    }
}

/// The fingerprint of the key in a file, as `ssh-keygen -l` shows it; `None` when there is no file yet.
pub fn fingerprint(path: &Path) -> Result<Option<String>, SftpError> {
    let key = key_file::read(path)?.map(|seed| key_of(&seed)).transpose()?;
    Ok(key.map(|key| key.public_key().fingerprint(HashAlg::Sha256).to_string()))
}

/// The server's own key: made once, of a seed in a file that only the server's user can read.
fn host_key(app: &App) -> Result<PrivateKey, SftpError> {
    key_of(&key_file::read_or_make(&app.config.sftp_host_key())?)
}

fn key_of(seed: &[u8; 32]) -> Result<PrivateKey, SftpError> {
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(seed));
    Ok(PrivateKey::new(pair, "openiis")?)
}

fn config(app: &App, key: PrivateKey) -> Config {
    let mut methods = MethodSet::empty();
    methods.push(MethodKind::PublicKey);
    // SHA-1 signatures are not taken, and nothing is compressed: it costs memory before anybody is known
    let keys = Preferred::DEFAULT.key.iter().filter(|key| **key != Algorithm::Rsa { hash: None });
    let preferred = Preferred {
        key: Cow::Owned(keys.cloned().collect()),
        compression: Cow::Borrowed(&[compression::NONE]),
        ..Preferred::DEFAULT
    };
    Config {
        server_id: SshId::Standard(Cow::Borrowed("SSH-2.0-OpenIIS")),
        methods,
        auth_rejection_time: REJECTION,
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![key],
        window_size: WINDOW_BYTES,
        maximum_packet_size: PACKET_BYTES,
        preferred,
        max_auth_attempts: MOST_TRIES,
        inactivity_timeout: Some(app.config.sftp.idle()),
        ..Config::default()
    }
}

impl Serve for Sftp {
    async fn serve<S>(self: Arc<Self>, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let _open = figures::OpenConnection::sftp();
        let known = Arc::new(OnceLock::new());
        let places = self.app.config.sftp.connections.saturating_sub(self.guests.connections());
        let stranger = self.strangers.enter(peer, places);
        let gives_way = stranger.leave();
        let handler = Session::new(Arc::clone(&self), peer, Arc::clone(&known), stranger);
        let limits = &self.app.config.limits;
        // dropped at the end of this: then the connection ends whatever its client does
        let (stream, _thread) = Cuttable::new(Deadlined::new(stream, limits.header(), limits.write()));
        let signed_in_by = Instant::now() + self.app.config.sftp.sign_in();
        let begun = tokio::select! {
            begun = run_stream(Arc::clone(&self.config), stream, handler) => begun,
            () = gives_way.notified() => return tracing::debug!("an SSH connection gave way to others"),
            () = sleep_until(signed_in_by) => return tracing::debug!("an SSH client did not say who it is"),
        };
        let mut running = match begun {
            Ok(running) => running,
            Err(error) => return tracing::debug!(%error, "an SSH connection did not come about"),
        };
        let handle = running.handle();
        let why = tokio::select! {
            ended = &mut running => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "an SSH connection ended early");
                }
                return;
            }
            () = stays_unknown(signed_in_by, &known) => "nobody signed in",
            () = gives_way.notified() => return tracing::debug!("an SSH connection gave way to others"),
            () = self.loses_its_key(&known) => "the key is no longer the sender's",
            () = self.app.stop.reached(Phase::Draining) => "the server stops",
        };
        let told = handle.disconnect(Disconnect::ByApplication, why.to_owned(), "en".to_owned());
        let left = async {
            let _ = told.await;
            let _ = running.await;
        };
        let _ = timeout(LEAVE_WITHIN, left).await;
    }
}

/// Returns when the time to sign in is over and nobody has.
async fn stays_unknown(until: Instant, known: &OnceLock<Known>) {
    sleep_until(until).await;
    if known.get().is_some() {
        std::future::pending::<()>().await;
    }
}

impl Sftp {
    /// The sender of this name, if the key is one of its own.
    async fn sender_of(&self, known: &Known) -> Result<Option<Arc<Sender>>, Failure> {
        let sender = senders::of_key(&self.app.registry, known.key, self.app.arrival()).await?;
        Ok(sender.filter(|sender| *sender.name == *known.name))
    }

    /// Returns when the key of who has signed in is taken away.
    async fn loses_its_key(&self, known: &OnceLock<Known>) {
        loop {
            sleep(LOOKED_AT_EVERY).await;
            if let Some(known) = known.get() {
                // a registry that cannot be asked takes nothing away
                if matches!(self.sender_of(known).await, Ok(None)) {
                    return;
                }
            }
        }
    }

    fn home(&self, sender: &str) -> Folder {
        Folder::of_sftp(&self.app.config.sftp_folder(), sender)
    }
}
