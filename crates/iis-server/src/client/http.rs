//! HTTP/1.1 over one connection that is kept between messages.

use super::stream::Connector;
use super::{ClientError, LONGEST_REPLY};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;

pub(super) struct HttpClient {
    connector: Connector,
    path: String,
    host: String,
    authorization: Option<HeaderValue>,
    open: Option<SendRequest<Full<Bytes>>>,
}

/// What is sent.
#[derive(Clone)]
struct Outgoing {
    media_type: &'static str,
    body: Bytes,
    header: Option<(&'static str, String)>,
}

impl HttpClient {
    pub(super) fn new(connector: Connector, uri: &Uri, credentials: Option<(String, String)>) -> Self {
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let host = uri.authority().map_or("localhost", |authority| authority.as_str()).to_owned();
        let authorization = credentials.and_then(|(name, secret)| {
            let text = format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")));
            HeaderValue::from_str(&text).ok().map(|mut value| {
                value.set_sensitive(true);
                value
            })
        });
        Self { connector, path, host, authorization, open: None }
    }

    pub(super) fn disconnect(&mut self) {
        self.open = None;
    }

    /// Status and body. A kept connection that the server has closed meanwhile is made anew, once.
    pub(super) async fn post(
        &mut self,
        media_type: &'static str,
        body: Vec<u8>,
        header: Option<(&'static str, String)>,
    ) -> Result<(u16, Vec<u8>), ClientError> {
        let message = Outgoing { media_type, body: Bytes::from(body), header };
        if let Some(mut open) = self.open.take()
            && open.ready().await.is_ok()
            && let Ok(answer) = self.exchange(open, message.clone()).await
        {
            return Ok(answer);
        }
        let stream = self.connector.connect().await?;
        let (open, connection) = handshake(TokioIo::new(stream)).await.map_err(connection_error)?;
        tokio::spawn(connection);
        self.exchange(open, message).await
    }

    async fn exchange(
        &mut self,
        mut open: SendRequest<Full<Bytes>>,
        message: Outgoing,
    ) -> Result<(u16, Vec<u8>), ClientError> {
        let Outgoing { media_type, body, header } = message;
        let mut request = Request::post(&self.path).header(HOST, &self.host).header(CONTENT_TYPE, media_type);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request =
            request.body(Full::new(body)).map_err(|error| ClientError::Connection(error.to_string()))?;
        let response = open.send_request(request).await.map_err(connection_error)?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), LONGEST_REPLY).collect().await;
        let body = body.map_err(|_| ClientError::TooLong)?.to_bytes();
        self.open = Some(open);
        Ok((status, body.to_vec()))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
fn connection_error(error: hyper::Error) -> ClientError {
    ClientError::Connection(error.to_string())
}
