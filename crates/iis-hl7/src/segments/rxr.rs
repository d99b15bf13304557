//! RXR, route and body site.

use super::coded;
use crate::datatypes::ce;
use crate::er7::{Segment, Writer};
use crate::findings as noticed;
use iis_model::{Findings, ReportedEvent};

/// Adds route and site to the event. A site of no use loses the site only; without a route the segment is lost.
pub fn read(segment: &Segment<'_>, event: &mut ReportedEvent, findings: &mut Findings) {
    if segment.is_empty() {
        return;
    }
    if segment.field(1).is_missing() {
        findings.push(noticed::ROUTE_MISSING.at(segment.field(1).place()));
        return;
    }
    event.route = coded(&segment.field(1), findings);
    event.body_site = coded(&segment.field(2), findings);
}

/// Writes the segment, unless the route is not known: the guide requires it.
pub fn write(out: &mut Writer, event: &ReportedEvent) {
    let Some(route) = event.route.get() else { return };
    out.segment("RXR");
    ce::write(out.field(1), route, "NCIT");
    if let Some(site) = event.body_site.get() {
        ce::write(out.field(2), site, "HL70163");
    }
}
