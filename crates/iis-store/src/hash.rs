//! Hashes of texts that are kept: whether two are the same can be asked without reading them.

use sha2::{Digest, Sha256};

/// The first sixteen bytes of SHA-256: two different texts of one record never meet in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hash(pub(crate) [u8; 16]);

impl Hash {
    /// Of a text that is kept.
    pub(crate) fn of_text(text: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(text).into();
        Self(*digest.first_chunk().unwrap_or(&[0; 16]))
    }
}

impl crate::row::Column for Hash {
    fn read(cell: &crate::row::Cell<'_>) -> Option<Self> {
        match cell {
            crate::row::Cell::Bytes(bytes) => (*bytes).try_into().ok().map(Self),
            _ => None,
        }
    }
}

impl<'a> From<&'a Hash> for crate::Val<'a> {
    fn from(hash: &'a Hash) -> Self {
        Self::Bytes(hash.0.as_slice().into())
    }
}
