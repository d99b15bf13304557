//! The key that the audit's seals are signed with: Ed25519, in a file of its own outside the database.

use crate::key_file::{self, KeyError};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use std::fmt::Write as _;
use std::path::Path;

/// The key of the file, or a new one in a file that only the server's user can read.
pub fn read_or_make(path: &Path) -> Result<SigningKey, KeyError> {
    key_file::read_or_make(path).map(|bytes| SigningKey::from_bytes(&bytes))
}

/// The key of the file, if there is one.
pub fn read(path: &Path) -> Result<Option<SigningKey>, KeyError> {
    Ok(key_file::read(path)?.map(|bytes| SigningKey::from_bytes(&bytes)))
}

/// The signature of a seal's hash.
pub fn sign(key: &SigningKey, hash: &[u8]) -> Vec<u8> {
    key.sign(hash).to_bytes().to_vec()
}

/// Whether the signature belongs to the hash.
pub fn signed(key: &VerifyingKey, hash: &[u8], signature: &[u8]) -> bool {
    Signature::from_slice(signature).is_ok_and(|signature| key.verify(hash, &signature).is_ok())
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes text");
        text
    })
}

/// 32 bytes of hexadecimal digits.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    (text.len() == 64).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{hex, sign, signed, unhex};
    use ed25519_dalek::SigningKey;

    #[test]
    fn what_is_signed_is_known_by_its_key() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let signature = sign(&key, b"hash");
        assert!(signed(&key.verifying_key(), b"hash", &signature));
        assert!(!signed(&key.verifying_key(), b"hush", &signature));
    }

    #[test]
    fn hexadecimal_digits_go_both_ways() {
        let bytes = std::array::from_fn(|n| u8::try_from(n * 7).expect("small"));
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        for wrong in ["", "00", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
