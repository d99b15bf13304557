//! Checks on the person.

pub mod birth_date_in_future;
pub mod death_before_birth;
