//! Runs published cases: `verify CASES.jsonl [XML_DIR] [--failures]`.
//!
//! Without a folder of CDC's XML files the built-in release is asked.
#![expect(clippy::print_stdout, reason = "it is a command")]

use iis_cdsi::verify::{read_cases, run_all};
use iis_cdsi::{Schedule, supporting, tables};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut paths = arguments.iter().filter(|argument| !argument.starts_with("--"));
    let cases = paths.next().ok_or("usage: verify CASES.jsonl [XML_DIR] [--failures]")?;
    let release = match paths.next() {
        Some(folder) => import(Path::new(folder))?.release,
        None => tables::built_in()?,
    };
    let schedule = Schedule::compile(&release, &[])?;
    println!("{}", schedule.version());
    let (results, totals) = run_all(&read_cases(&std::fs::read_to_string(cases)?)?, &schedule)?;
    let is_asked = arguments.iter().any(|argument| argument == "--failures");
    for result in results.iter().filter(|result| is_asked && !result.is_met()) {
        println!("{} {}", result.suite, result.id);
        for difference in &result.differences {
            println!("    {difference}");
        }
    }
    for (suite, totals) in totals {
        println!("{suite}: {totals}");
    }
    Ok(())
}

fn import(folder: &Path) -> Result<supporting::Imported, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, std::fs::read(&path)?));
    }
    let imported = supporting::read("imported", &files);
    imported.findings.iter().for_each(|finding| println!("{finding}"));
    println!("{}", imported.counts);
    Ok(imported)
}
