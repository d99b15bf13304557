//! `source-doubtful`: the dose is said to be given, and looks like history; or the reverse.
//!
//! **What it sees.** RXA-9 of 00 on a dose more than 30 days before the message that has neither lot, manufacturer,
//! route, site nor provider; or RXA-9 of 01 to 08 on a dose of the last seven days that has a lot and a site.
//!
//! **Why it matters.** Doses given by others are counted for this clinic, or its own are not.
//!
//! **What the sender does.** Send 00 for doses that you gave, 01 to 08 for the others.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, RXA-9; requirements X-7.

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::EventKind;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "source-doubtful",
    checks: &[
        Check {
            code: "VAC-327",
            name: "given-looks-historical",
            location: "RXA-9",
            gravity: Gravity::Information,
            application_error: ApplicationError::IllogicalValue,
            text: "The dose is said to be given by you (RXA-9), and looks like history. Check RXA-9.",
            on_form: "The dose is said to be given by you, and looks like history. Check the source.",
        },
        Check {
            code: "VAC-329",
            name: "historical-looks-given",
            location: "RXA-9",
            gravity: Gravity::Information,
            application_error: ApplicationError::IllogicalValue,
            text: "The dose is said to be history (RXA-9), and looks as if you gave it. Check RXA-9.",
            on_form: "The dose is said to be history, and looks as if you gave it. Check the source.",
        },
    ],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, on: &On<'_>, found: &mut Found<'_>) {
    let Some(given) = dose.day() else { return };
    let days = on.today.since(given).map_or(0, |span| span.get_days());
    let has = |field| !dose.first(field).is_empty();
    let source = dose.place(Field::InformationSource);
    let details = [Field::Lot, Field::Manufacturer, Field::Route, Field::BodySite, Field::FacilityName];
    found.at_if(dose.is_given() && days > 30 && !details.into_iter().any(has), 0, source);
    let is_history = dose.kind == EventKind::Historical && has(Field::InformationSource);
    found.at_if(is_history && days <= 7 && has(Field::Lot) && has(Field::BodySite), 1, source);
}
