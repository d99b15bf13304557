//! Whose record is this, and which vaccination event is this.
//!
//! Everything here is a pure function of the set of reports: the order in which they came does not matter, and asking
//! twice gives the same answer.

pub mod consolidate;
pub mod evaluate;
pub mod patient;
pub mod vaccination;

pub use patient::decide::{Candidate, Decision, LinkKind, Possible, Reported, decide};
pub use patient::weights::Weights;
