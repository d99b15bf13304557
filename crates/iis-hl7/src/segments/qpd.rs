//! QPD, query parameter definition.

use super::value;
use crate::datatypes::{xad, xpn, xtn};
use crate::er7::{Part, Segment, Writer, time};
use crate::findings as noticed;
use iis_model::date::Precision;
use iis_model::query::{HistoryQuery, Wanted};
use iis_model::{Findings, Given, PartialDate};

/// Reads the parameters into the query.
pub fn read(segment: &Segment<'_>, query: &mut HistoryQuery, findings: &mut Findings) {
    let field = |number| segment.field(number);
    query_name(&field(1), findings);
    query.tag = field(2).given_text();
    if query.tag.get().is_none() {
        findings.push(noticed::QUERY_TAG_MISSING.at(field(2).place()));
    }
    query.identifiers = super::pid::read_identifiers(&field(3), findings);
    query.name = value(&field(4), findings, &noticed::VALUE_MALFORMED, xpn::read);
    query.mother_maiden_name = value(&field(5), findings, &noticed::VALUE_MALFORMED, xpn::read);
    query.born_on = born_on(&field(6), findings);
    query.sex = value(&field(7), findings, &noticed::VALUE_NOT_IN_TABLE, super::pid::read_sex);
    query.address = value(&field(8), findings, &noticed::VALUE_MALFORMED, xad::read);
    query.phone = value(&field(9), findings, &noticed::VALUE_MALFORMED, xtn::read);
    query.multiple_birth = super::yes_or_no(&field(10), findings);
    query.birth_order = super::pid::birth_order(&field(11), findings);
    enough(segment, query, findings);
}

fn query_name(field: &Part<'_>, findings: &mut Findings) {
    if field.is_missing() {
        findings.push(noticed::QUERY_NAME_MISSING.at(field.place()));
    } else if wanted(field).is_none() {
        findings.push(noticed::QUERY_NAME_UNKNOWN.at(field.component(1).place()));
    }
}

/// What a QPD-1 or MSH-21 asks for.
pub fn wanted(field: &Part<'_>) -> Option<Wanted> {
    field.repetitions().find_map(|part| match &*part.component(1).text().to_ascii_uppercase() {
        "Z34" => Some(Wanted::History),
        "Z44" => Some(Wanted::Forecast),
        _ => None,
    })
}

fn born_on(field: &Part<'_>, findings: &mut Findings) -> Given<PartialDate> {
    value(field, findings, &noticed::QUERY_BIRTH_DATE_UNUSABLE, |part| {
        time::date(&part.component(1).text()).filter(|date| date.precision() == Precision::Day)
    })
}

/// Enough is: a registry number or record number with the date of birth, or last and first name with the date of birth.
fn enough(segment: &Segment<'_>, query: &HistoryQuery, findings: &mut Findings) {
    let has_identifier =
        query.identifiers.iter().filter_map(Given::get).any(|id| matches!(&*id.kind, "SR" | "MR"));
    let has_name = query.name.get().is_some_and(|name| !name.family.is_empty() && !name.given.is_empty());
    if query.born_on.is_absent() || query.born_on.is_erasure() {
        findings.push(noticed::QUERY_BIRTH_DATE_MISSING.at(segment.field(6).place()));
    }
    if !has_identifier && !has_name {
        findings.push(noticed::QUERY_NAME_PARTS_MISSING.at(segment.field(4).place()));
    }
}

/// Code and text of a query.
pub fn name_of(wanted: Wanted) -> [&'static str; 3] {
    match wanted {
        Wanted::History => ["Z34", "Request Immunization History", "CDCPHINVS"],
        Wanted::Forecast => ["Z44", "Request Evaluated History and Forecast", "CDCPHINVS"],
    }
}

/// Echoes the parameters of a request, all fields; without any, the name of the query alone.
pub fn write_echo(out: &mut Writer, request: Option<Segment<'_>>, wanted: Wanted) {
    out.segment("QPD");
    match request {
        Some(request) => {
            for number in 1..=request.last_field() {
                out.field(number).copy(request.field(number));
            }
        }
        None => drop(out.field(1).components(&name_of(wanted))),
    }
}
