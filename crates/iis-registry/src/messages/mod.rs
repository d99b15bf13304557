//! Stored messages, for those who watch the interfaces: the list, and one message as it came, with what became of it.
//!
//! A message is patient data: each look leaves an audit row, and what is about a protected person is shown to those only
//! who may see that person.

mod annotated;
mod held;
pub(crate) mod kept;
mod list;
mod one;
pub mod replays;

pub use annotated::{Annotated, FieldView, Piece, SegmentView};
pub use held::is_held;
pub use kept::KeptFinding;
pub use list::{Listed, Wanted, list};
pub use one::{Became, Content, Opened, SaidOf, Times, Told, open};

use iis_model::{MessageId, Timestamp};

/// What is known of a message from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Row key.
    pub id: MessageId,
    /// When it came.
    pub received_at: Timestamp,
    /// The sender's name.
    pub sender: Box<str>,
    /// The facility it named (MSH-4).
    pub facility: Box<str>,
    /// Its control id (MSH-10).
    pub control_id: Box<str>,
    /// VXU, QBP, …; empty: it did not pass the gate.
    pub kind: Box<str>,
    /// The transport.
    pub channel: Box<str>,
    /// AA, AE or AR.
    pub ack: Box<str>,
}
