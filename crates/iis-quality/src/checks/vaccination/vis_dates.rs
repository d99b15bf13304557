//! `vis-dates`: the dates of the information statement cannot be.
//!
//! **What it sees.** An edition (29768-9) in the future; a statement given (29769-7) before it was published, on
//! another day than the dose, or after it.
//!
//! **Why it matters.** The law asks that the statement in force is given before the dose.
//!
//! **What the sender does.** Correct the dates of the statement.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, rule IZ-24; 42 U.S.C. 300aa-26.

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "vis-dates",
    checks: &[
        Check {
            code: "VAC-536",
            name: "vis-edition-in-future",
            location: "OBX-5",
            gravity: Gravity::Information,
            application_error: ApplicationError::IllogicalDate,
            text: "The edition of the information statement (29768-9) is in the future. Correct it.",
            on_form: "The edition of the information statement is in the future. Correct it.",
        },
        Check {
            code: "VAC-539",
            name: "vis-given-on-another-day",
            location: "OBX-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The information statement (29769-7) was given on another day than the dose.",
            on_form: "The information statement was given on another day than the dose.",
        },
        Check {
            code: "VAC-540",
            name: "vis-given-before-its-edition",
            location: "OBX-5",
            gravity: Gravity::Information,
            application_error: ApplicationError::IllogicalDate,
            text: "The information statement was given (29769-7) before it was published (29768-9). Correct whichever is wrong.",
            on_form: "The information statement was given before it was published. Correct whichever is wrong.",
        },
        Check {
            code: "VAC-541",
            name: "vis-given-after-dose",
            location: "OBX-5",
            gravity: Gravity::Information,
            application_error: ApplicationError::IllogicalDate,
            text: "The information statement was given (29769-7) after the dose. Correct whichever date is wrong.",
            on_form: "The information statement was given after the dose. Correct whichever date is wrong.",
        },
    ],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, on: &On<'_>, found: &mut Found<'_>) {
    if !dose.is_given() {
        return;
    }
    let (edition, presented) = (dose.record.date(Field::VisPublished), dose.record.date(Field::VisPresented));
    if let Some(edition) = edition {
        found.at_if(edition.first_day() > on.today, 0, dose.place(Field::VisPublished));
    }
    let Some(presented) = presented.and_then(|day| day.full()) else { return };
    let place = dose.place(Field::VisPresented);
    if let Some(given) = dose.day() {
        found.at_if(presented != given, 1, place);
        found.at_if(presented > given, 3, place);
    }
    found.at_if(edition.is_some_and(|edition| presented < edition.first_day()), 2, place);
}
