//! `day-of-month`: the dose is dated on the first, the fifteenth or the last of its month.
//!
//! **What it sees.** RXA-3 on such a day, of a dose that the sender gave.
//!
//! **Why it matters.** One such date says nothing; many from one sender say that days are guessed.
//!
//! **What the sender does.** Send the true date.
//!
//! Sources: requirements X-7 (validity).

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "day-of-month",
    checks: &[
        Check {
            code: "VAC-262",
            name: "given-on-the-15th",
            location: "RXA-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The dose is dated on the 15th of its month.",
            on_form: "",
        },
        Check {
            code: "VAC-263",
            name: "given-on-the-first",
            location: "RXA-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The dose is dated on the first of its month.",
            on_form: "",
        },
        Check {
            code: "VAC-264",
            name: "given-on-the-last",
            location: "RXA-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The dose is dated on the last of its month.",
            on_form: "",
        },
    ],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, _: &On<'_>, found: &mut Found<'_>) {
    let Some(day) = dose.day().filter(|_| dose.is_given()) else { return };
    let place = dose.place(Field::GivenOn);
    found.at_if(day.day() == 15, 0, place);
    found.at_if(day.day() == 1, 1, place);
    found.at_if(day == day.last_of_month(), 2, place);
}
