//! The cases that CDC publishes, and CDC's own files of the release.
//!
//! They lie outside of the repository; `OPENIIS_PUBLISHED` names the folder.

use iis_cdsi::verify::{CaseResult, Totals, read_cases, run_all};
use iis_cdsi::{Schedule, Scratch, supporting, tables};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The folder of published material; `None`, and a word about it, when it is not named.
#[expect(clippy::disallowed_methods, reason = "a test finds its material by the environment")]
#[expect(clippy::print_stderr, reason = "a test that did not run says so")]
fn published() -> Option<PathBuf> {
    let folder = std::env::var("OPENIIS_PUBLISHED").ok();
    if folder.is_none() {
        let must = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!must, "OPENIIS_PUBLISHED must be set when CI=true");
        eprintln!("OPENIIS_PUBLISHED is not set: the published CDSi cases were not run");
    }
    folder.map(|folder| PathBuf::from(folder).join("cdsi"))
}

fn built_in() -> Schedule {
    let release = tables::built_in().expect("the built-in tables can be read");
    Schedule::compile(&release, &[]).expect("the built-in release can be compiled")
}

fn results(folder: &Path, schedule: &Schedule) -> (Vec<CaseResult>, BTreeMap<String, Totals>) {
    let text =
        std::fs::read_to_string(folder.join("test-cases.jsonl")).expect("the cases stand in the folder");
    let cases = read_cases(&text).expect("the cases can be read");
    run_all(&cases, schedule).expect("the cases can be run")
}

#[test]
fn the_published_cases_are_met() {
    let Some(folder) = published() else { return };
    let (_, totals) = results(&folder, &built_in());
    let (healthy, underlying) = (totals["healthy"], totals["underlying"]);
    assert_eq!((healthy.cases, healthy.forecast), (658, 658), "{healthy}");
    assert!(healthy.all >= 657, "{healthy}");
    assert_eq!(underlying.cases, 219);
    assert!(underlying.all >= 198, "{underlying}");
}

#[derive(Deserialize)]
struct KnownDifferences {
    difference: Vec<KnownDifference>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownDifference {
    case: String,
    suite: String,
    reason: String,
    decided_by: String,
}

#[test]
fn every_case_not_met_is_listed_with_a_reason_and_no_other() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/cdsi/known-differences.toml");
    let list = std::fs::read_to_string(list).expect("the list stands there");
    let list: KnownDifferences = toml::from_str(&list).expect("the list can be read");
    for row in &list.difference {
        assert!(row.reason.len() > 40 && !row.decided_by.is_empty(), "{} has no reason", row.case);
    }
    let listed: BTreeSet<_> =
        list.difference.iter().map(|row| (row.suite.clone(), row.case.clone())).collect();
    assert_eq!(listed.len(), list.difference.len(), "a case stands twice");
    let Some(folder) = published() else { return };
    let (results, _) = results(&folder, &built_in());
    let not_met = results.into_iter().filter(|result| !result.is_met());
    let not_met: BTreeSet<_> = not_met.map(|result| (result.suite, result.id)).collect();
    assert_eq!(not_met, listed);
}

#[test]
fn the_files_of_the_publisher_and_the_built_in_tables_give_the_same_answers() {
    let Some(folder) = published() else { return };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder.join("supporting-data")).expect("the files stand in the folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        files.push((name, std::fs::read(&path).expect("the file can be read")));
    }
    let built_in_release = tables::built_in().expect("the built-in tables can be read");
    let imported = supporting::read(&built_in_release.name, &files);
    assert!(imported.is_usable(), "{:#?}", imported.findings);
    assert_eq!(imported.release, built_in_release);

    let from_files = Schedule::compile(&imported.release, &[]).expect("the release can be compiled");
    let from_tables = built_in();
    let text =
        std::fs::read_to_string(folder.join("test-cases.jsonl")).expect("the cases stand in the folder");
    let mut scratch = Scratch::default();
    for case in read_cases(&text).expect("the cases can be read") {
        let (on, history) = case.facts().expect("the case can be read");
        let answers = [&from_files, &from_tables]
            .map(|schedule| format!("{:?}", schedule.evaluate(&history, on, &mut scratch)));
        assert_eq!(answers[0], answers[1], "{}", case.id);
    }
}
