//! TLS to PostgreSQL, asked for in the database's address as other clients of PostgreSQL are asked.
//!
//! `sslmode` is one of `disable`, `prefer` (the default: encrypt when the server can), `require` (encrypt or fail;
//! the server proves nothing) and `verify-full` (the server's certificate must be of a known authority and name the
//! host). `sslrootcert` is a file with the authorities to be trusted; without it those of the system are. With
//! `sslrootcert`, `require` is as strict as `verify-full`: who names an authority wants it to be asked.

use crate::StoreError;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::sync::Arc;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How connections are encrypted; `None`: never.
pub(crate) type Tls = Option<MakeRustlsConnect>;

/// Reads the database's address and what it says of encryption.
pub(crate) fn read(url: &str) -> Result<(Config, Tls), StoreError> {
    let Address { rest, mode, root } = Address::of(url);
    let mut config: Config =
        rest.parse().map_err(|_| StoreError::unavailable("the address of the database cannot be read"))?;
    let verifies = match mode {
        None | Some("prefer") => {
            config.ssl_mode(SslMode::Prefer);
            false
        }
        Some("disable") => {
            config.ssl_mode(SslMode::Disable);
            return Ok((config, None));
        }
        Some("require") => {
            config.ssl_mode(SslMode::Require);
            root.is_some()
        }
        Some("verify-full") => {
            config.ssl_mode(SslMode::Require);
            true
        }
        Some(_) => {
            return Err(StoreError::unavailable(
                "sslmode in the address of the database is none of disable, prefer, require, verify-full",
            ));
        }
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if verifies {
        let roots = Arc::new(roots(root.as_deref())?);
        WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider))
            .build()
            .map_err(|_| StoreError::unavailable("no authority is trusted: give one with sslrootcert"))?
    } else {
        Arc::new(AnyServer(Arc::clone(&provider)))
    };
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| StoreError::internal("no version of TLS"))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok((config, Some(MakeRustlsConnect::new(client))))
}

/// An address, with the parameters taken out that the driver does not know.
struct Address<'u> {
    rest: String,
    mode: Option<&'u str>,
    root: Option<String>,
}

impl<'u> Address<'u> {
    fn of(url: &'u str) -> Self {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut root, mut kept) = (None, None, Vec::new());
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) if value != "system" => root = Some(percent_decoded(value)),
                Some(("sslrootcert", _)) => {}
                _ => kept.push(parameter),
            }
        }
        let rest = if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) };
        Self { rest, mode, root }
    }
}

fn percent_decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn roots(file: Option<&str>) -> Result<RootCertStore, StoreError> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        for certificate in rustls_native_certs::load_native_certs().certs {
            // one that cannot be read is one authority fewer
            let _ = roots.add(certificate);
        }
        return Ok(roots);
    };
    let wrong = |_| StoreError::unavailable(format!("sslrootcert {file}: holds no certificates in PEM"));
    for certificate in CertificateDer::pem_file_iter(file).map_err(wrong)? {
        roots
            .add(certificate.map_err(wrong)?)
            .map_err(|error| StoreError::unavailable(format!("sslrootcert {file}: {error}")))?;
    }
    Ok(roots)
}

/// Takes any certificate, but still has the server prove that it holds the key.
#[derive(Debug)]
struct AnyServer(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn what_the_driver_does_not_know_is_taken_out_of_the_address() {
        #[rustfmt::skip]
        let table = [
            // address                                          for the driver          sslmode              sslrootcert
            ("postgres://u@h/d",                                "postgres://u@h/d",     None,                None),
            ("postgres://u@h/d?sslmode=require",                "postgres://u@h/d",     Some("require"),     None),
            ("postgres://u@h/d?a=b&sslmode=disable&c=d",        "postgres://u@h/d?a=b&c=d", Some("disable"), None),
            ("postgres://u@h/d?sslmode=verify-full&sslrootcert=/etc/a%20b.pem",
                                                                "postgres://u@h/d",     Some("verify-full"), Some("/etc/a b.pem")),
            ("postgres://u@h/d?sslrootcert=system&sslmode=verify-full",
                                                                "postgres://u@h/d",     Some("verify-full"), None),
        ];
        for (url, rest, mode, root) in table {
            let address = Address::of(url);
            assert_eq!((&*address.rest, address.mode, address.root.as_deref()), (rest, mode, root), "{url}");
        }
    }
}
