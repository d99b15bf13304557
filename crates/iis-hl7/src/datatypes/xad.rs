//! XAD, extended address.

use crate::er7::{Part, Writer};
use iis_model::person::Address;

/// The address of a repetition; `None` when it says nothing but its type.
pub fn read(part: &Part<'_>) -> Option<Address> {
    let text = |component: u8| {
        let part = part.component(component);
        if part.is_missing() { Box::default() } else { part.boxed() }
    };
    let street = part.component(1).sub_component(1);
    let address = Address {
        street: if street.is_missing() { Box::default() } else { street.boxed() },
        other: text(2),
        city: text(3),
        state: text(4),
        zip: text(5),
        country: text(6),
        kind: text(7).to_ascii_uppercase().into(),
        county: text(9),
    };
    let says_something = [&address.street, &address.other, &address.city, &address.state, &address.zip]
        .into_iter()
        .chain([&address.country, &address.county])
        .any(|text| !text.is_empty());
    says_something.then_some(address)
}

/// Writes an address; without a type of its own it is permanent (P), since the type is required.
pub fn write(out: &mut Writer, address: &Address) {
    let kind = if address.kind.is_empty() { "P" } else { &address.kind };
    let Address { street, other, city, state, zip, country, county, .. } = address;
    out.components(&[street, other, city, state, zip, country, kind, "", county]);
}
