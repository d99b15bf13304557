//! `record-timeliness`: how long after the last change of the record the message came.
//!
//! **What it sees.** PID-33 within 3, 7 or 30 days before the day of receipt, longer ago, or after it.
//!
//! **Why it matters.** Late records are of no use to the next clinic.
//!
//! **What the sender does.** Send changes on the day they are made.
//!
//! Sources: requirements X-7 (timeliness).

use crate::{Check, Found, Gravity, On, Rule, Run};
use iis_model::ApplicationError;
use iis_model::Date;
use iis_model::sent::{Field, Record};

/// The rule.
pub const RULE: Rule = Rule {
    name: "record-timeliness",
    checks: &[
        Check {
            code: "PAT-575",
            name: "record-on-time",
            location: "PID-33",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The record was sent within three days of its last change.",
            on_form: "",
        },
        Check {
            code: "PAT-576",
            name: "record-late",
            location: "PID-33",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The record was sent more than three days after its last change.",
            on_form: "",
        },
        Check {
            code: "PAT-577",
            name: "record-very-late",
            location: "PID-33",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The record was sent more than seven days after its last change.",
            on_form: "",
        },
        Check {
            code: "PAT-578",
            name: "record-too-late",
            location: "PID-33",
            gravity: Gravity::Silent,
            application_error: ApplicationError::InvalidValue,
            text: "The record was sent more than 30 days after its last change.",
            on_form: "",
        },
        Check {
            code: "PAT-582",
            name: "record-from-the-future",
            location: "PID-33",
            gravity: Gravity::Silent,
            application_error: ApplicationError::IllogicalDate,
            text: "The last change of the record (PID-33) is in the future. Correct it.",
            on_form: "The last change of the record is in the future. Correct it.",
        },
    ],
    run: Run::OnPatient(run),
};

fn run(patient: &dyn Record, on: &On<'_>, found: &mut Found<'_>) {
    let Some(changed) = patient.date(Field::PatientEntryTime).and_then(|changed| changed.full()) else {
        return;
    };
    let place = patient.first(Field::PatientEntryTime).place;
    found.at(lateness(changed, on.today), place);
}

/// How late: 0 within three days, 1 within seven, 2 within thirty, 3 later; 4 in the future.
pub(crate) fn lateness(changed: Date, today: Date) -> usize {
    if changed > today {
        return 4;
    }
    let days = today.since(changed).map_or(i32::MAX, |span| span.get_days());
    [3, 7, 30].iter().position(|most| days <= *most).unwrap_or(3)
}
