//! The table of an antigen.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::{Lines, write, write_dose};
