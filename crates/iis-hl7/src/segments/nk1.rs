//! NK1, next of kin.

use super::value;
use crate::datatypes::{ce, xad, xpn, xtn};
use crate::er7::{Segment, Writer};
use crate::findings as noticed;
use iis_model::person::{Address, NextOfKin};
use iis_model::{Coded, Findings, Given};

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
    let mut telecoms = super::pid::read_telecoms(&field(5), findings);
    telecoms.extend(super::pid::read_telecoms(&field(6), findings));
    Some(NextOfKin { name, relationship, address, telecoms })
}

fn names_nobody(segment: &Segment<'_>) -> bool {
    let lives_somewhere = |address: Address| !address.street.is_empty() || !address.city.is_empty();
    let has_address = xad::read(&segment.field(4)).is_some_and(lives_somewhere);
    !has_address && xtn::read(&segment.field(5)).is_none()
}

/// Writes the next of kin that have what the guide requires: family and given name, and a relationship.
pub fn write(out: &mut Writer, all: &[NextOfKin]) {
    let is_named = |kin: &&NextOfKin| {
        let is_whole = kin.name.get().is_some_and(|name| !name.family.is_empty() && !name.given.is_empty());
        is_whole && kin.relationship.get().is_some()
    };
    for (number, kin) in (1..).zip(all.iter().filter(is_named)) {
        write_one(out, number, kin);
    }
}

/// A relationship that the guide does not know is another one (OTH), with what was said behind it.
fn write_one(out: &mut Writer, number: u32, kin: &NextOfKin) {
    let (Some(name), Some(relationship)) = (kin.name.get(), kin.relationship.get()) else { return };
    out.segment("NK1").field(1).value(number);
    xpn::write(out.field(2), name, "L");
    let known = ce::of_set(relationship, "HL70063_IZ", "HL70063").unwrap_or_else(|| {
        let said = Coded { alternate: None, ..relationship.clone() };
        Coded { alternate: Some(Box::new(said)), ..Coded::new("OTH", "Other", "HL70063") }
    });
    ce::write(out.field(3), &known, "HL70063");
    if let Some(address) = kin.address.get() {
        xad::write(out.field(4), address);
    }
    out.field(5);
    for telecom in kin.telecoms.iter().filter_map(Given::get) {
        xtn::write(out.repetition(), telecom);
    }
}
