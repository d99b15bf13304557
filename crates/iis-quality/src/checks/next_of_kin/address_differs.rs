//! `address-differs`: a contact lives elsewhere than the patient.
//!
//! **What it sees.** NK1-4 whose street differs from that of PID-11.
//!
//! **Why it matters.** It says nothing alone; it tells whether a sender keeps addresses of families together.
//!
//! **What the sender does.** Nothing.
//!
//! Sources: requirements X-7.

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "address-differs",
    checks: &[Check {
        code: "NOK-056",
        name: "kin-address-differs",
        location: "NK1-4",
        gravity: Gravity::Silent,
        application_error: ApplicationError::InvalidValue,
        text: "The contact's address is another one than the patient's.",
        on_form: "",
    }],
    run: Run::OnNextOfKin(run),
};

fn run(kin: &dyn Record, on: &On<'_>, found: &mut Found<'_>) {
    let written = kin.first(Field::KinStreet);
    let Some(address) = on.person.addresses.first().and_then(|given| given.get()) else { return };
    let differs = !written.is_empty()
        && !address.street.is_empty()
        && !written.text.eq_ignore_ascii_case(&address.street);
    found.at_if(differs, 0, kin.first(Field::KinAddress).place);
}
