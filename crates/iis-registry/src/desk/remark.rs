//! What a check says of a form, for whoever sits before it.

use super::Outcome;
use iis_model::{Effect, Finding, Findings, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Something about a form to mend or to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The dose of the form, counted from 1; none: it is about the person.
    pub dose: Option<u16>,
    /// The segment and the field of a message in which the value would stand: `RXA-15`.
    pub place: Box<str>,
    /// The code of the check.
    pub code: Box<str>,
    /// What is wrong and how to mend it, in the words of a form.
    pub text: Box<str>,
}

/// What keeps a form from being stored, if anything. What would lose a dose of a message refuses the form; what was read
/// already does not stop it.
pub(super) fn outcome(findings: &Findings, heeded: &[Box<str>]) -> Option<Outcome> {
    let refuses = |finding: &&Finding| {
        finding.severity == Severity::Error || !matches!(finding.effect, Effect::Noted | Effect::ValueIgnored)
    };
    let errors = remarks(findings.iter().filter(refuses));
    if !errors.is_empty() {
        return Some(Outcome::Mend(errors));
    }
    let is_new = |finding: &&Finding| {
        finding.severity == Severity::Warning && !heeded.iter().any(|code| **code == *finding.code)
    };
    if !findings.iter().any(|finding| is_new(&finding)) {
        return None;
    }
    Some(Outcome::Heed(remarks(findings.iter().filter(|finding| finding.severity == Severity::Warning))))
}

/// One for each check and place.
fn remarks<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Remark> {
    let mut seen = BTreeSet::new();
    findings.filter(|finding| seen.insert((finding.code, finding.place))).map(Remark::of).collect()
}

impl Remark {
    fn of(finding: &Finding) -> Self {
        let place = finding.place;
        let is_dose = matches!(place.segment_name(), Some("RXA" | "RXR" | "ORC"));
        let mut field = place.whole_segment().field(place.field);
        field.sequence = 1;
        Self {
            dose: is_dose.then_some(place.sequence.max(1)),
            place: field.to_string().into(),
            code: finding.code.into(),
            text: iis_quality::on_form(finding.code).unwrap_or(&finding.text).into(),
        }
    }
}
