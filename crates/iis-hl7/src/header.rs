//! What goes into the MSH of a message that is written.

use iis_model::{Date, Timestamp};
use jiff::tz::Offset;

/// The registry's side of a reply.
#[derive(Debug, Clone, Copy)]
pub struct ReplyHeader<'a> {
    /// The registry as application (MSH-3).
    pub application: &'a str,
    /// The registry as facility (MSH-4).
    pub facility: &'a str,
    /// The authority that gives out registry numbers (PID-3.4 of SR identifiers), also used where an identifier came
    /// without one.
    pub authority: &'a str,
    /// The time of the reply.
    pub now: Timestamp,
    /// The jurisdiction's offset from UTC at that time.
    pub offset: Offset,
    /// A control id never used before (MSH-10).
    pub control_id: &'a str,
}

impl ReplyHeader<'_> {
    /// The day of the reply in the jurisdiction.
    pub(crate) fn today(&self) -> Date {
        self.offset.to_datetime(self.now).date()
    }
}

/// Both sides of a request.
#[derive(Debug, Clone, Copy)]
pub struct WriteHeader<'a> {
    /// MSH-3.
    pub sending_application: &'a str,
    /// MSH-4 and MSH-22; also the authority of identifiers that have none.
    pub sending_facility: &'a str,
    /// MSH-5.
    pub receiving_application: &'a str,
    /// MSH-6 and MSH-23.
    pub receiving_facility: &'a str,
    /// MSH-7.
    pub sent_at: Timestamp,
    /// The sender's offset from UTC at that time.
    pub offset: Offset,
    /// MSH-10.
    pub control_id: &'a str,
    /// MSH-11: P production, T training, D debugging.
    pub processing_id: &'a str,
}
