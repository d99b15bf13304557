//! RCP, response control parameter.

use super::value;
use crate::er7::{Segment, Writer};
use crate::findings as noticed;
use iis_model::{Findings, Given};

/// The most candidates wanted (RCP-2).
pub fn read(segment: &Segment<'_>, findings: &mut Findings) -> Given<u32> {
    value(&segment.field(2), findings, &noticed::LIMIT_UNUSABLE, |part| {
        part.component(1).text().parse().ok().filter(|&limit| limit > 0)
    })
}

/// Writes the segment with the most candidates wanted.
pub fn write(out: &mut Writer, limit: u32) {
    out.segment("RCP").field(1).text("I").field(2).value(limit).next_component();
    out.text("RD").next_sub_component().text("Records").next_sub_component().text("HL70126");
}
