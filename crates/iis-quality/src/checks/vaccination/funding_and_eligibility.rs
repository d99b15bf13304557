//! `funding-and-eligibility`: the funding source does not go with the patient's eligibility.
//!
//! **What it sees.** Private stock (PHC70) for a patient who is eligible for publicly funded vaccine, or publicly
//! funded stock for one who is not; and eligibility for the Vaccines for Children program from the 19th birthday
//! on.
//!
//! **Why it matters.** Public vaccine is given to those who may not have it, or private vaccine is replaced at
//! public cost.
//!
//! **What the sender does.** Correct the eligibility (64994-7) or the funding source (30963-3).
//!
//! Sources: PROFILE section 7 (eligibility); the pairs of the public code base (data/codes).

use crate::age::months;
use crate::{Check, Dose, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::Field;

/// The rule.
pub const RULE: Rule = Rule {
    name: "funding-and-eligibility",
    checks: &[
        Check {
            code: "VAC-596",
            name: "funding-not-of-eligibility",
            location: "OBX-5",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalValue,
            text: "The funding source (30963-3) does not go with the eligibility (64994-7). Correct whichever is wrong.",
            on_form: "The funding source does not go with the eligibility. Correct whichever is wrong.",
        },
        Check {
            code: "VAC-804",
            name: "eligible-child-of-19",
            location: "OBX-5",
            gravity: Gravity::Warning,
            application_error: ApplicationError::IllogicalValue,
            text: "The eligibility (64994-7) is for children, and the patient is 19 or older. Correct it.",
            on_form: "The eligibility is for children, and the patient is 19 or older. Correct it.",
        },
    ],
    run: Run::OnDose(run),
};

/// Eligible for the Vaccines for Children program.
const CHILDREN: &[&str] = &["V02", "V03", "V04", "V05"];
const NOT_ELIGIBLE: &str = "V01";
const PRIVATE: &str = "PHC70";
const PUBLIC: &[&str] = &["VXC50", "VXC51", "VXC52"];

fn run(dose: &Dose<'_>, on: &On<'_>, found: &mut Found<'_>) {
    if !dose.is_given() {
        return;
    }
    let (eligibility, funding) = (dose.first(Field::Eligibility), dose.first(Field::FundingSource));
    let is = |codes: &[&str], text: &str| codes.iter().any(|code| text.eq_ignore_ascii_case(code));
    let is_child = is(CHILDREN, &eligibility.text);
    let wrong = (is_child && is(&[PRIVATE], &funding.text))
        || (is(&[NOT_ELIGIBLE], &eligibility.text) && is(PUBLIC, &funding.text));
    found.at_if(wrong, 0, funding.place);
    let born = on.person.born_on.get().and_then(iis_model::PartialDate::full);
    let age = born.zip(dose.day()).and_then(|(born, day)| months(born, day));
    found.at_if(is_child && age.is_some_and(|months| months >= 19 * 12), 1, eligibility.place);
}
