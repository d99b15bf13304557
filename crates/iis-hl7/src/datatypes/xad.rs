//! XAD, extended address.

use crate::er7::{Part, Writer};
use crate::rules::code_of;
use iis_model::country::Country;
use iis_model::person::Address;

/// The address of a repetition; `None` when it says nothing but its type.
pub fn read(part: &Part<'_>) -> Option<Address> {
    let [street, other, city, state, zip, country, kind, _, county] = part.components();
    let address = Address {
        street: street.sub_component(1).said(),
        other: other.said(),
        city: city.said(),
        state: state.said(),
        zip: zip.said(),
        country: country.said(),
        kind: kind.capitals(),
        county: county.said(),
    };
    let says_something = [&address.street, &address.other, &address.city, &address.state, &address.zip]
        .into_iter()
        .chain([&address.country, &address.county])
        .any(|text| !text.is_empty());
    says_something.then_some(address)
}

/// Writes an address; without a type that the guide knows it is permanent (P), since the type is required. The country has
/// three letters.
pub fn write(out: &mut Writer, address: &Address) {
    let kind = code_of("HL70190_IZ", &address.kind).unwrap_or("P".into());
    let Address { street, other, city, state, zip, country, county, .. } = address;
    let country = Country::of_code(country).map_or(&**country, |known| known.code);
    out.components(&[street, other, city, state, zip, country, &kind, "", county]);
}
