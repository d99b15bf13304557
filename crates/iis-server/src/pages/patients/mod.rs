//! Patients: found, and shown with who said what.

pub(super) mod activity;
pub(super) mod demographics;
pub(super) mod desk;
pub(super) mod disclosures;
pub(super) mod doses;
pub(super) mod emergency;
pub(super) mod finding;
mod grid;
pub(super) mod history;
mod notes;
pub(super) mod opting_out;
pub(super) mod parts;
pub(super) mod printing;
pub(super) mod purpose;
mod reasons;
pub(super) mod recommendation;
pub(super) mod record;
pub(super) mod reports;
pub(super) mod results;
pub(super) mod showing;
pub(super) mod strip;
pub(super) mod values;
