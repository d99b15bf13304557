//! Runs published cases: `verify CASES.jsonl XML_DIR|built-in [--failures]`.
#![expect(clippy::print_stdout, reason = "it is a command")]

use iis_cdsi::verify::{read_cases, run_all};
use iis_cdsi::{Schedule, supporting};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, cases, source, ..] = arguments.as_slice() else {
        return Err("usage: verify CASES.jsonl XML_DIR|built-in [--failures]".into());
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(source)? {
        let path = entry?.path();
        files.push((
            path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            std::fs::read(&path)?,
        ));
    }
    let imported = supporting::read("4.64", &files);
    for finding in &imported.findings {
        println!("{finding}");
    }
    println!("{}", imported.counts);
    let schedule = Schedule::compile(&imported.release, &[])?;
    println!("{}", schedule.version());
    let (results, totals) = run_all(&read_cases(&std::fs::read_to_string(cases)?)?, &schedule)?;
    if arguments.iter().any(|argument| argument == "--failures") {
        for result in results.iter().filter(|result| !result.is_met()) {
            println!("{} {}", result.suite, result.id);
            for difference in &result.differences {
                println!("    {difference}");
            }
        }
    }
    for (suite, totals) in totals {
        println!("{suite}: {totals}");
    }
    Ok(())
}
