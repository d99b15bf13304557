//! `death-before-birth`: the date of death is before the date of birth.
//!
//! **What it sees.** PID-29 before PID-7, where both are known well enough to say so.
//!
//! **Why it matters.** One of the two is wrong. A wrong death stops reminders for a living child.
//!
//! **What the sender does.** Correct PID-29 or PID-7.
//!
//! Source: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PID-29.

use crate::{Check, Gravity, On, Rule, Run};
use iis_model::{ApplicationError, Place};

/// The rule.
pub const RULE: Rule = Rule {
    name: "death-before-birth",
    checks: &[Check {
        code: "PAT-002",
        name: "death-before-birth",
        location: "PID-29",
        gravity: Gravity::Warning,
        application_error: ApplicationError::IllogicalDate,
        text: "The date of death is before the date of birth. Correct PID-29 or PID-7.",
        on_form: "The date of death is before the date of birth. Correct the date of death or the birth date.",
    }],
    run: Run::OnPerson(check),
};

fn check(on: &On<'_>) -> Option<Place> {
    let (born, died) = (on.person.born_on.get()?, on.person.died_on.get()?);
    (died.last_day() < born.first_day()).then_some(on.person.died_on.place)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::testing::on;
    use iis_model::Given;
    use iis_model::testing::person;

    #[test]
    fn fires_only_when_death_is_certainly_earlier() {
        let today = iis_model::Date::constant(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            // born         died          fires
            ("2020-01-15", "2020-01-14", true),
            ("2020-01-15", "2020-01-15", false),
            ("2020-01-15", "2020-01",    false),
            ("2020-01-15", "2019",       true),
        ];
        for (born, died, fires) in table {
            let mut person = person().born(born);
            person.died_on = Given::of(died.parse().expect("a date of the table"));
            assert_eq!(check(&on(today, &person)).is_some(), fires, "{born} {died}");
        }
    }
}
