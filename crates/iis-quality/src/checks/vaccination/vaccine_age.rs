//! `vaccine-age`: the vaccine is not given at the patient's age.
//!
//! **What it sees.** The age on the day of RXA-3, in whole months, outside the ages of the vaccine: one month
//! beside is unusual, more cannot be right.
//!
//! **Why it matters.** The wrong vaccine was noted, or the dose does not count.
//!
//! **What the sender does.** Correct RXA-5, RXA-3 or PID-7; let it stand if it was given so.
//!
//! Sources: the ages of the public code base (data/codes).

use crate::age::months;
use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_codes::Fit;
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "vaccine-age",
    checks: &[
        Check {
            code: "VAC-258",
            name: "vaccine-unusual-at-age",
            location: "RXA-3",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The vaccine is hardly given at this age. Check RXA-5, RXA-3 and PID-7.",
            on_form: "The vaccine is hardly given at this age. Check the vaccine, the date and the birth date.",
        },
        Check {
            code: "VAC-259",
            name: "vaccine-not-given-at-age",
            location: "RXA-3",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalDate,
            text: "The vaccine is not given at this age. Check RXA-5, RXA-3 and PID-7.",
            on_form: "The vaccine is not given at this age. Check the vaccine, the date and the birth date.",
        },
    ],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, on: &On<'_>, found: &mut Found<'_>) {
    let born = on.person.born_on.get().and_then(iis_model::PartialDate::full);
    let (Some(day), Some(born), Some(vaccine)) = (dose.day(), born, dose.vaccine) else { return };
    let Some(months) = months(born, day) else { return };
    match vaccine.ages.fit(months) {
        Fit::Unusual => found.at(0, dose.place(Field::GivenOn)),
        Fit::Impossible => found.at(1, dose.place(Field::GivenOn)),
        Fit::Usual => {}
    }
}
