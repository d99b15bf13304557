//! RXA, the dose, refusal or observation itself.

mod vaccine;

use super::{coded, date, first_only, value};
use crate::datatypes::{ce, hd, xcn};
use crate::er7::{Part, Segment, Writer, time};
use crate::findings as noticed;
use crate::rules::code_of;
use iis_model::date::Precision;
use iis_model::event::{Action, Amount, Completion, EventKind, InformationSource, Lot, ReportedEvent};
use iis_model::{Cvx, Findings, Given};

/// Adds what the segment says to the event and decides its kind. Without a usable date, vaccine and completion status the
/// order is lost: `false`.
pub fn read(segment: &Segment<'_>, event: &mut ReportedEvent, findings: &mut Findings) -> bool {
    let field = |number| segment.field(number);
    for (number, counter) in [(1, "0"), (2, "1")] {
        if !field(number).is(counter) {
            findings.push(noticed::COUNTER.at(field(number).place()));
        }
    }
    let has_date = given_on(&field(3), event, findings);
    let has_vaccine = vaccine::read(&field(5), event, findings);
    event.completion = field(20).given(|part| Completion::from_code(&part.component(1).text()));
    source(&field(9), event);
    event.kind = kind(event);
    amount(segment, event, findings);
    source_findings(event, findings);
    event.administered_by = super::orc::clinician(&field(10), findings);
    event.administered_at = location(&field(11));
    event.lot = lot(segment, event, findings);
    event.refusal_reason = refusal_reason(&field(18), event.kind, findings);
    let has_completion = completion_findings(event, findings);
    event.action = action(&field(21), findings);
    has_date && has_vaccine && has_completion
}

/// The day is needed (data type `TS_NZ`).
fn given_on(field: &Part<'_>, event: &mut ReportedEvent, findings: &mut Findings) -> bool {
    if field.is_missing() {
        findings.push(noticed::DATE_GIVEN_MISSING.at(field.place()));
        return false;
    }
    let whole = |part: &Part<'_>| {
        time::date(&part.component(1).text()).filter(|date| date.precision() == Precision::Day)
    };
    event.given_on = value(field, findings, &noticed::DATE_GIVEN_UNUSABLE, whole);
    event.given_on.get().is_some()
}

/// The first repetition with a code of NIP001 tells the source; the others may hold free text.
fn source(field: &Part<'_>, event: &mut ReportedEvent) {
    let read = |part: &Part<'_>| InformationSource::from_code(&part.component(1).text());
    let chosen = field.repetitions().find(|part| read(part).is_some()).unwrap_or(field.repetition(1));
    event.source = chosen.given(read);
    for note in field.repetitions().filter(|part| part.place() != chosen.place()) {
        let text = if note.component(2).is_empty() { note.component(1) } else { note.component(2) };
        event.comments.push(text.prose().into());
    }
}

/// A dose whose source is not known counts as historical.
fn source_findings(event: &ReportedEvent, findings: &mut Findings) {
    if event.kind == EventKind::Historical && event.source.get().is_none() {
        let unknown = event.source.is_unusable();
        let kind = if unknown { &noticed::SOURCE_UNKNOWN_CODE } else { &noticed::SOURCE_MISSING };
        findings.push(kind.at(event.source.place));
    }
}

/// What the report is about: the table "kinds of order group" of the guide, RXA-20 first, then RXA-5 and RXA-9.
fn kind(event: &ReportedEvent) -> EventKind {
    match event.completion.get() {
        Some(Completion::Refused) => EventKind::Refusal,
        Some(Completion::NotAdministered) => EventKind::Observation,
        _ if event.cvx.get() == Some(&Cvx::NO_VACCINE) => EventKind::Observation,
        _ if event.source.get() == Some(&InformationSource::NewImmunization) => EventKind::Administered,
        _ => EventKind::Historical,
    }
}

/// Whether the completion status can be told; with it, whether it agrees with the vaccine.
fn completion_findings(event: &ReportedEvent, findings: &mut Findings) -> bool {
    let place = event.completion.place;
    let no_vaccine = event.cvx.get() == Some(&Cvx::NO_VACCINE);
    match event.completion.get() {
        Some(Completion::NotAdministered) if !no_vaccine => {
            findings.push(noticed::VACCINE_NOT_GIVEN.at(place));
        }
        Some(Completion::Complete | Completion::Partial) if no_vaccine => {
            findings.push(noticed::NO_VACCINE_GIVEN.at(place));
        }
        None if event.completion.is_unusable() => findings.push(noticed::COMPLETION_UNKNOWN_CODE.at(place)),
        _ => {}
    }
    !event.completion.is_unusable()
}

fn action(field: &Part<'_>, findings: &mut Findings) -> Given<Action> {
    value(field, findings, &noticed::ACTION_UNKNOWN_CODE, |part| Action::from_code(&part.component(1).text()))
}

/// 999 means unknown and is no amount; so does 0 where nothing was given.
fn amount(segment: &Segment<'_>, event: &mut ReportedEvent, findings: &mut Findings) {
    let (field, unit) = (segment.field(6), segment.field(7));
    let text = field.component(1).text();
    event.amount = Given::absent(field.place());
    if field.is_missing() {
        findings.push(noticed::AMOUNT_MISSING.at(field.place()));
    } else if !is_number(&text) {
        event.amount = value(&field, findings, &noticed::AMOUNT_UNUSABLE, |_| None);
    } else if !event.kind.is_dose() && text.bytes().all(|b| matches!(b, b'0' | b'.')) {
        findings.push(noticed::ZERO_AMOUNT.at(field.place()));
    } else if text != "999" {
        if unit.is_missing() {
            findings.push(noticed::UNIT_MISSING.at(unit.place()));
        }
        let unit = if unit.is_missing() { Box::default() } else { unit.component(1).boxed() };
        event.amount = field.given(|_| Some(Amount { number: text.as_ref().into(), unit }));
    }
}

