//! `unusable-kin-address`: a contact's address that no letter can reach.
//!
//! **What it sees.** NK1-4 that lacks street, city, state or ZIP code, or misspells them.
//!
//! **Why it matters.** Letters to the family come back.
//!
//! **What the sender does.** Send street, city, state and ZIP code.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, NK1-4 (data type XAD).

use super::super::patient::unusable_address::is_unusable;
use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "unusable-kin-address",
    checks: &[Check {
        code: "NOK-564",
        name: "kin-address-unusable",
        location: "NK1-4",
        gravity: Gravity::Silent,
        application_error: ApplicationError::InvalidValue,
        text: "The contact's address (NK1-4) cannot be used for letters. Send street, city, state and ZIP code.",
        on_form: "The contact's address cannot be used for letters. Enter street, city, state and ZIP code.",
    }],
    run: Run::OnNextOfKin(run),
};

fn run(kin: &dyn Record, _: &On<'_>, found: &mut Found<'_>) {
    let parts = [Field::KinStreet, Field::KinCity, Field::KinState, Field::KinZip, Field::KinCountry];
    found.at_if(is_unusable(kin, Field::KinAddress, parts), 0, kin.first(Field::KinAddress).place);
}
