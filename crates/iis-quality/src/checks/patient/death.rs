//! `death`: death and its indicator do not agree, or the death is still to come.
//!
//! **What it sees.** PID-29 after the day of receipt; PID-29 without PID-30, or PID-30 with N.
//!
//! **Why it matters.** Reminders are sent to families of the dead, or the living get none.
//!
//! **What the sender does.** Correct PID-29 and PID-30.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PID-29 and PID-30.

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "death",
    checks: &[
        Check {
            code: "PAT-130",
            name: "death-date-in-future",
            location: "PID-29",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalDate,
            text: "The date of death (PID-29) is in the future. Correct it.",
            on_form: "The date of death is in the future. Correct it.",
        },
        Check {
            code: "PAT-133",
            name: "death-indicator-inconsistent",
            location: "PID-30",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalValue,
            text: "A date of death (PID-29) is given, and PID-30 does not say Y. Correct whichever is wrong.",
            on_form: "A date of death is given, and whether the patient has died is not answered with yes. Correct whichever is wrong.",
        },
    ],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, on: &On<'_>, found: &mut Found<'_>) {
    let written = patient.first(Field::DeathDate);
    if written.is_empty() {
        return;
    }
    let is_future = patient.date(Field::DeathDate).is_some_and(|day| day.first_day() > on.today);
    found.at_if(is_future, 0, written.place);
    let indicator = patient.first(Field::DeathIndicator);
    found.at_if(!indicator.text.eq_ignore_ascii_case("Y"), 1, indicator.place);
}
