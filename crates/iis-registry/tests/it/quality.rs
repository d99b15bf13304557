//! Every detection that the public rules know fires on a message that shows it, and is silent on one that does not.
//!
//! The table and the messages are `conformance/quality/`.

use iis_codes::{CodeSets, Facts, Relation};
use iis_hl7::{ReadOptions, z22};
use iis_model::{Date, Findings};
use iis_quality::{Policy, Terms};
use std::collections::BTreeSet;

const EXAMPLE: &str = include_str!("../../../../conformance/quality/example.hl7");
const DETECTIONS: &str = include_str!("../../../../conformance/quality/detections.csv");
const CODES: &str = include_str!("../../../../conformance/quality/example-codes.csv");
const TODAY: Date = Date::constant(2026, 3, 2);

/// The detections that the public rules make.
const PUBLIC: usize = 413;

#[test]
fn every_detection_fires_where_it_should_and_only_there() {
    let sets = example_sets();
    let mut public = BTreeSet::new();
    let mut wrong = Vec::new();
    for row in csv::Reader::from_reader(DETECTIONS.as_bytes()).records() {
        let row = row.expect("a row of the table");
        let (code, fires_on, silent_on) = (&row[1], &row[2], &row[3]);
        if !row[0].is_empty() {
            assert!(public.insert(row[0].to_owned()), "{} stands twice", &row[0]);
        }
        if !codes_on(fires_on, &sets).contains(code) {
            wrong.push(format!("{code} does not fire on {fires_on:?}"));
        }
        if codes_on(silent_on, &sets).contains(code) {
            wrong.push(format!("{code} fires on {silent_on:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of the detections are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(public.len() >= PUBLIC, "{} of the public detections are covered", public.len());
}

#[test]
fn every_check_stands_in_the_table() {
    let rows = csv::Reader::from_reader(DETECTIONS.as_bytes());
    let shown: BTreeSet<String> = rows.into_records().map(|row| row.expect("a row")[1].to_owned()).collect();
    let missing: Vec<_> =
        iis_quality::all().map(|(code, _)| code).filter(|code| !shown.contains(*code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn texts_fit_the_user_message_of_an_err_segment_and_name_no_value() {
    let sets = example_sets();
    let mut bytes = changed("PID-22=QX && RXR-1=QX && PID-10=QI").into_bytes();
    let values = [&b"QX"[..], b"QI", b"ANA", b"DOE"];
    bytes.push(b'\r');
    let (message, _) = iis_hl7::parse(&bytes);
    let submission = z22::read(&message, &ReadOptions::default(), &mut Findings::default());
    let terms = Terms { sets: &sets, policy: &Policy::default(), today: TODAY };
    let mut count = 0;
    iis_quality::run(&submission, &message, &terms, true, &mut |noticed| {
        count += 1;
        let text = noticed.text();
        assert!(text.len() <= 250, "{}: {text}", noticed.code);
        assert!(!text.contains(['\u{7c}', '^', '~', '\\', '&']), "{}: {text}", noticed.code);
        for value in values {
            assert!(
                !text.as_bytes().windows(value.len()).any(|part| part == value),
                "{}: {text}",
                noticed.code
            );
        }
    });
    assert!(count > 100, "{count} texts were looked at");
}

/// The built-in sets, with the codes that stand for what no published code shows.
fn example_sets() -> CodeSets {
    let mut facts: Facts = iis_codes::built_in().expect("the shipped tables");
    let examples =
        iis_codes::read(&[("example-codes.csv".to_owned(), CODES.to_owned())]).expect("the example codes");
    for (set, rows) in examples.rows {
        for (code, row) in rows {
            facts.put(set, &code, row);
        }
    }
    facts.link(Relation::TradeProduct, "EXAMPLE EARLY", "03/QN");
    facts.link(Relation::TradeProduct, "EXAMPLE LATE", "03/QO");
    CodeSets::compile(&facts)
}

/// The codes of everything that is noticed about the example with these changes.
fn codes_on(changes: &str, sets: &CodeSets) -> BTreeSet<String> {
    let bytes = changed(changes).into_bytes();
    let (message, mut findings) = iis_hl7::parse(&bytes);
    let submission = z22::read(&message, &ReadOptions::default(), &mut findings);
    let mut codes: BTreeSet<String> = findings.iter().map(|finding| finding.code.to_owned()).collect();
    let terms = Terms { sets, policy: &Policy::default(), today: TODAY };
    iis_quality::run(&submission, &message, &terms, true, &mut |noticed| {
        codes.insert(noticed.code.to_owned());
    });
    codes
}

/// The example with changes, as `README.md` beside the table describes them.
fn changed(changes: &str) -> String {
    let mut segments: Vec<String> = EXAMPLE.lines().map(str::to_owned).collect();
    for change in changes.split(" && ").filter(|change| !change.is_empty()) {
        if let Some(times) = change.strip_prefix('*') {
            let order = segments.iter().position(|segment| segment.starts_with("ORC")).expect("an order");
            let group = segments[order..].to_vec();
            (1..times.parse::<usize>().expect("a number"))
                .for_each(|_| segments.extend(group.iter().cloned()));
        } else if let Some(name) = change.strip_prefix('-') {
            segments.remove(nth(&segments, name));
        } else {
            let (place, value) = change.split_once('=').expect("a place and a value");
            let (segment, field) = place.split_once('-').expect("a segment and a field");
            let at = nth(&segments, segment);
            segments[at] = put(&segments[at], field, value);
        }
    }
    segments.join("\r")
}

/// The place of a segment: `OBX`, or `OBX[3]`.
fn nth(segments: &[String], name: &str) -> usize {
    let (name, number) = name.split_once('[').unwrap_or((name, "1]"));
    let number: usize = number.trim_end_matches(']').parse().expect("a number");
    let mut of_name = segments.iter().enumerate().filter(|(_, segment)| segment.starts_with(name));
    of_name.nth(number - 1).map_or_else(|| panic!("there is no {name} {number}"), |(at, _)| at)
}

/// A segment with a text in a field, or in a component of its first repetition.
fn put(segment: &str, place: &str, value: &str) -> String {
    let (field, component) =
        place.split_once('.').map_or((place, None), |(field, component)| (field, Some(component)));
    let field: usize = field.parse().expect("a field");
    let field = if segment.starts_with("MSH") { field - 1 } else { field };
    let mut fields: Vec<String> = segment.split('\u{7c}').map(str::to_owned).collect();
    fields.resize(fields.len().max(field + 1), String::new());
    let Some(component) = component else {
        value.clone_into(&mut fields[field]);
        return fields.join("\u{7c}");
    };
    let component: usize = component.parse().expect("a component");
    let mut parts: Vec<&str> = fields[field].split('^').collect();
    parts.resize(parts.len().max(component), "");
    parts[component - 1] = value;
    fields[field] = parts.join("^");
    fields.join("\u{7c}")
}
