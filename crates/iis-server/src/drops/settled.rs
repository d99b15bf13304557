//! Which of the files in a folder are complete: those that were given their name when they were, and those whose size has
//! stood still for a while.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

/// Endings of names that files have while they are written.
const TEMPORARY: [&str; 6] = [".tmp", ".temp", ".part", ".partial", ".filepart", ".writing"];

/// A file of the folder, as it stands there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) inode: u64,
    pub(super) bytes: u64,
    pub(super) modified: SystemTime,
}

/// What was seen of the files of a folder, by inode: a file keeps its own when it is renamed.
#[derive(Debug, Default)]
pub(super) struct Settling(BTreeMap<u64, Seen>);

#[derive(Debug, Clone, Copy)]
struct Seen {
    bytes: u64,
    modified: SystemTime,
    /// When it was first seen as it is now.
    since: Instant,
    /// Whether it had a name for files that are being written.
    was_temporary: bool,
}

impl Settling {
    /// Looks at all files, and names those that are complete.
    pub(super) fn look(&mut self, entries: &[Entry], now: Instant, settle: Duration) -> Vec<String> {
        let mut ready = Vec::new();
        let mut seen = BTreeMap::new();
        for Entry { name, inode, bytes, modified } in entries {
            let (bytes, modified) = (*bytes, *modified);
            let before = self.0.get(inode).filter(|seen| (seen.bytes, seen.modified) == (bytes, modified));
            let since = before.map_or(now, |seen| seen.since);
            let had_other_name = self.0.get(inode).is_some_and(|seen| seen.was_temporary);
            let is_temporary = is_temporary(name);
            if !is_temporary && (had_other_name || now.duration_since(since) >= settle) {
                ready.push(name.clone());
            }
            let was_temporary = is_temporary || had_other_name;
            seen.insert(*inode, Seen { bytes, modified, since, was_temporary });
        }
        self.0 = seen;
        ready
    }
}

/// Whether a name says that its file is still being written.
pub(super) fn is_temporary(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with('.') || TEMPORARY.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::{Entry, Settling};
    use std::time::{Duration, Instant, SystemTime};

    const SETTLE: Duration = Duration::from_mins(1);

    #[test]
    fn a_file_is_taken_when_its_size_stands_still_or_it_gets_its_name() {
        let start = Instant::now();
        let mut settling = Settling::default();
        let mut look = |seconds: u64, name: &str, bytes: u64, modified: u64| {
            let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(modified);
            let entry = Entry { name: name.to_owned(), inode: 7, bytes, modified };
            !settling.look(&[entry], start + Duration::from_secs(seconds), SETTLE).is_empty()
        };
        #[rustfmt::skip]
        let table = [
            // at   name        bytes  written  ready
            (  0,   "a.hl7",    10,    1,       false),
            ( 30,   "a.hl7",    20,    2,       false), // grows
            ( 60,   "a.hl7",    20,    3,       false), // was written again
            (119,   "a.hl7",    20,    3,       false),
            (120,   "a.hl7",    20,    3,       true),  // a minute since
            (121,   "a.hl7",    20,    3,       true),  // and stays so until it is taken
            (122,   "a.part",   20,    3,       false), // goes on being written
            (500,   "a.part",   30,    4,       false),
            (501,   "a.hl7",    30,    4,       true),  // renamed: complete at once
        ];
        for (at, name, bytes, modified, ready) in table {
            assert_eq!(look(at, name, bytes, modified), ready, "{at} {name}");
        }
    }

    #[test]
    fn names_of_files_that_are_being_written_are_never_taken() {
        let mut settling = Settling::default();
        for (name, ready) in
            [("a", true), (".a", false), ("a.TMP", false), ("a.filepart", false), ("tmp", true)]
        {
            let entry = Entry { name: name.into(), inode: 1, bytes: 1, modified: SystemTime::UNIX_EPOCH };
            settling.0.clear();
            let found = settling.look(&[entry], Instant::now(), Duration::ZERO);
            assert_eq!(!found.is_empty(), ready, "{name}");
        }
    }
}
