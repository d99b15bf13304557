//! `openiis restore`: a backup in place of the embedded database. The database that was there is kept beside.

use crate::checksum::{self, Verdict};
use crate::cli::Ended;
use crate::commands::audit::{self, Examined, Exports};
use crate::config::Config;
use crate::keys::{self, Key};
use crate::opening;
use crate::output::Output;
use age::{Decryptor, Identity, IdentityFile};
use anyhow::{Context, bail, ensure};
use clap::Args;
use iis_store::extent::{Extent, extent};
use serde_json::json;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How an encrypted file begins (age-encryption.org/v1).
const ENCRYPTED: &[u8] = b"age-encryption.org/";
/// How an unencrypted one begins (sqlite.org/fileformat2.html, section 1.3).
const DATABASE: &[u8] = b"SQLite format 3\0";

/// Which backup.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup.
    file: PathBuf,
    /// File with the private key; otherwise `backup.identity_file`.
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Only tries: restores beside the database, checks what came out, says how long it took, and removes it.
    #[arg(long)]
    drill: bool,
    /// Takes an unencrypted backup without a checksum at its end, as earlier versions made them.
    #[arg(long)]
    without_checksum: bool,
}

/// Restores a backup: unpacked and examined beside the database first, then put in its place in one step.
pub fn run(config: &Config, restore: &Restore, output: Output) -> anyhow::Result<Ended> {
    let Some(database) = config.sqlite_file() else {
        bail!("PostgreSQL is restored with its own tools");
    };
    std::fs::create_dir_all(&config.data)?;
    let (unpacked, fresh) = (beside(&database, ".unpacked"), beside(&database, ".restoring"));
    let clear = || clear_file(&unpacked).and_then(|()| clear_file(&fresh));
    clear()?;
    let started = Instant::now();
    let restored = unpack(config, restore, &unpacked).and_then(|()| examine(config, &unpacked, &fresh));
    if restore.drill {
        let drilled = restored.and_then(|()| drill(config, &fresh));
        clear()?;
        return Ok(tell_drill(&drilled?, started.elapsed(), output));
    }
    let replaced = restored.and_then(|()| {
        let keys = keys_of(config, &fresh)?;
        Ok((replace(config, &database, &fresh)?, keys))
    });
    clear()?;
    let (kept, keys) = replaced?;
    let text = kept
        .as_ref()
        .map(|kept| format!("; the one before is kept as {}", kept.display()))
        .unwrap_or_default();
    output.line(&format!("{} is restored{text}", database.display()));
    tell_keys(&keys, output);
    output.object(&json!({
        "database": database.display().to_string(), "before": kept.map(|kept| kept.display().to_string()),
        "keys": words(&keys),
    }));
    Ok(Ended::Done)
}

/// What came out of a backup.
struct Drilled {
    extent: Extent,
    audit: Examined,
    keys: [Key; 2],
}

/// Counts what is in the restored database, and verifies its audit under the configured key.
fn drill(config: &Config, path: &Path) -> anyhow::Result<Drilled> {
    let restored = only_read(config, path);
    let store = opening::store(&restored)?;
    let extent = store.read_blocking(extent);
    store.close_blocking();
    // seals exported since are not in a backup, which is older
    let audit = audit::examined(&restored, Exports::Without)?;
    Ok(Drilled { extent: extent?, audit, keys: keys_of(config, path)? })
}

/// The configuration with this file as its database, which is not written to.
fn only_read(config: &Config, path: &Path) -> Config {
    Config { database: format!("sqlite:{}", path.display()), read_only: true, ..config.clone() }
}

/// The keys that lie there, held against the restored database: a backup holds none, and a server needs them.
fn keys_of(config: &Config, path: &Path) -> anyhow::Result<[Key; 2]> {
    let store = opening::store(&only_read(config, path))?;
    let keys = keys::of(config, &store);
    store.close_blocking();
    Ok(keys?)
}

fn tell_keys(keys: &[Key], output: Output) {
    for key in keys {
        let word = if key.is_good() { "good" } else { "BAD" };
        output.line(&format!("{word:<5} {:<12} {}", key.what, key.text()));
    }
}

fn words(keys: &[Key]) -> serde_json::Value {
    keys.iter().map(|key| (key.what.to_owned(), key.word().into())).collect::<serde_json::Map<_, _>>().into()
}

