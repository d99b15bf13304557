//! XPN, extended person name.

use crate::er7::{Part, Writer};
use iis_model::person::PersonName;

/// The name of a repetition, whole or in part; `None` when neither family nor given name says anything.
pub fn read(part: &Part<'_>) -> Option<PersonName> {
    let text = |component: u8| {
        let part = part.component(component);
        if part.is_missing() { Box::default() } else { part.boxed() }
    };
    let family = part.component(1).sub_component(1);
    let name = PersonName {
        family: if family.is_missing() { Box::default() } else { family.boxed() },
        given: text(2),
        middle: text(3),
        suffix: text(4),
        kind: text(7).to_ascii_uppercase().into(),
    };
    (!name.family.is_empty() || !name.given.is_empty()).then_some(name)
}

/// Writes a name; without a type of its own it gets the one given.
pub fn write(out: &mut Writer, name: &PersonName, kind: &str) {
    let kind = if name.kind.is_empty() { kind } else { &name.kind };
    out.components(&[&name.family, &name.given, &name.middle, &name.suffix, "", "", kind]);
}
