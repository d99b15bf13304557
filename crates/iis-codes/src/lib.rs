//! Code sets: which codes there are, what became of each, and when it is used.
//!
//! [`Facts`] are the rows as published, read from the project's own tables (`data/codes/`), from the database, or from
//! CDC's files ([`cdc`]). [`CodeSets`] is the same compiled for looking up: no allocation, no I/O, no clock. What a newer
//! release changes is told by [`Changes`].

pub mod cdc;
mod changes;
mod code;
mod code_sets;
mod facts;
mod set;
mod tables;

pub use changes::{Change, Changes};
pub use code::{Ages, Code, Fit, Kind, Standing, Window};
pub use code_sets::CodeSets;
pub use facts::{Facts, Row};
pub use set::{Relation, Set};
pub use tables::{NotATable, built_in, read, write};

/// The release that ships with the program: the day of CDC's copy.
pub const BUILT_IN: &str = "2025-12-09";
