//! `kin-relationship`: a contact who does not answer for the patient, or cannot stand in this relationship.
//!
//! **What it sees.** NK1-3 that is no parent, guardian, grandparent or care giver; and a child of a patient who is
//! a child.
//!
//! **Why it matters.** Letters about a child go to those who answer for it.
//!
//! **What the sender does.** Send mother, father or guardian first.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, NK1-3 and table 0063.

use crate::age::months;
use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::GUARDIANS;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "kin-relationship",
    checks: &[
        Check {
            code: "NOK-089",
            name: "kin-not-responsible",
            location: "NK1-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The contact (NK1-3) is nobody who answers for the patient. Send mother, father or guardian as well.",
            on_form: "The contact is nobody who answers for the patient. Enter mother, father or guardian as well.",
        },
        Check {
            code: "NOK-485",
            name: "kin-relationship-unexpected",
            location: "NK1-3",
            gravity: Gravity::Information,
            application_error: ApplicationError::IllogicalValue,
            text: "The contact (NK1-3) is said to be the child of a patient who is a child. Send how the contact is related to the patient.",
            on_form: "The contact is said to be the child of a patient who is a child. Enter how the contact is related to the patient.",
        },
    ],
    run: Run::OnNextOfKin(run),
};

const CHILDREN: &[&str] = &["CHD", "SCH", "FCH", "NCH", "GCH"];

fn run(kin: &dyn Record, on: &On<'_>, found: &mut Found<'_>) {
    let written = kin.first(Field::KinRelationship);
    let is = |codes: &[&str]| codes.iter().any(|code| written.text.eq_ignore_ascii_case(code));
    found.at_if(!written.is_empty() && !is(GUARDIANS), 0, written.place);
    // Twelve: below that age nobody has children.
    let born = on.person.born_on.get().map(iis_model::PartialDate::first_day);
    let is_child = born.and_then(|born| months(born, on.today)).is_some_and(|months| months < 12 * 12);
    found.at_if(is_child && is(CHILDREN), 1, written.place);
}
