//! One folder of one sender.

use super::settled::{Entry, Settling};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A folder with `in/`, `out/`, `done/` and `work/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The sender whose messages are dropped here.
    pub sender: String,
    /// Where it is.
    pub root: PathBuf,
}

impl Folder {
    /// Of the configuration: `SENDER=FOLDER`.
    pub fn configured(text: &str) -> Option<Self> {
        let (sender, root) = text.split_once('=')?;
        let (sender, root) = (sender.trim(), root.trim());
        let is_whole = !sender.is_empty() && !root.is_empty();
        is_whole.then(|| Self { sender: sender.to_owned(), root: root.into() })
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

    /// The names of the files that are complete, in order.
    pub(super) fn ready(&self, settling: &mut Settling, settle: Duration) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::Folder;

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
