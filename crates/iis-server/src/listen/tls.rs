//! TLS: the certificate is read again when its files change, without touching open connections.

use super::clients::KnownOneByOne;
use rustls::crypto::CryptoProvider;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a listener proves itself with, and what it asks of its clients.
#[derive(Debug, Clone)]
pub struct Tls {
    /// PEM file with the certificate chain.
    pub certificate: PathBuf,
    /// PEM file with the private key.
    pub key: PathBuf,
    /// The protocols that are offered (ALPN); none: nothing is said about them.
    pub protocols: &'static [&'static [u8]],
    /// Whether clients may show certificates.
    pub clients: Clients,
}

/// Which certificates clients may show. None must: others can be recognized in other ways.
#[derive(Debug, Clone)]
pub enum Clients {
    /// They are not asked for one.
    NotAsked,
    /// Any that has not expired: it is known by its hash.
    KnownOneByOne,
    /// Those that the authorities of this PEM file gave.
    Of(PathBuf),
}

/// A certificate that follows its files.
#[derive(Debug)]
pub struct Certificates {
    tls: Tls,
    current: RwLock<Arc<ServerConfig>>,
}

/// What is wrong with certificate or key.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read or holds no PEM of that kind.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rustls_pki_types::pem::Error,
    },
    /// The chain is empty.
    #[error("{path}: holds no certificate", path = .0.display())]
    Empty(PathBuf),
    /// Certificate and key do not fit.
    #[error("certificate and key: {0}")]
    Unusable(#[from] rustls::Error),
    /// The authorities of clients.
    #[error("the authorities of clients: {0}")]
    Authorities(#[from] VerifierBuilderError),
}

impl Certificates {
    /// Reads the files.
    pub fn load(tls: Tls) -> Result<Self, CertificateError> {
        let current = RwLock::new(Arc::new(read(&tls)?));
        Ok(Self { tls, current })
    }

    /// What the next connection uses.
    pub(super) fn current(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the files for ever. New ones that cannot be used are logged, and the old ones stay.
    pub async fn follow(self: Arc<Self>) {
        let mut seen = self.stamps();
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let stamps = self.stamps();
            if stamps == seen {
                continue;
            }
            match read(&self.tls) {
                Ok(fresh) => {
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
                    tracing::info!("the certificate was read again");
                    seen = stamps;
                }
                // perhaps only one of the two files has been replaced so far: look again
                Err(error) => {
                    tracing::warn!(%error, "the new certificate cannot be used; the old one stays");
                }
            }
        }
    }

    /// When the files were last written.
    fn stamps(&self) -> Vec<Option<(SystemTime, u64)>> {
        let authorities = match &self.tls.clients {
            Clients::Of(path) => Some(path),
            Clients::NotAsked | Clients::KnownOneByOne => None,
        };
        let files = [&self.tls.certificate, &self.tls.key].into_iter().chain(authorities);
        let stamp = |path: &PathBuf| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        files.map(stamp).collect()
    }
}

fn read(tls: &Tls) -> Result<ServerConfig, CertificateError> {
    let chain = certificates(&tls.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(in_file(&tls.key))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let clients = verifier(&tls.clients, &provider)?;
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = match clients {
        Some(verifier) => config.with_client_cert_verifier(verifier),
        None => config.with_no_client_auth(),
    };
    let mut config = config.with_single_cert(chain, key)?;
    config.alpn_protocols = tls.protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(config)
}

fn verifier(
    clients: &Clients,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ClientCertVerifier>>, CertificateError> {
    match clients {
        Clients::NotAsked => Ok(None),
        Clients::KnownOneByOne => {
            let algorithms = provider.signature_verification_algorithms;
            Ok(Some(Arc::new(KnownOneByOne { algorithms })))
        }
        Clients::Of(path) => {
            let mut roots = RootCertStore::empty();
            for authority in certificates(path)? {
                roots.add(authority)?;
            }
            let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
            Ok(Some(builder.allow_unauthenticated().build()?))
        }
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let chain = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(in_file(path))?;
    if chain.is_empty() { Err(CertificateError::Empty(path.to_path_buf())) } else { Ok(chain) }
}

fn in_file(path: &Path) -> impl FnOnce(rustls_pki_types::pem::Error) -> CertificateError {
    let path = path.to_path_buf();
    move |source| CertificateError::File { path, source }
}
