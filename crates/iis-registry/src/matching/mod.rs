//! Whose record is this: candidates from the store, weighed by the matching room.
//!
//! [`index`] keeps what a person is found by, [`search`] finds and reads candidates, [`model`] is what they are weighed
//! with, [`population`] counts what the weights need to know of all records, [`queue`] says what is looked at
//! first, and [`sweep`] looks at everybody again.

pub(crate) mod index;
pub(crate) mod model;
pub mod population;
pub(crate) mod queue;
pub(crate) mod search;
pub mod sweep;

pub use model::{Matching, Model};
