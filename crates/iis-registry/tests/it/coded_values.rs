//! Findings about codes, measured on the published messages that try one coded value each.
//!
//! The truth comes from the published code sets, apart from the checks: a code that its set calls valid (or merely passes
//! over) needs no finding, an old or wrong one does, at the very place. Each message is also sent with its code altered to
//! one outside the set, which always needs one.

use iis_codes::CodeSets;
use iis_hl7::{ReadOptions, z22};
use iis_model::{ApplicationError, Date, ErrorCode, Finding};
use iis_quality::{Policy, Terms};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a group of messages tries: the beginning of its test id, the set of the codes, the segment, which one of that
/// name, field, and component. The last repetition of the field is the one that is tried.
#[rustfmt::skip]
const TRIED: &[(&str, &str, &str, usize, usize, usize)] = &[
    ("CV-ADR-TYPE",    "ADDRESS_TYPE",                      "PID", 1, 11, 7),
    ("CV-BIRTH-ORDER", "BIRTH_ORDER",                       "PID", 1, 25, 1),
    ("CV-ETH",         "PATIENT_ETHNICITY",                 "PID", 1, 22, 1),
    ("CV-ID-TYPE",     "ID_TYPE_CODE",                      "PID", 1, 3,  5),
    ("CV-IS",          "VACCINATION_INFORMATION_SOURCE",    "RXA", 1, 9,  1),
    ("CV-NAME-TYPE",   "PERSON_NAME_TYPE",                  "PID", 1, 5,  7),
    ("CV-NDC",         "NDC",                               "RXA", 2, 5,  1),
    ("CV-PROTECT",     "PATIENT_PROTECTION",                "PD1", 1, 12, 1),
    ("CV-PUBLICITY",   "PATIENT_PUBLICITY",                 "PD1", 1, 11, 1),
    ("CV-RACE",        "PATIENT_RACE",                      "PID", 1, 10, 1),
    ("CV-REG-STATUS",  "REGISTRY_STATUS",                   "PD1", 1, 16, 1),
    ("CV-RELATE",      "PERSON_RELATIONSHIP",               "NK1", 1, 3,  1),
    ("CV-SEX",         "PATIENT_SEX",                       "PID", 1, 8,  1),
    ("CV-VFC",         "FINANCIAL_STATUS_CODE",             "OBX", 1, 5,  1),
];

/// What no set has, of the form that the field needs.
fn outside(set: &str) -> &'static str {
    match set {
        "NDC" => "99999-9999-99",
        _ => "QZ7",
    }
}

#[derive(Default)]
struct Score {
    right: usize,
    too_many: Vec<String>,
    missed: Vec<String>,
}

#[test]
fn findings_about_codes_are_right_at_the_tried_place() {
    let Some(published) = std::env::var_os("OPENIIS_PUBLISHED").map(PathBuf::from) else {
        assert!(std::env::var_os("CI").is_none(), "OPENIIS_PUBLISHED is not set");
        return;
    };
    let truth = truth(&published.join("codesets/csv/aira_sets_all.csv"));
    let sets = CodeSets::built_in().expect("the shipped tables");
    let mut score = Score::default();
    let mut messages = 0;
    for entry in
        std::fs::read_dir(published.join("hl7/samples/coded-values")).expect("the published messages")
    {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "hl7") {
            for message in cut(&std::fs::read_to_string(&path).expect("text")) {
                messages += 1;
                try_message(&message, &truth, &sets, &mut score);
            }
        }
    }
    let per_mille = |wrong: usize| score.right * 1000 / (score.right + wrong);
    let (precision, recall) = (per_mille(score.too_many.len()), per_mille(score.missed.len()));
    assert!(messages > 1_900, "{messages} messages were tried");
    assert!(precision >= 980, "precision {precision}/1000: {:?}", score.too_many);
    assert!(recall >= 980, "recall {recall}/1000: {:?}", score.missed);
}

/// The standing of each code of each set, as published.
fn truth(path: &Path) -> BTreeMap<(String, String), String> {
    let mut truth = BTreeMap::new();
    for row in csv::Reader::from_path(path).expect("the published sets").deserialize() {
        let row: BTreeMap<String, String> = row.expect("a row");
        let set = match row["set"].as_str() {
            "VACCINATION_NDC_CODE_UNIT_OF_USE" | "VACCINATION_NDC_CODE_UNIT_OF_SALE" => "NDC",
            set => set,
        };
        let standing =
            truth.entry((set.to_owned(), row["code"].clone())).or_insert_with(|| row["status"].clone());
        // A code that is listed twice is good if one of its rows says so.
        if row["status"] == "Valid" {
            "Valid".clone_into(standing);
        }
    }
    truth
}

