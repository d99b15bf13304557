//! The key that the audit's seals are signed with: Ed25519, in a file of its own outside the database.

use crate::clock;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not a key.
    #[error("{path}: holds no signing key of 32 bytes in base64", path = .0.display())]
    NoKey(PathBuf),
}

/// The key of the file, or a new one in a file that only the server's user can read.
pub fn read_or_make(path: &Path) -> Result<SigningKey, KeyError> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let key = SigningKey::from_bytes(&clock::random_bytes());
    let text = format!("{}\n", STANDARD.encode(key.to_bytes()));
    // written beside and linked into place whole: of two servers that start together one makes the key
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside);
    let linked = written.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::hard_link(&beside, path)
    });
    // what is left of it does no harm
    let _ = std::fs::remove_file(&beside);
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| KeyError::NoKey(path.to_path_buf()))
        }
        Err(source) => Err(KeyError::File { path: path.to_path_buf(), source }),
    }
}

/// The key of the file, if there is one.
pub fn read(path: &Path) -> Result<Option<SigningKey>, KeyError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(KeyError::File { path: path.to_path_buf(), source }),
    };
    let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(|bytes| Some(SigningKey::from_bytes(&bytes))).ok_or_else(|| KeyError::NoKey(path.to_path_buf()))
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
    use super::{hex, read, read_or_make, sign, signed, unhex};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("audit.key");
        assert!(read(&path).expect("readable").is_none());
        let key = read_or_make(&path).expect("made");
        assert_eq!(read_or_make(&path).expect("read").to_bytes(), key.to_bytes());
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        let signature = sign(&key, b"hash");
        assert!(signed(&key.verifying_key(), b"hash", &signature));
        assert!(!signed(&key.verifying_key(), b"hush", &signature));
        std::fs::write(&path, "no key").expect("written");
        assert!(read(&path).is_err() && read_or_make(&path).is_err());
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
