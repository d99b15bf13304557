//! Asking the issuer: one request over a connection of its own, no redirects, bounded in time and length.

use crate::client::{ClientError, Connector, Place, tls};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::handshake;
use hyper::header::{HOST, HeaderValue};
use hyper::http;
use hyper_util::rt::TokioIo;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;
use tokio_rustls::TlsConnector;

/// An issuer that takes longer is not there.
const PATIENCE: Duration = Duration::from_secs(10);

/// Longest answer that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Connection(#[from] ClientError),
    #[error("no answer within {PATIENCE:?}")]
    Late,
    #[error("the answer is longer than {LONGEST} bytes or broke off")]
    Body,
    #[error("{0}")]
    Http(String),
}

/// Sends requests.
pub(super) struct Fetch {
    tls: TlsConnector,
}

impl Fetch {
    /// Trusts the system's authorities and the one of the file.
    pub(super) fn new(authority: Option<&Path>) -> Result<Self, ClientError> {
        Ok(Self { tls: tls(authority, None)? })
    }

    /// The answer, whatever its status.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        tokio::time::timeout(PATIENCE, self.answered(request)).await.map_err(|_| FetchError::Late)?
    }

    async fn answered(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let broken = |error: hyper::Error| FetchError::Http(error.to_string());
        let (mut head, body) = request.into_parts();
        let is_plain = head.uri.scheme_str() == Some("http");
        let connector = Connector::new(Place::of(&head.uri), (!is_plain).then(|| self.tls.clone()));
        let host = head.uri.authority().map_or("", |authority| authority.as_str()).to_owned();
        let host = HeaderValue::from_str(&host).map_err(|error| FetchError::Http(error.to_string()))?;
        head.headers.insert(HOST, host);
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        head.uri =
            path.parse().map_err(|error: http::uri::InvalidUri| FetchError::Http(error.to_string()))?;
        let stream = connector.connect().await?;
        let (mut open, connection) = handshake(TokioIo::new(stream)).await.map_err(broken)?;
        tokio::spawn(connection);
        let request = http::Request::from_parts(head, Full::new(Bytes::from(body)));
        let (head, body) = open.send_request(request).await.map_err(broken)?.into_parts();
        let body = Limited::new(body, LONGEST).collect().await.map_err(|_| FetchError::Body)?;
        Ok(http::Response::from_parts(head, body.to_bytes().to_vec()))
    }
}

impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
