//! Files in and out, named when they cannot be read or written.

use anyhow::Context as _;
use std::fs::File;
use std::io::{BufWriter, Read};
use std::path::Path;

/// The text of a file, packed with gzip or not.
pub(super) fn text(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let read = if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz")) {
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text)
    } else {
        file.read_to_string(&mut text)
    };
    read.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text)
}

/// A new file to write to.
pub(super) fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(BufWriter::new(file))
}
