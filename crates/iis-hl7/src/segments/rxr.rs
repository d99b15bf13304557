//! RXR, route and body site.

use super::coded;
use crate::datatypes::ce;
use crate::er7::{Segment, Writer};
use crate::findings as noticed;
use iis_model::{Coded, Findings, ReportedEvent};
use std::borrow::Cow;

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

/// Writes the segment, unless the route is not one that the guide knows: it requires it. So a site that it does not know is
/// left out.
pub fn write(out: &mut Writer, event: &ReportedEvent) {
    let route = event.route.get().and_then(|route| ce::of_set(&in_ncit(route), "NCIT", "NCIT"));
    let Some(route) = route else { return };
    out.segment("RXR");
    ce::write(out.field(1), &route, "NCIT");
    if let Some(site) = event.body_site.get().and_then(|site| ce::of_set(site, "HL70163_IZ", "HL70163")) {
        ce::write(out.field(2), &site, "HL70163");
    }
}

/// Routes of HL7 table 0162 that senders still use, with the NCIT codes that the guide wants (its RXR-1).
#[rustfmt::skip]
const ROUTES: &[(&str, &str, &str)] = &[
    ("IM", "C28161", "Intramuscular"),
    ("ID", "C38238", "Intradermal"),
    ("IV", "C38276", "Intravenous"),
    ("IN", "C38284", "Nasal"),
    ("NS", "C38284", "Nasal"),
    ("PO", "C38288", "Oral"),
    ("SC", "C38299", "Subcutaneous"),
    ("SQ", "C38299", "Subcutaneous"),
    ("TD", "C38305", "Transdermal"),
];

/// The route in NCIT, with the code as reported behind it.
fn in_ncit(route: &Coded) -> Cow<'_, Coded> {
    let known = ROUTES.iter().find(|(old, ..)| route.code.eq_ignore_ascii_case(old));
    match known {
        Some((_, code, text)) => {
            let alternate = Some(Box::new(Coded { alternate: None, ..route.clone() }));
            Cow::Owned(Coded { alternate, ..Coded::new(code, text, "NCIT") })
        }
        None => Cow::Borrowed(route),
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::er7::Writer;
    use iis_model::event::{EventKind, ReportedEvent};
    use iis_model::{Coded, Given};

    #[test]
    fn routes_are_told_in_ncit() {
        #[rustfmt::skip]
        let table = [
            (Coded::new("C28161", "IM", "NCIT"),    "RXR|C28161^IM^NCIT\r"),
            (Coded::new("im", "", "HL70162"),       "RXR|C28161^Intramuscular^NCIT^im^^HL70162\r"),
            (Coded::new("OTH", "Other", "HL70162"), ""), // not a route of NCIT
        ];
        for (route, expected) in table {
            let mut event = ReportedEvent::new(EventKind::Historical);
            event.route = Given::of(route);
            let mut out = Writer::new();
            write(&mut out, &event);
            assert_eq!(String::from_utf8(out.finish()).expect("text"), expected);
        }
    }
}
