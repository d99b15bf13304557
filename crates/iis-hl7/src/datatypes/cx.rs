//! CX, extended composite id: an identifier with its authority and type.

use super::hd;
use crate::er7::{Part, Writer};
use crate::rules::code_of;
use iis_model::person::Identifier;

/// The identifier of a repetition; `None` without a number.
pub fn read(part: &Part<'_>) -> Option<Identifier> {
    let [number, _, _, authority, kind] = part.components();
    (!number.is_missing()).then(|| Identifier {
        value: number.boxed(),
        authority: hd::read(&authority),
        kind: kind.text().to_ascii_uppercase().into(),
    })
}

/// Writes an identifier; what it lacks of authority, or of a type that the guide knows, is filled with the ones given.
pub fn write(out: &mut Writer, identifier: &Identifier, authority: &str, kind: &str) {
    let or =
        |text: &str, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text.to_owned() };
    out.components(&[&identifier.value, "", "", ""]);
    hd::write(out, &or(&identifier.authority, authority));
    let kind = code_of("HL70203_IZ", &identifier.kind).unwrap_or(kind.to_owned().into());
    out.next_component().text(&kind);
}
