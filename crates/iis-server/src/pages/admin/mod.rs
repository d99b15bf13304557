//! Administration: who may do what, what was done, and what was opened in an emergency.

pub(super) mod audit;
pub(super) mod emergencies;
pub(super) mod roles;
pub(super) mod sees;
