//! What a fault of a received message means.
//!
//! The readers follow the guide's cascade (immunization guide 1.5, receiver processing rules): they say what a fault cost.
//! What only the profile knows of lost nothing and is information, with one exception: a code that nobody can understand
//! is a warning, since its meaning is lost. What a reader has told is not told again.

use super::fault::{Fault, What};
use super::{Extent, Profile, words};
use crate::er7::Message;
use crate::findings::{self as noticed, Kind};
use iis_model::{Effect, ErrorCode, Finding, Findings, Place, Severity};
use std::collections::BTreeMap;

/// Coded fields that say something about the patient or the dose, beyond what the readers refuse.
const MEANT: &[(&str, &[u8])] =
    &[("PID", &[10, 22]), ("PD1", &[11]), ("NK1", &[3]), ("RXA", &[18]), ("RXR", &[1, 2]), ("OBX", &[5])];

/// Runs a profile over a received message and adds what its readers have not told already.
pub fn tell(profile: Profile, message: &Message<'_>, findings: &mut Findings) {
    for fault in profile.faults(message, Extent::Constrained) {
        if !is_ignored(&fault, message) && !findings.iter().any(|told| covers(told, &fault)) {
            let kind = kind(&fault);
            let mut finding = kind.at(fault.place);
            finding.text = words::sentence(&fault, kind.severity == Severity::Warning).into();
            findings.push(finding);
        }
    }
}

/// RXA-9 may hold free text behind its first repetition. That a dose has its eligibility (IZ-23) is the readers' question:
/// they also look where it stood in older versions. IZ-32 says again what the condition of RXA-18 says. A dose that is
/// deleted needs no information statement (IZ-24).
fn is_ignored(fault: &Fault<'_>, message: &Message<'_>) -> bool {
    let place = fault.place;
    match fault.what {
        What::Rule(rule) if rule.id == "IZ-24" => {
            let dose = message.segments().find(|segment| segment.place() == place);
            dose.is_some_and(|dose| dose.field(21).component(1).is("D"))
        }
        What::Rule(rule) => matches!(rule.id, "IZ-23" | "IZ-32"),
        _ => place.segment_name() == Some("RXA") && place.field == 9 && place.repetition > 1,
    }
}

fn kind(fault: &Fault<'_>) -> &'static Kind {
    match fault.what {
        What::SegmentMissing(_) => &noticed::PROFILE_SEGMENT_MISSING,
        What::SegmentMisplaced => &noticed::PROFILE_SEGMENT_MISPLACED,
        What::SegmentNotSupported | What::NotSupported(_) => &noticed::PROFILE_NOT_SUPPORTED,
        What::Missing(_) => &noticed::PROFILE_REQUIRED,
        What::TooMany(_) => &noticed::PROFILE_REPETITIONS,
        What::Length(_) => &noticed::PROFILE_LENGTH,
        What::Form(..) => &noticed::PROFILE_FORM,
        What::NotInSet(_) if is_meant(fault.place) => &noticed::PROFILE_CODE_NOT_UNDERSTOOD,
        What::NotInSet(_) => &noticed::PROFILE_CODE_UNKNOWN,
        What::OtherCase(_) => &noticed::PROFILE_CODE_IN_OTHER_LETTERS,
        What::Old(_) => &noticed::PROFILE_CODE_OLD,
        What::Rule(rule) if rule.asks_for_a_code() => &noticed::PROFILE_CODE_NOT_UNDERSTOOD,
        What::Rule(_) => &noticed::PROFILE_STATEMENT,
    }
}

fn is_meant(place: Place) -> bool {
    let of_segment = MEANT.iter().find(|(segment, _)| Some(*segment) == place.segment_name());
    place.component <= 1 && of_segment.is_some_and(|(_, fields)| fields.contains(&place.field))
}

/// What a fault is about, as far as two tellings of it can differ.
#[derive(PartialEq, Eq)]
enum Matter {
    Missing,
    Order,
    Wrong,
}

fn matter(code: ErrorCode) -> Matter {
    match code {
        ErrorCode::RequiredFieldMissing => Matter::Missing,
        ErrorCode::SegmentSequence => Matter::Order,
        _ => Matter::Wrong,
    }
}

/// Whether a finding tells this fault: at the same place, or at one within the other about the same matter, or as a loss
/// that includes it.
fn covers(told: &Finding, fault: &Fault<'_>) -> bool {
    let (at, of) = (told.place, fault.place);
    let is_either = |a: u8, b: u8| a == 0 || b == 0 || a == b;
    let is_lost = told.effect >= Effect::ValueIgnored && told.effect != Effect::MessageRejected;
    at.segment_name() == of.segment_name()
        && at.sequence.max(1) == of.sequence.max(1)
        && at.field == of.field
        && is_either(at.repetition.max(1), of.repetition.max(1))
        && is_either(at.component, of.component)
        && is_either(at.sub_component, of.sub_component)
        && ((at.component, at.sub_component) == (of.component, of.sub_component)
            || is_lost
            || matter(told.error_code) == matter(kind(fault).error_code))
}

/// Sorts findings by where they stand in the message; what has no place comes first, what is about a segment that is not
/// there last. Findings at one place keep their order.
pub fn in_message_order(message: &Message<'_>, findings: &mut Findings) {
    if findings.0.len() < 2 {
        return;
    }
    let order: BTreeMap<Place, usize> =
        message.segments().enumerate().map(|(nth, segment)| (segment.place(), nth + 1)).collect();
    findings.0.sort_by_key(|finding| {
        let place = finding.place;
        let name = place.segment_name().and_then(|name| name.as_bytes().try_into().ok());
        let segment = name.map(|name| Place::segment(name, place.sequence));
        let nth = segment.map_or(0, |segment| order.get(&segment).copied().unwrap_or(usize::MAX));
        (nth, place.field, place.repetition.max(1), place.component, place.sub_component)
    });
}
