//! `out-of-use`: a code was not in use on the day of the dose.
//!
//! **What it sees.** RXA-3 outside the days on which the vaccine, the product, the manufacturer or the procedure
//! code was used. Two windows: outside the wider one it cannot be right, between the two it is unusual.
//!
//! **Why it matters.** The dose is not what it is said to be, or its date is wrong; a forecast made from it is
//! wrong too.
//!
//! **What the sender does.** Correct RXA-5, RXA-17 or RXA-3.
//!
//! Sources: CDC's code sets CVX, MVX, CPT, and trade names; the days of use of the public code base (data/codes).

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_codes::{Code, Fit};
use iis_model::ApplicationError;
use iis_model::Date;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "out-of-use",
    checks: &[
        Check {
            code: "VAC-256",
            name: "vaccine-unusual-on-day",
            location: "RXA-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The vaccine (RXA-5) was hardly in use on the date of the dose. Check both.",
            on_form: "The vaccine was hardly in use on the date of the dose. Check both.",
        },
        Check {
            code: "VAC-257",
            name: "vaccine-not-in-use-on-day",
            location: "RXA-3",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalDate,
            text: "The vaccine (RXA-5) was not in use on the date of the dose. Correct whichever is wrong.",
            on_form: "The vaccine was not in use on the date of the dose. Correct whichever is wrong.",
        },
        Check {
            code: "VAC-488",
            name: "procedure-unusual-on-day",
            location: "RXA-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The CPT code (RXA-5) was hardly in use on the date of the dose. Check both.",
            on_form: "The CPT code was hardly in use on the date of the dose. Check both.",
        },
        Check {
            code: "VAC-489",
            name: "procedure-not-in-use-on-day",
            location: "RXA-5",
            gravity: Gravity::Information,
            application_error: ApplicationError::IllogicalDate,
            text: "The CPT code (RXA-5) was not in use on the date of the dose. Send a CVX code.",
            on_form: "The CPT code was not in use on the date of the dose. Enter a CVX code.",
        },
        Check {
            code: "VAC-492",
            name: "product-unusual-on-day",
            location: "RXA-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The product (RXA-5 with RXA-17) was hardly in use on the date of the dose. Check both.",
            on_form: "The product was hardly in use on the date of the dose. Check both.",
        },
        Check {
            code: "VAC-493",
            name: "product-not-in-use-on-day",
            location: "RXA-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The product (RXA-5 with RXA-17) was not in use on the date of the dose. Correct whichever is wrong.",
            on_form: "The product was not in use on the date of the dose. Correct whichever is wrong.",
        },
        Check {
            code: "VAC-494",
            name: "manufacturer-unusual-on-day",
            location: "RXA-17",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The manufacturer (RXA-17) hardly made vaccines on the date of the dose. Check both.",
            on_form: "The manufacturer hardly made vaccines on the date of the dose. Check both.",
        },
        Check {
            code: "VAC-495",
            name: "manufacturer-not-in-use-on-day",
            location: "RXA-17",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The manufacturer (RXA-17) did not make vaccines on the date of the dose. Correct whichever is wrong.",
            on_form: "The manufacturer did not make vaccines on the date of the dose. Correct whichever is wrong.",
        },
    ],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, on: &On<'_>, found: &mut Found<'_>) {
    let Some(day) = dose.day() else { return };
    let mut look =
        |code: Option<&Code>, first: usize, field: Field| match code.map(|code| code.window.fit(day)) {
            Some(Fit::Unusual) => found.at(first, dose.place(field)),
            Some(Fit::Impossible) => found.at(first + 1, dose.place(field)),
            Some(Fit::Usual) | None => {}
        };
    look(dose.vaccine, 0, Field::GivenOn);
    look(dose.procedure, 2, Field::Cpt);
    if dose.is_given() {
        look(dose.manufacturer, 6, Field::Manufacturer);
        if let Some(fit) = product_fit(dose, on, day) {
            let place = dose.place(Field::Vaccine);
            found.at_if(fit == Fit::Unusual, 4, place);
            found.at_if(fit == Fit::Impossible, 5, place);
        }
    }
}

/// How the day agrees with the trade names of this vaccine by this manufacturer: with the one that agrees best.
fn product_fit(dose: &Dose<'_>, on: &On<'_>, day: Date) -> Option<Fit> {
    let (vaccine, manufacturer) = (dose.vaccine?, dose.manufacturer?);
    on.sets.products(&vaccine.code, &manufacturer.code).map(|product| product.window.fit(day)).min()
}
