//! What a sender sees: `/`, `/in`, `/out`, and files in the two. A name of a file is one name: it can lead nowhere else.

use super::room::Room;
use super::uploads::Upload;
use crate::config::Sftp;
use crate::drops::{Bell, Folder};
use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

/// The longest name, in bytes.
pub(super) const LONGEST_NAME: usize = 200;
/// The most files that a listing shows.
const MOST_LISTED: usize = 10_000;

/// A place that a sender can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Root,
    Side(Side),
    File(Side, String),
}

/// One of the two folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    In,
    Out,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::In, Self::Out];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

impl Place {
    /// What a path names; `None`: nothing that could be here. `..` above the root stays at the root.
    pub(super) fn of(path: &str) -> Option<Self> {
        let mut names: Vec<&str> = Vec::new();
        for name in path.split('/') {
            match name {
                "" | "." => {}
                ".." => drop(names.pop()),
                name => names.push(name),
            }
        }
        let side = |name: &str| Side::BOTH.into_iter().find(|side| side.name() == name);
        match names.as_slice() {
            [] => Some(Self::Root),
            [first] => side(first).map(Self::Side),
            [first, name] if name.len() <= LONGEST_NAME && !name.contains('\0') => {
                side(first).map(|side| Self::File(side, (*name).to_owned()))
            }
            _ => None,
        }
    }

    /// Its path, as clients see it.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Root => "/".to_owned(),
            Self::Side(side) => format!("/{}", side.name()),
            Self::File(side, name) => format!("/{}/{name}", side.name()),
        }
    }
}

/// A sender's folder, and what it may put there.
#[derive(Debug, Clone)]
pub(super) struct Jail {
    folder: Folder,
    bell: Bell,
    /// Shared by all connections of the sender.
    room: Room,
    /// The longest file.
    file_bytes: u64,
    /// Of all files that wait or are under way.
    sender_bytes: u64,
    pub(super) open_files: usize,
}

impl Jail {
    pub(super) fn new(folder: Folder, sftp: &Sftp, bell: Bell, room: Room) -> Self {
        let Sftp { file_bytes, sender_bytes, open_files, .. } = sftp;
        Self {
            folder,
            bell,
            room,
            file_bytes: *file_bytes,
            sender_bytes: *sender_bytes,
            open_files: *open_files,
        }
    }

    fn real(&self, side: Side, name: &str) -> PathBuf {
        self.side(side).join(name)
    }

    fn side(&self, side: Side) -> PathBuf {
        match side {
            Side::In => self.folder.inbox(),
            Side::Out => self.folder.out(),
        }
    }

    /// Of a file; a symbolic link is none.
    pub(super) fn metadata(&self, side: Side, name: &str) -> io::Result<Metadata> {
        file(self.real(side, name).symlink_metadata()?)
    }

    /// The files of a folder, by name.
    pub(super) fn list(&self, side: Side) -> io::Result<Vec<(String, Metadata)>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(self.side(side))? {
            let entry = entry?;
            let (Ok(name), Ok(metadata)) = (entry.file_name().into_string(), entry.metadata()) else {
                continue;
            };
            if metadata.is_file() && files.len() < MOST_LISTED {
                files.push((name, metadata));
            }
        }
        files.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(files)
    }

    /// Opens a file for reading.
    pub(super) fn open(&self, side: Side, name: &str) -> io::Result<File> {
        let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
        let opened = OpenOptions::new().read(true).custom_flags(flags).open(self.real(side, name))?;
        file(opened.metadata()?)?;
        Ok(opened)
    }

    /// Begins an upload: it stands in `in/` when it is complete.
    pub(super) fn upload(&self, name: &str, must_be_new: bool) -> io::Result<Upload> {
        let target = self.real(Side::In, name);
        match target.symlink_metadata() {
            Ok(_) if must_be_new => return Err(io::ErrorKind::AlreadyExists.into()),
            Ok(metadata) => {
                file(metadata)?;
            }
            Err(_) => {}
        }
        let share = self.room.share(&self.folder, self.sender_bytes)?;
        Upload::begin(&self.folder, target, self.file_bytes, share)
    }

    /// An upload is complete.
    pub(super) fn complete(&self, upload: Upload) -> io::Result<()> {
        upload.complete()?;
        self.bell.ring();
        Ok(())
    }

    /// Removes a file.
    pub(super) fn remove(&self, side: Side, name: &str) -> io::Result<()> {
        self.metadata(side, name)?;
        std::fs::remove_file(self.real(side, name))
    }

    /// Gives a file of `in/` another name that is free.
    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.metadata(Side::In, from)?;
        let (from, to) = (self.real(Side::In, from), self.real(Side::In, to));
        renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?;
        self.bell.ring();
        Ok(())
    }
}

/// A plain file; anything else is not there.
fn file(metadata: Metadata) -> io::Result<Metadata> {
    if metadata.is_file() { Ok(metadata) } else { Err(io::ErrorKind::NotFound.into()) }
}

