//! Listening: connections with limits and deadlines, HTTP/1 and HTTP/2, plain or TLS, and a graceful end.

mod deadlines;
mod stop;
mod tls;

pub use stop::{Phase, Stop};
pub use tls::{CertificateError, Certificates};

use crate::config::Limits;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use deadlines::Deadlined;
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// How long a listener waits after an error of accept, such as no file descriptors left.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a connection without a request stays open when the server drains.
const GRACE: Duration = Duration::from_millis(300);
/// Longest request head.
const HEAD_BYTES: usize = 64 * 1024;
/// Requests at one time on one HTTP/2 connection.
const STREAMS: u32 = 64;
/// The address that callers on the machine's own socket are given.
const LOCAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Where connections come from.
pub enum Entrance {
    /// Plain HTTP.
    Tcp(TcpListener),
    /// HTTPS.
    Tls(TcpListener, Arc<Certificates>),
    /// The command line on the same machine.
    Unix(UnixListener),
}

/// A listener with what serves its requests.
pub struct Listener {
    entrance: Entrance,
    serving: Arc<Serving>,
}

/// What every connection of a listener needs.
struct Serving {
    router: Router,
    limits: Limits,
    stop: Stop,
    /// One permit a connection.
    connections: Arc<Semaphore>,
    most: u32,
}

enum Connection {
    Tcp(TcpStream, SocketAddr),
    Unix(UnixStream),
}

impl Listener {
    /// Puts a router behind an entrance.
    pub fn new(entrance: Entrance, router: Router, limits: &Limits, stop: Stop) -> Self {
        let most = u32::try_from(limits.connections).unwrap_or(u32::MAX);
        let connections = Arc::new(Semaphore::new(limits.connections));
        Self {
            entrance,
            serving: Arc::new(Serving { router, limits: limits.clone(), stop, connections, most }),
        }
    }

    /// Serves until the stop has reached draining and every connection has ended or the drain's time is over.
    pub async fn run(self) {
        let Self { entrance, serving } = self;
        loop {
            tokio::select! {
                () = serving.stop.reached(Phase::Draining) => break,
                () = serving.accept(&entrance) => {}
            }
        }
        // who stands in the system's backlog has been promised an answer
        for _ in 0..serving.most {
            if tokio::time::timeout(Duration::ZERO, serving.accept(&entrance)).await.is_err() {
                break;
            }
        }
        drop(entrance);
        let ended = serving.connections.acquire_many(serving.most);
        if tokio::time::timeout(serving.limits.drain(), ended).await.is_err() {
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

impl Serving {
    /// Accepts one connection and serves it beside. A full house does not accept: the system's backlog waits.
    async fn accept(self: &Arc<Self>, entrance: &Entrance) {
        let Ok(permit) = Arc::clone(&self.connections).acquire_owned().await else { return };
        match entrance.accept().await {
            Ok(connection) => {
                let (serving, certificates) = (Arc::clone(self), entrance.certificates());
                tokio::spawn(async move {
                    let _permit = permit;
                    serving.connection(connection, certificates).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    async fn connection(self: Arc<Self>, connection: Connection, certificates: Option<Arc<Certificates>>) {
        match (connection, certificates) {
            (Connection::Tcp(stream, peer), None) => self.http(stream, peer).await,
            (Connection::Tcp(stream, peer), Some(certificates)) => {
                let hello = TlsAcceptor::from(certificates.current()).accept(stream);
                match tokio::time::timeout(self.limits.header(), hello).await {
                    Ok(Ok(stream)) => self.http(stream, peer).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                    Err(_) => tracing::debug!("a TLS handshake took too long"),
                }
            }
            (Connection::Unix(stream), _) => self.http(stream, LOCAL).await,
        }
    }

    async fn http<S>(self: Arc<Self>, stream: S, peer: SocketAddr)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = Deadlined::new(stream, self.limits.header(), self.limits.write());
        let serving = Arc::clone(&self);
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            Arc::clone(&serving).answer(request, peer)
        });
        let builder = self.builder();
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.stopped() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }

    fn builder(&self) -> Builder<TokioExecutor> {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header())
            .max_buf_size(HEAD_BYTES);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(self.limits.header())
            .keep_alive_timeout(self.limits.header())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(HEAD_BYTES).unwrap_or(u32::MAX));
        builder
    }

    /// Returns when idle connections are to be closed: a little later than replies began to say so.
    async fn stopped(&self) {
        self.stop.reached(Phase::Draining).await;
        tokio::time::sleep(GRACE).await;
    }

    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> Result<Response<Body>, Infallible> {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let http_1 = request.version() < hyper::Version::HTTP_2;
        let response = self.router.clone().oneshot(request).await;
        response.map(|mut response| {
            if http_1 && self.stop.phase() >= Phase::Leaving {
                let close = hyper::header::HeaderValue::from_static("close");
                response.headers_mut().insert(hyper::header::CONNECTION, close);
            }
            response
        })
    }
}
