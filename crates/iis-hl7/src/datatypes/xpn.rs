//! XPN, extended person name.

use crate::er7::{Part, Writer};
use crate::rules::code_of;
use iis_model::person::PersonName;

/// The name of a repetition, whole or in part; `None` when neither family nor given name says anything.
pub fn read(part: &Part<'_>) -> Option<PersonName> {
    let [family, given, middle, suffix, _, _, kind] = part.components();
    let name = PersonName {
        family: family.sub_component(1).said(),
        given: given.said(),
        middle: middle.said(),
        suffix: suffix.said(),
        kind: kind.capitals(),
    };
    (!name.family.is_empty() || !name.given.is_empty()).then_some(name)
}

/// Writes a name; without a type that the guide knows it gets the one given.
pub fn write(out: &mut Writer, name: &PersonName, kind: &str) {
    let kind = code_of("HL70200_IZ", &name.kind).unwrap_or(kind.to_owned().into());
    out.components(&[&name.family, &name.given, &name.middle, &name.suffix, "", "", &kind]);
}
