//! Vaccination events: which reports are about the same giving of a vaccine.

mod current;
mod group;
mod nearness;
mod pair;
mod vaccines;

pub use current::{Report, current};
pub use group::{EventGroup, consolidate};
pub use pair::{Together, together};
pub use vaccines::Vaccines;
