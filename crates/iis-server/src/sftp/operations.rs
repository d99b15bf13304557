//! The requests of SFTP version 3 (draft-ietf-secsh-filexfer-02) on a sender's jail.

use super::jail::{Jail, LONGEST_NAME, Place, Side};
use super::uploads::Upload;
use russh_sftp::protocol::{
    Attrs, Data, File as Listed, FileAttributes, Handle, Name, OpenFlags, Status, StatusCode,
};
use russh_sftp::server::{Handler, StatusReply};
use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// The most bytes of one answer to a reading.
const READ_AT_ONCE: u32 = 32 * 1024;
/// Names in one answer to a listing.
const LISTED_AT_ONCE: usize = 100;
/// Permissions as they are shown: those of folders that can be written, of those that cannot, and of files.
const SHOWN: (u32, u32, u32) = (0o40_700, 0o40_500, 0o100_600);

/// What a client has open on one channel.
pub(super) struct Operations {
    jail: Arc<Jail>,
    open: BTreeMap<String, Open>,
    next: u64,
}

enum Open {
    Reading(Arc<File>),
    Writing(Arc<Upload>),
    /// What is still to be listed.
    Listing(Vec<Listed>),
}

impl Operations {
    pub(super) fn new(jail: Jail) -> Self {
        Self { jail: Arc::new(jail), open: BTreeMap::new(), next: 0 }
    }

    fn keep(&mut self, id: u32, open: Open) -> Handle {
        self.next += 1;
        let handle = self.next.to_string();
        self.open.insert(handle.clone(), open);
        Handle { id, handle }
    }

    fn has_room(&self) -> Result<(), StatusReply> {
        if self.open.len() < self.jail.open_files {
            Ok(())
        } else {
            Err(StatusCode::Failure.with_message("too many files are open on this connection"))
        }
    }

    /// Works on the jail where waiting for the disk holds nobody else up.
    async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Jail) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StatusReply> {
        let jail = Arc::clone(&self.jail);
        match spawn_blocking(move || work(&jail)).await {
            Ok(done) => done.map_err(|error| told(&error)),
            Err(_panic) => Err(StatusCode::Failure.into()),
        }
    }

    async fn attributes(&self, path: &str) -> Result<FileAttributes, StatusReply> {
        match Place::of(path) {
            Some(Place::File(side, name)) => {
                self.on_disk(move |jail| jail.metadata(side, &name)).await.map(|metadata| of_file(&metadata))
            }
            Some(place) => Ok(of_folder(&place)),
            None => Err(StatusCode::NoSuchFile.into()),
        }
    }
}

impl Handler for Operations {
    type Error = StatusReply;

    fn unimplemented(&self) -> Self::Error {
        StatusCode::OpUnsupported.into()
    }

    async fn realpath(&mut self, id: u32, path: String) -> Result<Name, Self::Error> {
        let place = Place::of(&path).ok_or(StatusCode::NoSuchFile)?;
        Ok(Name { id, files: vec![Listed::dummy(place.path())] })
    }

    async fn stat(&mut self, id: u32, path: String) -> Result<Attrs, Self::Error> {
        Ok(Attrs { id, attrs: self.attributes(&path).await? })
    }

    async fn lstat(&mut self, id: u32, path: String) -> Result<Attrs, Self::Error> {
        self.stat(id, path).await
    }

    async fn fstat(&mut self, id: u32, handle: String) -> Result<Attrs, Self::Error> {
        let metadata = match self.open.get(&handle) {
            Some(Open::Reading(file)) => file.metadata(),
            Some(Open::Writing(upload)) => upload.metadata(),
            Some(Open::Listing(_)) | None => return Err(StatusCode::Failure.into()),
        };
        Ok(Attrs { id, attrs: of_file(&metadata.map_err(|error| told(&error))?) })
    }

    /// Times and permissions of clients are not kept: taken, so that copying with them does not fail. A length is none of
    /// them: files are not cut.
    async fn setstat(&mut self, id: u32, path: String, attrs: FileAttributes) -> Result<Status, Self::Error> {
        keeps_length(&attrs)?;
        // what was uploaded may have been taken already
        if Place::of(&path).is_some() { Ok(done(id)) } else { Err(StatusCode::NoSuchFile.into()) }
    }

