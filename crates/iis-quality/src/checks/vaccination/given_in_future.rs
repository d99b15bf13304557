//! `given-in-future`: a dose, refusal or observation is dated after the day of receipt.
//!
//! **What it sees.** RXA-3 after today's date in the jurisdiction.
//!
//! **Why it matters.** It has not happened; to count it would hide a dose that is still due.
//!
//! **What the sender does.** Correct RXA-3 and send the dose again.
//!
//! Sources: requirements V-3; HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, RXA-3.

use crate::{Check, Gravity, On, Rule, Run};
use iis_model::{ApplicationError, Place, ReportedEvent};

/// The rule.
pub const RULE: Rule = Rule {
    name: "given-in-future",
    checks: &[Check {
        code: "VAC-001",
        name: "given-in-future",
        location: "RXA-3",
        gravity: Gravity::EventNotStored,
        application_error: ApplicationError::IllogicalDate,
        text: "The date is in the future, so this order group was not stored. Correct RXA-3 and send it again.",
        on_form: "The date is in the future, so the dose is not stored. Correct the date.",
    }],
    run: Run::OnVaccination(check),
};

fn check(event: &ReportedEvent, on: &On<'_>) -> Option<Place> {
    let given = event.given_on.get()?;
    (given.first_day() > on.today).then_some(event.given_on.place)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::testing::on;
    use iis_model::InformationSource::Historical;
    use iis_model::testing::{dose, person};

    #[test]
    fn fires_from_tomorrow_on() {
        let person = person();
        let on = on(iis_model::Date::constant(2026, 3, 2), &person);
        #[rustfmt::skip]
        let table = [("2026-03-03", true), ("2026-03-02", false), ("2026-03", false), ("2027", true)];
        for (given, fires) in table {
            assert_eq!(check(&dose(Historical).given(given), &on).is_some(), fires, "{given}");
        }
    }
}
