//! ERR, error.

use crate::er7::Writer;
use iis_model::{Finding, Place};

/// The longest user message (ERR-8), in characters.
const LONGEST_TEXT: usize = 250;

/// Writes one finding: place, codes, severity, our stable code, and the words for people.
///
/// `also` names further findings behind the stable code (ERR-7), where only one ERR is allowed.
pub fn write(out: &mut Writer, finding: &Finding, also: &str) {
    out.segment("ERR").field(2);
    write_place(out, finding.place);
    let code = finding.error_code;
    out.field(3).components(&[&code.number().to_string(), code.text(), "HL70357"]);
    out.field(4).text(finding.severity.code());
    if let Some(application) = finding.application_error {
        out.field(5).components(&[&application.number().to_string(), application.text(), "HL70533"]);
    }
    out.field(7).text(finding.code).text(also);
    out.field(8).text(&finding.text.chars().take(LONGEST_TEXT).collect::<String>());
}

/// Writes a place as ERL: each deeper part only when it is named, and never without the ones before it. A segment that is
/// missing is the first of its name: the profile requires the number.
fn write_place(out: &mut Writer, place: Place) {
    let Some(segment) = place.segment_name() else { return };
    out.text(segment);
    let parts = [
        place.sequence.max(1),
        place.field.into(),
        place.repetition.into(),
        place.component.into(),
        place.sub_component.into(),
    ];
    for part in parts.into_iter().take_while(|&part| part > 0) {
        out.next_component().value(part);
    }
}
