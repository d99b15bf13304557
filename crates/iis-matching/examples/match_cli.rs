//! `match link | pairs | events` on files, as the command line will offer them.

#![expect(clippy::print_stdout, reason = "it is a command line")]

use iis_matching::Weights;
use iis_matching::evaluate::{events, pairs, submissions};
use iis_matching::patient::link::{Linked, link};
use iis_matching::patient::veto::Veto;
use iis_matching::vaccination::Vaccines;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
match_cli link RECORDS.csv[.gz] --out DIR
match_cli pairs PAIRS.csv[.gz] --out FILE
match_cli events REPORTS.csv[.gz] --out FILE";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["link", records, "--out", folder] => link_file(records, Path::new(folder))?,
        ["pairs", labelled, "--out", file] => decide_pairs(labelled, file)?,
        ["events", reports, "--out", file] => consolidate_events(reports, file)?,
        _ => {
            println!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn link_file(records: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let submissions = submissions::Submissions::read(&text(records)?)?;
    let linked = link(&submissions.records, &Weights::default());
    std::fs::create_dir_all(folder)?;
    write_links(&submissions.ids, &linked, folder)?;
    println!("records {}", submissions.ids.len());
    println!("persons {}", linked.person_count());
    println!("reviews {}", linked.suggestions.len());
    println!("seconds {:.2}", start.elapsed().as_secs_f64());
    Ok(())
}

fn write_links(ids: &[String], linked: &Linked, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut links = BufWriter::new(File::create(folder.join("links.csv"))?);
    writeln!(links, "record_id,person_id")?;
    for (id, person) in ids.iter().zip(&linked.persons) {
        writeln!(links, "{id},{}", person + 1)?;
    }
    links.flush()?;
    let mut reviews = BufWriter::new(File::create(folder.join("reviews.csv"))?);
    writeln!(reviews, "record_a,record_b,score,reason")?;
    for one in &linked.suggestions {
        let reasons: Vec<&str> = one.vetoes.iter().map(Veto::words).collect();
        let reason = if reasons.is_empty() { "not enough evidence".to_owned() } else { reasons.join("; ") };
        writeln!(reviews, "{},{},{:.2},\"{reason}\"", ids[one.a], ids[one.b], one.bits)?;
    }
    Ok(reviews.flush()?)
}

fn decide_pairs(labelled: &str, file: &str) -> Result<(), Box<dyn Error>> {
    let weights = Weights::default();
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "set,test_id,decision")?;
    for pair in pairs::read(&text(labelled)?)? {
        writeln!(out, "{},{},{}", pair.set, pair.test_id, pairs::judge(&pair, &weights).words())?;
    }
    Ok(out.flush()?)
}

fn consolidate_events(reports: &str, file: &str) -> Result<(), Box<dyn Error>> {
    let reports = events::Reports::read(&text(reports)?)?;
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "report_id,event_id,preferred")?;
    for (id, placed) in reports.ids.iter().zip(reports.consolidate(&Vaccines::built_in())) {
        let preferred = if placed.is_preferred { "Y" } else { "N" };
        writeln!(out, "{id},{},{preferred}", placed.event + 1)?;
    }
    Ok(out.flush()?)
}

/// The text of a file, packed with gzip or not.
fn text(path: &str) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    let mut file = File::open(path)?;
    if Path::new(path).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz")) {
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text)?;
    } else {
        file.read_to_string(&mut text)?;
    }
    Ok(text)
}
