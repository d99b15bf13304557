//! Turns a published release into the project's own tables: `cargo xtask import`.

#![expect(clippy::print_stdout, reason = "it says what it imported")]

#[path = "../../src/import_cdsi.rs"]
mod import_cdsi;

use anyhow::Result;
use import_cdsi::{Published, import};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask import cdsi FOLDER RELEASE DATE

  reads the XML files of a CDSi release in FOLDER and writes data/cdsi/RELEASE/
  example: cargo xtask import cdsi ~/Downloads/version-4.64-508/xml 4.64 2025-11-10";

fn main() -> Result<ExitCode> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let ["cdsi", from, release, date] = words.as_slice() else {
        println!("{USAGE}");
        return Ok(ExitCode::from(2));
    };
    let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/cdsi").join(release);
    let imported = import(Path::new(from), &to, Published { release, date })?;
    for note in &imported.notes {
        println!("{note}");
    }
    println!("{:?}\n{} files in {}", imported.counts, imported.files.len(), to.display());
    Ok(ExitCode::SUCCESS)
}
