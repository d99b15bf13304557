//! `message-time`: the time of the message is in the future, has no zone, or is not written to the second.
//!
//! **What it sees.** MSH-7 later than tomorrow; without a zone; or in another form than YYYYMMDDHHMMSS with a zone.
//!
//! **Why it matters.** Which of two reports is the later one is told by this time.
//!
//! **What the sender does.** Send date, time and zone, by a clock that is right.
//!
//! Sources: HL7 2.5.1 Implementation Guide for Immunization Messaging 1.5, MSH-7 (data type `TS_Z`).

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "message-time",
    checks: &[
        Check {
            code: "HDR-015",
            name: "message-time-in-future",
            location: "MSH-7",
            gravity: Gravity::Information,
            application_error: ApplicationError::IllogicalDate,
            text: "The time of the message (MSH-7) is in the future. Set the clock of your system, and send the zone.",
            on_form: "",
        },
        Check {
            code: "HDR-527",
            name: "message-time-without-zone",
            location: "MSH-7",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The time of the message (MSH-7) has no zone. Add it, such as -0500.",
            on_form: "",
        },
        Check {
            code: "HDR-531",
            name: "message-time-of-unexpected-form",
            location: "MSH-7",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The time of the message (MSH-7) is not written to the second with its zone. Send YYYYMMDDHHMMSS and the zone.",
            on_form: "",
        },
        Check {
            code: "HDR-613",
            name: "message-time-with-zone",
            location: "MSH-7",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The time of the message (MSH-7) has its zone.",
            on_form: "",
        },
    ],
    run: Run::OnMessage(run),
};

fn run(message: &dyn Record, on: &On<'_>, found: &mut Found<'_>) {
    let written = message.first(Field::MessageTime);
    let (text, place) = (&*written.text, written.place);
    if text.is_empty() {
        return;
    }
    let tomorrow = on.today.tomorrow().unwrap_or(on.today);
    let day = message.date(Field::MessageTime);
    found.at_if(day.is_some_and(|day| day.first_day() > tomorrow), 0, place);
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let zone = &text[digits..];
    let has_zone =
        zone.len() == 5 && zone.starts_with(['+', '-']) && zone.bytes().skip(1).all(|b| b.is_ascii_digit());
    found.at_if(!zone.starts_with(['+', '-']), 1, place);
    found.at_if(!has_zone || digits < 14, 2, place);
    found.at_if(has_zone, 3, place);
}