#[cfg(test)]
mod tests {
    use super::{Jail, Place, Room, Side};
    use crate::config::Sftp;
    use crate::drops::{Bell, Folder};
    use std::io::{ErrorKind, Read};
    use std::os::unix::fs::symlink;

    #[test]
    fn no_path_leads_out() {
        let file = |side, name: &str| Some(Place::File(side, name.to_owned()));
        #[rustfmt::skip]
        let table = [
            ("/",                     Some(Place::Root)),
            ("",                      Some(Place::Root)),
            (".",                     Some(Place::Root)),
            ("/../../..",             Some(Place::Root)),
            ("/in",                   Some(Place::Side(Side::In))),
            ("in/",                   Some(Place::Side(Side::In))),
            ("/in/../out/.",          Some(Place::Side(Side::Out))),
            ("/in/a.hl7",             file(Side::In, "a.hl7")),
            ("in//./a.hl7",           file(Side::In, "a.hl7")),
            ("/out/../in/a",          file(Side::In, "a")),
            ("/in/../../../in/a",     file(Side::In, "a")),
            ("/in/..\\a",             file(Side::In, "..\\a")),   // one name
            ("/in/a/b",               None),
            ("/in/../../etc/passwd",  None),
            ("/etc/passwd",           None),
            ("/done",                 None),
            ("/work/x",               None),
            ("/in/a\0b",              None),
        ];
        for (path, expected) in table {
            assert_eq!(Place::of(path), expected, "{path:?}");
        }
        assert_eq!(Place::of(&format!("/in/{}", "a".repeat(201))), None);
    }

    #[test]
    fn links_are_not_followed_and_not_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "secret").expect("written");
        let home = Folder::of_sftp(folder.path(), "river");
        home.make().expect("made");
        symlink(&secret, home.inbox().join("link")).expect("linked");
        symlink(folder.path(), home.out().join("folder")).expect("linked");
        let jail = Jail::new(home, &Sftp::default(), Bell::default(), Room::default());
        assert!(
            jail.list(Side::In).expect("listed").is_empty()
                && jail.list(Side::Out).expect("listed").is_empty()
        );
        assert!(jail.metadata(Side::In, "link").is_err() && jail.open(Side::In, "link").is_err());
        assert!(jail.open(Side::Out, "folder").is_err() && jail.remove(Side::In, "link").is_err());
        assert!(jail.rename("link", "other").is_err() && jail.upload("link", false).is_err());
        assert_eq!(std::fs::read_to_string(secret).expect("there"), "secret");
    }

    #[test]
    fn an_upload_appears_whole_and_never_over_its_limits() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Folder::of_sftp(folder.path(), "river");
        home.make().expect("made");
        let sftp = Sftp { file_bytes: 10, sender_bytes: 15, ..Sftp::default() };
        let room = Room::default();
        let jail = Jail::new(home.clone(), &sftp, Bell::default(), room.clone());
        let upload = jail.upload("a", true).expect("begun");
        upload.write(0, b"01234").expect("written");
        upload.write(5, b"56789").expect("written");
        assert!(jail.list(Side::In).expect("listed").is_empty(), "it is not complete");
        jail.complete(upload).expect("completed");
        let mut text = String::new();
        jail.open(Side::In, "a").expect("there").read_to_string(&mut text).expect("read");
        assert_eq!(text, "0123456789");

        assert_eq!(jail.upload("a", true).expect_err("there").kind(), ErrorKind::AlreadyExists);
        let upload = jail.upload("long", true).expect("begun");
        assert_eq!(upload.write(10, b"x").expect_err("too long").kind(), ErrorKind::FileTooLarge);
        drop(upload);
        // what is given up leaves nothing
        drop(jail.upload("b", false).expect("begun"));
        let upload = jail.upload("c", false).expect("begun");
        assert_eq!(upload.write(0, b"012345").expect_err("five are left").kind(), ErrorKind::QuotaExceeded);
        // a client closes what it could not write
        assert_eq!(jail.complete(upload).expect_err("torn").kind(), ErrorKind::InvalidData);
        assert_eq!(jail.rename("a", "a").expect_err("there").kind(), ErrorKind::AlreadyExists);
        // two connections of the sender write at a time: five bytes are left for both
        let other = Jail::new(home, &sftp, Bell::default(), room);
        let (one, two) = (jail.upload("x", true).expect("begun"), other.upload("y", true).expect("begun"));
        one.write(0, b"012").expect("three");
        assert_eq!(two.write(0, b"012").expect_err("two are left").kind(), ErrorKind::QuotaExceeded);
        two.write(0, b"01").expect("two are left");
        drop((one, two));
        let whole = other.upload("z", true).expect("begun");
        whole.write(0, b"01234").expect("five are left again");
        drop(whole);
        jail.rename("a", "d").expect("renamed");
        let names: Vec<_> = jail.list(Side::In).expect("listed").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["d"]);
    }
}
