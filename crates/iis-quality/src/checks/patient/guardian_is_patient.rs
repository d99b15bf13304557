//! `guardian-is-patient`: the guardian of a child has the child's name.
//!
//! **What it sees.** NK1-2 with the same last and first name as PID-5, for a patient under 18.
//!
//! **Why it matters.** A child is not its own guardian: the parent's name is missing.
//!
//! **What the sender does.** Send the parent or guardian in NK1-2.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, NK1-2.

use crate::run::is_underage;
use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "guardian-is-patient",
    checks: &[Check {
        code: "PAT-156",
        name: "guardian-is-patient",
        location: "NK1-2",
        gravity: Gravity::Silent,
        application_error: ApplicationError::IllogicalValue,
        text: "The guardian (NK1-2) has the patient's name. Send the name of the parent or guardian.",
        on_form: "The guardian has the patient's name. Enter the name of the parent or guardian.",
    }],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, on: &On<'_>, found: &mut Found<'_>) {
    let same = |mine: Field, other: Field| {
        let (mine, other) = (patient.first(mine), patient.first(other));
        !mine.is_empty() && mine.text.eq_ignore_ascii_case(&other.text)
    };
    let is_same =
        same(Field::FirstName, Field::GuardianFirstName) && same(Field::LastName, Field::GuardianLastName);
    found.at_if(is_underage(on) && is_same, 0, patient.first(Field::GuardianLastName).place);
}
