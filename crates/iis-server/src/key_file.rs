//! A key of 32 bytes in a file of its own, outside the database: made at the first start, for its owner alone.

use crate::clock;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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
    #[error("{path}: holds no key of 32 bytes in base64", path = .0.display())]
    NoKey(PathBuf),
}

/// The key of the file, or a new one in a file that only the server's user can read.
pub fn read_or_make(path: &Path) -> Result<[u8; 32], KeyError> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let key = clock::random_bytes();
    let text = format!("{}\n", STANDARD.encode(key));
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
pub fn read(path: &Path) -> Result<Option<[u8; 32]>, KeyError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(KeyError::File { path: path.to_path_buf(), source }),
    };
    let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(Some).ok_or_else(|| KeyError::NoKey(path.to_path_buf()))
}

#[cfg(test)]
mod tests {
    use super::{read, read_or_make};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("some.key");
        assert!(read(&path).expect("readable").is_none());
        let key = read_or_make(&path).expect("made");
        assert_eq!(read_or_make(&path).expect("read"), key);
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "no key").expect("written");
        assert!(read(&path).is_err() && read_or_make(&path).is_err());
    }
}
