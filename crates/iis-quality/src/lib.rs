//! Data-quality checks: one file a check, one list of them all.
//!
//! A check is a constant row and a function. Its heading is the page a sender reads about it. Codes are never reused.

pub mod checks;
mod run;

pub use run::{Check, Gravity, On, Run, check};
