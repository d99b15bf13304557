//! How a load reaches the registry: directly, through the server that holds the embedded database, or inside a server.

use crate::app::App;
use crate::client::{Answer, Client, ClientError, Options, Target};
use crate::exchange::{self as doors, acknowledgment};
use crate::failure::Outage;
use crate::{clock, figures};
use iis_model::access::Channel;
use iis_model::organization::Sender;
use iis_registry::exchange::{self, Received};
use iis_registry::{Context, Failure};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

/// Messages under way at a time: what one group of commits takes, and what one request may take of a server.
const MOST: (usize, usize) = (128, 8);
/// Connections to a server.
const CONNECTIONS: usize = 16;
/// How long a registry that is busy or unavailable is tried again.
const PATIENCE: Duration = Duration::from_mins(2);
/// The first and the longest pause between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(2));

/// The way in. Clones share it.
#[derive(Clone)]
pub struct Door(Arc<Way>);

enum Way {
    Direct { registry: Context, sender: Arc<Sender> },
    Server { clients: Vec<Mutex<Client>>, next: std::sync::atomic::AtomicUsize },
    Request { app: App, sender: Arc<Sender>, channel: Channel, deadline: Instant },
}

/// Why no reply came.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// The registry cannot do it, also after trying again for a while.
    #[error("the registry cannot take messages: {0}")]
    Failed(Failure),
    /// The server cannot be reached.
    #[error("the server that holds the database: {0}")]
    Server(ClientError),
    /// The server does not want them.
    #[error("the server that holds the database answered {0}: {1}")]
    Refused(u16, String),
    /// A message that had to be answered first was not.
    #[error("a message before it was not answered")]
    BrokenOff,
    /// A fault of the program.
    #[error("a fault of the program")]
    Panic,
}

/// What one try gave.
enum Tried {
    Reply(Vec<u8>),
    Later(DoorError),
}

impl Door {
    /// Through the registry that this process has opened.
    pub fn direct(registry: Context, sender: Arc<Sender>) -> Self {
        Self(Arc::new(Way::Direct { registry, sender }))
    }

    /// Through the socket of the server that holds the database.
    pub fn server(socket: &Path, sender: &str) -> Result<Self, DoorError> {
        let target = Target::Local { socket: socket.to_path_buf(), sender: sender.to_owned() };
        let options = Options { credentials: None, authority: None, timeout: PATIENCE };
        let clients: Result<Vec<_>, _> =
            (0..CONNECTIONS).map(|_| Client::new(&target, &options).map(Mutex::new)).collect();
        let clients = clients.map_err(DoorError::Server)?;
        Ok(Self(Arc::new(Way::Server { clients, next: std::sync::atomic::AtomicUsize::new(0) })))
    }

    /// For the messages of one request to a server: what cannot be answered by its deadline is refused.
    pub(crate) fn request(app: &App, sender: &Arc<Sender>, channel: Channel, deadline: Instant) -> Self {
        let (app, sender) = (app.clone(), Arc::clone(sender));
        Self(Arc::new(Way::Request { app, sender, channel, deadline }))
    }

    /// How many messages may be under way at a time.
    pub(super) fn most_under_way(&self) -> usize {
        match &*self.0 {
            Way::Direct { .. } | Way::Server { .. } => MOST.0,
            Way::Request { .. } => MOST.1,
        }
    }

    /// The reply to a message. A registry that is busy is tried again. `once` makes what is refused the same message
    /// when it comes again.
    pub(super) async fn answer(
        &self,
        message: Arc<[u8]>,
        once: Option<[u8; 32]>,
    ) -> Result<Vec<u8>, DoorError> {
        let until = Instant::now() + PATIENCE;
        let mut pause = PAUSES.0;
        loop {
            match self.0.try_once(Arc::clone(&message), once).await? {
                Tried::Reply(reply) => return Ok(reply),
                Tried::Later(error) if Instant::now() >= until => return Err(error),
                Tried::Later(_) => sleep(pause).await,
            }
            pause = (pause * 2).min(PAUSES.1);
        }
    }
}

impl Way {
    async fn try_once(&self, message: Arc<[u8]>, once: Option<[u8; 32]>) -> Result<Tried, DoorError> {
        match self {
            Self::Direct { registry, sender } => {
                let arrival = clock::arrival(&registry.identity.zone);
                let sender = Arc::clone(sender);
                let channel = Channel::Batch;
                let received = Received { bytes: message, sender, channel, arrival, once };
                let started = Instant::now();
                match exchange::receive(registry, received).await {
                    Ok(reply) => {
                        figures::message(channel.word(), acknowledgment(&reply.bytes), started.elapsed());
                        Ok(Tried::Reply(reply.bytes.into_vec()))
                    }
                    Err(failure) if failure.is_temporary() => Ok(Tried::Later(DoorError::Failed(failure))),
                    Err(failure) => Err(DoorError::Failed(failure)),
                }
            }
            Self::Server { clients, next } => {
                let turn = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let mut client = clients[turn % clients.len()].lock().await;
                match client.send_once(&message, once).await {
                    Ok(Answer::Hl7 { status: Some(200), bytes }) => Ok(Tried::Reply(bytes)),
                    Ok(Answer::Hl7 { status, bytes }) => {
                        let text = String::from_utf8_lossy(&bytes).into_owned();
                        Ok(Tried::Later(DoorError::Refused(status.unwrap_or(0), text)))
                    }
                    Ok(Answer::Status(status, text)) => Err(DoorError::Refused(status, text)),
                    Ok(Answer::Fault(text)) => Err(DoorError::Refused(500, text)),
                    Err(error) => Ok(Tried::Later(DoorError::Server(error))),
                }
            }
            Self::Request { app, sender, channel, deadline } => {
                let outcome = if Instant::now() < *deadline {
                    let (bytes, channel) = (message, *channel);
                    let incoming = doors::Incoming { bytes, channel, once: None, waits_for_turn: true };
                    doors::answer_incoming(app, sender, incoming, *deadline).await
                } else {
                    doors::cannot_process(app, &message, *channel, Outage::TOO_SLOW)
                };
                Ok(Tried::Reply(outcome.bytes().to_vec()))
            }
        }
    }
}
