//! Files in and out, named when they cannot be read or written.

use anyhow::Context as _;
use std::fs::File;
use std::io::{BufWriter, Read};
use std::path::Path;

/// The text of a file, packed with gzip or not.
pub(super) fn text(path: &Path) -> anyhow::Result<String> {
    std::io::read_to_string(open(path)?).with_context(|| format!("cannot read {}", path.display()))
}

/// A file to be read, unpacked where it is packed with gzip.
pub(super) fn open(path: &Path) -> anyhow::Result<Box<dyn Read + Send>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let is_packed = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
    Ok(if is_packed { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// A new file to write to.
pub(super) fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(BufWriter::new(file))
}
