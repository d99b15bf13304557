//! Whose record is this: candidates from the store, weighed by the matching room.
//!
//! [`index`] keeps what a person is found by, [`search`] finds and reads candidates, [`model`] is what they are weighed
//! with, [`population`] counts what the weights need to know of all records, [`queue`] says what is looked at
//! first, [`sweep`] looks at everybody again, [`releases`] holds
//! sets of weights side by side, and [`at_scale`] measures.

pub mod at_scale;
pub(crate) mod index;
pub(crate) mod model;
pub mod population;
pub(crate) mod queue;
pub mod releases;
pub(crate) mod search;
pub mod sweep;

pub use index::Number;
pub use model::{Matching, Model};
