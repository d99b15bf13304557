//! What a sender is recognized by besides its secret, as it is typed: certificates, SSH keys, addresses.

use anyhow::{Context as _, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use iis_model::network::Network;
use iis_model::recognition::{KeyKind, Origin, SenderKey};
use iis_registry::senders::Marks;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use sha2::{Digest, Sha256};
use std::path::Path;

/// Certificates, keys and addresses.
#[derive(Debug, Args)]
pub(super) struct Typed {
    /// PEM file of a client certificate for MLLP or HTTPS, or its SHA-256 in hexadecimal. May be given several times.
    #[arg(long = "certificate", value_name = "FILE|SHA256")]
    certificates: Vec<String>,
    /// File with a public key for SFTP, or the key itself as OpenSSH writes it. May be given several times.
    #[arg(long = "ssh-key", value_name = "FILE|KEY")]
    ssh_keys: Vec<String>,
    /// Address or range from which it may send over MLLP without a certificate. May be given several times.
    #[arg(long = "address", value_name = "ADDRESS[/BITS]")]
    addresses: Vec<Network>,
    /// What MSH-4 names in messages from these addresses; all sites of the sender if none is given.
    #[arg(long = "facility", value_name = "CODE", requires = "addresses")]
    facilities: Vec<String>,
}

impl Typed {
    /// Reads the files. `sites` are the codes of the sender's sites.
    pub(super) fn read(&self, sites: &[String]) -> anyhow::Result<Marks> {
        let certificates = self.certificates.iter().map(|typed| certificate(typed));
        let ssh_keys = self.ssh_keys.iter().map(|typed| ssh_key(typed));
        let keys = certificates.chain(ssh_keys).collect::<anyhow::Result<_>>()?;
        let facilities = if self.facilities.is_empty() { sites } else { &self.facilities };
        let pairs = facilities
            .iter()
            .flat_map(|facility| self.addresses.iter().map(move |network| Origin::new(facility, *network)));
        Ok(Marks { keys, origins: pairs.collect() })
    }
}

fn certificate(typed: &str) -> anyhow::Result<SenderKey> {
    let digits: String = typed.chars().filter(|c| *c != ':').collect();
    let sha256 = if let Some(sha256) = from_hex(&digits) {
        sha256
    } else {
        let certificate = CertificateDer::from_pem_file(typed).with_context(|| typed.to_owned())?;
        Sha256::digest(&certificate).into()
    };
    Ok(SenderKey { kind: KeyKind::Certificate, sha256 })
}

fn from_hex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

fn ssh_key(typed: &str) -> anyhow::Result<SenderKey> {
    let is_path = !typed.contains(' ') || Path::new(typed).exists();
    let line = if is_path {
        std::fs::read_to_string(typed).with_context(|| typed.to_owned())?
    } else {
        typed.to_owned()
    };
    match blob(&line) {
        Some(blob) => Ok(SenderKey { kind: KeyKind::Ssh, sha256: Sha256::digest(blob).into() }),
        None => bail!("{typed}: is no public key as OpenSSH writes it (ssh-ed25519 AAAA…)"),
    }
}

/// The key of a line `TYPE BASE64 COMMENT`; it begins with its own type (RFC 4253, section 6.6).
fn blob(line: &str) -> Option<Vec<u8>> {
    let mut words = line.split_whitespace();
    let (kind, encoded) = (words.next()?, words.next()?);
    let blob = STANDARD.decode(encoded).ok()?;
    let length = usize::try_from(u32::from_be_bytes(blob.get(..4)?.try_into().ok()?)).ok()?;
    (blob.get(4..4 + length)? == kind.as_bytes()).then_some(blob)
}

/// A key as it is listed: its hash in hexadecimal, or as `ssh-keygen -l` shows it.
pub(super) fn shown(key: &SenderKey) -> String {
    match key.kind {
        KeyKind::Certificate => format!("certificate {}", crate::audit_key::hex(&key.sha256)),
        KeyKind::Ssh => format!("ssh SHA256:{}", STANDARD.encode(key.sha256).trim_end_matches('=')),
    }
}

#[cfg(test)]
mod tests {
    use super::{blob, from_hex, shown, ssh_key};

    /// A key made for this test, and what `ssh-keygen -l` says of it.
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOvybnh0AnLAqLqc5hGopC2OtE5BnGx431CYMm0kLm7F test";

    #[test]
    fn a_fingerprint_is_read_as_it_was_meant() {
        let digits = "0123456789abcdef".repeat(4);
        #[rustfmt::skip]
        let table = [
            (digits.clone(),              true),
            (digits.to_uppercase(),       true),
            (digits.replace('0', "g"),    false),
            (digits[..63].to_owned(),     false),
            (String::new(),               false),
            ("é".repeat(32),              false),
        ];
        for (digits, good) in table {
            assert_eq!(from_hex(&digits).is_some(), good, "{digits}");
        }
        assert_eq!(from_hex(&digits).map(|bytes| bytes[..3].to_vec()), Some(vec![0x01, 0x23, 0x45]));
    }

    #[test]
    fn a_public_key_must_be_of_the_type_it_says() {
        assert_eq!(
            shown(&ssh_key(KEY).expect("a key")),
            "ssh SHA256:SwVDFFTuVxE8NsQUvuc4m3zmOj+ETfxgqlPhdSUip1Y"
        );
        for wrong in ["", "ssh-ed25519", "ssh-ed25519 !!!!", &KEY.replace("ed25519 ", "rsa ")] {
            assert!(blob(wrong).is_none(), "{wrong}");
        }
    }
}
