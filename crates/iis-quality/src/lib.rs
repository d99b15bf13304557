//! Data-quality checks: tables of fields, and one file for each rule that joins several.
//!
//! A check is a constant row: a stable code, a place, a gravity, and the words that a sender reads. Checks on single
//! fields stand in the [`catalogue`]; a rule is a file under [`checks`], whose heading is its page. The checks see what was
//! understood ([`iis_model::Submission`]) and what was sent ([`iis_model::sent::Sent`]), never a message.

mod age;
pub mod catalogue;
mod check;
pub mod checks;
pub mod detection;
mod dose;
mod forms;
mod lookup;
pub mod measures;
mod on_form;
mod plan;
mod policy;
mod run;
#[cfg(test)]
mod testing;

pub use check::{Check, Found, On, Rule, Run};
pub use detection::{Condition, Entry, Gravity, When};
pub use dose::Dose;
pub use lookup::find as find_code;
pub use on_form::on_form;
pub use policy::{NotAPolicy, Policy, all};
pub use run::{Noticed, Terms, check, run};
