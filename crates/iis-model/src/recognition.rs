//! What a sender is recognized by besides its name and secret.

use crate::network::Network;

crate::person::text_enum! {
    /// What a key is used for.
    KeyKind {
        /// The certificate of a client that speaks TLS.
        Certificate = "certificate",
        /// The public key of a client that speaks SSH.
        Ssh = "ssh",
    }
}

/// A key of a sender: whoever holds its private half is the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderKey {
    /// What it is used for.
    pub kind: KeyKind,
    /// SHA-256 of the certificate (DER) or of the public key (RFC 4253, section 6.6).
    pub sha256: [u8; 32],
}

/// A place that messages come from: who names this facility from this network, without a key, is the sender.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// What MSH-4 names, in upper case.
    pub facility: Box<str>,
    /// Where the connection comes from.
    pub network: Network,
}

impl Origin {
    /// With the facility as it is compared.
    pub fn new(facility: &str, network: Network) -> Self {
        Self { facility: facility.trim().to_uppercase().into(), network }
    }
}
