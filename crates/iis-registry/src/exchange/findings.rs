//! The findings that only the registry can make: they depend on who sends, and on what is stored.

use iis_model::{ApplicationError, Effect, ErrorCode, Finding, Place, Severity};
use std::borrow::Cow;

/// The sender may not submit for the site that the message names.
pub(super) fn site_not_allowed(place: Place) -> Finding {
    Finding {
        code: "REG-001",
        severity: Severity::Error,
        place,
        error_code: ErrorCode::UnknownKey,
        application_error: None,
        effect: Effect::MessageRefused,
        text: Cow::Borrowed(
            "This connection may not submit for the facility named here, so the message was not stored. Send the \
             facility code agreed with the registry, or ask the registry to add this one.",
        ),
    }
}

/// The message names an unknown facility, and the agreement with the sender lets that pass.
pub(super) fn site_unknown_default_used(place: Place) -> Finding {
    Finding {
        code: "REG-002",
        severity: Severity::Information,
        place,
        error_code: ErrorCode::UnknownKey,
        application_error: Some(ApplicationError::TableValueNotFound),
        effect: Effect::Noted,
        text: Cow::Borrowed("The facility named here is not known; the connection's default site was used."),
    }
}

/// The record number is known, but for a person whom birth date or first name contradict.
pub(super) fn identifier_reused(place: Place) -> Finding {
    Finding {
        code: "REG-003",
        severity: Severity::Warning,
        place,
        error_code: ErrorCode::Application,
        application_error: Some(ApplicationError::IllogicalValue),
        effect: Effect::Noted,
        text: Cow::Borrowed(
            "This record number was used before for a person with another birth date or first name. The message was \
             not stored for that person. Check which of the two carries the wrong number.",
        ),
    }
}

/// A withdrawal names a dose that this sender never reported.
pub(super) fn withdrawal_of_unknown(place: Place) -> Finding {
    Finding {
        code: "REG-004",
        severity: Severity::Warning,
        place,
        error_code: ErrorCode::UnknownKey,
        application_error: Some(ApplicationError::DataIgnored),
        effect: Effect::Noted,
        text: Cow::Borrowed(
            "The dose to be deleted is not among those that this organization reported, so nothing was deleted. Send \
             the order number (ORC-3) under which it was reported.",
        ),
    }
}

/// The message carries no identifier by which the sender could name the person again.
pub(super) fn no_own_identifier(place: Place) -> Finding {
    Finding {
        code: "REG-005",
        severity: Severity::Error,
        place,
        error_code: ErrorCode::RequiredFieldMissing,
        application_error: Some(ApplicationError::RequiredDataMissing),
        effect: Effect::MessageRefused,
        text: Cow::Borrowed(
            "PID-3 holds no usable identifier of this patient, so the message was not stored. Send the medical \
             record number (type MR) with its assigning authority.",
        ),
    }
}

/// The same control id came before with other content.
pub(super) fn control_id_reused(place: Place) -> Finding {
    Finding {
        code: "REG-006",
        severity: Severity::Information,
        place,
        error_code: ErrorCode::DuplicateKey,
        application_error: None,
        effect: Effect::Noted,
        text: Cow::Borrowed(
            "This control id was used before for other content. The message was processed; give each message a control \
             id of its own.",
        ),
    }
}

/// The sender may not do what it asks for.
pub(super) fn not_permitted(place: Place) -> Finding {
    Finding {
        code: "REG-007",
        severity: Severity::Error,
        place,
        error_code: ErrorCode::Application,
        application_error: None,
        effect: Effect::MessageRefused,
        text: Cow::Borrowed(
            "This connection is not permitted to do what the message asks for. Ask the registry's help desk.",
        ),
    }
}

/// Nothing could be processed, for a reason of ours.
pub(super) fn cannot_process() -> Finding {
    Finding {
        code: "REG-008",
        severity: Severity::Error,
        place: Place::NONE,
        error_code: ErrorCode::Internal,
        application_error: None,
        effect: Effect::MessageRejected,
        text: Cow::Borrowed(
            "The registry could not process the message now and stored nothing of it. Send the same message again in a \
             minute.",
        ),
    }
}
