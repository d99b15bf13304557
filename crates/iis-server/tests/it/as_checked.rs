//! Every published sample message is answered with the findings that `hl7 check` prints.

use crate::support::{Engine, Ground, House, SENDER, published, request};
use iis_model::Place;
use std::path::{Path, PathBuf};

/// All processing ids, as the samples have them.
const PROCESSING_IDS: (&str, &str) = ("OPENIIS_EXCHANGE_PROCESSING_IDS", "P,T,D");

/// A finding as both tell it: code, severity, place.
type Told = (String, String, String);

/// The files of messages in a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the samples are there");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "hl7"))
        .collect();
    files.sort();
    files
}

/// What `hl7 check` says of each message of the files: the answer, and the findings.
fn checked(ground: &Ground, files: &[PathBuf]) -> Vec<(String, Vec<Told>)> {
    let mut command = ground.openiis(&["hl7", "check", "--json"]);
    let output = command.args(files).env(PROCESSING_IDS.0, PROCESSING_IDS.1).output().expect("runs");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    let line = |line: &str| {
        let found: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let text = |finding: &serde_json::Value, name: &str| finding[name].as_str().unwrap_or("").to_owned();
        let finding = |finding: &serde_json::Value| {
            let letter = text(finding, "severity").chars().next().unwrap_or('?').to_uppercase().to_string();
            (text(finding, "code"), letter, text(finding, "location"))
        };
        let mut told: Vec<_> = found["findings"].as_array().expect("a list").iter().map(finding).collect();
        told.sort();
        (text(&found, "ack"), told)
    };
    String::from_utf8_lossy(&output.stdout).lines().map(line).collect()
}

/// What a reply tells but for what only the registry can know (its sender, its records).
fn told(reply: &str) -> Vec<Told> {
    let mut told: Vec<_> = reply
        .split('\r')
        .filter(|segment| segment.starts_with("ERR"))
        .map(|error| {
            let field = |number: usize| error.split('|').nth(number).unwrap_or_default();
            // a response lists the codes of the others behind its own
            let code = field(7).split(';').next().unwrap_or_default();
            (code.to_owned(), field(4).to_owned(), place(field(2)))
        })
        .filter(|(code, ..)| !code.starts_with("REG-"))
        .collect();
    told.sort();
    told
}

/// An error location (ERL) as people write it.
fn place(erl: &str) -> String {
    let mut parts = erl.split('^');
    let Some(name) = parts.next().and_then(|name| name.as_bytes().try_into().ok()) else {
        return String::new();
    };
    let mut number = || parts.next().and_then(|part| part.parse::<u16>().ok()).unwrap_or(0);
    let small = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
    let mut place = Place::segment(name, number());
    (place.field, place.repetition) = (small(number()), small(number()));
    (place.component, place.sub_component) = (small(number()), small(number()));
    place.to_string()
}

/// Both say the same of a message; a response tells the gravest finding only, a location has two digits for the segment.
fn assert_same(file: &str, reply: &str, checked: &[Told]) {
    let is_response = reply.contains("|RSP^K11^RSP_K11|");
    let found = told(reply);
    let is_long =
        checked.iter().any(|(_, _, place)| place.contains('[') && place.len() > "OBX[99]".len() + 8);
    if is_response {
        assert!(found.iter().all(|one| checked.contains(one)), "{file}: {found:?} is not among {checked:?}");
    } else if !is_long {
        assert_eq!(found, checked, "{file}: the wire, and hl7 check");
    }
}

#[test]
fn the_single_samples_are_answered_as_they_are_checked() {
    let Some(published) = published() else { return };
    let files = files(&published.join("hl7/samples"));
    let singles = checked(&Ground::new(Engine::Sqlite), &files);
    assert_eq!(singles.len(), files.len(), "one message a file");
    let house = House::with(|config| {
        config.exchange.processing_ids = ["P", "T", "D"].map(str::to_owned).into();
    });
    for (path, (_, findings)) in files.iter().zip(&singles) {
        let bytes = std::fs::read(path).expect("readable");
        let reply = house.raw(&request("/hl7", "application/hl7-v2", &bytes)).text();
        assert_same(&path.display().to_string(), &reply, findings);
    }
}

/// Loads files and compares every reply with what `hl7 check` says; returns how many messages each file held.
fn loaded_as_checked(files: &[PathBuf]) -> Vec<usize> {
    let ground = Ground::new(Engine::Sqlite);
    let expected = checked(&ground, files);
    let mut command = ground.openiis(&["hl7", "load", "--json", "--sender", SENDER]);
    let output = command.args(files).env(PROCESSING_IDS.0, PROCESSING_IDS.1).output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{text} {errors}");
    assert_eq!(text.lines().count(), files.len(), "{text}");
    let mut expected = expected.iter();
    let mut counts = Vec::new();
    for line in text.lines() {
        let found: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let replies = std::fs::read_to_string(found["results"].as_str().expect("a path")).expect("replies");
        let replies: Vec<&str> = replies.split("\rMSH|").skip(1).collect();
        assert_eq!(found["messages"], replies.len(), "{line}");
        for reply in &replies {
            assert_eq!(reply.matches("\rMSA|").count(), 1, "{reply}");
            let (_, findings) = expected.next().expect("one for each message");
            assert_same(line, reply, findings);
        }
        counts.push(replies.len());
    }
    assert_eq!(expected.count(), 0, "one reply for each message");
    counts
}

#[test]
fn the_coded_value_files_are_answered_as_they_are_checked() {
    let Some(published) = published() else { return };
    let messages: usize = loaded_as_checked(&files(&published.join("hl7/samples/coded-values"))).iter().sum();
    assert!(messages > 1_900, "{messages}");
}

#[test]
fn the_bulk_feeds_are_answered_as_they_are_checked() {
    let Some(published) = published() else { return };
    let bulk = published.join("hl7/samples/bulk");
    let files = ["mqe-large-b.hl7.gz", "mqe-large-d.hl7.gz"].map(|name| bulk.join(name));
    assert_eq!(loaded_as_checked(&files), [2548, 1861]);
}
