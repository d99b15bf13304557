//! `vaccine-unrecognized`: no code of the dose is known.
//!
//! **What it sees.** RXA-5 with codes that have the form of a code set, none of which is in it.
//!
//! **Why it matters.** It cannot be told what was given, so the dose would be taken for something it is not.
//!
//! **What the sender does.** Send a code of CDC's CVX or NDC tables.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, RXA-5; CDC's code sets CVX, NDC and CPT.

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "vaccine-unrecognized",
    checks: &[Check {
        code: "VAC-247",
        name: "vaccine-unrecognized",
        location: "RXA-5",
        gravity: Gravity::EventNotStored,
        application_error: ApplicationError::TableValueNotFound,
        text: "No code of the vaccine (RXA-5) is known, so the dose was not stored. Send a code of CDC's CVX or NDC tables.",
        on_form: "No code of the vaccine is known, so the dose is not stored. Choose one of the list.",
    }],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, _: &On<'_>, found: &mut Found<'_>) {
    let codes = [Field::Cvx, Field::Ndc, Field::Cpt].map(|field| dose.first(field));
    let sent = codes.iter().find(|code| !code.is_empty());
    let is_known = dose.vaccine.is_some() || dose.package.is_some() || dose.procedure.is_some();
    if let Some(sent) = sent.filter(|_| !is_known) {
        found.at(0, sent.place);
    }
}
