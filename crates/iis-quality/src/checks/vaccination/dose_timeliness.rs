//! `dose-timeliness`: how long after the dose it was reported.
//!
//! **What it sees.** RXA-3 of a dose that the sender gave, within 3, 7 or 30 days before the day of receipt, or
//! longer ago; and RXA-22 in the future.
//!
//! **Why it matters.** The next clinic gives a second dose when it does not know of the first.
//!
//! **What the sender does.** Send doses on the day they are given.
//!
//! Sources: requirements X-7 (timeliness).

use super::super::patient::record_timeliness::lateness;
use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "dose-timeliness",
    checks: &[
        Check {
            code: "VAC-569",
            name: "dose-on-time",
            location: "RXA-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The dose was reported within three days.",
            on_form: "",
        },
        Check {
            code: "VAC-570",
            name: "dose-late",
            location: "RXA-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The dose was reported more than three days after it was given.",
            on_form: "",
        },
        Check {
            code: "VAC-571",
            name: "dose-very-late",
            location: "RXA-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The dose was reported more than seven days after it was given.",
            on_form: "",
        },
        Check {
            code: "VAC-572",
            name: "dose-too-late",
            location: "RXA-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The dose was reported more than 30 days after it was given.",
            on_form: "",
        },
        Check {
            code: "VAC-581",
            name: "entered-in-future",
            location: "RXA-22",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The time of entry (RXA-22) is in the future. Correct it.",
            on_form: "The time of entry is in the future. Correct it.",
        },
    ],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, on: &On<'_>, found: &mut Found<'_>) {
    if let Some(given) = dose.day().filter(|day| dose.is_given() && *day <= on.today) {
        found.at(lateness(given, on.today), dose.place(Field::GivenOn));
    }
    let entered = dose.record.date(Field::EntryTime);
    found.at_if(entered.is_some_and(|day| day.first_day() > on.today), 4, dose.place(Field::EntryTime));
}
