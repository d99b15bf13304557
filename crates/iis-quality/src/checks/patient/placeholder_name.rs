//! `placeholder-name`: the name stands for a name that is not known, or for nobody.
//!
//! **What it sees.** PID-5 with a name given to newborns (BABY BOY), a word that is no name (UNKNOWN), or a name
//! used for tests (TEST); and a legal name whose type is not L.
//!
//! **Why it matters.** Records under such names cannot be matched, and those of tests do not belong here.
//!
//! **What the sender does.** Send the legal name when it is known.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PID-5 and table 0200; requirements X-7.

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::placeholder::{Says, says};
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "placeholder-name",
    checks: &[
        Check {
            code: "PAT-172",
            name: "name-of-a-newborn",
            location: "PID-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The name (PID-5) seems to be one given to a newborn for the time being. Send the legal name when it is known.",
            on_form: "The name seems to be one given to a newborn for the time being. Enter the legal name when it is known.",
        },
        Check {
            code: "PAT-173",
            name: "name-is-no-name",
            location: "PID-5",
            gravity: Gravity::Warning,
            application_error: ApplicationError::InvalidValue,
            text: "The name (PID-5) is a word that is no name. Send the legal name.",
            on_form: "The name is a word that is no name. Enter the legal name.",
        },
        Check {
            code: "PAT-551",
            name: "name-of-a-test",
            location: "PID-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The name (PID-5) seems to be one used for tests. Send tests to the test address.",
            on_form: "The name seems to be one used for tests. Enter no tests here.",
        },
        Check {
            code: "PAT-516",
            name: "name-not-legal",
            location: "PID-5.7",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "No name (PID-5) is of the type L. Send the legal name as L.",
            on_form: "No name is said to be the legal one. Enter the legal name.",
        },
    ],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, _: &On<'_>, found: &mut Found<'_>) {
    let (last, first) = (patient.first(Field::LastName), patient.first(Field::FirstName));
    let begins_with = first.text.split([' ', '-']).next().and_then(says);
    found.at_if(matches!(begins_with, Some(Says::Newborn { .. })), 0, first.place);
    for written in [&last, &first] {
        found.at_if(says(&written.text) == Some(Says::Nothing), 1, written.place);
        found.at_if(says(&written.text) == Some(Says::Test), 2, written.place);
    }
    let kind = patient.first(Field::NameType);
    found.at_if(!kind.is_empty() && !kind.text.eq_ignore_ascii_case("L"), 3, kind.place);
}
