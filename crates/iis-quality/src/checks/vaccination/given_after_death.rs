//! `given-after-death`: a dose is dated after the person's death.
//!
//! **What it sees.** RXA-3 after PID-29 on a dose, where both are known well enough to say so.
//!
//! **Why it matters.** Either the death or the dose belongs to somebody else.
//!
//! **What the sender does.** Correct RXA-3 or PID-29.
//!
//! Source: requirements V-3.

use crate::{Check, Gravity, On, Rule, Run};
use iis_model::{ApplicationError, Place, ReportedEvent};

/// The rule.
pub const RULE: Rule = Rule {
    name: "given-after-death",
    checks: &[Check {
        code: "VAC-003",
        name: "given-after-death",
        location: "RXA-3",
        gravity: Gravity::Warning,
        application_error: ApplicationError::IllogicalDate,
        text: "The dose is dated after the death. Correct RXA-3 or PID-29.",
        on_form: "The dose is dated after the death. Correct the date or the date of death.",
    }],
    run: Run::OnVaccination(check),
};

fn check(event: &ReportedEvent, on: &On<'_>) -> Option<Place> {
    let (given, died) = (event.given_on.get()?, on.person.died_on.get()?);
    (event.kind.is_dose() && given.first_day() > died.last_day()).then_some(event.given_on.place)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::testing::on;
    use iis_model::Given;
    use iis_model::InformationSource::Historical;
    use iis_model::testing::{dose, person};

    #[test]
    fn fires_only_after_the_last_day_of_life() {
        #[rustfmt::skip]
        let table = [
            // died         given         fires
            ("2026-02-28", "2026-03-01", true),
            ("2026-02-28", "2026-02-28", false),
            ("2026-02",    "2026-02-28", false),
            ("2026-02",    "2026-03-01", true),
        ];
        for (died, given, fires) in table {
            let mut person = person();
            person.died_on = Given::of(died.parse().expect("a date of the table"));
            let on = on(iis_model::Date::constant(2026, 3, 2), &person);
            assert_eq!(check(&dose(Historical).given(given), &on).is_some(), fires, "{died} {given}");
        }
    }
}
