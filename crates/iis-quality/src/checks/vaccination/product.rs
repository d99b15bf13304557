//! `product`: whether the product can be told.
//!
//! **What it sees.** A dose that the sender gave whose vaccine and manufacturer together are, or are not, a product
//! by CDC's list of trade names or of packages.
//!
//! **Why it matters.** Inventory and recall need the product, not only the vaccine.
//!
//! **What the sender does.** Send the NDC code, or CVX with the manufacturer.
//!
//! Sources: CDC's trade names by CVX and MVX.

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "product",
    checks: &[
        Check {
            code: "VAC-352",
            name: "product-not-known",
            location: "RXA-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::RequiredDataMissing,
            text: "The product cannot be told from RXA-5 and RXA-17. Send the NDC code, or CVX with the manufacturer.",
            on_form: "The product cannot be told from the vaccine and the manufacturer. Enter the NDC code, or CVX with the manufacturer.",
        },
        Check {
            code: "VAC-741",
            name: "product-known",
            location: "RXA-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The product can be told from RXA-5 and RXA-17.",
            on_form: "The product can be told from the vaccine and the manufacturer.",
        },
    ],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, on: &On<'_>, found: &mut Found<'_>) {
    if !dose.is_given() {
        return;
    }
    let pair = dose.vaccine.zip(dose.manufacturer);
    let has_name =
        pair.is_some_and(|(vaccine, maker)| on.sets.products(&vaccine.code, &maker.code).next().is_some());
    let is_known = dose.package.is_some() || has_name;
    found.at(usize::from(is_known), dose.place(Field::Vaccine));
}
