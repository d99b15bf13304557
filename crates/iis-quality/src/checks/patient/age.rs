//! `age`: the patient is under 18, or would be older than anybody.
//!
//! **What it sees.** PID-7 less than 18 years, or more than 120 years before the day of receipt.
//!
//! **Why it matters.** Of children more is asked; a birth date in another century is a typing mistake.
//!
//! **What the sender does.** Correct PID-7.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PID-7.

use crate::age::months;
use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "age",
    checks: &[
        Check {
            code: "PAT-119",
            name: "patient-underage",
            location: "PID-7",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The patient is under 18 years of age.",
            on_form: "",
        },
        Check {
            code: "PAT-120",
            name: "birth-date-very-long-ago",
            location: "PID-7",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalDate,
            text: "The date of birth (PID-7) is more than 120 years ago. Correct it and send the message again.",
            on_form: "The date of birth is more than 120 years ago. Correct it.",
        },
    ],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, on: &On<'_>, found: &mut Found<'_>) {
    let Some(born) = patient.date(Field::BirthDate) else { return };
    let place = patient.first(Field::BirthDate).place;
    let months = months(born.first_day(), on.today);
    found.at_if(months.is_some_and(|months| months < 18 * 12), 0, place);
    found.at_if(months.is_some_and(|months| months > 120 * 12), 1, place);
}
