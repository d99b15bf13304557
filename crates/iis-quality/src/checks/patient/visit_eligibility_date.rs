//! `visit-eligibility-date`: the eligibility of the visit is dated before birth or in the future.
//!
//! **What it sees.** PV1-20.2 before PID-7 or after the day of receipt.
//!
//! **Why it matters.** The eligibility cannot hold on that day.
//!
//! **What the sender does.** Send the eligibility with each dose as an observation.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PV1-20.

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "visit-eligibility-date",
    checks: &[
        Check {
            code: "PAT-221",
            name: "eligibility-before-birth",
            location: "PV1-20.2",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The date of the eligibility (PV1-20.2) is before the date of birth. Correct it.",
            on_form: "The date of the eligibility is before the date of birth. Correct it.",
        },
        Check {
            code: "PAT-222",
            name: "eligibility-in-future",
            location: "PV1-20.2",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The date of the eligibility (PV1-20.2) is in the future. Correct it.",
            on_form: "The date of the eligibility is in the future. Correct it.",
        },
    ],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, on: &On<'_>, found: &mut Found<'_>) {
    let Some(day) = patient.date(Field::VisitEligibilityDate) else { return };
    let place = patient.first(Field::VisitEligibilityDate).place;
    let born = patient.date(Field::BirthDate);
    found.at_if(born.is_some_and(|born| day.last_day() < born.first_day()), 0, place);
    found.at_if(day.first_day() > on.today, 1, place);
}
