//! Turns a published release into the project's own tables: `cargo xtask import`.

#![expect(clippy::print_stdout, reason = "it says what it imported")]

#[path = "../../src/import_cdsi.rs"]
mod import_cdsi;
#[path = "../../src/import_hl7/mod.rs"]
mod import_hl7;

use anyhow::Result;
use import_cdsi::{Published, import};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask import cdsi FOLDER RELEASE DATE

  reads the XML files of a CDSi release in FOLDER and writes data/cdsi/RELEASE/
  example: cargo xtask import cdsi ~/Downloads/version-4.64-508/xml 4.64 2025-11-10

cargo xtask import hl7 FOLDER VERSION

  reads the computable profiles (Z22.json …, valuesets.csv, no-validation.txt) in FOLDER and writes data/hl7/VERSION/
  example: cargo xtask import hl7 ~/Downloads/profiles 1.5";

fn main() -> Result<ExitCode> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cdsi", from, release, date] => cdsi(Path::new(from), Published { release, date }),
        ["hl7", from, version] => hl7(Path::new(from), version),
        _ => {
            println!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    }
}

fn cdsi(from: &Path, published: Published<'_>) -> Result<ExitCode> {
    let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/cdsi").join(published.release);
    let imported = import(from, &to, published)?;
    for note in &imported.notes {
        println!("{note}");
    }
    println!("{:?}\n{} files in {}", imported.counts, imported.files.len(), to.display());
    Ok(ExitCode::SUCCESS)
}

fn hl7(from: &Path, version: &str) -> Result<ExitCode> {
    let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/hl7").join(version);
    let imported = import_hl7::import(from, &to, version)?;
    println!("{:?}\n{} files in {}", imported.counts, imported.files.len(), to.display());
    Ok(ExitCode::SUCCESS)
}
