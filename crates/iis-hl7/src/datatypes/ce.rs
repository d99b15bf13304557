//! CE and CWE, coded element: code, text, code system, and the same in a second system.

use crate::er7::{Part, Writer};
use iis_model::Coded;

/// The coded value; `None` without any code.
///
/// A value whose first triplet has no code is taken from the second one.
pub fn read(part: &Part<'_>) -> Option<Coded> {
    let [code, text, system, other_code, other_text, other_system] = part.components();
    let triplet = |code: Part<'_>, text: Part<'_>, system: Part<'_>| {
        (!code.is_missing()).then(|| Coded {
            code: code.boxed(),
            text: text.boxed(),
            system: system.boxed(),
            alternate: None,
        })
    };
    match (triplet(code, text, system), triplet(other_code, other_text, other_system)) {
        (Some(first), alternate) => Some(Coded { alternate: alternate.map(Box::new), ..first }),
        (None, alternate) => alternate,
    }
}

/// Writes both triplets; a first code without a system gets the one given.
pub fn write(out: &mut Writer, coded: &Coded, system: &str) {
    let system = if coded.system.is_empty() { system } else { &coded.system };
    out.components(&[&coded.code, &coded.text, system]);
    if let Some(other) = coded.alternate.as_deref().filter(|other| !other.system.is_empty()) {
        out.next_component().components(&[&other.code, &other.text, &other.system]);
    }
}
