//! `birth-date-in-future`: the person is born after the day of receipt.
//!
//! **What it sees.** PID-7 after today's date in the jurisdiction. Where the day or the month is unknown, the first
//! day that it can be counts.
//!
//! **Why it matters.** Without a true birth date nobody can be recognized and nothing can be recommended.
//!
//! **What the sender does.** Correct PID-7 and send the message again.
//!
//! Sources: requirements V-3; HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, PID-7.

use crate::{Check, Gravity, On, Rule, Run};
use iis_model::{ApplicationError, Place};

/// The rule.
pub const RULE: Rule = Rule {
    name: "birth-date-in-future",
    checks: &[Check {
        code: "PAT-001",
        name: "birth-date-in-future",
        location: "PID-7",
        gravity: Gravity::MessageRefused,
        application_error: ApplicationError::IllogicalDate,
        text: "The birth date is in the future, so the message was not stored. Correct PID-7 and send it again.",
        on_form: "The birth date is in the future, so nothing is stored. Correct the birth date.",
    }],
    run: Run::OnPerson(check),
};

fn check(on: &On<'_>) -> Option<Place> {
    let born = on.person.born_on.get()?;
    (born.first_day() > on.today).then_some(on.person.born_on.place)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::testing::on;
    use iis_model::testing::person;

    #[test]
    fn fires_from_tomorrow_on() {
        let today = iis_model::Date::constant(2026, 3, 2);
        #[rustfmt::skip]
        let table = [("2026-03-03", true), ("2026-03-02", false), ("2026-03", false), ("2026-04", true)];
        for (born, fires) in table {
            assert_eq!(check(&on(today, &person().born(born))).is_some(), fires, "{born}");
        }
    }
}
