//! The published sample messages: how many usable reports are answered AA.

use iis_codes::CodeSets;
use iis_hl7::{GateRules, ReadOptions, Request, gate, parse, z22};
use iis_model::{ApplicationError, Date, Effect, Finding, Findings, Severity};
use iis_quality::{Policy, Terms};
use iis_registry::exchange::check;
use std::path::PathBuf;

const TODAY: Date = Date::constant(2026, 3, 2);
/// How a value prints that was sent and could not be understood.
const NOT_UNDERSTOOD: &str = "value: None, said: Something";

/// Whether everything that was sent is in what was read: each dose, each value, judged by the reading alone.
fn loses_nothing(bytes: &[u8]) -> bool {
    let (message, _) = parse(bytes);
    let read = z22::read(&message, &ReadOptions::default(), &mut Findings::default());
    read.events.len() == message.count("RXA")
        && read.person.born_on.value.is_some()
        && !format!("{:?} {:?}", read.person, read.events).contains(NOT_UNDERSTOOD)
}

/// Whether a finding says that something was lost (a segment is read by no reader), or doubts what was understood: a rule
/// about the content, a code that no table explains, values that contradict each other, no eligibility of a dose given.
fn loses_or_doubts(finding: &Finding) -> bool {
    use ApplicationError::{IllogicalDate, IllogicalValue, RequiredObservationMissing, TableValueNotFound};
    let doubtful = [IllogicalDate, IllogicalValue, RequiredObservationMissing, TableValueNotFound];
    let is_about_content = !finding.code.starts_with("HL7-");
    let is_doubt =
        is_about_content || finding.application_error.is_some_and(|error| doubtful.contains(&error));
    finding.effect != Effect::Noted || (finding.severity > Severity::Information && is_doubt)
}

#[test]
fn reports_that_lose_nothing_and_raise_no_doubt_are_answered_aa() {
    let Some(published) = std::env::var_os("OPENIIS_PUBLISHED").map(PathBuf::from) else {
        assert!(std::env::var_os("CI").is_none(), "OPENIIS_PUBLISHED is not set");
        return;
    };
    let sets = CodeSets::built_in().expect("the shipped tables");
    let policy = Policy::built_in().expect("the shipped policy");
    let terms = Terms { sets: &sets, policy: &policy, today: TODAY };
    let rules = GateRules { processing_ids: &["P", "T", "D"], accept_older_versions: false };
    let (mut usable, mut accepted, mut others) = (0, 0, Vec::new());
    for entry in std::fs::read_dir(published.join("hl7/samples")).expect("the samples") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "hl7") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("readable");
        if gate(&parse(&bytes).0, &rules) != Ok(Request::Vxu) || !loses_nothing(&bytes) {
            continue;
        }
        let checked = check(&bytes, &rules, &ReadOptions::default(), &terms);
        if checked.findings.iter().any(loses_or_doubts) {
            continue;
        }
        usable += 1;
        if checked.ack == "AA" {
            accepted += 1;
        } else {
            let told = checked.findings.iter().filter(|finding| finding.severity > Severity::Information);
            let told: Vec<_> = told.map(|finding| format!("{} {}", finding.code, finding.place)).collect();
            others.push(format!("{}: {}", path.display(), told.join(", ")));
        }
    }
    assert!(usable >= 150, "{usable} of the samples are usable");
    assert!(accepted * 10 >= usable * 9, "{accepted} of {usable} are answered AA: {others:#?}");
}
