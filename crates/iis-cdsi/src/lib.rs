//! Evaluation and forecasting by the CDSi Logic Specification.
//!
//! The folders follow the chapters of the Logic Specification 4.6: [`gather`],
//! `relevant_series`, `evaluate`, `forecast`, `select`, `vaccine_group`; `process` runs them
//! in the order of its chapter 4, and [`dates`] counts as its section 3.4 says. The schedule
//! itself is data: [`supporting`] reads what CDC publishes, [`tables`] what the project
//! keeps, and [`Schedule::compile`] makes either ready.

pub mod answer;
pub mod codes;
mod compiled;
pub mod dates;
pub mod diff;
mod evaluate;
pub mod explain;
mod forbidden;
mod forecast;
pub mod gather;
mod names;
pub mod overlay;
pub mod plan;
mod process;
mod product_age;
mod relevant_series;
pub mod season;
mod select;
pub mod status;
pub mod supporting;
pub mod tables;
mod trail;
mod vaccine_group;
pub mod verify;
pub mod version;

pub use answer::Answer;
pub use compiled::{CompileFailure, Schedule};
pub use gather::History;
pub use process::Scratch;
