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

/// What the checks say of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What refuses it: this has to be mended.
    pub mend: Vec<Remark>,
    /// The warnings: this has to be read.
    pub heed: Vec<Remark>,
}

impl Told {
    /// What would lose a dose of a message refuses the form.
    pub(super) fn of(findings: &Findings) -> Self {
        let refuses = |finding: &&Finding| {
            finding.severity == Severity::Error
                || !matches!(finding.effect, Effect::Noted | Effect::ValueIgnored)
        };
        let warns = |finding: &&Finding| finding.severity == Severity::Warning;
        Self { mend: remarks(findings.iter().filter(refuses)), heed: remarks(findings.iter().filter(warns)) }
    }

    /// What keeps a form from being stored, if anything. What was read already does not stop it.
    pub(super) fn outcome(self, heeded: &[Box<str>]) -> Option<Outcome> {
        if !self.mend.is_empty() {
            return Some(Outcome::Mend(self.mend));
        }
        let is_new = |remark: &Remark| !heeded.contains(&remark.code);
        self.heed.iter().any(is_new).then_some(Outcome::Heed(self.heed))
    }
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
