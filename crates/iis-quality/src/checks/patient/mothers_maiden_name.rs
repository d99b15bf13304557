//! `mothers-maiden-name`: the mother's maiden name is no name.
//!
//! **What it sees.** PID-6.1 with a word that is no name, a title or suffix before it, or a single letter.
//!
//! **Why it matters.** It is one of the strongest fields of matching; the same filler in many records joins
//! strangers.
//!
//! **What the sender does.** Send her family name before she married, or nothing.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PID-6.

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::placeholder::is_no_value;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "mothers-maiden-name",
    checks: &[
        Check {
            code: "PAT-548",
            name: "mothers-maiden-name-is-no-name",
            location: "PID-6.1",
            gravity: Gravity::Information,
            application_error: ApplicationError::InvalidValue,
            text: "The mother's maiden name (PID-6) is a word that is no name. Send her name, or nothing.",
            on_form: "The mother's maiden name is a word that is no name. Enter her name, or nothing.",
        },
        Check {
            code: "PAT-549",
            name: "mothers-maiden-name-with-title",
            location: "PID-6.1",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The mother's maiden name (PID-6) begins with a title. Send the family name alone.",
            on_form: "The mother's maiden name begins with a title. Enter the family name alone.",
        },
        Check {
            code: "PAT-550",
            name: "mothers-maiden-name-too-short",
            location: "PID-6.1",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The mother's maiden name (PID-6) is one letter. Send the whole name, or nothing.",
            on_form: "The mother's maiden name is one letter. Enter the whole name, or nothing.",
        },
    ],
    run: Run::OnPatient(run),
};

const TITLES: &[&str] = &["MS", "MRS", "MISS", "DR", "MR", "JR", "SR"];

fn run(patient: &dyn Record, _: &On<'_>, found: &mut Found<'_>) {
    let written = patient.first(Field::MothersMaidenName);
    let text = &*written.text;
    let is = |words: &[&str], text: &str| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    found.at_if(is_no_value(text), 0, written.place);
    let title = text.split_once([' ', '.']).is_some_and(|(first, _)| is(TITLES, first));
    found.at_if(title, 1, written.place);
    found.at_if(text.chars().count() == 1, 2, written.place);
}
