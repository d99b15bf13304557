//! The record of a load: enough to go on with it.

use super::course::Course;
use super::{Load, LoadError};
use crate::clock;
use iis_model::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Bytes by which the input is recognized.
const LOOKED_AT: u64 = 64 << 10;

/// What is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// Drawn once for the load.
    pub(super) id: [u64; 2],
    pub(super) begun_at: Timestamp,
    sender: Box<str>,
    input: Input,
    /// Bytes of the replies that are on disk.
    pub(super) written: u64,
    pub(super) has_ended: bool,
    pub(super) course: Course,
}

/// By what the input is recognized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Input {
    bytes: u64,
    sha256_of_head: [u8; 32],
}

impl Input {
    fn look(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let mut head = Vec::new();
        file.take(LOOKED_AT).read_to_end(&mut head)?;
        Ok(Self { bytes, sha256_of_head: Sha256::digest(&head).into() })
    }
}

impl Record {
    /// Of a load that begins.
    pub(super) fn begin(load: &Load<'_>) -> Result<Self, LoadError> {
        let input = Input::look(load.input).map_err(|source| wrong(load.input, source))?;
        let arrival = clock::arrival(&load.registry.identity.zone);
        Ok(Self {
            id: [arrival.random[0], arrival.random[1]],
            begun_at: arrival.at,
            sender: load.sender.name.clone(),
            input,
            written: 0,
            has_ended: false,
            course: Course::default(),
        })
    }

    /// Of an earlier run, if there was one; refused when it was of something else.
    pub(super) fn read(load: &Load<'_>) -> Result<Option<Self>, LoadError> {
        let path = &load.places.record;
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(wrong(path, source)),
        };
        let other = |why| LoadError::OtherLoad { path: path.clone(), why };
        let record: Self = serde_json::from_str(&text).map_err(|_| other("this is no record of a load"))?;
        if record.sender != load.sender.name {
            return Err(other("the load that broke off was for another sender"));
        }
        if record.input != Input::look(load.input).map_err(|source| wrong(load.input, source))? {
            return Err(other("the load that broke off was of another file, or the file has changed"));
        }
        Ok(Some(record))
    }

    /// Writes it; what was there before stays whole until then.
    pub(super) fn keep(&self, path: &Path) -> Result<(), LoadError> {
        let text = serde_json::to_vec(self).map_err(|error| wrong(path, error.into()))?;
        write_whole(path, &text)
    }
}

/// Writes a file that is there whole or not at all.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), LoadError> {
    let mut beside = path.to_path_buf().into_os_string();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let write = || {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        std::fs::rename(&beside, path)?;
        sync_folder(path)
    };
    write().map_err(|source| wrong(path, source))
}

/// Makes the names in the folder of a file durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_data()
}

pub(super) fn wrong(path: &Path, source: io::Error) -> LoadError {
    LoadError::Results { path: path.to_path_buf(), source }
}
