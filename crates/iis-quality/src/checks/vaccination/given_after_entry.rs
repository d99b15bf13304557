//! `given-after-entry`: a dose is dated after it was entered.
//!
//! **What it sees.** RXA-3 after the day of RXA-22.
//!
//! **Why it matters.** One of the two dates is wrong.
//!
//! **What the sender does.** Correct RXA-3 or RXA-22.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, RXA-22.

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "given-after-entry",
    checks: &[Check {
        code: "VAC-254",
        name: "given-after-entry",
        location: "RXA-3",
        gravity: Gravity::Information,
        application_error: ApplicationError::IllogicalDate,
        text: "The dose is dated after it was entered (RXA-22). Correct whichever date is wrong.",
        on_form: "The dose is dated after it was entered. Correct whichever date is wrong.",
    }],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, _: &On<'_>, found: &mut Found<'_>) {
    let (Some(given), Some(entered)) = (dose.day(), dose.record.date(Field::EntryTime)) else { return };
    found.at_if(given > entered.last_day(), 0, dose.place(Field::GivenOn));
}
