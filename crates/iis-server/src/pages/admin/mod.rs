//! Administration: who may do what, and what was done.

pub(super) mod audit;
pub(super) mod roles;
