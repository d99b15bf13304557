//! Stored messages, for those who watch the interfaces: the list, and one message as it came, with what became of it.
//!
//! A message is patient data: each look leaves an audit row, and what is about a protected person is shown to those only
//! who may see that person.

mod annotated;
mod held;
pub(crate) mod kept;
mod list;
mod one;

pub use annotated::{Annotated, FieldView, Piece, SegmentView};
pub use held::is_held;
pub use kept::KeptFinding;
pub use list::{Listed, Wanted, list};
pub use one::{Became, Content, Opened, SaidOf, Told, open};
