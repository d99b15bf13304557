//! The files of a release: from a folder, or from a zip as CDC publishes it. Bounded, whatever the archive claims.

use anyhow::{Context as _, bail, ensure};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// The largest file of a release taken; CDC's are below 1 MB.
const LARGEST_FILE: u64 = 32 << 20;
/// The most bytes of a release taken.
const LARGEST_RELEASE: u64 = 256 << 20;
/// The most entries of an archive or folder looked at.
const MOST_ENTRIES: usize = 2_000;

/// The XML files with their names without folders; other files are passed over.
pub(super) fn xml_files(path: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let files = if path.is_dir() { of_folder(path) } else { of_zip(path) };
    let mut files = files.with_context(|| format!("cannot read {}", path.display()))?;
    ensure!(!files.is_empty(), "{} holds no XML files", path.display());
    files.sort();
    Ok(files)
}

/// What has been read so far.
#[derive(Default)]
struct Taken {
    files: Vec<(String, Vec<u8>)>,
    bytes: u64,
}

impl Taken {
    /// Takes a file, of which no more is read than may be taken.
    fn take(&mut self, name: &str, from: impl Read) -> anyhow::Result<()> {
        let mut bytes = Vec::new();
        from.take(LARGEST_FILE + 1).read_to_end(&mut bytes).with_context(|| name.to_owned())?;
        let length = bytes.len() as u64;
        self.bytes += length;
        ensure!(length <= LARGEST_FILE, "{name} is larger than {LARGEST_FILE} bytes");
        ensure!(self.bytes <= LARGEST_RELEASE, "the files are larger than {LARGEST_RELEASE} bytes together");
        let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
        ensure!(self.files.iter().all(|(other, _)| other != base), "there are two files called {base}");
        self.files.push((base.to_owned(), bytes));
        Ok(())
    }
}

fn is_xml(name: &str) -> bool {
    let extension = Path::new(name).extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("xml"))
}

/// Nothing is ever written, but an archive with such names is not CDC's.
fn leads_out(name: &str) -> bool {
    let mut parts = name.split(['/', '\\']);
    name.starts_with(['/', '\\']) || name.contains(':') || parts.any(|part| part == "..")
}

fn of_folder(path: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut taken = Taken::default();
    for (nth, entry) in std::fs::read_dir(path)?.enumerate() {
        ensure!(nth < MOST_ENTRIES, "more than {MOST_ENTRIES} entries");
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_xml(&name) && entry.path().is_file() {
            taken.take(&name, File::open(entry.path())?)?;
        }
    }
    Ok(taken.files)
}

fn of_zip(path: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?))?;
    if archive.len() > MOST_ENTRIES {
        bail!("more than {MOST_ENTRIES} entries");
    }
    let mut taken = Taken::default();
    for nth in 0..archive.len() {
        let entry = archive.by_index(nth)?;
        let name = entry.name()?.into_owned();
        ensure!(!leads_out(&name), "{name} leads out of the archive");
        if entry.is_file() && is_xml(&name) {
            taken.take(&name, entry)?;
        }
    }
    Ok(taken.files)
}

#[cfg(test)]
mod tests {
    use super::{LARGEST_FILE, xml_files};
    use std::io::Write;
    use std::path::PathBuf;
    use tempfile::TempDir;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    type Entry<'a> = (&'a str, &'a [u8]);

    fn zip(entries: &[Entry]) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("release.zip");
        let mut writer = ZipWriter::new(std::fs::File::create(&path).expect("a file"));
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).expect("an entry");
            writer.write_all(bytes).expect("its bytes");
        }
        writer.finish().expect("an archive");
        (folder, path)
    }

    #[test]
    fn xml_files_are_taken_from_any_folder_of_an_archive_and_others_are_not() {
        let (_folder, path) = zip(&[
            ("XML/b.xml", b"<b/>"),
            ("a.XML", b"<a/>"),
            ("Excel/c.xlsx", b"no"),
            ("XML/more/d.xml", b"<d/>"),
        ]);
        let files = xml_files(&path).expect("an archive");
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.XML", "b.xml", "d.xml"], "names without folders: nothing is written anywhere");
        assert_eq!(files[0].1, b"<a/>");
    }

    #[test]
    fn what_cannot_be_a_release_is_refused_with_a_sentence() {
        let large = vec![b' '; usize::try_from(LARGEST_FILE).expect("fits") + 1];
        #[rustfmt::skip]
        let table: [(&[Entry], &str); 7] = [
            (&[("../d.xml", b"<d/>")],                      "leads out of the archive"),
            (&[("XML/../../d.xml", b"<d/>")],               "leads out of the archive"),
            (&[("/etc/d.xml", b"<d/>")],                    "leads out of the archive"),
            (&[("C:\\d.xml", b"<d/>")],                     "leads out of the archive"),
            (&[("readme.txt", b"nothing")],                 "holds no XML files"),
            (&[("bomb.xml", &large)],                       "is larger than"),
            (&[("a/x.xml", b"<a/>"), ("b/x.xml", b"<a/>")], "two files called x.xml"),
        ];
        for (entries, said) in table {
            let (_folder, path) = zip(entries);
            let error = xml_files(&path).expect_err(said);
            assert!(format!("{error:#}").contains(said), "{error:#}");
        }
        let (_folder, path) = zip(&[("a.xml", b"<a/>")]);
        let bytes = std::fs::read(&path).expect("the archive");
        for end in 0..bytes.len() {
            std::fs::write(&path, &bytes[..end]).expect("written");
            assert!(xml_files(&path).is_err(), "cut at {end}");
        }
    }
}
