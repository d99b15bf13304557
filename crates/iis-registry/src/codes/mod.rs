//! The code sets in force: swapped while requests run, each of which keeps those it began with.

mod in_force;

pub use in_force::CodesInForce;
