//! An authority of the tests, and certificates that it gives.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key in files, and its hash.
pub(crate) struct Given {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) sha256: [u8; 32],
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, "an authority of the tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self { issuer: CertifiedIssuer::self_signed(params, key).expect("signed") }
    }

    /// Writes a certificate for localhost with its key: `certificate.pem` and `key.pem`.
    pub(crate) fn give(&self, folder: &Path) {
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        self.sign(params, "localhost", folder.join("certificate.pem"), folder.join("key.pem"));
    }

    /// Writes a certificate for a client.
    pub(crate) fn give_client(&self, folder: &Path, name: &str) -> Given {
        self.sign(client(), name, folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")))
    }

    /// Writes a certificate for a client whose time has passed.
    pub(crate) fn give_expired_client(&self, folder: &Path, name: &str) -> Given {
        let mut params = client();
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
        self.sign(params, name, folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")))
    }

    fn sign(&self, mut params: CertificateParams, name: &str, certificate: PathBuf, key: PathBuf) -> Given {
        let pair = KeyPair::generate().expect("a key");
        params.distinguished_name.push(DnType::CommonName, name);
        let signed = params.signed_by(&pair, &self.issuer).expect("signed");
        std::fs::write(&key, pair.serialize_pem()).expect("written");
        std::fs::write(&certificate, signed.pem()).expect("written");
        Given { certificate, key, sha256: Sha256::digest(signed.der()).into() }
    }

    /// Writes its own certificate.
    pub(crate) fn write(&self, path: &Path) {
        std::fs::write(path, self.issuer.pem()).expect("written");
    }
}

fn client() -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}