fn tell_drill(drilled: &Drilled, took: Duration, output: Output) -> Ended {
    let Drilled { extent: Extent { persons, messages, latest_at }, audit, keys } = drilled;
    let latest = latest_at.map(|at| at.to_string());
    let faults = audit.faults().count();
    output.line(&format!(
        "The backup can be restored: {persons} persons, {messages} messages, the last received {}; {} audit rows, \
         {faults} faults, not held against exported seals; {:.1} s.",
        latest.as_deref().unwrap_or("never"),
        audit.found.rows,
        took.as_secs_f64()
    ));
    audit.faults().for_each(|fault| output.line(&fault));
    tell_keys(keys, output);
    output.object(&json!({
        "persons": persons, "messages": messages, "latest_at": latest, "audit_rows": audit.found.rows,
        "audit_faults": faults, "keys": words(keys),
        "seconds": took.as_secs_f64(),
    }));
    Ended::refused_if(faults > 0)
}

fn unpack(config: &Config, restore: &Restore, to: &Path) -> anyhow::Result<()> {
    let named = || restore.file.display().to_string();
    let mut source = File::open(&restore.file).with_context(named)?;
    let mut head = Vec::new();
    (&mut source).take(ENCRYPTED.len() as u64).read_to_end(&mut head).with_context(named)?;
    source.rewind()?;
    let mut out = BufWriter::new(OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?);
    if head == ENCRYPTED {
        let source = BufReader::new(source);
        let identities = identities(config, restore)?;
        let decryptor = Decryptor::new_buffered(source).context("the backup is damaged")?;
        let mut plain = decryptor
            .decrypt(identities.iter().map(|identity| &**identity))
            .context("the private key does not fit the backup, or the backup is damaged")?;
        std::io::copy(&mut plain, &mut out).context("the backup is damaged")?;
    } else {
        ensure!(head.starts_with(DATABASE), "{}: the backup is no database", named());
        match checksum::copy_checked(&mut source, &mut out).with_context(named)? {
            Verdict::Whole => {}
            Verdict::Missing if restore.without_checksum => {}
            Verdict::Damaged => bail!("the backup is damaged: it does not have the checksum at its end"),
            Verdict::Missing => bail!(
                "the backup is damaged, or made by an earlier version: there is no checksum at its end; \
                 --without-checksum takes it as it is"
            ),
        }
    }
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(())
}

fn identities(config: &Config, restore: &Restore) -> anyhow::Result<Vec<Box<dyn Identity>>> {
    let configured =
        Some(PathBuf::from(&config.backup.identity_file)).filter(|path| !path.as_os_str().is_empty());
    let path = restore.identity.clone().or(configured);
    let path = path.context("the backup is encrypted: give the private key with --identity FILE")?;
    let file =
        IdentityFile::from_file(path.display().to_string()).with_context(|| path.display().to_string())?;
    file.into_identities().map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}

/// Copies the file through the database, which finds damage in it, if this program can run on it.
fn examine(config: &Config, path: &Path, to: &Path) -> anyhow::Result<()> {
    let store =
        opening::store(&only_read(config, path)).context("the backup is no database, or is damaged")?;
    let examined = store.check_schema().and_then(|()| store.backup(to));
    store.close_blocking();
    examined.context("the backup is damaged, or of another version")
}

/// Puts the fresh file in place while no server holds the database; returns where the one before is kept.
fn replace(config: &Config, database: &Path, fresh: &Path) -> anyhow::Result<Option<PathBuf>> {
    let mut kept = None;
    if database.exists() {
        let store = opening::store(config)?;
        let locked = store.lock_for_serving();
        store.close_blocking();
        locked.context("stop the server first")?;
        let before = beside(database, &format!(".before-{}", crate::clock::now().as_second()));
        std::fs::rename(database, &before)?;
        for side in ["-wal", "-shm"] {
            let from = beside(database, side);
            if from.exists() {
                std::fs::rename(&from, beside(&before, side))?;
            }
        }
        kept = Some(before);
    }
    std::fs::rename(fresh, database)?;
    if let Some(folder) = database.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(kept)
}

/// Removes a file with what SQLite keeps beside it.
fn clear_file(path: &Path) -> anyhow::Result<()> {
    for side in ["", "-wal", "-shm", ".serving"] {
        match std::fs::remove_file(beside(path, side)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
