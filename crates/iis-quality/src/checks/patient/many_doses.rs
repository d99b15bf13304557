//! `many-doses`: the message holds more doses given by the sender than can be.
//!
//! **What it sees.** More than 25 doses with RXA-9 of 00 in one message.
//!
//! **Why it matters.** History from elsewhere sent as given (00) distorts inventory and credit.
//!
//! **What the sender does.** Send 00 only for doses that you gave yourself.
//!
//! Sources: requirements X-7 (volume pattern).

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "many-doses",
    checks: &[Check {
        code: "PAT-568",
        name: "many-doses-given",
        location: "PID",
        gravity: Gravity::Silent,
        application_error: ApplicationError::IllogicalValue,
        text: "The message holds more than 25 doses that are said to be given by you. Send 00 in RXA-9 only for those.",
        on_form: "The form holds more than 25 doses that are said to be given by you. Correct the source of the others.",
    }],
    run: Run::OnPatient(run),
};

/// The most doses that one clinic gives to one person.
const MOST: usize = 25;

fn run(patient: &dyn Record, on: &On<'_>, found: &mut Found<'_>) {
    found.at_if(on.doses_given > MOST, 0, patient.first(Field::Patient).place);
}
