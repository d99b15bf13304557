//! What one sender said in one message.

use crate::activity::ActivitySaid;
use crate::{Demographics, Given, ReportedEvent, Timestamp};

/// Who sent the message to whom, when, as what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// Sending application (MSH-3).
    pub sending_application: Given<Box<str>>,
    /// Sending facility (MSH-4).
    pub sending_facility: Given<Box<str>>,
    /// Receiving application (MSH-5).
    pub receiving_application: Given<Box<str>>,
    /// Receiving facility (MSH-6).
    pub receiving_facility: Given<Box<str>>,
    /// When the sender made the message (MSH-7). Without a zone it is in the sender's zone, which the reader is told.
    pub sent_at: Given<Timestamp>,
    /// Control id (MSH-10).
    pub control_id: Given<Box<str>>,
    /// P production, T training, D debugging (MSH-11).
    pub processing_id: Given<Box<str>>,
    /// Version (MSH-12).
    pub version: Given<Box<str>>,
    /// Profile (MSH-21.1), as sent.
    pub profile: Given<Box<str>>,
    /// Responsible organization of the sender (MSH-22).
    pub responsible_organization: Given<Box<str>>,
}

/// What one sender said in one message about one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submission {
    /// The message's header.
    pub header: Header,
    /// What it says about the person.
    pub person: Demographics,
    /// Doses, refusals and observations, in message order; those that had to be left out are not here.
    pub events: Vec<ReportedEvent>,
    /// Whether the person is active, when a form says more of it than a message can (PD1-16).
    pub activity: Option<ActivitySaid>,
}
