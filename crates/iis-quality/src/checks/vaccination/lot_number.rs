//! `lot-number`: the lot number is written as no manufacturer writes it.
//!
//! **What it sees.** RXA-15 of a dose that the sender gave, with several lots in it, with words before or behind
//! it, with signs inside it, too short, or of a form that its manufacturer does not use.
//!
//! **Why it matters.** A recall finds doses by their lot; the lot of the inventory is not found.
//!
//! **What the sender does.** Send the lot as printed on the package, and nothing else.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, RXA-15; requirements I-1.

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "lot-number",
    checks: &[
        Check {
            code: "VAC-590",
            name: "lot-of-unknown-form",
            location: "RXA-15",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The lot number (RXA-15) does not look like one. Check it against the package.",
            on_form: "The lot number does not look like one. Check it against the package.",
        },
        Check {
            code: "VAC-591",
            name: "lot-holds-several",
            location: "RXA-15",
            gravity: Gravity::Information,
            application_error: ApplicationError::InvalidValue,
            text: "The lot number (RXA-15) holds more than one lot. Send each dose with its own.",
            on_form: "The lot number holds more than one lot. Enter each dose with its own.",
        },
        Check {
            code: "VAC-592",
            name: "lot-with-prefix",
            location: "RXA-15",
            gravity: Gravity::Information,
            application_error: ApplicationError::InvalidValue,
            text: "The lot number (RXA-15) begins with words that do not belong to it. Send the lot alone.",
            on_form: "The lot number begins with words that do not belong to it. Enter the lot alone.",
        },
        Check {
            code: "VAC-593",
            name: "lot-with-suffix",
            location: "RXA-15",
            gravity: Gravity::Information,
            application_error: ApplicationError::InvalidValue,
            text: "The lot number (RXA-15) ends with words that do not belong to it. Send the lot alone.",
            on_form: "The lot number ends with words that do not belong to it. Enter the lot alone.",
        },
        Check {
            code: "VAC-594",
            name: "lot-with-signs",
            location: "RXA-15",
            gravity: Gravity::Information,
            application_error: ApplicationError::InvalidValue,
            text: "The lot number (RXA-15) holds signs that no lot has. Send the lot alone.",
            on_form: "The lot number holds signs that no lot has. Enter the lot alone.",
        },
        Check {
            code: "VAC-595",
            name: "lot-too-short",
            location: "RXA-15",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The lot number (RXA-15) is shorter than any. Check it against the package.",
            on_form: "The lot number is shorter than any. Check it against the package.",
        },
    ],
    run: Run::OnDose(run),
};

const PREFIXES: &[&str] = &["LOT", "VFC", "PUB", "PRIV", "STATE", "LOT#", "MED", "(P)"];
const SUFFIXES: &[&str] = &["VFC", "PUB", "PRIV", "STATE", "LOT", "-P", "-V", "(P)", "(V)"];
const SEPARATORS: &[char] = &[',', ';', '/'];
const SIGNS: &[char] = &['*', '#', '?', '!', '$', '%', '=', '@', '"'];
/// No lot is shorter.
const SHORTEST: usize = 4;

fn run(dose: &Dose<'_>, _: &On<'_>, found: &mut Found<'_>) {
    let written = dose.first(Field::Lot);
    if written.is_empty() || !dose.is_given() {
        return;
    }
    let (text, place) = (written.text.to_ascii_uppercase(), written.place);
    let prefix = PREFIXES.iter().any(|word| text.len() > word.len() && text.starts_with(word));
    let suffix = SUFFIXES.iter().any(|word| text.len() > word.len() && text.ends_with(word));
    let several = text.contains(SEPARATORS) || text.contains(" AND ");
    let signs = text.contains(SIGNS);
    let inner = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    found.at_if(several, 1, place);
    found.at_if(prefix, 2, place);
    found.at_if(suffix && !prefix, 3, place);
    found.at_if(signs, 4, place);
    found.at_if(text.len() < SHORTEST, 5, place);
    found.at_if(!has_digit || !inner, 0, place);
}
