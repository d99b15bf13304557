//! MSA, message acknowledgment.

use crate::er7::{Segment, Writer};
use iis_model::{Effect, Findings, Severity};

/// The acknowledgment code (HL7 table 0008).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledgment {
    /// Processed; nothing was lost.
    Accepted,
    /// Processed as far as possible: something was lost or is doubtful, up to the whole message.
    Error,
    /// Refused for a reason outside content.
    Rejected,
}

impl Acknowledgment {
    /// The code that follows from findings: AR when the message was rejected, AE with any warning or error, else AA.
    pub fn of(findings: &Findings) -> Self {
        if findings.effect() == Effect::MessageRejected {
            Self::Rejected
        } else if findings.severity() >= Some(Severity::Warning) {
            Self::Error
        } else {
            Self::Accepted
        }
    }

    /// The code of the table.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "AA",
            Self::Error => "AE",
            Self::Rejected => "AR",
        }
    }
}

/// The longest control id that comes back, in bytes: far more than the 199 characters that a message may have.
const LONGEST_CONTROL_ID: usize = 1_000;

/// Writes the segment for a request.
pub fn write(out: &mut Writer, code: Acknowledgment, request: Option<Segment<'_>>) {
    out.segment("MSA").field(1).text(code.code()).field(2);
    if let Some(request) = request {
        let id = request.field(10);
        if id.raw().len() <= LONGEST_CONTROL_ID {
            out.copy(id);
        } else {
            out.text(&id.text().chars().take(LONGEST_CONTROL_ID / 5).collect::<String>());
        }
    }
}
