//! `openiis backup`: the embedded database in one file, while it is in use, encrypted when a recipient is set.

use crate::checksum;
use crate::cli::Ended;
use crate::config::Config;
use crate::opening;
use crate::output::Output;
use age::{Encryptor, Recipient, x25519};
use anyhow::{Context, anyhow, bail};
use clap::Args;
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Where to.
#[derive(Debug, Args)]
pub struct Backup {
    /// The backup; it must not be there yet.
    file: PathBuf,
}

/// Makes a backup.
pub fn run(config: &Config, backup: &Backup, output: Output) -> anyhow::Result<Ended> {
    if config.sqlite_file().is_none() {
        bail!("PostgreSQL is backed up with its own tools, such as pg_basebackup");
    }
    if backup.file.exists() {
        bail!("{} is there already", backup.file.display());
    }
    let encrypted = !config.backup.recipient.is_empty();
    if encrypted {
        // checked before anything is copied
        recipient(&config.backup.recipient)?;
        let plain = config.in_data(&format!("backup-{}.tmp", std::process::id()));
        let copied =
            copy(config, &plain).and_then(|()| encrypt(&plain, &backup.file, &config.backup.recipient));
        std::fs::remove_file(&plain).context("remove the unencrypted copy")?;
        copied?;
    } else {
        copy(config, &backup.file)?;
        checksum::append(&backup.file).context("add the checksum")?;
    }
    let bytes = std::fs::metadata(&backup.file)?.len();
    let how = if encrypted { "encrypted" } else { "not encrypted: set backup.recipient" };
    output.line(&format!("{}: {bytes} bytes, {how}", backup.file.display()));
    output.object(
        &json!({ "file": backup.file.display().to_string(), "bytes": bytes, "encrypted": encrypted }),
    );
    Ok(Ended::Done)
}

/// The file exists before the copy begins, so that nobody else can read it.
fn copy(config: &Config, to: &Path) -> anyhow::Result<()> {
    let store = opening::store(config)?;
    let copied = store.backup(to);
    store.close_blocking();
    copied.with_context(|| to.display().to_string())?;
    let mut permissions = std::fs::metadata(to)?.permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
    std::fs::set_permissions(to, permissions)?;
    Ok(())
}

/// The public key that backups are encrypted for.
pub(super) fn recipient(text: &str) -> anyhow::Result<x25519::Recipient> {
    text.parse().map_err(|error: &str| anyhow!("backup.recipient is no age public key: {error}"))
}

fn encrypt(from: &Path, to: &Path, recipient: &str) -> anyhow::Result<()> {
    let recipient = self::recipient(recipient)?;
    let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn Recipient))?;
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
    let mut out = encryptor.wrap_output(BufWriter::new(file))?;
    std::io::copy(&mut BufReader::new(File::open(from)?), &mut out)?;
    let mut out = out.finish()?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(())
}
