//! Turns a published release into the project's own tables: `cargo xtask import`.

#![expect(clippy::print_stdout, reason = "it says what it imported")]

#[path = "../../src/import_cdsi.rs"]
mod import_cdsi;
#[path = "../../src/import_codes.rs"]
mod import_codes;
#[path = "../../src/import_hl7/mod.rs"]
mod import_hl7;

use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask import cdsi FOLDER RELEASE DATE
cargo xtask import codes FOLDER DATE
cargo xtask import hl7 FOLDER VERSION

  cdsi   reads the XML files of a CDSi release in FOLDER and writes data/cdsi/RELEASE/
         example: cargo xtask import cdsi ~/Downloads/version-4.64-508/xml 4.64 2025-11-10
  codes  reads the code sets in FOLDER/cdc and FOLDER/csv and writes data/codes/DATE/
         example: cargo xtask import codes ../shared/codesets 2025-12-09
  hl7    reads the computable profiles (Z22.json …, valuesets.csv, no-validation.txt) in FOLDER and writes data/hl7/VERSION/
         example: cargo xtask import hl7 ~/Downloads/profiles 1.5";

fn main() -> Result<ExitCode> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cdsi", from, release, date] => cdsi(Path::new(from), release, date)?,
        ["codes", from, date] => codes(Path::new(from), date)?,
        ["hl7", from, version] => hl7(Path::new(from), version)?,
        _ => {
            println!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn cdsi(from: &Path, release: &str, date: &str) -> Result<()> {
    let to = data("cdsi").join(release);
    let imported = import_cdsi::import(from, &to, import_cdsi::Published { release, date })?;
    for note in &imported.notes {
        println!("{note}");
    }
    println!("{:?}\n{} files in {}", imported.counts, imported.files.len(), to.display());
    Ok(())
}

fn codes(from: &Path, date: &str) -> Result<()> {
    let to = data("codes").join(date);
    let imported = import_codes::import(from, &to, date)?;
    for note in &imported.notes {
        println!("{note}");
    }
    for (set, count) in &imported.counts {
        println!("{count:>6} {set}");
    }
    println!("in {}", to.display());
    Ok(())
}

fn data(what: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data").join(what)
}

fn hl7(from: &Path, version: &str) -> Result<()> {
    let to = data("hl7").join(version);
    let imported = import_hl7::import(from, &to, version)?;
    println!("{:?}\n{} files in {}", imported.counts, imported.files.len(), to.display());
    Ok(())
}
