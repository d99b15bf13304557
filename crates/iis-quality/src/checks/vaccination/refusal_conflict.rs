//! `refusal-conflict`: a reason of refusal on something that was not refused.
//!
//! **What it sees.** RXA-18 valued while RXA-20 is not RE.
//!
//! **Why it matters.** A dose is counted that was refused, or the reverse.
//!
//! **What the sender does.** Correct RXA-18 or RXA-20.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, RXA-18 and RXA-20 (rule IZ-32).

use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::EventKind;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "refusal-conflict",
    checks: &[Check {
        code: "VAC-359",
        name: "refusal-reason-without-refusal",
        location: "RXA-18",
        gravity: Gravity::Silent,
        application_error: ApplicationError::IllogicalValue,
        text: "A reason of refusal (RXA-18) is given for a vaccine that RXA-20 does not call refused. Correct whichever is wrong.",
        on_form: "A reason of refusal is given for a vaccine that the completion does not call refused. Correct whichever is wrong.",
    }],
    run: Run::OnDose(run),
};

fn run(dose: &Dose<'_>, _: &On<'_>, found: &mut Found<'_>) {
    let reason = dose.first(Field::RefusalReason);
    found.at_if(!reason.is_empty() && dose.kind != EventKind::Refusal, 0, reason.place);
}
