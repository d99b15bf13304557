//! `given-before-birth`: a dose, refusal or observation is dated before the birth.
//!
//! **What it sees.** RXA-3 before PID-7, where both are known well enough to say so.
//!
//! **Why it matters.** Either the date is wrong or the dose is another person's, often the mother's.
//!
//! **What the sender does.** Correct RXA-3, or send the dose for the right person.
//!
//! Sources: requirements V-3; HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, RXA-3.

use crate::{Check, Gravity, On, Rule, Run};
use iis_model::{ApplicationError, Place, ReportedEvent};

/// The rule.
pub const RULE: Rule = Rule {
    name: "given-before-birth",
    checks: &[Check {
        code: "VAC-002",
        name: "given-before-birth",
        location: "RXA-3",
        gravity: Gravity::EventNotStored,
        application_error: ApplicationError::IllogicalDate,
        text: "The date is before the birth, so this order group was not stored. Correct RXA-3, or send it for the right person.",
        on_form: "The date is before the birth, so the dose is not stored. Correct the date, or enter it for the right person.",
    }],
    run: Run::OnVaccination(check),
};

fn check(event: &ReportedEvent, on: &On<'_>) -> Option<Place> {
    let (given, born) = (event.given_on.get()?, on.person.born_on.get()?);
    (given.last_day() < born.first_day()).then_some(event.given_on.place)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::testing::on;
    use iis_model::InformationSource::Historical;
    use iis_model::testing::{dose, person};

    #[test]
    fn fires_only_when_certainly_before_the_birth() {
        let today = iis_model::Date::constant(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            // born         given         fires
            ("2020-01-15", "2020-01-14", true),
            ("2020-01-15", "2020-01-15", false),
            ("2020-01-15", "2020-01",    false),
            ("2020-01",    "2019-12-31", true),
        ];
        for (born, given, fires) in table {
            let person = person().born(born);
            let on = on(today, &person);
            assert_eq!(check(&dose(Historical).given(given), &on).is_some(), fires, "{born} {given}");
        }
    }
}
