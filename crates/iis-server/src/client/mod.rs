//! A client for any registry: HTTP POST, the CDC web service, MLLP. One message out, one reply back.

mod http;
mod mllp;
mod soap;
mod stream;

use crate::audit_key::hex;
use crate::exchange::local::ONCE;
use http::HttpClient;
use hyper::Uri;
use mllp::MllpClient;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
pub(crate) use stream::{Connector, Place, tls};

/// Longest reply that is read.
const LONGEST_REPLY: usize = 16 << 20;

/// Where messages go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `http(s)://…/hl7`, or any address that is not SOAP's.
    Post(Uri),
    /// `http(s)://…/soap`.
    Soap(Uri),
    /// `mllp://host:port`, `mllps://host:port`.
    Mllp(Uri),
    /// The socket of a server on this machine, for this sender.
    Local {
        /// The socket.
        socket: PathBuf,
        /// The sender's name.
        sender: String,
    },
}

/// An address that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an address such as https://iis.example.gov/hl7, https://iis.example.gov/soap or mllp://iis.example.gov:2575"
)]
pub struct NoTarget;

impl FromStr for Target {
    type Err = NoTarget;

    fn from_str(text: &str) -> Result<Self, NoTarget> {
        let uri = Uri::from_str(text).map_err(|_| NoTarget)?;
        if uri.host().is_none_or(str::is_empty) {
            return Err(NoTarget);
        }
        match uri.scheme_str() {
            Some("http" | "https") if uri.path().trim_end_matches('/').ends_with("soap") => {
                Ok(Self::Soap(uri))
            }
            Some("http" | "https") => Ok(Self::Post(uri)),
            Some("mllp" | "mllps") => Ok(Self::Mllp(uri)),
            _ => Err(NoTarget),
        }
    }
}

/// How to connect and who to be.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name and secret.
    pub credentials: Option<(String, String)>,
    /// PEM file of a certificate authority to trust beside the system's.
    pub authority: Option<PathBuf>,
    /// How long to wait for a reply.
    pub timeout: Duration,
}

/// A certificate of the client's own: PEM files of the chain and of its private key.
#[derive(Debug, Clone)]
pub struct OwnCertificate {
    /// The chain.
    pub certificate: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// An HL7 reply, with the HTTP status where there is one.
    Hl7 {
        /// HTTP status.
        status: Option<u16>,
        /// The reply.
        bytes: Vec<u8>,
    },
    /// A SOAP fault.
    Fault(String),
    /// An HTTP status without an HL7 reply.
    Status(u16, String),
}

/// Why nothing came back. Sending the same message again is safe.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection.
    #[error("cannot connect: {0}")]
    Connect(std::io::Error),
    /// The certificate of the other side, or the authority's file.
    #[error("TLS: {0}")]
    Tls(String),
    /// The connection broke or spoke something else.
    #[error("the connection failed: {0}")]
    Connection(String),
    /// No reply in time.
    #[error("no reply within {0:?}")]
    Timeout(Duration),
    /// The reply is too long.
    #[error("the reply is longer than {LONGEST_REPLY} bytes")]
    TooLong,
}

/// A client with one connection, made when needed and kept.
pub struct Client {
    speaker: Speaker,
    timeout: Duration,
}

enum Speaker {
    Http(HttpClient),
    Soap { http: HttpClient, credentials: Option<(String, String)> },
    Mllp(MllpClient),
}

impl Client {
    /// A client of a target. Nothing is connected yet.
    pub fn new(target: &Target, options: &Options) -> Result<Self, ClientError> {
        Self::with_certificate(target, options, None)
    }

