//! `given-in-future`: a dose, refusal or observation is dated after the day of receipt.
//!
//! **What it sees.** RXA-3 after today's date in the jurisdiction.
//!
//! **Why it matters.** It has not happened; to count it would hide a dose that is still due.
//!
//! **What the sender does.** Correct RXA-3 and send the dose again.
//!
//! Sources: requirements V-3; HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, RXA-3.

use crate::{Check, Gravity, On, Run};
use iis_model::{ApplicationError, Place, ReportedEvent};

/// The check.
pub const CHECK: Check = Check {
    code: "VAC-001",
    name: "given-in-future",
    location: "RXA-3",
    gravity: Gravity::EventNotStored,
    application_error: ApplicationError::IllogicalDate,
    run: Run::OnVaccination(check),
};

fn check(event: &ReportedEvent, on: &On<'_>) -> Option<(Place, &'static str)> {
    let given = event.given_on.get()?;
    let text =
        "The date is in the future, so this order group was not stored. Correct RXA-3 and send it again.";
    (given.first_day() > on.today).then_some((event.given_on.place, text))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::On;
    use iis_model::InformationSource::Historical;
    use iis_model::testing::{dose, person};

    #[test]
    fn fires_from_tomorrow_on() {
        let on = On { today: iis_model::Date::constant(2026, 3, 2), person: &person() };
        #[rustfmt::skip]
        let table = [("2026-03-03", true), ("2026-03-02", false), ("2026-03", false), ("2027", true)];
        for (given, fires) in table {
            assert_eq!(check(&dose(Historical).given(given), &on).is_some(), fires, "{given}");
        }
    }
}
