//! HD, hierarchic designator: a namespace, or an OID with its type.

use crate::er7::{Part, Writer};

/// The namespace; without one the universal id. `part` is a field, or a component whose sub-components it is.
pub fn read(part: &Part<'_>) -> Box<str> {
    let (namespace, universal) = if part.place().component == 0 {
        (part.component(1), part.component(2))
    } else {
        (part.sub_component(1), part.sub_component(2))
    };
    let chosen = if namespace.is_missing() { universal } else { namespace };
    if chosen.is_missing() { Box::default() } else { chosen.boxed() }
}

/// Writes an authority as the sub-components of the open component.
pub fn write(out: &mut Writer, authority: &str) {
    if crate::rules::is_oid(authority) {
        out.next_sub_component().text(authority).next_sub_component().text("ISO");
    } else {
        out.text(authority);
    }
}