    async fn fsetstat(
        &mut self,
        id: u32,
        handle: String,
        attrs: FileAttributes,
    ) -> Result<Status, Self::Error> {
        keeps_length(&attrs)?;
        if self.open.contains_key(&handle) { Ok(done(id)) } else { Err(StatusCode::Failure.into()) }
    }

    async fn opendir(&mut self, id: u32, path: String) -> Result<Handle, Self::Error> {
        self.has_room()?;
        let listed = match Place::of(&path) {
            Some(Place::Root) => {
                let sides = Side::BOTH.map(|side| Listed::new(side.name(), of_folder(&Place::Side(side))));
                sides.into_iter().collect()
            }
            Some(Place::Side(side)) => {
                let files = self.on_disk(move |jail| jail.list(side)).await?;
                files.into_iter().map(|(name, metadata)| Listed::new(name, of_file(&metadata))).collect()
            }
            Some(Place::File(..)) | None => return Err(StatusCode::NoSuchFile.into()),
        };
        Ok(self.keep(id, Open::Listing(listed)))
    }

    async fn readdir(&mut self, id: u32, handle: String) -> Result<Name, Self::Error> {
        let Some(Open::Listing(rest)) = self.open.get_mut(&handle) else {
            return Err(StatusCode::Failure.into());
        };
        if rest.is_empty() {
            return Err(StatusCode::Eof.into());
        }
        let files = rest.drain(..rest.len().min(LISTED_AT_ONCE)).collect();
        Ok(Name { id, files })
    }

    async fn open(
        &mut self,
        id: u32,
        filename: String,
        flags: OpenFlags,
        _attrs: FileAttributes,
    ) -> Result<Handle, Self::Error> {
        self.has_room()?;
        let Some(Place::File(side, name)) = Place::of(&filename) else {
            return Err(no_place(&filename));
        };
        if !flags.contains(OpenFlags::WRITE) {
            let file = self.on_disk(move |jail| jail.open(side, &name)).await?;
            return Ok(self.keep(id, Open::Reading(Arc::new(file))));
        }
        if side == Side::Out {
            return Err(StatusCode::PermissionDenied.with_message("files are put into in/"));
        }
        if flags.contains(OpenFlags::APPEND) || !flags.contains(OpenFlags::CREATE) {
            let text = "a file is uploaded whole: broken uploads are not gone on with";
            return Err(StatusCode::OpUnsupported.with_message(text));
        }
        let must_be_new = flags.contains(OpenFlags::EXCLUDE);
        let upload = self.on_disk(move |jail| jail.upload(&name, must_be_new)).await?;
        Ok(self.keep(id, Open::Writing(Arc::new(upload))))
    }

    async fn read(&mut self, id: u32, handle: String, offset: u64, length: u32) -> Result<Data, Self::Error> {
        let Some(Open::Reading(file)) = self.open.get(&handle) else {
            return Err(StatusCode::Failure.into());
        };
        let file = Arc::clone(file);
        let length = usize::try_from(length.min(READ_AT_ONCE)).unwrap_or(0);
        let data = self.on_disk(move |_| {
            let mut data = vec![0; length];
            let read = file.read_at(&mut data, offset)?;
            data.truncate(read);
            Ok(data)
        });
        let data = data.await?;
        if data.is_empty() { Err(StatusCode::Eof.into()) } else { Ok(Data { id, data }) }
    }

    async fn write(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        data: Vec<u8>,
    ) -> Result<Status, Self::Error> {
        let Some(Open::Writing(upload)) = self.open.get(&handle) else {
            return Err(StatusCode::Failure.into());
        };
        let upload = Arc::clone(upload);
        self.on_disk(move |_| upload.write(offset, &data)).await?;
        Ok(done(id))
    }

    async fn close(&mut self, id: u32, handle: String) -> Result<Status, Self::Error> {
        match self.open.remove(&handle) {
            Some(Open::Writing(upload)) => {
                let upload = Arc::into_inner(upload).ok_or(StatusCode::Failure)?;
                self.on_disk(move |jail| jail.complete(upload)).await?;
            }
            Some(Open::Reading(_) | Open::Listing(_)) => {}
            None => return Err(StatusCode::Failure.into()),
        }
        Ok(done(id))
    }

    async fn remove(&mut self, id: u32, filename: String) -> Result<Status, Self::Error> {
        let Some(Place::File(side, name)) = Place::of(&filename) else {
            return Err(StatusCode::NoSuchFile.into());
        };
        self.on_disk(move |jail| jail.remove(side, &name)).await?;
        Ok(done(id))
    }

