//! NK1, next of kin.

use super::value;
use crate::datatypes::{ce, xad, xpn, xtn};
use crate::er7::{Segment, Writer};
use crate::findings as noticed;
use iis_model::person::{Address, NextOfKin};
use iis_model::{Findings, Given};

/// The next of kin; `None` without name or relationship, which the guide requires.
///
/// Some senders always send a segment; one that names nobody is noted only, since nothing is lost with it.
pub fn read(segment: &Segment<'_>, findings: &mut Findings) -> Option<NextOfKin> {
    let field = |number| segment.field(number);
    let name = field(2).given(xpn::read);
    if name.get().is_none() {
        let kind =
            if names_nobody(segment) { &noticed::NEXT_OF_KIN_NOBODY } else { &noticed::NEXT_OF_KIN_NAME };
        findings.push(kind.at(field(2).place()));
        return None;
    }
    let relationship = field(3).given(ce::read);
    if relationship.get().is_none() {
        findings.push(noticed::NEXT_OF_KIN_RELATIONSHIP.at(field(3).place()));
        return None;
    }
    let address = value(&field(4), findings, &noticed::VALUE_MALFORMED, xad::read);
    let mut telecoms = super::pid::telecoms(&field(5), findings);
    telecoms.extend(super::pid::telecoms(&field(6), findings));
    Some(NextOfKin { name, relationship, address, telecoms })
}

fn names_nobody(segment: &Segment<'_>) -> bool {
    let lives_somewhere = |address: Address| !address.street.is_empty() || !address.city.is_empty();
    let has_address = xad::read(&segment.field(4)).is_some_and(lives_somewhere);
    !has_address && xtn::read(&segment.field(5)).is_none()
}

/// Writes one next of kin; `number` is the set id.
pub fn write(out: &mut Writer, number: usize, kin: &NextOfKin) {
    let (Some(name), Some(relationship)) = (kin.name.get(), kin.relationship.get()) else { return };
    out.segment("NK1").field(1).value(number);
    xpn::write(out.field(2), name, "L");
    ce::write(out.field(3), relationship, "HL70063");
    if let Some(address) = kin.address.get() {
        xad::write(out.field(4), address);
    }
    out.field(5);
    for telecom in kin.telecoms.iter().filter_map(Given::get) {
        xtn::write(out.repetition(), telecom);
    }
}
