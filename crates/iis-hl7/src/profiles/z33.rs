//! Z33, RSP^K11 without a person: nobody found, too many, or no answer.

use super::{finished, response};
use crate::er7::Message;
use crate::findings as noticed;
use crate::header::ReplyHeader;
use crate::rules::Profile;
use crate::segments::qak::Status;
use iis_model::query::Wanted;
use iis_model::{Findings, Place};

/// Why no person is in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nobody, or nobody who may be shown to the asker.
    NotFound,
    /// More candidates than may be shown.
    TooMany,
    /// The query lacks or breaks content; the findings say what.
    Unusable,
    /// The asker may not ask.
    NotAllowed,
}

/// Answers a query without a person. A refusal always carries an ERR.
pub fn reply(
    message: &Message<'_>,
    wanted: Wanted,
    reason: Reason,
    findings: &Findings,
    header: &ReplyHeader<'_>,
) -> Vec<u8> {
    let status = match reason {
        Reason::NotFound => Status::NotFound,
        Reason::TooMany => Status::TooMany,
        Reason::Unusable => Status::Error,
        Reason::NotAllowed => Status::Rejected,
    };
    let mut findings = findings.clone();
    if reason == Reason::NotAllowed && !findings.reject_message() {
        findings.push(noticed::ASKER_NOT_ALLOWED.at(Place::NONE));
    }
    finished::finish(response::begin(message, wanted, ("Z33", status), &findings, header), Profile::Z33)
}
