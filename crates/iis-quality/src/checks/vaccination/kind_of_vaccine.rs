//! `kind-of-vaccine`: the code is not one by which a dose given here should be reported.
//!
//! **What it sees.** A dose that the sender gave, with a code for a whole group of vaccines, for something that is
//! no vaccine, for a vaccine used abroad, or for one that never came into use; and foreign vaccines in history.
//!
//! **Why it matters.** The dose cannot be counted for its product; inventory and forecast suffer.
//!
//! **What the sender does.** Send the code of the product that was given.
//!
//! Sources: CDC's code set CVX: status and kind of the codes (data/codes).

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_codes::{Kind, Standing};
use iis_model::ApplicationError;
use iis_model::EventKind;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "kind-of-vaccine",
    checks: &[
        Check {
            code: "VAC-245",
            name: "vaccine-not-specific",
            location: "RXA-5",
            gravity: Gravity::Warning,
            application_error: ApplicationError::InvalidValue,
            text: "The vaccine (RXA-5) of a dose that you gave is a group of vaccines. Send the code of the product.",
            on_form: "The vaccine of a dose that you gave is a group of vaccines. Enter the code of the product.",
        },
        Check {
            code: "VAC-246",
            name: "not-a-vaccine",
            location: "RXA-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The code (RXA-5) stands for no vaccine.",
            on_form: "The code stands for no vaccine.",
        },
        Check {
            code: "VAC-268",
            name: "vaccine-foreign",
            location: "RXA-5",
            gravity: Gravity::Information,
            application_error: ApplicationError::InvalidValue,
            text: "The vaccine (RXA-5) of a dose that you gave is not used in the United States. Check the code.",
            on_form: "The vaccine of a dose that you gave is not used in the United States. Check the code.",
        },
        Check {
            code: "VAC-553",
            name: "vaccine-foreign-in-history",
            location: "RXA-5",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The vaccine (RXA-5) is not used in the United States.",
            on_form: "The vaccine is not used in the United States.",
        },
        Check {
            code: "VAC-561",
            name: "vaccine-never-in-use",
            location: "RXA-5",
            gravity: Gravity::Warning,
            application_error: ApplicationError::InvalidValue,
            text: "The vaccine (RXA-5) never came into use. Correct the code.",
            on_form: "The vaccine never came into use. Correct the code.",
        },
    ],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, _: &On<'_>, found: &mut Found<'_>) {
    let Some(vaccine) = dose.vaccine else { return };
    let (place, given) = (dose.place(Field::Vaccine), dose.is_given());
    let is_foreign = vaccine.kind == Some(Kind::Foreign) || vaccine.standing == Standing::NonUs;
    found.at_if(given && vaccine.kind == Some(Kind::Unspecified), 0, place);
    found.at_if(vaccine.kind == Some(Kind::NotVaccine), 1, place);
    found.at_if(given && is_foreign, 2, place);
    found.at_if(dose.kind == EventKind::Historical && is_foreign, 3, place);
    found.at_if(dose.is_dose() && vaccine.standing == Standing::NeverActive, 4, place);
}
