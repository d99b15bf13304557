//! Vaccination events: which reports are about the same giving of a vaccine.

mod current;
mod group;

pub use current::{Report, current};
pub use group::{EventGroup, consolidate};
