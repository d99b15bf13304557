//! Two parsers written by others, `hl7-parser` (Rust) and python-hl7, find the same values at the same places as ours
//! (reliability B6): in the published samples, in messages of invented people, and in texts made of delimiters.

use crate::mllp::PYTHON_HL7;
use crate::python::python;
use crate::support::{Vxu, published};
use iis_hl7::er7::Delimiters;
use iis_hl7::er7::escape::{escape, unescape};
use iis_synth::Settings;
use iis_synth::reporting::Feed;
use jiff::civil::date;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Segment (from 1), field, repetition, component, sub-component; and the segment's name.
type Place = (usize, [usize; 4], String);
/// What stands there, as it was sent and with its escapes undone.
type Values = BTreeMap<Place, (String, String)>;

/// Reads messages, one JSON text a line, and prints what it finds in each.
const SCRIPT: &str = r#"
import sys, json, hl7
def parts(of, kind):
    return list(of) if isinstance(of, kind) else [of]
for line in sys.stdin:
    message, found = hl7.parse(json.loads(line)), []
    for s, segment in enumerate(message, 1):
        name = str(segment[0])
        for f in range(3 if name == "MSH" else 1, len(segment)):
            for r, repetition in enumerate(parts(segment[f], hl7.Field), 1):
                for c, component in enumerate(parts(repetition, hl7.Repetition), 1):
                    for u, value in enumerate(parts(component, hl7.Component), 1):
                        if str(value):
                            found.append([[s, [f, r, c, u], name], [str(value), message.unescape(str(value))]])
    print(json.dumps(found))
"#;

fn ours(message: &str) -> Values {
    let (parsed, _) = iis_hl7::parse(message.as_bytes());
    let delimiters = parsed.delimiters();
    let mut values = Values::new();
    for (s, segment) in parsed.segments().enumerate() {
        let first = if segment.name() == "MSH" { 3 } else { 1 };
        for f in first..=segment.last_field() {
            for (r, repetition) in segment.field(f).all_repetitions().enumerate() {
                for c in 1..=count(repetition.raw(), '^') {
                    let component = repetition.component(c);
                    for u in 1..=count(component.raw(), '&') {
                        let raw = component.sub_component(u).raw();
                        if !raw.is_empty() {
                            let place = [f.into(), r + 1, c.into(), u.into()];
                            let text = unescape(raw, delimiters).into_owned();
                            values.insert((s + 1, place, segment.name().to_owned()), (raw.to_owned(), text));
                        }
                    }
                }
            }
        }
    }
    values
}

/// Pieces between delimiters.
fn count(text: &str, delimiter: char) -> u8 {
    u8::try_from(text.split(delimiter).count()).expect("few")
}

fn of_hl7_parser(message: &str) -> Values {
    let parsed = hl7_parser::parse_message(message).expect("hl7-parser reads it");
    let mut values = Values::new();
    for (s, segment) in parsed.segments().enumerate() {
        let first = if segment.name == "MSH" { 3 } else { 1 };
        for (f, field) in segment.fields().enumerate().filter(|(f, _)| f + 1 >= first) {
            for (r, repeat) in field.repeats().enumerate() {
                for (c, component) in repeat.components().enumerate() {
                    for (u, part) in component.subcomponents().enumerate() {
                        let raw = part.raw_value();
                        if !raw.is_empty() {
                            // it takes characters for bytes where it undoes escapes, so that is asked of ASCII only
                            let undone = parsed.separators.decode(raw).to_string();
                            let text = if raw.is_ascii() {
                                undone
                            } else {
                                unescape(raw, Delimiters::STANDARD).into()
                            };
                            let place = [f + 1, r + 1, c + 1, u + 1];
                            values.insert((s + 1, place, segment.name.to_owned()), (raw.to_owned(), text));
                        }
                    }
                }
            }
        }
    }
    values
}

fn of_python(python: &Path, messages: &[String]) -> Vec<Values> {
    let mut command = Command::new(python);
    command.args(["-c", SCRIPT]).env("PYTHONIOENCODING", "utf-8");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("runs");
    let mut stdin = child.stdin.take().expect("piped");
    let lines: Vec<String> =
        messages.iter().map(|message| serde_json::to_string(message).expect("JSON") + "\n").collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.concat().as_bytes()));
    let output = child.wait_with_output().expect("ended");
    writer.join().expect("joined").expect("it read all");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let values = |line: &str| {
        let found: Vec<(Place, (String, String))> = serde_json::from_str(line).expect("as the script says");
        found.into_iter().collect()
    };
    text.lines().map(values).collect()
}

/// The published messages as all three take them: in UTF-8, with segments that end in CR, nothing but segments.
fn samples() -> Vec<String> {
    let Some(published) = published() else { return Vec::new() };
    let files = std::fs::read_dir(published.join("hl7/samples")).expect("the samples are there");
    let mut paths: Vec<_> = files.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "hl7"));
    paths.sort();
    let texts =
        paths.iter().filter_map(|path| String::from_utf8(std::fs::read(path).expect("readable")).ok());
    let is_segment = |line: &str| line.len() > 3 && line.as_bytes()[3] == b'|';
    let plain = texts.filter_map(|text| {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\r").replace('\n', "\r");
        let lines: Vec<&str> = text.split('\r').filter(|line| !line.is_empty()).collect();
        let is_plain = text.starts_with("MSH|^~\\&|") && lines.iter().all(|line| is_segment(line));
        is_plain.then(|| lines.join("\r") + "\r")
    });
    plain.collect()
}

/// Messages whose names are made of delimiters and of what looks like an escape.
fn thorny() -> Vec<String> {
    const TEXTS: [&str; 9] =
        ["A|B", "A^B", "A~B", "A\\B", "A&B", "|^~\\&", "\\F\\", "\\E\\S\\", "O'Brien-Núñez & Söhne"];
    let message = |text: &&str| {
        let mut escaped = String::new();
        escape(text, &mut escaped);
        Vxu { last: &escaped, ..Vxu::default() }.text()
    };
    TEXTS.iter().map(message).collect()
}

/// Messages of 60 invented people.
fn invented() -> Vec<String> {
    let feed = Feed::invent(&Settings::new(60, 7, date(2026, 3, 1)));
    feed.messages().map(|message| String::from_utf8(message.bytes).expect("UTF-8")).collect()
}

#[test]
fn two_other_parsers_find_the_same_values_at_the_same_places() {
    let (samples, invented) = (samples(), invented());
    assert!(samples.is_empty() || samples.len() > 450, "{} samples", samples.len());
    assert!(invented.len() > 300, "{} messages", invented.len());
    let messages = [samples, invented, thorny()].concat();
    let ours: Vec<Values> = messages.iter().map(|message| ours(message)).collect();
    for (message, ours) in messages.iter().zip(&ours) {
        assert_eq!(difference(ours, &of_hl7_parser(message)), None, "hl7-parser: {message}");
    }
    let Some(python) = python(PYTHON_HL7, "hl7") else { return };
    let theirs = of_python(&python, &messages);
    assert_eq!(theirs.len(), messages.len());
    for ((message, ours), theirs) in messages.iter().zip(&ours).zip(&theirs) {
        assert_eq!(difference(ours, theirs), None, "python-hl7: {message}");
    }
}

/// The first place where two readings differ, with what each says.
fn difference(ours: &Values, theirs: &Values) -> Option<String> {
    let mut places = ours.keys().chain(theirs.keys());
    let place = places.find(|place| ours.get(place) != theirs.get(place))?;
    Some(format!("{place:?}: ours {:?}, theirs {:?}", ours.get(place), theirs.get(place)))
}
