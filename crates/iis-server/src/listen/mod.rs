//! Listening: connections with limits and deadlines, plain or TLS, and a graceful end. What is spoken on a connection
//! is somebody else's: HTTP's here, MLLP's and SSH's in rooms of their own.

mod clients;
mod deadlines;
mod http;
mod stop;
mod tls;

pub use deadlines::Deadlined;
pub use http::Http;
pub use stop::{Phase, Stop};
pub use tls::{CertificateError, Certificates, Clients, Tls};

use sha2::{Digest, Sha256};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a listener waits after an error of accept, such as no file descriptors left.
const PAUSE: Duration = Duration::from_millis(50);
/// The address that callers on the machine's own socket are given.
const LOCAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Where connections come from.
pub enum Entrance {
    /// Plain.
    Tcp(TcpListener),
    /// TLS.
    Tls(TcpListener, Arc<Certificates>),
    /// The command line on the same machine.
    Unix(UnixListener),
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// SHA-256 of the certificate whose key it has proved to hold.
    pub certificate: Option<[u8; 32]>,
}

/// What is spoken on connections.
pub trait Serve: Send + Sync + 'static {
    /// Serves one connection to its end.
    fn serve<S>(self: Arc<Self>, stream: S, peer: Peer) -> impl Future<Output = ()> + Send
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static;
}

/// How much a listener takes on.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections at one time; further ones wait in the system's backlog.
    pub connections: usize,
    /// How long a client may take for its TLS hello.
    pub hello: Duration,
    /// How long a stopping listener waits for its connections.
    pub drain: Duration,
}

/// An entrance with what is spoken behind it.
pub struct Listener<T> {
    entrance: Entrance,
    house: Arc<House<T>>,
}

/// What every connection of a listener needs.
struct House<T> {
    service: Arc<T>,
    bounds: Bounds,
    stop: Stop,
    /// One permit a connection.
    connections: Arc<Semaphore>,
    most: u32,
}

enum Connection {
    Tcp(TcpStream, SocketAddr),
    Unix(UnixStream),
}

impl<T: Serve> Listener<T> {
    /// Puts a service behind an entrance.
    pub fn new(entrance: Entrance, service: Arc<T>, bounds: Bounds, stop: Stop) -> Self {
        let most = u32::try_from(bounds.connections).unwrap_or(u32::MAX);
        let connections = Arc::new(Semaphore::new(bounds.connections));
        Self { entrance, house: Arc::new(House { service, bounds, stop, connections, most }) }
    }

    /// Serves until the stop has reached draining and every connection has ended or the drain's time is over.
    pub async fn run(self) {
        let Self { entrance, house } = self;
        loop {
            tokio::select! {
                () = house.stop.reached(Phase::Draining) => break,
                () = house.accept(&entrance) => {}
            }
        }
        // who stands in the system's backlog has been promised an answer
        for _ in 0..house.most {
            if tokio::time::timeout(Duration::ZERO, house.accept(&entrance)).await.is_err() {
                break;
            }
        }
        drop(entrance);
        let ended = house.connections.acquire_many(house.most);
        if tokio::time::timeout(house.bounds.drain, ended).await.is_err() {
            tracing::warn!("connections were still open when the time to drain was over");
        }
    }
}

impl Entrance {
    async fn accept(&self) -> io::Result<Connection> {
        match self {
            Self::Tcp(listener) | Self::Tls(listener, _) => {
                let (stream, peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Connection::Tcp(stream, peer))
            }
            Self::Unix(listener) => listener.accept().await.map(|(stream, _)| Connection::Unix(stream)),
        }
    }

    fn certificates(&self) -> Option<Arc<Certificates>> {
        match self {
            Self::Tls(_, certificates) => Some(Arc::clone(certificates)),
            Self::Tcp(_) | Self::Unix(_) => None,
        }
    }
}

impl<T: Serve> House<T> {
    /// Accepts one connection and serves it beside. A full house does not accept: the system's backlog waits.
    async fn accept(self: &Arc<Self>, entrance: &Entrance) {
        let Ok(permit) = Arc::clone(&self.connections).acquire_owned().await else { return };
        match entrance.accept().await {
            Ok(connection) => {
                let (house, certificates) = (Arc::clone(self), entrance.certificates());
                tokio::spawn(async move {
                    let _permit = permit;
                    house.connection(connection, certificates).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    async fn connection(self: Arc<Self>, connection: Connection, certificates: Option<Arc<Certificates>>) {
        let service = Arc::clone(&self.service);
        match (connection, certificates) {
            (Connection::Tcp(stream, address), None) => {
                service.serve(stream, Peer { address, certificate: None }).await;
            }
            (Connection::Tcp(stream, address), Some(certificates)) => {
                let hello = TlsAcceptor::from(certificates.current()).accept(stream);
                match tokio::time::timeout(self.bounds.hello, hello).await {
                    Ok(Ok(stream)) => {
                        let certificate = certificate_of(&stream);
                        service.serve(stream, Peer { address, certificate }).await;
                    }
                    Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                    Err(_) => tracing::debug!("a TLS handshake took too long"),
                }
            }
            (Connection::Unix(stream), _) => {
                service.serve(stream, Peer { address: LOCAL, certificate: None }).await;
            }
        }
    }
}

/// The hash of the client's own certificate.
fn certificate_of(stream: &TlsStream<TcpStream>) -> Option<[u8; 32]> {
    let chain = stream.get_ref().1.peer_certificates()?;
    Some(Sha256::digest(chain.first()?).into())
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Entrance, Listener, Peer, Phase, Serve, Stop};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    /// Panics on its first connection.
    struct Faulty(AtomicUsize);

    impl Serve for Faulty {
        #[expect(clippy::manual_assert, reason = "a panic is what is looked at")]
        async fn serve<S>(self: Arc<Self>, mut stream: S, _peer: Peer)
        where
            S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        {
            if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
                panic!("injected");
            }
            stream.write_all(b"well").await.expect("sent");
        }
    }

    #[tokio::test]
    async fn a_fault_on_one_connection_ends_that_one_alone() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let second = Duration::from_secs(1);
        // one at a time: the connection that panicked has given back its place
        let bounds = Bounds { connections: 1, hello: second, drain: second };
        let stop = Stop::default();
        let service = Arc::new(Faulty(AtomicUsize::new(0)));
        let listener = Listener::new(Entrance::Tcp(listener), service, bounds, stop.clone());
        let running = tokio::spawn(listener.run());
        for expected in ["", "well", "well"] {
            let mut stream = TcpStream::connect(address).await.expect("connected");
            let mut text = String::new();
            stream.read_to_string(&mut text).await.expect("read");
            assert_eq!(text, expected);
        }
        stop.enter(Phase::Draining);
        running.await.expect("it has ended");
    }
}
