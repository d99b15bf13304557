//! `incomplete-phone`: the telephone number lacks digits.
//!
//! **What it sees.** PID-13 with less than ten digits.
//!
//! **Why it matters.** A number without its area code reaches nobody.
//!
//! **What the sender does.** Send area code and number.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PID-13 (data type XTN).

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "incomplete-phone",
    checks: &[Check {
        code: "PAT-174",
        name: "phone-incomplete",
        location: "PID-13",
        gravity: Gravity::Silent,
        application_error: ApplicationError::InvalidValue,
        text: "The telephone number (PID-13) has less than ten digits. Send area code and number.",
    }],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, _: &On<'_>, found: &mut Found<'_>) {
    patient.each(Field::Phone, &mut |written| {
        found.at_if(!written.is_empty() && lacks_digits(&written.text), 0, written.place);
    });
}

/// Whether there are less than ten digits before an extension.
pub(crate) fn lacks_digits(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() < 10
}
