//! One folder of one sender.

use super::settled::{Entry, Settling};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A folder with `in/`, `out/`, `done/` and `work/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The sender whose messages are dropped here.
    pub sender: String,
    /// Where it is.
    pub root: PathBuf,
    /// Whether only whole files ever stand in `in/`: our own SFTP server moves them there when they are complete.
    pub only_whole: bool,
}

impl Folder {
    /// Of the configuration: `SENDER=FOLDER`.
    pub fn configured(text: &str) -> Option<Self> {
        let (sender, root) = text.split_once('=')?;
        let (sender, root) = (sender.trim(), root.trim());
        let is_whole = !sender.is_empty() && !root.is_empty();
        is_whole.then(|| Self { sender: sender.to_owned(), root: root.into(), only_whole: false })
    }

    /// The folder of a sender of the SFTP server.
    #[cfg(feature = "sftp")]
    pub fn of_sftp(sftp: &Path, sender: &str) -> Self {
        Self { sender: sender.to_owned(), root: sftp.join(escaped(sender)), only_whole: true }
    }

    /// The same, from where it is; `None` for anything else that lies there.
    pub(super) fn home(path: &Path) -> Option<Self> {
        let sender = plain(path.file_name()?.to_str()?)?;
        path.is_dir().then(|| Self { sender, root: path.to_path_buf(), only_whole: true })
    }

    /// Makes what of it is not there.
    pub fn make(&self) -> io::Result<()> {
        [self.inbox(), self.out(), self.done(), self.work()].iter().try_for_each(std::fs::create_dir_all)
    }

    /// Where files are dropped.
    pub fn inbox(&self) -> PathBuf {
        self.root.join("in")
    }

    /// Where results appear.
    pub fn out(&self) -> PathBuf {
        self.root.join("out")
    }

    /// Where settled files are kept with their results, each in a folder of its own.
    pub fn done(&self) -> PathBuf {
        self.root.join("done")
    }

    /// Where files under way lie, each in a folder of its own.
    pub fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// Whether something is under way or was left by an earlier run.
    pub(super) fn has_work(&self) -> bool {
        std::fs::read_dir(self.work()).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Bytes of the files that wait or are under way.
    #[cfg(feature = "sftp")]
    pub(crate) fn bytes_waiting(&self) -> io::Result<u64> {
        let claims = std::fs::read_dir(self.work()).into_iter().flatten().flatten();
        let received =
            claims.flat_map(|claim| std::fs::read_dir(claim.path().join("received")).into_iter().flatten());
        let files = std::fs::read_dir(self.inbox())?.chain(received).flatten();
        let bytes = files.filter_map(|entry| entry.metadata().ok()).filter(std::fs::Metadata::is_file);
        Ok(bytes.map(|metadata| metadata.len()).sum())
    }

    /// The names of the files that are complete, in order.
    pub(super) fn ready(&self, settling: &mut Settling, settle: Duration) -> Vec<String> {
        let settle = if self.only_whole { Duration::ZERO } else { settle };
        settling.look(&self.entries(), Instant::now(), settle)
    }

    fn entries(&self) -> Vec<Entry> {
        let listed = std::fs::read_dir(self.inbox()).into_iter().flatten().flatten();
        let entry = |entry: std::fs::DirEntry| {
            // of a symbolic link this tells about the link: such are no files here
            let metadata = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some(Entry {
                name: entry.file_name().into_string().ok()?,
                inode: metadata.ino(),
                bytes: metadata.len(),
                modified: metadata.modified().ok()?,
            })
        };
        let mut entries: Vec<Entry> = listed.filter_map(entry).collect();
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        entries
    }
}

/// A name that can be a folder's: everything but letters, digits, `-`, `_` and dots inside becomes `%` and two digits.
fn escaped(name: &str) -> String {
    let is_plain = |at: usize, byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || (byte == b'.' && at > 0)
    };
    let written = |(at, byte): (usize, u8)| {
        if is_plain(at, byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    name.bytes().enumerate().map(written).collect()
}

/// The name of which this is the escaped form.
fn plain(escaped_name: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), escaped_name);
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(after.get(..2)?, 16).ok()?);
        rest = after.get(2..)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    let name = String::from_utf8(bytes).ok()?;
    (escaped(&name) == escaped_name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Folder, escaped, plain};

    #[test]
    fn a_senders_folder_tells_its_name_and_stays_below_the_servers() {
        #[rustfmt::skip]
        let table = [
            ("river-clinic",   "river-clinic"),
            ("River Clinic/ä", "River%20Clinic%2F%C3%A4"),
            ("..",             "%2E."),
            (".hidden",        "%2Ehidden"),
            ("v1.2",           "v1.2"),
            ("100%",           "100%25"),
        ];
        for (name, folder) in table {
            assert_eq!((escaped(name).as_str(), plain(folder).as_deref()), (folder, Some(name)));
        }
        for other in ["%", "%2", "%zz", "a b", "%41", "lost+found"] {
            assert_eq!(plain(other), None, "{other}");
        }
    }

    #[test]
    fn a_configured_folder_needs_a_sender_and_a_place() {
        #[rustfmt::skip]
        let table = [
            ("river=/srv/river",     Some(("river", "/srv/river"))),
            (" river = /srv/a=b ",   Some(("river", "/srv/a=b"))),
            ("river",                None),
            ("=/srv/river",          None),
            ("river=",               None),
        ];
        for (text, expected) in table {
            let folder = Folder::configured(text);
            let found =
                folder.as_ref().map(|folder| (folder.sender.as_str(), folder.root.to_str().expect("text")));
            assert_eq!(found, expected, "{text}");
        }
    }
}
