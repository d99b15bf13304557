//! `incomplete-kin-phone`: the contact's telephone number lacks digits.
//!
//! **What it sees.** NK1-5 with less than ten digits.
//!
//! **Why it matters.** A number without its area code reaches nobody.
//!
//! **What the sender does.** Send area code and number.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, NK1-5 (data type XTN).

use super::super::patient::incomplete_phone::lacks_digits;
use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "incomplete-kin-phone",
    checks: &[Check {
        code: "NOK-082",
        name: "kin-phone-incomplete",
        location: "NK1-5",
        gravity: Gravity::Silent,
        application_error: ApplicationError::InvalidValue,
        text: "The contact's telephone number (NK1-5) has less than ten digits. Send area code and number.",
    }],
    run: Run::OnNextOfKin(run),
};

fn run(kin: &dyn Record, _: &On<'_>, found: &mut Found<'_>) {
    kin.each(Field::KinPhone, &mut |written| {
        found.at_if(!written.is_empty() && lacks_digits(&written.text), 0, written.place);
    });
}
