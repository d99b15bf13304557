//! `unusable-address`: an address that no letter can reach.
//!
//! **What it sees.** PID-11, and NK1-4 of the guardian, with a street, a city or a state but not all that a letter
//! needs; in the United States a state that is not two letters, or a ZIP code that is not five or nine digits; or a word in place of the street. An address in
//! another country needs no state and no ZIP code.
//!
//! **Why it matters.** Reminders come back, and the place of residence decides who may see coverage.
//!
//! **What the sender does.** Send street, city, state and ZIP code, or mark the address as bad (BA).
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PID-11 (data type XAD).

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::country::is_united_states;
use iis_model::postal::is_zip;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "unusable-address",
    checks: &[
        Check {
            code: "PAT-562",
            name: "address-unusable",
            location: "PID-11",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The address (PID-11) cannot be used for letters. Send street, city, state and ZIP code.",
            on_form: "The address cannot be used for letters. Enter street, city, state and ZIP code.",
        },
        Check {
            code: "PAT-563",
            name: "guardian-address-unusable",
            location: "NK1-4",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The guardian's address (NK1-4) cannot be used for letters. Send street, city, state and ZIP code.",
            on_form: "The guardian's address cannot be used for letters. Enter street, city, state and ZIP code.",
        },
    ],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, _: &On<'_>, found: &mut Found<'_>) {
    use Field::{Address, AddressCity, AddressCountry, AddressState, AddressStreet, AddressZip};
    use Field::{GuardianAddress, GuardianCity, GuardianCountry, GuardianState, GuardianStreet, GuardianZip};
    let address = [AddressStreet, AddressCity, AddressState, AddressZip, AddressCountry];
    found.at_if(is_unusable(patient, Address, address), 0, patient.first(Address).place);
    let guardian = [GuardianStreet, GuardianCity, GuardianState, GuardianZip, GuardianCountry];
    found.at_if(is_unusable(patient, GuardianAddress, guardian), 1, patient.first(GuardianAddress).place);
}

const NOWHERE: &[&str] =
    &["UNKNOWN", "UNK", "NONE", "HOMELESS", "NO ADDRESS", "BAD ADDRESS", "GENERAL DELIVERY", "TEST"];

/// Whether an address that is there lacks, or misspells, one of street, city, state and ZIP code; the fields are these, and the
/// country.
pub(crate) fn is_unusable(record: &dyn Record, whole: Field, parts: [Field; 5]) -> bool {
    if record.first(whole).is_empty() {
        return false;
    }
    let [street, city, state, zip, country] = parts.map(|field| record.first(field).text);
    let nowhere =
        NOWHERE.iter().any(|word| street.eq_ignore_ascii_case(word) || city.eq_ignore_ascii_case(word));
    let has_letters = state.len() == 2 && state.bytes().all(|b| b.is_ascii_alphabetic());
    let is_state = has_letters || !is_united_states(&country);
    let is_zip = is_zip(&zip, &country) && !zip.starts_with("00000");
    street.is_empty() || city.is_empty() || nowhere || !is_state || !is_zip
}
