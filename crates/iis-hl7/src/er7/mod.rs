//! The text of HL7 messages (ER7): delimiters, span index, escapes, encodings, batch envelope, writer.
//!
//! Nothing here knows what a segment means.

pub mod batch;
mod decode;
mod delimiters;
pub mod escape;
mod index;
mod masking;
mod message;
mod part;
pub(crate) mod search;
mod segment;
pub mod time;
mod writer;

pub use delimiters::Delimiters;
pub use index::Index;
pub use masking::mask_social_security_numbers;
pub use message::{Limits, Message, parse, parse_with};
pub use part::{MOST_REPETITIONS, Part};
pub(crate) use segment::Only;
pub use segment::Segment;
pub use writer::Writer;
