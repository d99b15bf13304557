//! Connecting: TCP, TLS, or the socket of a server on this machine.

use super::{ClientError, OwnCertificate};
use hyper::Uri;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;

/// What a connection is made of.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Where to connect.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Tcp { host: String, port: u16 },
    Socket(PathBuf),
}

impl Place {
    /// Host and port, or the scheme's own port.
    pub(crate) fn of(uri: &Uri) -> Self {
        let port = match uri.scheme_str() {
            Some("https") => 443,
            Some("mllp") => 2575,
            Some("mllps") => 2576,
            _ => 80,
        };
        let host = uri.host().unwrap_or("localhost").trim_start_matches('[').trim_end_matches(']');
        Self::Tcp { host: host.to_owned(), port: uri.port_u16().unwrap_or(port) }
    }
}

/// Makes connections to one place.
pub(crate) struct Connector {
    place: Place,
    tls: Option<TlsConnector>,
}

impl Connector {
    pub(crate) fn new(place: Place, tls: Option<TlsConnector>) -> Self {
        Self { place, tls }
    }

    pub(crate) async fn connect(&self) -> Result<Box<dyn Stream>, ClientError> {
        let (host, port) = match &self.place {
            Place::Socket(path) => {
                let stream = UnixStream::connect(path).await.map_err(ClientError::Connect)?;
                return Ok(Box::new(stream));
            }
            Place::Tcp { host, port } => (host, *port),
        };
        let stream = TcpStream::connect((host.as_str(), port)).await.map_err(ClientError::Connect)?;
        stream.set_nodelay(true).map_err(ClientError::Connect)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        let name = ServerName::try_from(host.clone()).map_err(|error| ClientError::Tls(error.to_string()))?;
        let stream = tls.connect(name, stream).await.map_err(|error| ClientError::Tls(error.to_string()))?;
        Ok(Box::new(stream))
    }
}

/// TLS that trusts the system's authorities and the one of the file, and shows a certificate when asked for one.
pub(crate) fn tls(
    authority: Option<&Path>,
    own: Option<&OwnCertificate>,
) -> Result<TlsConnector, ClientError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = authority {
        for certificate in chain(path)? {
            roots.add(certificate).map_err(|error| wrong(path, error))?;
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ClientError::Tls(error.to_string()))?
        .with_root_certificates(roots);
    let config = match own {
        Some(OwnCertificate { certificate, key: path }) => {
            let key = PrivateKeyDer::from_pem_file(path).map_err(|error| wrong(path, error))?;
            builder.with_client_auth_cert(chain(certificate)?, key).map_err(|error| wrong(path, error))?
        }
        None => builder.with_no_client_auth(),
    };
    Ok(TlsConnector::from(Arc::new(config)))
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let chain = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    chain.map_err(|error| wrong(path, error))
}

fn wrong(path: &Path, error: impl std::fmt::Display) -> ClientError {
    ClientError::Tls(format!("{}: {error}", path.display()))
}
