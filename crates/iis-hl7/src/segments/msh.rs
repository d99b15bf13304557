//! MSH, message header.

use super::value;
use crate::datatypes::{hd, xon};
use crate::er7::{Delimiters, Message, Part, Segment, Writer, time};
use crate::findings as noticed;
use crate::header::{ReplyHeader, WriteHeader};
use iis_model::{Findings, Given, Header, Timestamp};
use jiff::tz::TimeZone;

/// The header of a request, with what is wrong in it. `zone` is the sender's, for an MSH-7 without one.
pub fn read(message: &Message<'_>, zone: &TimeZone, findings: &mut Findings) -> Header {
    let Some(segment) = message.header() else { return Header::default() };
    let field = |number| segment.field(number);
    let designator =
        |number| field(number).given(|part| Some(hd::read(part)).filter(|text| !text.is_empty()));
    if message.delimiters() != Delimiters::STANDARD {
        findings.push(noticed::UNUSUAL_DELIMITERS.at(field(2).place()));
    }
    let sent_at = sent_at(&segment, zone, findings);
    if field(9).component(3).is_missing() {
        findings.push(noticed::STRUCTURE_NOT_NAMED.at(field(9).component(3).place()));
    }
    if field(10).is_missing() {
        findings.push(noticed::CONTROL_ID_MISSING.at(field(10).place()));
    }
    for (number, mode) in [(15, "ER"), (16, "AL")] {
        if !field(number).is(mode) {
            findings.push(noticed::ACKNOWLEDGMENT_MODE.at(field(number).place()));
        }
    }
    Header {
        sending_application: designator(3),
        sending_facility: designator(4),
        receiving_application: designator(5),
        receiving_facility: designator(6),
        sent_at,
        control_id: field(10).given_text(),
        processing_id: field(11).component(1).given_text(),
        version: field(12).component(1).given_text(),
        profile: field(21).component(1).given_text(),
        responsible_organization: field(22).given(xon::read),
    }
}

fn sent_at(segment: &Segment<'_>, zone: &TimeZone, findings: &mut Findings) -> Given<Timestamp> {
    let field = segment.field(7);
    if field.is_missing() {
        findings.push(noticed::SENT_AT_MISSING.at(field.place()));
        return Given::absent(field.place());
    }
    let mut written = None;
    let sent_at = value(&field, findings, &noticed::SENT_AT_UNUSABLE, |part| {
        let moment = time::moment(&part.component(1).text(), zone)?;
        written = Some(moment.zone);
        Some(moment.at)
    });
    match written {
        Some(time::Zone::Missing) => findings.push(noticed::ZONE_MISSING.at(field.place())),
        Some(time::Zone::Malformed) => findings.push(noticed::ZONE_MALFORMED.at(field.place())),
        Some(time::Zone::Given) | None => {}
    }
    sent_at
}

/// Whether a repetition of MSH-21 names this profile.
pub fn names_profile(segment: &Segment<'_>, profile: &str) -> bool {
    segment.field(21).repetitions().any(|part| part.component(1).is(profile))
}

/// Begins a request.
pub fn write_request(out: &mut Writer, header: &WriteHeader<'_>, kind: [&str; 3], profile: &str) {
    out.header("MSH");
    out.field(3).text(header.sending_application).field(4).text(header.sending_facility);
    out.field(5).text(header.receiving_application).field(6).text(header.receiving_facility);
    out.field(7).text(&time::write_moment(header.sent_at, header.offset));
    out.field(9).components(&kind).field(10).text(header.control_id);
    out.field(11).text(header.processing_id).field(12).text("2.5.1");
    out.field(15).text("ER").field(16).text("AL");
    out.field(21).components(&[profile, "CDCPHINVS"]);
    out.field(22).text(header.sending_facility).field(23).text(header.receiving_facility);
}

/// Begins a reply: sender and receiver change places, the processing id comes back.
pub fn write_reply(
    out: &mut Writer,
    request: Option<Segment<'_>>,
    header: &ReplyHeader<'_>,
    kind: [&str; 3],
    profile: &str,
) {
    out.header("MSH");
    out.field(3).text(header.application).field(4).text(header.facility);
    copy(out, 5, request.map(|msh| msh.field(3)));
    copy(out, 6, request.map(|msh| msh.field(4)));
    out.field(7).text(&time::write_moment(header.now, header.offset));
    out.field(9).components(&kind).field(10).text(header.control_id);
    let processing_id = request.map(|msh| msh.field(11)).filter(comes_back);
    match processing_id {
        Some(part) => out.field(11).copy(part),
        None => out.field(11).text("P"),
    };
    out.field(12).text("2.5.1").field(15).text("NE").field(16).text("NE");
    out.field(21).components(&[profile, "CDCPHINVS"]);
    copy(out, 22, request.map(|msh| msh.field(23)));
    copy(out, 23, request.map(|msh| msh.field(22)));
}

/// The longest name of a system or an organization that comes back, in bytes: HL7 2.5.1, chapter 2.A, gives HD 227 and XON 567
/// characters. A longer one is not repeated.
const LONGEST_NAME: usize = 4 * 567;

fn comes_back(part: &Part<'_>) -> bool {
    !part.is_missing() && part.raw().len() <= LONGEST_NAME
}

fn copy(out: &mut Writer, field: u8, part: Option<Part<'_>>) {
    if let Some(part) = part.filter(comes_back) {
        out.field(field).copy(part);
    }
}
