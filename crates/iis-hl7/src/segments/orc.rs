//! ORC, common order: the identity of a dose at the sender, and who ordered and entered it.

use super::{coded, value};
use crate::datatypes::{ce, ei, xcn};
use crate::er7::{Part, Segment, Writer};
use crate::findings as noticed;
use iis_model::event::{Clinician, EventKind, OrderNumber, ReportedEvent};
use iis_model::{Coded, Findings, Given};

/// Adds what the segment says to the event. Without a usable ORC-3 the order is lost: `false`.
pub fn read(segment: &Segment<'_>, event: &mut ReportedEvent, findings: &mut Findings) -> bool {
    let field = |number| segment.field(number);
    if !field(1).is("RE") {
        findings.push(noticed::ORDER_CONTROL.at(field(1).place()));
    }
    event.placer = value(&field(2), findings, &noticed::VALUE_MALFORMED, ei::read);
    event.filler = field(3).given(ei::read);
    event.entered_by = clinician(&field(10), findings);
    event.ordered_by = clinician(&field(12), findings);
    event.entering_organization = organization(&field(17), findings);
    if event.filler.get().is_none() {
        findings.push(noticed::ORDER_NUMBER_MISSING.at(field(3).place()));
    }
    event.filler.get().is_some()
}

/// Many senders name it without a code: the name is kept.
fn organization(field: &Part<'_>, findings: &mut Findings) -> Given<Coded> {
    let name = field.component(2);
    if field.component(1).is_missing() && field.component(4).is_missing() && !name.is_missing() {
        findings.push(noticed::ORGANIZATION_BY_NAME.at(field.place()));
        return field.given(|_| Some(Coded::new("", &name.text(), &field.component(3).text())));
    }
    coded(field, findings)
}

pub(super) fn clinician(field: &Part<'_>, findings: &mut Findings) -> Given<Clinician> {
    value(field, findings, &noticed::VALUE_MALFORMED, xcn::read)
}

/// Writes the segment. What is no dose has 9999 as its order number (rule IZ-45); so has a dose without one.
pub fn write(out: &mut Writer, event: &ReportedEvent, authority: &str) {
    out.segment("ORC").field(1).text("RE");
    if let Some(placer) = event.placer.get() {
        ei::write(out.field(2), placer, authority);
    }
    let none = OrderNumber { value: "9999".into(), authority: Box::default() };
    let has_identity = !matches!(event.kind, EventKind::Refusal | EventKind::Observation);
    let filler = event.filler.get().filter(|_| has_identity).unwrap_or(&none);
    ei::write(out.field(3), filler, authority);
    if let Some(clinician) = event.entered_by.get() {
        xcn::write(out.field(10), clinician, authority);
    }
    if let Some(clinician) = event.ordered_by.get() {
        xcn::write(out.field(12), clinician, authority);
    }
    if let Some(organization) = event.entering_organization.get().filter(|held| !held.code.is_empty()) {
        ce::write(out.field(17), organization, "HL70362");
    }
}
