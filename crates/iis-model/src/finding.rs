//! Findings: something noticed in data, with severity, place and code.
//!
//! A finding is a value beside the result, never an error. Acknowledgment, quality page and FHIR outcome are
//! printings of the same list.

use crate::Place;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How bad it is (HL7 table 0516).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Nothing was lost and nothing is doubtful.
    #[serde(rename = "I")]
    Information,
    /// Stored, but something was lost or is clinically doubtful.
    #[serde(rename = "W")]
    Warning,
    /// The thing named was not stored.
    #[serde(rename = "E")]
    Error,
}

impl Severity {
    /// The code of HL7 table 0516.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Information => "I",
            Self::Warning => "W",
            Self::Error => "E",
        }
    }

    /// The word for people and files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Message error condition codes (HL7 table 0357).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum ErrorCode {
    /// Message accepted.
    Accepted = 0,
    /// Segment sequence error.
    SegmentSequence = 100,
    /// Required field missing.
    RequiredFieldMissing = 101,
    /// Data type error.
    DataType = 102,
    /// Table value not found.
    TableValueNotFound = 103,
    /// Unsupported message type.
    UnsupportedMessageType = 200,
    /// Unsupported event code.
    UnsupportedEvent = 201,
    /// Unsupported processing id.
    UnsupportedProcessingId = 202,
    /// Unsupported version id.
    UnsupportedVersion = 203,
    /// Unknown key identifier.
    UnknownKey = 204,
    /// Duplicate key identifier.
    DuplicateKey = 205,
    /// Application record locked.
    RecordLocked = 206,
    /// Application internal error.
    Internal = 207,
    /// Application error: a rule of the registry's.
    Application = 999,
}

impl ErrorCode {
    /// The code's number.
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The text of the table.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Accepted => "Message accepted",
            Self::SegmentSequence => "Segment sequence error",
            Self::RequiredFieldMissing => "Required field missing",
            Self::DataType => "Data type error",
            Self::TableValueNotFound => "Table value not found",
            Self::UnsupportedMessageType => "Unsupported message type",
            Self::UnsupportedEvent => "Unsupported event code",
            Self::UnsupportedProcessingId => "Unsupported processing ID",
            Self::UnsupportedVersion => "Unsupported version ID",
            Self::UnknownKey => "Unknown key identifier",
            Self::DuplicateKey => "Duplicate key identifier",
            Self::RecordLocked => "Application record locked",
            Self::Internal => "Application internal error",
            Self::Application => "Application error",
        }
    }
}

/// Application error codes (HL7 table 0533).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ApplicationError {
    /// Illogical date.
    IllogicalDate = 1,
    /// Not a calendar date.
    InvalidDate = 2,
    /// Two values contradict each other.
    IllogicalValue = 3,
    /// Value not allowed here.
    InvalidValue = 4,
    /// Coded value unknown.
    TableValueNotFound = 5,
    /// A required observation is missing.
    RequiredObservationMissing = 6,
    /// Required data is missing.
    RequiredDataMissing = 7,
    /// Data was ignored.
    DataIgnored = 8,
}

impl ApplicationError {
    /// The code's number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The text of the table.
    pub const fn text(self) -> &'static str {
        match self {
            Self::IllogicalDate => "Illogical Date error",
            Self::InvalidDate => "Invalid Date",
            Self::IllogicalValue => "Illogical Value error",
            Self::InvalidValue => "Invalid value",
            Self::TableValueNotFound => "Table value not found",
            Self::RequiredObservationMissing => "Required observation missing",
            Self::RequiredDataMissing => "Required data missing",
            Self::DataIgnored => "Data was ignored",
        }
    }
}

/// What a finding did to the thing it names, from nothing to the whole message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Nothing.
    Noted,
    /// The value was not stored.
    ValueIgnored,
    /// The segment was not stored.
    SegmentIgnored,
    /// The order group (dose, refusal, observation) was not stored.
    EventNotStored,
    /// Content: nothing of the message was stored (AE).
    MessageRefused,
    /// Not for reasons of content: nothing of the message was looked at (AR).
    MessageRejected,
}

/// Something noticed in data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, never reused (`HL7-012`, `VAC-014`).
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// Where; [`Place::NONE`] when no place applies.
    pub place: Place,
    /// HL7 table 0357.
    pub error_code: ErrorCode,
    /// HL7 table 0533.
    pub application_error: Option<ApplicationError>,
    /// What it did.
    pub effect: Effect,
    /// What was wrong and how to mend it, in plain words, without patient values.
    pub text: Cow<'static, str>,
}

/// The findings of one message, in message order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// Looks at each in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }

    /// The gravest effect.
    pub fn effect(&self) -> Effect {
        self.iter().map(|finding| finding.effect).max().unwrap_or(Effect::Noted)
    }

    /// The gravest severity.
    pub fn severity(&self) -> Option<Severity> {
        self.iter().map(|finding| finding.severity).max()
    }

    /// Whether nothing of the message may be stored.
    pub fn reject_message(&self) -> bool {
        self.effect() >= Effect::MessageRefused
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        self.0.extend(findings);
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