    /// A client that shows a certificate where it is asked for one.
    pub fn with_certificate(
        target: &Target,
        options: &Options,
        certificate: Option<&OwnCertificate>,
    ) -> Result<Self, ClientError> {
        let authority = options.authority.as_deref();
        let connector = |uri: &Uri, secure| {
            let tls = if secure { Some(stream::tls(authority, certificate)?) } else { None };
            Ok::<_, ClientError>(Connector::new(Place::of(uri), tls))
        };
        let speaker = match target {
            Target::Post(uri) => {
                let connector = connector(uri, uri.scheme_str() == Some("https"))?;
                Speaker::Http(HttpClient::new(connector, uri, options.credentials.clone()))
            }
            Target::Soap(uri) => {
                let connector = connector(uri, uri.scheme_str() == Some("https"))?;
                let credentials = options.credentials.clone();
                Speaker::Soap { http: HttpClient::new(connector, uri, None), credentials }
            }
            Target::Mllp(uri) => {
                Speaker::Mllp(MllpClient::new(connector(uri, uri.scheme_str() == Some("mllps"))?))
            }
            Target::Local { socket, sender } => {
                let connector = Connector::new(Place::Socket(socket.clone()), None);
                let path = format!("http://localhost/hl7/{}", escaped(sender));
                let uri = Uri::from_str(&path).map_err(|error| ClientError::Connection(error.to_string()))?;
                Speaker::Http(HttpClient::new(connector, &uri, None))
            }
        };
        Ok(Self { speaker, timeout: options.timeout })
    }

    /// Sends one message and waits for its reply.
    pub async fn send(&mut self, message: &[u8]) -> Result<Answer, ClientError> {
        self.send_once(message, None).await
    }

    /// The same; to the socket of a server on this machine, with what makes the message the same when it comes again.
    pub(crate) async fn send_once(
        &mut self,
        message: &[u8],
        once: Option<[u8; 32]>,
    ) -> Result<Answer, ClientError> {
        let timeout = self.timeout;
        let sent = tokio::time::timeout(timeout, self.speaker.send(message, once)).await;
        sent.unwrap_or_else(|_| {
            // a late reply must not be taken for the next message's
            self.speaker.disconnect();
            Err(ClientError::Timeout(timeout))
        })
    }
}

impl Speaker {
    async fn send(&mut self, message: &[u8], once: Option<[u8; 32]>) -> Result<Answer, ClientError> {
        match self {
            Self::Http(http) => {
                let once = once.map(|once| (ONCE, hex(&once)));
                let (status, bytes) = http.post("application/hl7-v2", message.to_vec(), once).await?;
                Ok(hl7_or_status(status, bytes))
            }
            Self::Soap { http, credentials } => {
                let envelope = soap::request(message, credentials.as_ref());
                let (status, bytes) = http.post(soap::MEDIA_TYPE, envelope.into_bytes(), None).await?;
                Ok(soap::answer(status, &bytes))
            }
            Self::Mllp(mllp) => mllp.send(message).await.map(|bytes| Answer::Hl7 { status: None, bytes }),
        }
    }

    fn disconnect(&mut self) {
        match self {
            Self::Http(http) | Self::Soap { http, .. } => http.disconnect(),
            Self::Mllp(mllp) => mllp.disconnect(),
        }
    }
}

fn hl7_or_status(status: u16, bytes: Vec<u8>) -> Answer {
    if bytes.starts_with(b"MSH") || bytes.starts_with(b"FHS") || bytes.starts_with(b"BHS") {
        Answer::Hl7 { status: Some(status), bytes }
    } else {
        Answer::Status(status, String::from_utf8_lossy(&bytes).trim().to_owned())
    }
}

/// A name as one part of a path.
fn escaped(name: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    name.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{NoTarget, Target, escaped};

    #[test]
    fn an_address_says_how_to_talk() {
        #[rustfmt::skip]
        let table = [
            ("https://iis.example.gov/hl7",      Ok("post")),
            ("http://localhost:8080/in",         Ok("post")),
            ("https://iis.example.gov/soap",     Ok("soap")),
            ("https://iis.example.gov/a/soap/",  Ok("soap")),
            ("mllp://10.0.0.1:2575",             Ok("mllp")),
            ("mllps://iis.example.gov:2576",     Ok("mllp")),
            ("sftp://iis.example.gov",           Err(NoTarget)),
            ("iis.example.gov/hl7",              Err(NoTarget)),
            ("/hl7",                             Err(NoTarget)),
            ("",                                 Err(NoTarget)),
        ];
        for (text, expected) in table {
            let target = text.parse::<Target>().map(|target| match target {
                Target::Post(_) => "post",
                Target::Soap(_) => "soap",
                Target::Mllp(_) => "mllp",
                Target::Local { .. } => "local",
            });
            assert_eq!(target, expected, "{text}");
        }
    }

    #[test]
    fn a_name_in_a_path_is_escaped() {
        assert_eq!(escaped("River Clinic/ä"), "River%20Clinic%2F%C3%A4");
    }
}
