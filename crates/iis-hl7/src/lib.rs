//! HL7 v2.5.1 text to messages to the model and back.

pub mod er7;
pub mod findings;

pub use er7::{Delimiters, Index, Limits, Message, Part, Segment, parse, parse_with};
