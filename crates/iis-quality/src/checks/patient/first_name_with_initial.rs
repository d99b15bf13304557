//! `first-name-with-initial`: the first name ends with a letter of its own.
//!
//! **What it sees.** PID-5.2 whose last word is one letter, with or without a dot.
//!
//! **Why it matters.** The middle initial belongs into PID-5.3; matching compares first names.
//!
//! **What the sender does.** Send the initial in PID-5.3.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PID-5 (data type XPN).

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "first-name-with-initial",
    checks: &[Check {
        code: "PAT-142",
        name: "first-name-with-initial",
        location: "PID-5.2",
        gravity: Gravity::Silent,
        application_error: ApplicationError::InvalidValue,
        text: "The first name (PID-5.2) seems to hold the middle initial. Send it in PID-5.3.",
        on_form: "The first name seems to hold the middle initial. Enter it in the middle name.",
    }],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, _: &On<'_>, found: &mut Found<'_>) {
    let written = patient.first(Field::FirstName);
    let last = written.text.rsplit_once(' ').map(|(_, last)| last.trim_end_matches('.'));
    found.at_if(last.is_some_and(|last| last.chars().count() == 1), 0, written.place);
}
