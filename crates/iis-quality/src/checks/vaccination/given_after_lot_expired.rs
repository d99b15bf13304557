//! `given-after-lot-expired`: a dose is dated later than its lot's expiration.
//!
//! **What it sees.** RXA-3 (date given) after RXA-16 (lot expiration) on a dose the sender gave itself. Reported
//! history is skipped: its lot data is second-hand. A month without a day means its last day.
//!
//! **Why it matters.** The dose may have to be repeated, and the count of that lot is wrong somewhere.
//!
//! **What the sender does.** Correct RXA-16, or let it stand and tell the clinic.
//!
//! Sources: requirements V-3; HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, RXA-3 and RXA-16.

use crate::{Check, Gravity, On, Rule, Run};
use iis_model::{ApplicationError, Place, ReportedEvent};

/// The rule.
pub const RULE: Rule = Rule {
    name: "given-after-lot-expired",
    checks: &[Check {
        code: "VAC-014",
        name: "given-after-lot-expired",
        location: "RXA-16",
        gravity: Gravity::Warning,
        application_error: ApplicationError::IllogicalDate,
        text: "The dose is dated after its lot expired. Correct RXA-16, or tell the clinic.",
        on_form: "The dose is dated after its lot expired. Correct the lot’s expiration date, or tell the clinic.",
    }],
    run: Run::OnVaccination(check),
};

/// `expires_on` is the last day the lot may be used, so only a later day fires.
fn check(dose: &ReportedEvent, _: &On<'_>) -> Option<Place> {
    let (given, expires) = (dose.given_on.get()?, dose.lot.expires_on.get()?);
    (dose.is_administered() && given.first_day() > expires.last_day()).then_some(dose.lot.expires_on.place)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::testing::on;
    use iis_model::InformationSource::{Historical, NewImmunization};
    use iis_model::testing::{dose, person};

    #[test]
    fn fires_only_after_the_last_usable_day() {
        let person = person();
        let on = on(iis_model::Date::constant(2026, 3, 2), &person);
        #[rustfmt::skip]
        let table = [
            // source         given         lot expires          fires
            (NewImmunization, "2026-03-01", Some("2026-02-28"), true),
            (NewImmunization, "2026-02-28", Some("2026-02-28"), false),
            (NewImmunization, "2026-02-28", Some("2026-02"),    false),
            (NewImmunization, "2026-03-01", Some("2026-02"),    true),
            (NewImmunization, "2026-03-01", None,               false),
            (Historical,      "2026-03-01", Some("2026-02-28"), false),
        ];
        for (source, given, expires, fires) in table {
            let dose = dose(source).given(given).lot_expires(expires);
            assert_eq!(check(&dose, &on).is_some(), fires, "{source:?} {given}");
        }
    }
}
