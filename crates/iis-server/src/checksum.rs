//! The checksum at the end of an unencrypted backup: a line of fixed length after the bytes of the database, so that a
//! changed, missing or added byte anywhere is found before anything is restored. Encrypted backups are authenticated by
//! age itself and carry none. SQLite reads no further than its pages, so the file also opens as a database as it is.

use crate::audit_key::hex;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// What stands before the 64 hexadecimal digits.
const MAGIC: &str = "\nopeniis-backup sha256 ";
/// Length of the line in bytes, its line break included.
const LENGTH: usize = MAGIC.len() + 64 + 1;
/// Read at a time.
const BLOCK: usize = 1 << 16;

/// What the end of a backup says of the bytes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They are the ones that were written.
    Whole,
    /// They are not.
    Damaged,
    /// There is no checksum: something was cut off or added, or an older program made the backup.
    Missing,
}

/// Adds the checksum of a finished file at its end.
pub(crate) fn append(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).open(path)?;
    let length = file.metadata()?.len();
    let sum = copy(&mut file, length, &mut io::sink())?;
    file.write_all(line(&sum).as_bytes())?;
    file.sync_all()
}

/// Copies what is before the checksum, and says whether it is whole; of a file without one, everything.
pub(crate) fn copy_checked(from: &mut File, to: &mut impl Write) -> io::Result<Verdict> {
    let length = from.metadata()?.len();
    let expected = at_end(from, length)?;
    from.seek(SeekFrom::Start(0))?;
    let body = if expected.is_some() { length - LENGTH as u64 } else { length };
    let sum = copy(from, body, to)?;
    Ok(match expected {
        None => Verdict::Missing,
        Some(expected) if expected == line(&sum).as_bytes() => Verdict::Whole,
        Some(_) => Verdict::Damaged,
    })
}

fn line(sum: &[u8; 32]) -> String {
    format!("{MAGIC}{}\n", hex(sum))
}

/// The line at the end of a file, if there is one.
fn at_end(file: &mut File, length: u64) -> io::Result<Option<[u8; LENGTH]>> {
    let Some(start) = length.checked_sub(LENGTH as u64) else { return Ok(None) };
    let mut line = [0; LENGTH];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut line)?;
    Ok(line.starts_with(MAGIC.as_bytes()).then_some(line))
}

/// Copies so many bytes, and gives back their SHA-256.
fn copy(from: &mut impl Read, length: u64, to: &mut impl Write) -> io::Result<[u8; 32]> {
    let (mut sha, mut block, mut from) = (Sha256::new(), vec![0; BLOCK], from.take(length));
    loop {
        let read = from.read(&mut block)?;
        if read == 0 {
            return Ok(sha.finalize().into());
        }
        sha.update(&block[..read]);
        to.write_all(&block[..read])?;
    }
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, Verdict, append, copy_checked};
    use std::fs::File;

    #[test]
    fn every_changed_missing_or_added_byte_is_found() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("file");
        let body = b"what was written, over more than a few bytes";
        std::fs::write(&path, body).expect("written");
        append(&path).expect("added");
        let whole = std::fs::read(&path).expect("readable");
        assert_eq!(whole.len(), body.len() + LENGTH);
        let verdict = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("written");
            let mut copied = Vec::new();
            let verdict = copy_checked(&mut File::open(&path).expect("there"), &mut copied).expect("copied");
            (verdict, copied)
        };
        assert_eq!(verdict(&whole), (Verdict::Whole, body.to_vec()));
        for at in 0..whole.len() {
            for bit in [1, 0x20] {
                let mut changed = whole.clone();
                changed[at] ^= bit;
                assert_ne!(verdict(&changed).0, Verdict::Whole, "byte {at} changed");
            }
            assert_ne!(verdict(&whole[..at]).0, Verdict::Whole, "cut off at {at}");
            assert_ne!(
                verdict(&[&whole[..at], b"x", &whole[at..]].concat()).0,
                Verdict::Whole,
                "added at {at}"
            );
        }
        assert_eq!(verdict(&[&whole[..], b"x"].concat()).0, Verdict::Missing);
        assert_eq!(verdict(body), (Verdict::Missing, body.to_vec()));
    }
}
