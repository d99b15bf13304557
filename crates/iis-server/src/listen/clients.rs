//! Certificates of clients that are known one by one: any is taken whose key the client proves to hold and whose time
//! has not passed. Whose it is, is asked afterwards, by its hash.

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, UnixTime};
use std::time::Duration;
use x509_cert::Certificate;
use x509_cert::der::Decode;

/// Takes every certificate that has not expired.
#[derive(Debug)]
pub(super) struct KnownOneByOne {
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for KnownOneByOne {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        holds(certificate, Duration::from_secs(now.as_secs())).map_err(Error::InvalidCertificate)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Whether a certificate's time (RFC 5280, section 4.1.2.5) has come and has not passed; `now` since 1970.
fn holds(certificate: &CertificateDer<'_>, now: Duration) -> Result<(), CertificateError> {
    let read = Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let validity = read.tbs_certificate.validity;
    if now < validity.not_before.to_unix_duration() {
        Err(CertificateError::NotValidYet)
    } else if now > validity.not_after.to_unix_duration() {
        Err(CertificateError::Expired)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};
    use rustls::CertificateError;
    use rustls_pki_types::CertificateDer;
    use std::time::Duration;

    #[test]
    fn a_certificate_holds_in_its_time_alone() {
        let mut params = CertificateParams::new(vec!["clinic.example".to_owned()]).expect("parameters");
        (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1));
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("signed");
        let (from, until) = (1_767_225_600, 1_798_761_600); // the first of January of 2026 and of 2027, UTC
        #[rustfmt::skip]
        let table = [
            (from - 1,  Err(CertificateError::NotValidYet)),
            (from,      Ok(())),
            (until,     Ok(())),
            (until + 1, Err(CertificateError::Expired)),
        ];
        for (now, expected) in table {
            assert_eq!(holds(certificate.der(), Duration::from_secs(now)), expected, "{now}");
        }
        let nonsense = CertificateDer::from(b"nonsense".to_vec());
        assert_eq!(holds(&nonsense, Duration::from_secs(from)), Err(CertificateError::BadEncoding));
    }
}
