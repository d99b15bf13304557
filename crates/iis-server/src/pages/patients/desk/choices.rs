//! What forms about doses offer to choose from.

use crate::pages::choice::Choice;

/// The rows to choose from, behind nothing if that has a name.
pub(super) fn choices(rows: &[(&str, &str)], chosen: &str, none: &str) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        is_chosen: value == chosen,
    };
    let nothing = (!none.is_empty()).then_some(("", none));
    nothing.into_iter().chain(rows.iter().copied()).map(choice).collect()
}

/// Eligibilities to choose from (HL70064), in the order in which clinics meet them.
pub(in crate::pages::patients) const ELIGIBILITIES: &[(&str, &str)] = &[
    ("V02", "V02 VFC: Medicaid or managed care"),
    ("V01", "V01 Not VFC eligible"),
    ("V03", "V03 VFC: uninsured"),
    ("V05", "V05 VFC: underinsured"),
    ("V04", "V04 VFC: American Indian or Alaska Native"),
    ("V22", "V22 Children’s Health Insurance Program (CHIP)"),
    ("V23", "V23 Section 317 program"),
    ("V24", "V24 Medicare"),
];

/// Routes to choose from (NCIT).
pub(in crate::pages::patients) const ROUTES: &[(&str, &str)] = &[
    ("C28161", "intramuscular"),
    ("C38299", "subcutaneous"),
    ("C38288", "oral"),
    ("C38284", "nasal"),
    ("C38238", "intradermal"),
];

/// Body sites to choose from (HL70163).
pub(in crate::pages::patients) const SITES: &[(&str, &str)] =
    &[("LA", "left arm"), ("RA", "right arm"), ("LT", "left thigh"), ("RT", "right thigh")];
