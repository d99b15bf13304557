//! HTTP/1 and HTTP/2 on a connection, with deadlines that no client can stretch.

use super::deadlines::Deadlined;
use super::{Peer, Phase, Serve, Stop};
use crate::config::Limits;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tower::ServiceExt;

/// How long a connection without a request stays open when the server drains.
const GRACE: Duration = Duration::from_millis(300);
/// Longest request head.
const HEAD_BYTES: usize = 64 * 1024;
/// Requests at one time on one HTTP/2 connection.
const STREAMS: u32 = 64;

/// A router behind connections.
pub struct Http {
    router: Router,
    limits: Limits,
    stop: Stop,
}

impl Http {
    /// What answers requests, with its deadlines.
    pub fn new(router: Router, limits: &Limits, stop: Stop) -> Self {
        Self { router, limits: limits.clone(), stop }
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
        peer: Peer,
    ) -> Result<Response<Body>, Infallible> {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer.address));
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

impl Serve for Http {
    async fn serve<S>(self: Arc<Self>, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = Deadlined::new(stream, self.limits.header(), self.limits.write());
        let http = Arc::clone(&self);
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            Arc::clone(&http).answer(request, peer)
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
}
