//! The replies of a load on disk, with the record of how far it came.

use super::course::{Course, Heading};
use super::record::{Record, sync_folder, write_whole, wrong};
use super::{DoorError, Load, LoadError, Places, Replies, Summary};
use iis_registry::{Identity, messages};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often the record is kept: what came after it is asked again when the load is broken off.
const KEPT_EVERY: Duration = Duration::from_secs(1);

/// The results of a load that is done, or under way.
pub(super) struct Results {
    places: Places,
    path: PathBuf,
    /// None: the load is done.
    file: Option<File>,
    record: Record,
    written: u64,
    kept: Instant,
}

impl Results {
    /// Opens the results; without `resume` they are begun anew. Replies that are not in the record are cut off.
    pub(super) fn open(load: &Load<'_>) -> Result<Self, LoadError> {
        let (places, path) = (load.places.clone(), load.places.incomplete());
        let known = if load.resume { Record::read(load)? } else { None };
        let (is_new, record) = match known {
            Some(record) => (false, record),
            None => (true, Record::begin(load)?),
        };
        let written = record.written;
        let mut results = Self { places, path, file: None, record, written, kept: Instant::now() };
        if results.record.has_ended && results.places.replies.exists() {
            return Ok(results);
        }
        results.record.has_ended = false;
        let file = results.open_replies(is_new)?;
        results.file = Some(file);
        if is_new {
            results.record.keep(&results.places.record)?;
        }
        Ok(results)
    }

    fn open_replies(&self, is_new: bool) -> Result<File, LoadError> {
        let failed = |source| wrong(&self.path, source);
        let complete = &self.places.replies;
        if !is_new && !self.path.exists() && complete.exists() {
            // it broke off between its last two steps
            std::fs::rename(complete, &self.path).map_err(failed)?;
        }
        let open = OpenOptions::new().create(true).write(true).truncate(false).open(&self.path);
        let mut file = open.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LoadError::UnderWay(self.path.clone())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        if file.metadata().map_err(failed)?.len() < self.written {
            let path = self.places.record.clone();
            return Err(LoadError::OtherLoad { path, why: "there are fewer replies than are recorded" });
        }
        file.set_len(self.written).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(file)
    }

    /// Refuses to go on where the registry does not hold what was answered last: it is another database, or an older
    /// copy of this one, and what was answered would be missing there.
    pub(super) async fn belong_to(&self, load: &Load<'_>) -> Result<(), LoadError> {
        let Some(control_id) = self.record.course.last_processed() else { return Ok(()) };
        let is_held = messages::is_held(load.registry, load.sender, control_id).await;
        if is_held.map_err(|failure| LoadError::Door(DoorError::Failed(failure)))? {
            return Ok(());
        }
        let why =
            "the registry does not hold what was answered last: it is another database, or an older copy";
        Err(LoadError::OtherLoad { path: self.places.record.clone(), why })
    }

    /// Whether an earlier run has finished.
    pub(super) fn has_ended(&self) -> bool {
        self.record.has_ended
    }

    /// What is recorded of the load.
    pub(super) fn into_summary(self) -> Summary {
        self.record.course.summary
    }

    /// From where to go on.
    pub(super) fn begin(&self, identity: &Identity) -> (Heading, Course) {
        let Record { id, begun_at, course, .. } = &self.record;
        let identity = identity.clone();
        (Heading { identity, at: *begun_at, id: *id, is_resumable: true }, course.clone())
    }

    /// Keeps the record, when the replies up to here are on disk.
    pub(super) fn keep(&mut self, course: &Course) -> Result<(), LoadError> {
        let synced = self.file.as_ref().map_or(Ok(()), File::sync_data);
        synced.map_err(|source| wrong(&self.path, source))?;
        self.record.written = self.written;
        self.record.course.clone_from(course);
        self.record.keep(&self.places.record)?;
        self.kept = Instant::now();
        Ok(())
    }

    /// Completes the results: the summary, the replies under their name, the record.
    pub(super) fn end(mut self, load: &Load<'_>, course: &Course) -> Result<(), LoadError> {
        let name = load.input.file_name().unwrap_or_default().to_string_lossy();
        let begun_at = self.record.begun_at.to_zoned(load.registry.identity.zone.clone());
        let begun_at = begun_at.strftime("%Y-%m-%d %H:%M %Z");
        let heading = format!("{name}\nof {}, loaded from {begun_at} on", load.sender.name);
        let summary = format!("{heading}\n\n{}", course.summary);
        write_whole(&self.places.summary, summary.as_bytes())?;
        let complete = &self.places.replies;
        let named = std::fs::rename(&self.path, complete).and_then(|()| sync_folder(complete));
        named.map_err(|source| wrong(complete, source))?;
        self.record.has_ended = true;
        self.keep(course)
    }
}

impl Replies for Results {
    fn write(&mut self, bytes: &[u8], course: &Course) -> Result<(), LoadError> {
        if let Some(file) = &mut self.file {
            file.write_all(bytes).map_err(|source| wrong(&self.path, source))?;
            self.written += bytes.len() as u64;
        }
        if self.kept.elapsed() >= KEPT_EVERY { self.keep(course) } else { Ok(()) }
    }
}
