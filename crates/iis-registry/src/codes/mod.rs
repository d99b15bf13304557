//! The code sets: those in force, and their releases side by side.

mod in_force;
mod releases;

pub use in_force::CodesInForce;
pub use releases::{
    CodesFailure, Import, ImportOutcome, Listed, activate, follow, follow_blocking, import, releases,
};
