//! The findings that only the registry can make: they depend on who sends, and on what is stored. In code order; a code
//! is never reused.

use iis_hl7::findings::Kind;
use iis_model::{ApplicationError, Effect, ErrorCode, Severity};

/// The sender may not submit for the site that the message names.
pub(super) const SITE_NOT_ALLOWED: Kind = Kind {
    code: "REG-001",
    severity: Severity::Error,
    error_code: ErrorCode::UnknownKey,
    application_error: None,
    effect: Effect::MessageRefused,
    text: "This connection may not submit for the facility named here, so the message was not stored. Send the \
         facility code agreed with the registry, or ask the registry to add this one.",
};

/// The message names an unknown facility, and the agreement with the sender lets that pass.
pub(super) const SITE_UNKNOWN_DEFAULT_USED: Kind = Kind {
    code: "REG-002",
    severity: Severity::Information,
    error_code: ErrorCode::UnknownKey,
    application_error: Some(ApplicationError::TableValueNotFound),
    effect: Effect::Noted,
    text: "The facility named here is not known; the connection's default site was used.",
};

/// The record number is known, but for a person whom birth date or first name contradict.
pub(crate) const IDENTIFIER_REUSED: Kind = Kind {
    code: "REG-003",
    severity: Severity::Warning,
    error_code: ErrorCode::Application,
    application_error: Some(ApplicationError::IllogicalValue),
    effect: Effect::Noted,
    text: "This record number was used before for a person with another birth date or first name. The message was \
         not stored for that person. Check which of the two carries the wrong number.",
};

/// A withdrawal names a dose that this sender never reported.
pub(crate) const WITHDRAWAL_OF_UNKNOWN: Kind = Kind {
    code: "REG-004",
    severity: Severity::Warning,
    error_code: ErrorCode::UnknownKey,
    application_error: Some(ApplicationError::DataIgnored),
    effect: Effect::Noted,
    text: "The dose to be deleted is not among those that this organization reported, so nothing was deleted. Send \
         the order number (ORC-3) under which it was reported.",
};

/// The message carries no identifier by which the sender could name the person again.
pub(super) const NO_OWN_IDENTIFIER: Kind = Kind {
    code: "REG-005",
    severity: Severity::Error,
    error_code: ErrorCode::RequiredFieldMissing,
    application_error: Some(ApplicationError::RequiredDataMissing),
    effect: Effect::MessageRefused,
    text: "PID-3 holds no usable identifier of this patient, so the message was not stored. Send the medical \
         record number (type MR) with its assigning authority.",
};

/// The same control id came before with other content.
pub(super) const CONTROL_ID_REUSED: Kind = Kind {
    code: "REG-006",
    severity: Severity::Information,
    error_code: ErrorCode::DuplicateKey,
    application_error: None,
    effect: Effect::Noted,
    text: "This control id was used before for other content. The message was processed; give each message a control \
         id of its own.",
};

/// The sender may not do what it asks for.
pub(super) const NOT_PERMITTED: Kind = Kind {
    code: "REG-007",
    severity: Severity::Error,
    error_code: ErrorCode::Application,
    application_error: None,
    effect: Effect::MessageRefused,
    text: "This connection is not permitted to do what the message asks for. Ask the registry's help desk.",
};

/// Nothing could be processed, for a reason of ours.
pub(super) const CANNOT_PROCESS: Kind = Kind {
    code: "REG-008",
    severity: Severity::Error,
    error_code: ErrorCode::Internal,
    application_error: None,
    effect: Effect::MessageRejected,
    text: "The registry could not process the message now and stored nothing of it. Send the same message again in a \
         minute.",
};

/// A query in a batch file.
pub(super) const QUERY_IN_BATCH: Kind = Kind {
    code: "REG-009",
    severity: Severity::Error,
    error_code: ErrorCode::Application,
    application_error: None,
    effect: Effect::MessageRefused,
    text: "Batch files are for submissions only, so this query was not answered. Send queries one by one, over the \
         web service or by POST.",
};

