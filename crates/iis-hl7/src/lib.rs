//! HL7 v2.5.1 text to messages to the model and back.
//!
//! A message goes through five steps, none of which can fail or panic on any bytes:
//!
//! 1. [`parse`] turns bytes into a [`Message`]: decoded text with an index of segments and fields, and findings about the
//!    text itself. Fields, repetitions, components and sub-components are [`Part`]s, found when asked for.
//! 2. [`gate`] says whether it is looked at at all, and as what. What it refuses is answered AR by [`z23::reply`], or by
//!    [`answer_unreadable`] when there is no MSH.
//! 3. Where that is agreed with the sender, [`translation`] puts standard codes in the place of its own. [`z22::read`] makes a submission of a VXU, [`query::read`] a query of a QBP. Findings say what could not be used,
//!    where exactly, what it cost, and how to mend it.
//! 4. [`rules`] holds the message against the published profile; the readers of step 3 call it, so that each fault is told
//!    once.
//! 5. [`z23::reply`] acknowledges a VXU; [`z31`], [`z32`], [`z33`] and [`z42`] answer a query, [`answer`] chooses among them.
//!
//! [`z22::write`] and [`query::write`] make requests. [`er7::batch`] cuts batch files of any size into messages.
//!
//! Rules that hold throughout: replies always have the standard delimiters and end segments with CR; whatever a sender put
//! into a value is escaped, so that an injected segment never becomes one; findings never repeat a value.
//!
//! ```
//! let bytes = b"MSH|^~\\&|EHR|CLINIC7|IIS|STATE\rPID|1||A17^^^CLINIC7^MR~99^^^OPENIIS^SR||O\\T\\DOE^ANA";
//! let (message, findings) = iis_hl7::parse(bytes);
//! assert!(findings.0.is_empty());
//! let patient = message.segment("PID").expect("a PID segment");
//! assert_eq!(patient.field(3).repetition(2).component(4).raw(), "OPENIIS");
//! assert_eq!(patient.field(5).component(1).text(), "O&DOE");
//! assert_eq!(patient.field(5).component(1).place().to_string(), "PID-5.1");
//! ```

mod as_sent;
mod bounds;
pub mod datatypes;
pub mod er7;
pub mod findings;
mod header;
pub mod profiles;
pub mod rules;
pub mod segments;
pub mod translation;

pub use er7::{
    Delimiters, Index, Limits, Message, Part, Segment, mask_social_security_numbers, parse, parse_with,
};
pub use header::{ReplyHeader, WriteHeader};
pub use profiles::answer::{Asker, answer};
pub use profiles::gate::{GateRules, Request, gate};
pub use profiles::z22::ReadOptions;
pub use profiles::z23::answer_unreadable;
pub use profiles::{query, z22, z23, z31, z32, z33, z42};
pub use rules::in_message_order;
