//! Who reports what of a life, when, and how badly.
//!
//! A [`Source`] is one organization's record of one person: its number, its way of writing, its mistakes. A
//! [`Report`] is one message to be: small, sortable, and enough to write the message again at any time. A [`Feed`]
//! is all reports of a population in the order in which they are sent.

mod content;
mod demographics;
mod event;
mod feed;
mod household;
mod message;
mod mistake;
mod plan;
mod question;
mod records;
mod source;

pub use content::{Content, Report};
pub use feed::{Feed, Message};
pub use household::{Household, Member};
pub use mistake::Mistake;
pub use question::{Asked, Question};
pub use records::{Record, Recorded, recorded};
pub use source::Source;
pub(crate) use source::Style;

pub(crate) use demographics::{Subject, demographics};
pub(crate) use event::{administered_at, historical, observed};