    async fn rename(&mut self, id: u32, from: String, to: String) -> Result<Status, Self::Error> {
        match (Place::of(&from), Place::of(&to)) {
            (Some(Place::File(Side::In, from)), Some(Place::File(Side::In, to))) => {
                self.on_disk(move |jail| jail.rename(&from, &to)).await?;
                Ok(done(id))
            }
            (Some(_), Some(_)) => {
                Err(StatusCode::PermissionDenied.with_message("files are renamed in in/ only"))
            }
            _ => Err(no_place(&to)),
        }
    }
}

fn keeps_length(attrs: &FileAttributes) -> Result<(), StatusReply> {
    match attrs.size {
        Some(_) => Err(StatusCode::OpUnsupported.with_message("a file is uploaded whole: it is not cut")),
        None => Ok(()),
    }
}

/// Why nothing can be at a path.
fn no_place(path: &str) -> StatusReply {
    let is_long = path.rsplit('/').next().is_some_and(|name| name.len() > LONGEST_NAME);
    if is_long {
        return StatusCode::Failure.with_message("the name of a file has at most 200 bytes");
    }
    StatusCode::NoSuchFile.into()
}

/// What is said of an error. Nothing of our own paths is.
fn told(error: &io::Error) -> StatusReply {
    match error.kind() {
        io::ErrorKind::NotFound => StatusCode::NoSuchFile.into(),
        io::ErrorKind::PermissionDenied => StatusCode::PermissionDenied.into(),
        io::ErrorKind::AlreadyExists => StatusCode::Failure.with_message("there is a file of this name"),
        // the client of OpenSSH shows "Failure" only: the operator is told too
        io::ErrorKind::FileTooLarge => {
            tracing::info!("a file over SFTP is longer than sftp.file_bytes");
            StatusCode::Failure.with_message("the file is longer than allowed")
        }
        io::ErrorKind::InvalidData => {
            StatusCode::Failure.with_message("a part of the file could not be written: it was not taken")
        }
        io::ErrorKind::QuotaExceeded => {
            tracing::info!("a sender has more waiting than sftp.sender_bytes");
            StatusCode::Failure.with_message("too many bytes wait: try again later")
        }
        io::ErrorKind::StorageFull => {
            StatusCode::Failure.with_message("the server's disk is full; try again later")
        }
        _ => {
            tracing::warn!(%error, "a request over SFTP failed");
            StatusCode::Failure.into()
        }
    }
}

fn done(id: u32) -> Status {
    Status { id, status_code: StatusCode::Ok, error_message: "Ok".to_owned(), language_tag: "en".to_owned() }
}

fn of_file(metadata: &Metadata) -> FileAttributes {
    let since = metadata.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let modified = since.and_then(|since| u32::try_from(since.as_secs()).ok());
    FileAttributes {
        size: Some(metadata.len()),
        permissions: Some(SHOWN.2),
        atime: modified,
        mtime: modified,
        ..FileAttributes::default()
    }
}

fn of_folder(place: &Place) -> FileAttributes {
    let can_be_written = *place == Place::Side(Side::In);
    let permissions = if can_be_written { SHOWN.0 } else { SHOWN.1 };
    FileAttributes { size: Some(0), permissions: Some(permissions), ..FileAttributes::default() }
}

#[cfg(test)]
mod tests {
    use super::{keeps_length, no_place};
    use russh_sftp::protocol::{FileAttributes, StatusCode};
    use russh_sftp::server::StatusReply;

    fn words(reply: &StatusReply) -> String {
        format!("{reply:?}")
    }

    #[test]
    fn a_cut_and_a_long_name_are_refused_in_words() {
        let times = FileAttributes { size: None, mtime: Some(1), ..FileAttributes::default() };
        assert!(keeps_length(&times).is_ok(), "times are taken");
        let cut = FileAttributes { size: Some(0), ..FileAttributes::default() };
        assert!(keeps_length(&cut).is_err_and(|reply| words(&reply).contains("is not cut")));
        assert!(words(&no_place(&format!("/in/{}", "a".repeat(201)))).contains("200 bytes"));
        assert_eq!(words(&no_place("/etc/passwd")), words(&StatusCode::NoSuchFile.into()));
    }
}