fn cut(file: &str) -> Vec<Vec<String>> {
    let mut messages: Vec<Vec<String>> = Vec::new();
    for line in file.split(['\r', '\n']).filter(|line| !line.trim().is_empty()) {
        if line.starts_with("MSH") {
            messages.push(Vec::new());
        }
        messages.last_mut().expect("a message begins with MSH").push(line.to_owned());
    }
    messages
}

fn try_message(
    message: &[String],
    truth: &BTreeMap<(String, String), String>,
    sets: &CodeSets,
    score: &mut Score,
) {
    let id = message[0].split('\u{7c}').nth(9).expect("a control id");
    let tried =
        TRIED.iter().find(|tried| id.contains(tried.0)).unwrap_or_else(|| panic!("{id} tries nothing known"));
    let (_, set, segment, number, field, component) = *tried;
    let (place, code) = code_at(message, segment, number, field, component);
    let standing = truth.get(&(set.to_owned(), code.clone())).map(String::as_str);
    let is_good = matches!(standing, Some("Valid" | "Ignored"));
    judge(id, !is_good, found(message, sets, &place), score);
    let altered = alter(message, segment, number, field, component, outside(set));
    judge(&format!("{id} altered"), true, found(&altered, sets, &place), score);
}

fn judge(id: &str, expected: bool, found: bool, score: &mut Score) {
    match (expected, found) {
        (true, true) => score.right += 1,
        (true, false) => score.missed.push(id.to_owned()),
        (false, true) => score.too_many.push(id.to_owned()),
        (false, false) => {}
    }
}

/// Segment, number, field, and repetition of the code, and the code.
type Spot = (String, u16, u8, u8);

fn code_at(
    message: &[String],
    segment: &str,
    number: usize,
    field: usize,
    component: usize,
) -> (Spot, String) {
    let line =
        message.iter().filter(|line| line.starts_with(segment)).nth(number - 1).expect("the tried segment");
    let text = line.split('\u{7c}').nth(field).unwrap_or_default();
    let repetition = text.split('~').count();
    let last = text.rsplit('~').next().unwrap_or_default();
    let code = last.split('^').nth(component - 1).unwrap_or_default().to_owned();
    let small = |number: usize| u8::try_from(number).expect("a small number");
    (
        (segment.to_owned(), u16::try_from(number).expect("a small number"), small(field), small(repetition)),
        code,
    )
}

fn alter(
    message: &[String],
    segment: &str,
    number: usize,
    field: usize,
    component: usize,
    code: &str,
) -> Vec<String> {
    let mut altered = message.to_vec();
    let line = altered
        .iter_mut()
        .filter(|line| line.starts_with(segment))
        .nth(number - 1)
        .expect("the tried segment");
    let mut fields: Vec<String> = line.split('\u{7c}').map(str::to_owned).collect();
    let (before, last) =
        fields[field].rsplit_once('~').map_or((None, fields[field].as_str()), |(a, b)| (Some(a), b));
    let mut parts: Vec<&str> = last.split('^').collect();
    parts.resize(parts.len().max(component), "");
    parts[component - 1] = code;
    let last = parts.join("^");
    fields[field] = before.map_or(last.clone(), |before| format!("{before}~{last}"));
    *line = fields.join("\u{7c}");
    altered
}

/// Whether there is a finding about a code at the spot, as the wire would tell it.
fn found(message: &[String], sets: &CodeSets, spot: &Spot) -> bool {
    let bytes = message.join("\r").into_bytes();
    let (message, mut findings) = iis_hl7::parse(&bytes);
    let mut submission = z22::read(&message, &ReadOptions::default(), &mut findings);
    let terms = Terms { sets, policy: &Policy::default(), today: Date::constant(2026, 3, 2) };
    iis_quality::check(&mut submission, &message, &terms, &mut findings);
    findings.iter().any(|finding| is_about_the_code(finding) && is_at(finding, spot))
}

fn is_about_the_code(finding: &Finding) -> bool {
    let by_table = matches!(finding.error_code, ErrorCode::TableValueNotFound);
    let wrong = [ApplicationError::TableValueNotFound, ApplicationError::InvalidValue];
    by_table || finding.application_error.is_some_and(|error| wrong.contains(&error))
}

fn is_at(finding: &Finding, (segment, number, field, repetition): &Spot) -> bool {
    let place = finding.place;
    place.segment_name() == Some(segment)
        && place.sequence.max(1) == *number
        && place.field == *field
        && place.repetition.max(1) == *repetition
}
