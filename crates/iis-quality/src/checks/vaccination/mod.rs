//! Checks on doses, refusals and observations.

pub mod given_after_death;
pub mod given_after_lot_expired;
pub mod given_before_birth;
pub mod given_in_future;