fn is_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

/// The facility (RXA-11.4); without one the point of care, where older senders put it.
fn location(field: &Part<'_>) -> Given<Box<str>> {
    let facility = field.component(4);
    let chosen = if facility.is_missing() { field.component(1) } else { facility };
    chosen.given(|part| Some(hd::read(part)).filter(|text| !text.is_empty()))
}

/// Lot, expiration and manufacturer. The guide requires lot and manufacturer of a dose that the sender gave; the dose is
/// kept without them.
fn lot(segment: &Segment<'_>, event: &ReportedEvent, findings: &mut Findings) -> Lot {
    let field = |number| segment.field(number);
    let is_deleted = field(21).component(1).is("D");
    let is_required = event.kind == EventKind::Administered && !is_deleted;
    if is_required && field(15).is_missing() {
        findings.push(noticed::LOT_MISSING.at(field(15).place()));
    }
    first_only(&field(15), findings);
    let expires_on = date(&field(16), findings);
    if is_required && field(17).is_missing() {
        findings.push(noticed::MANUFACTURER_MISSING.at(field(17).place()));
    }
    let manufacturer = value(&field(17), findings, &noticed::VALUE_MALFORMED, |part| {
        ce::codes(part).find_map(|code| code.parse().ok())
    });
    Lot { number: field(15).repetition(1).given_text(), expires_on, manufacturer }
}

fn refusal_reason(field: &Part<'_>, kind: EventKind, findings: &mut Findings) -> Given<iis_model::Coded> {
    let reason = coded(field, findings);
    let is_refusal = kind == EventKind::Refusal;
    if is_refusal && reason.is_absent() {
        findings.push(noticed::REFUSAL_REASON_MISSING.at(field.place()));
    } else if !is_refusal && reason.get().is_some() {
        findings.push(noticed::REFUSAL_REASON_WITHOUT_REFUSAL.at(field.place()));
    }
    reason
}

/// Writes the segment. `source` is what RXA-9 is to say of a dose; refusals and observations have none.
pub fn write(out: &mut Writer, event: &ReportedEvent, source: InformationSource, authority: &str) {
    out.segment("RXA").field(1).text("0").field(2).text("1");
    if let Some(&day) = event.given_on.get() {
        out.field(3).text(&time::write_date(day));
    }
    vaccine::write(out.field(5), event);
    // UCUM tells small and capital letters apart; an amount in a unit that it does not know says nothing.
    let amount = event.amount.get().filter(|_| event.kind.is_dose());
    match amount.and_then(|amount| Some((amount, code_of("UCUM", &amount.unit)?))) {
        Some((amount, unit)) => {
            out.field(6).text(&amount.number).field(7).components(&[&unit, &unit, "UCUM"])
        }
        None => out.field(6).text("999"),
    };
    if event.kind.is_dose() {
        out.field(9).components(&[source.code(), source_text(source), "NIP001"]);
    }
    if let Some(clinician) = event.administered_by.get() {
        xcn::write(out.field(10), clinician, authority);
    }
    if let Some(place) = event.administered_at.get() {
        out.field(11).components(&["", "", "", ""]);
        hd::write(out, place);
    }
    write_lot(out, &event.lot);
    if event.kind == EventKind::Refusal {
        out.field(18);
        match event.refusal_reason.get().and_then(|reason| ce::of_set(reason, "NIP002", "NIP002")) {
            Some(reason) => ce::write(out, &reason, "NIP002"),
            None => drop(out.components(&["02", "Reason not known", "NIP002"])),
        }
    }
    out.field(20).text(completion(event).code());
    out.field(21).text(event.action.get().map_or("A", |action| action.code()));
}

fn write_lot(out: &mut Writer, lot: &Lot) {
    if let Some(number) = lot.number.get() {
        out.field(15).text(number);
        if let Some(&day) = lot.expires_on.get().filter(|day| day.precision() != Precision::Year) {
            out.field(16).text(&time::write_date(day));
        }
    }
    if let Some(manufacturer) = lot.manufacturer.get() {
        out.field(17).components(&[manufacturer.as_str(), "", "MVX"]);
    }
}

/// Always written: what was empty means complete.
fn completion(event: &ReportedEvent) -> Completion {
    match event.kind {
        EventKind::Refusal => Completion::Refused,
        EventKind::Observation => Completion::NotAdministered,
        _ => match event.completion.get() {
            Some(&Completion::Partial) => Completion::Partial,
            _ => Completion::Complete,
        },
    }
}

fn source_text(source: InformationSource) -> &'static str {
    match source {
        InformationSource::NewImmunization => "New immunization record",
        InformationSource::Historical => "Historical information - source unspecified",
        InformationSource::OtherProvider => "Historical information - from other provider",
        InformationSource::ParentWritten => "Historical information - from parent's written record",
        InformationSource::ParentRecall => "Historical information - from parent's recall",
        InformationSource::OtherRegistry => "Historical information - from other registry",
        InformationSource::BirthCertificate => "Historical information - from birth certificate",
        InformationSource::School => "Historical information - from school record",
        InformationSource::PublicAgency => "Historical information - from public agency",
    }
}
