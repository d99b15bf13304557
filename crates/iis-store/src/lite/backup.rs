//! Backup of a SQLite database while it is in use.

use super::{Lite, said};
use crate::StoreError;
use rusqlite::Connection;
use rusqlite::backup::Backup;
use std::path::Path;

/// Copies the database as it stands at this moment into a new file, in one step: writers go on meanwhile, and the
/// snapshot is held no longer than the copying takes.
pub(crate) fn backup(lite: &Lite, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        return Err(StoreError::unavailable("the backup file is there already"));
    }
    let from = lite.reading_connection()?;
    let mut copy = Connection::open(to).map_err(|error| said("open the backup", error))?;
    let run = |copy: &mut Connection| -> rusqlite::Result<()> {
        Backup::new(&from, copy)?.step(-1)?;
        copy.execute_batch("PRAGMA journal_mode = DELETE")
    };
    run(&mut copy).map_err(|error| said("copy the database", error))?;
    whole(&copy)?;
    copy.close().map_err(|(_, error)| said("close the backup", error))?;
    std::fs::File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(|error| StoreError::unavailable(format!("flush the backup: {}", error.kind())))
}

/// Whether a database file is whole: for a backup just made, and before one is restored.
pub(crate) fn whole(connection: &Connection) -> Result<(), StoreError> {
    let verdict: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| said("check the database", error))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::unavailable("the database file is damaged")) }
}
