//! Vaccination events: which reports are about the same giving of a vaccine.

mod current;
mod group;
mod nearness;
mod vaccines;

pub use current::{Report, current};
pub use group::{EventGroup, SAME_LOT_DAYS, consolidate};
pub use vaccines::Vaccines;
