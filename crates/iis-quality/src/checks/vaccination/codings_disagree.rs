//! `codings-disagree`: two codes of one dose mean different vaccines.
//!
//! **What it sees.** CVX and CPT, or CVX and NDC, in RXA-5 that do not belong together.
//!
//! **Why it matters.** One of them is wrong, and nobody can tell which.
//!
//! **What the sender does.** Send the codes of the product that was given.
//!
//! Sources: CDC's code sets: CPT by CVX, NDC with their CVX; decisions, RXA-5.

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_codes::{Code, Relation};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "codings-disagree",
    checks: &[
        Check {
            code: "VAC-310",
            name: "cvx-and-cpt-disagree",
            location: "RXA-5",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalValue,
            text: "The CVX and the CPT code (RXA-5) mean different vaccines. Correct whichever is wrong.",
            on_form: "The CVX and the CPT code mean different vaccines. Correct whichever is wrong.",
        },
        Check {
            code: "VAC-803",
            name: "cvx-and-ndc-disagree",
            location: "RXA-5",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalValue,
            text: "The CVX and the NDC code (RXA-5) mean different vaccines. Correct whichever is wrong.",
            on_form: "The CVX and the NDC code mean different vaccines. Correct whichever is wrong.",
        },
    ],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, on: &On<'_>, found: &mut Found<'_>) {
    let Some(cvx) = dose.cvx else { return };
    let disagrees = |code: Option<&Code>, relations: &[Relation]| {
        let code = code?;
        let vaccines = || relations.iter().flat_map(|relation| on.sets.linked(code, *relation));
        Some(vaccines().next().is_some() && !vaccines().any(|vaccine| vaccine.code == cvx.code))
    };
    found.at_if(disagrees(dose.procedure, &[Relation::CptCvx]) == Some(true), 0, dose.place(Field::Cpt));
    let package = [Relation::UseCvx, Relation::SaleCvx];
    found.at_if(disagrees(dose.package, &package) == Some(true), 1, dose.place(Field::Ndc));
}
