//! `route-of-vaccine`: the vaccine is not given by this route, or at this site.
//!
//! **What it sees.** RXR-1 that is no route of the vaccine's packages; RXR-2 that does not fit the route by which
//! it is given (a vaccine for the nose in an arm).
//!
//! **Why it matters.** The dose may have to be repeated, or the wrong vaccine was noted.
//!
//! **What the sender does.** Correct RXR-1, RXR-2 or RXA-5; let it stand if it was given so.
//!
//! Sources: CDC's NDC unit of sale: route of each package; table 0163.

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_codes::{Relation, Set};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "route-of-vaccine",
    checks: &[
        Check {
            code: "VAC-276",
            name: "route-not-of-vaccine",
            location: "RXR-1",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalValue,
            text: "The vaccine is not given by this route (RXR-1). Correct RXR-1 or RXA-5.",
            on_form: "The vaccine is not given by this route. Correct the route or the vaccine.",
        },
        Check {
            code: "VAC-282",
            name: "site-not-of-vaccine",
            location: "RXR-2",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalValue,
            text: "The vaccine is not given at this site (RXR-2). Correct RXR-2 or RXA-5.",
            on_form: "The vaccine is not given at this site. Correct the body site or the vaccine.",
        },
    ],
    run: Run::OnDose(run),
};

const NEEDLE: &[&str] = &["C28161", "C38299", "C38238", "C38676"];
const NOSE: &[&str] = &["LN", "RN", "BN"];
const MOUTH: &[&str] = &["MO"];

fn run(dose: &Dose<'_>, on: &On<'_>, found: &mut Found<'_>) {
    let Some(vaccine) = dose.vaccine.filter(|_| dose.is_given()) else { return };
    let has = |code: &str| {
        on.sets.linked(vaccine, Relation::CvxRoute).any(|route| route.code.eq_ignore_ascii_case(code))
    };
    if on.sets.linked(vaccine, Relation::CvxRoute).next().is_none() {
        return;
    }
    let route = dose.first(Field::Route);
    let is_route = |text: &str| on.sets.find(Set::Route, text).is_some() && !text.eq_ignore_ascii_case("OTH");
    found.at_if(is_route(&route.text) && !has(&route.text), 0, route.place);
    let site = dose.first(Field::BodySite);
    let is_at = |sites: &[&str]| sites.iter().any(|code| site.text.eq_ignore_ascii_case(code));
    let is_known = on.sets.find(Set::BodySite, &site.text).is_some();
    let fits = if is_at(NOSE) {
        has("C38284")
    } else if is_at(MOUTH) {
        has("C38288")
    } else {
        NEEDLE.iter().any(|code| has(code))
    };
    found.at_if(is_known && !fits, 1, site.place);
}