/// Nobody stands behind the connection: no registered certificate, and no registered facility and address.
pub(super) const SENDER_UNKNOWN: Kind = Kind {
    code: "REG-010",
    severity: Severity::Error,
    error_code: ErrorCode::UnknownKey,
    application_error: None,
    effect: Effect::MessageRejected,
    text: "The registry does not know this connection, so nothing was stored. Send from a registered address with \
         the registered facility code in MSH-4, or with a registered client certificate.",
};

/// What was received is not a whole message: longer than allowed, broken off, or badly framed.
pub(super) const UNREADABLE_FRAME: Kind = Kind {
    code: "REG-011",
    severity: Severity::Error,
    error_code: ErrorCode::Internal,
    application_error: None,
    effect: Effect::MessageRejected,
    text: "What was received is no whole message: it is longer than allowed, or its framing is broken. Nothing was \
         stored. Frame each message as MLLP says, with fewer doses if it is long, and send it again.",
};

/// What the message says of a dose was overtaken by what was sent after it and came before it.
pub(crate) const LATER_REPORT_STANDS: Kind = Kind {
    code: "REG-012",
    severity: Severity::Warning,
    error_code: ErrorCode::Application,
    application_error: Some(ApplicationError::DataIgnored),
    effect: Effect::Noted,
    text: "A report of this dose that was sent later (MSH-7) stands; this one is kept but does not show. If this one is \
         right, send it again with the time of sending.",
};

/// A code of the sender's own was read as the standard one that is agreed.
pub(crate) const CODE_TRANSLATED: Kind = Kind {
    code: "REG-013",
    severity: Severity::Information,
    error_code: ErrorCode::Accepted,
    application_error: None,
    effect: Effect::Noted,
    text: "The code sent here is one of the sender's own; it was read as the standard code agreed for it.",
};

/// The connection is under test.
pub(super) const UNDER_TEST: Kind = Kind {
    code: "REG-014",
    severity: Severity::Information,
    error_code: ErrorCode::Accepted,
    application_error: None,
    effect: Effect::Noted,
    text: "This connection is under test: the message was read and checked like any other, and changed nothing of the \
         registry. Send it again when the connection is in production.",
};

/// More messages came than are agreed.
pub(super) const TOO_FAST: Kind = Kind {
    code: "REG-015",
    severity: Severity::Error,
    error_code: ErrorCode::Internal,
    application_error: None,
    effect: Effect::MessageRejected,
    text: "More messages a minute came over this connection than are agreed, so this one was not looked at and nothing of \
         it was stored. Wait as long as the transport says, or some seconds, and send the same message again.",
};

/// A reaction names a dose as it was before the message corrected or deleted it.
pub(crate) const REACTION_LEFT: Kind = Kind {
    code: "REG-016",
    severity: Severity::Warning,
    error_code: ErrorCode::Application,
    application_error: Some(ApplicationError::IllogicalValue),
    effect: Effect::Noted,
    text: "A reaction on record still names this dose as it was: it counts against that vaccine and no other. If it followed this \
         dose, send it again (OBX-3 31044-1) under the dose as it is now; the former one is removed by whoever reported it.",
};

/// What stood under a report is not said any more.
pub(crate) const OBSERVATIONS_GONE: Kind = Kind {
    code: "REG-017",
    severity: Severity::Warning,
    error_code: ErrorCode::Application,
    application_error: Some(ApplicationError::DataIgnored),
    effect: Effect::Noted,
    text: "The earlier report of this dose carried a contraindication, immunity, a reaction or an indication (OBX) that this \
         one lacks: it is no longer on record. If it still holds, send it again, under this dose or under RXA-5 998.",
};

/// All of them, for the catalogue.
pub const ALL: &[&Kind] = &[
    &SITE_NOT_ALLOWED,
    &SITE_UNKNOWN_DEFAULT_USED,
    &IDENTIFIER_REUSED,
    &WITHDRAWAL_OF_UNKNOWN,
    &NO_OWN_IDENTIFIER,
    &CONTROL_ID_REUSED,
    &NOT_PERMITTED,
    &CANNOT_PROCESS,
    &QUERY_IN_BATCH,
    &SENDER_UNKNOWN,
    &UNREADABLE_FRAME,
    &LATER_REPORT_STANDS,
    &CODE_TRANSLATED,
    &UNDER_TEST,
    &TOO_FAST,
    &REACTION_LEFT,
    &OBSERVATIONS_GONE,
];
