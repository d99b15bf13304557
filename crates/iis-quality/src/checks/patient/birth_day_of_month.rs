//! `birth-day-of-month`: the birth date is the first, the fifteenth or the last of its month.
//!
//! **What it sees.** PID-7 on such a day.
//!
//! **Why it matters.** One such date says nothing; many from one sender say that days are guessed.
//!
//! **What the sender does.** Send the true date of birth.
//!
//! Sources: requirements X-7 (validity).

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "birth-day-of-month",
    checks: &[
        Check {
            code: "PAT-565",
            name: "born-on-the-15th",
            location: "PID-7",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The date of birth is the 15th of its month.",
            on_form: "",
        },
        Check {
            code: "PAT-566",
            name: "born-on-the-first",
            location: "PID-7",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The date of birth is the first of its month.",
            on_form: "",
        },
        Check {
            code: "PAT-567",
            name: "born-on-the-last",
            location: "PID-7",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The date of birth is the last of its month.",
            on_form: "",
        },
    ],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, _: &On<'_>, found: &mut Found<'_>) {
    let Some(born) = patient.date(Field::BirthDate).and_then(|born| born.full()) else { return };
    let place = patient.first(Field::BirthDate).place;
    found.at_if(born.day() == 15, 0, place);
    found.at_if(born.day() == 1, 1, place);
    found.at_if(born == born.last_of_month(), 2, place);
}
