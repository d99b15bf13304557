//! A sender's own codes read as the standard ones agreed with it.
//!
//! The text of the message is rewritten before it is read, field by field, so that readers, profiles and checks see the
//! standard codes; segments, fields and repetitions stay where they were, so that a place leads to the same thing in both.

use crate::er7::{Message, Part, Segment};
use iis_model::Place;
use iis_model::organization::CodeMapping;
use std::ops::Range;

/// A field whose codes may be translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Translatable {
    /// As people write it.
    pub name: &'static str,
    segment: &'static str,
    field: u8,
    /// The component in which the coding system stands; 0: the field has none.
    system: u8,
}

const fn coded(name: &'static str, segment: &'static str, field: u8) -> Translatable {
    Translatable { name, segment, field, system: 3 }
}

const fn bare(name: &'static str, segment: &'static str, field: u8) -> Translatable {
    Translatable { name, segment, field, system: 0 }
}

/// All of them, in the order of a message. Only the first code of a field is translated: one sent beside a standard code
/// needs no translation.
pub const TRANSLATABLE: &[Translatable] = &[
    bare("PID-8", "PID", 8),
    coded("PID-10", "PID", 10),
    coded("PID-15", "PID", 15),
    coded("PID-22", "PID", 22),
    coded("PD1-11", "PD1", 11),
    bare("PD1-16", "PD1", 16),
    coded("NK1-3", "NK1", 3),
    coded("RXA-5", "RXA", 5),
    coded("RXA-7", "RXA", 7),
    coded("RXA-9", "RXA", 9),
    coded("RXA-17", "RXA", 17),
    coded("RXA-18", "RXA", 18),
    bare("RXA-20", "RXA", 20),
    coded("RXR-1", "RXR", 1),
    coded("RXR-2", "RXR", 2),
    coded("OBX-3", "OBX", 3),
    coded("OBX-5", "OBX", 5),
    coded("OBX-17", "OBX", 17),
];

/// A message with standard codes in the place of the sender's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// Its text, UTF-8.
    pub bytes: Vec<u8>,
    /// Where codes were translated, and with which row of the table.
    pub translated: Vec<(Place, usize)>,
}

/// Translates a message; `None`: none of the codes stands in it.
pub fn translate(message: &Message<'_>, mappings: &[CodeMapping]) -> Option<Translation> {
    if mappings.is_empty() {
        return None;
    }
    let mut translated = Vec::new();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for segment in message.segments() {
        for Found { place, sent, row, value } in of_segment(&segment, mappings) {
            let code = place.component(1);
            let Some(Range { start, .. }) = message.range_of(code) else { continue };
            translated.push((code, row));
            edits.push((start..start + sent.len(), value));
        }
    }
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|(range, _)| range.start);
    let (text, mut out, mut at) = (message.text(), String::with_capacity(message.text().len()), 0);
    for (range, value) in edits {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&value);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Some(Translation { bytes: out.into_bytes(), translated })
}

/// A repetition of a field that a row of the table is about.
struct Found<'m> {
    place: Place,
    /// As it stands in the message.
    sent: &'m str,
    row: usize,
    /// What is to stand there instead.
    value: String,
}

/// The repetitions of a segment's fields that the table is about.
fn of_segment<'m>(segment: &Segment<'m>, mappings: &[CodeMapping]) -> Vec<Found<'m>> {
    let fields = TRANSLATABLE.iter().filter(|translatable| translatable.segment == segment.name());
    let mut found = Vec::new();
    for translatable in fields {
        for repetition in segment.field(translatable.field).repetitions() {
            let row = mappings.iter().position(|mapping| is_about(mapping, translatable, &repetition));
            if let Some(row) = row {
                found.push(Found {
                    place: repetition.place(),
                    sent: repetition.raw(),
                    row,
                    value: instead(&repetition, translatable, &mappings[row]),
                });
            }
        }
    }
    found
}

fn is_about(mapping: &CodeMapping, translatable: &Translatable, value: &Part<'_>) -> bool {
    let system = || value.component(translatable.system).text().into_owned();
    mapping.field.eq_ignore_ascii_case(translatable.name)
        && value.component(1).text().eq_ignore_ascii_case(&mapping.code)
        && (mapping.system.is_empty()
            || translatable.system == 0
            || system().eq_ignore_ascii_case(&mapping.system))
}

/// The value with the standard code and its system; what else stands in it stays.
fn instead(value: &Part<'_>, translatable: &Translatable, mapping: &CodeMapping) -> String {
    let delimiter = char::from(value.delimiters().component);
    let mut components: Vec<&str> = value.raw().split(delimiter).collect();
    let standard = plain(&mapping.standard, value);
    let system = plain(&mapping.standard_system, value);
    components[0] = &standard;
    if translatable.system > 0 && !mapping.standard_system.is_empty() {
        let at = usize::from(translatable.system) - 1;
        components.resize(components.len().max(at + 1), "");
        components[at] = &system;
    }
    components.join(&delimiter.to_string())
}

/// A code without delimiters and controls: a table of codes never makes a segment.
fn plain(code: &str, value: &Part<'_>) -> String {
    let is_special = |c: &char| u8::try_from(*c).is_ok_and(|byte| value.delimiters().contains(byte));
    code.chars().filter(|c| !c.is_control() && !is_special(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::translate;
    use crate::parse;
    use iis_model::organization::CodeMapping;

    fn mapping(field: &str, code: &str, system: &str, standard: &str, standard_system: &str) -> CodeMapping {
        CodeMapping {
            field: field.into(),
            code: code.into(),
            system: system.into(),
            standard: standard.into(),
            standard_system: standard_system.into(),
        }
    }

    #[test]
    fn a_code_of_the_senders_own_is_read_as_the_standard_one_and_the_rest_stays() {
        let mappings = [
            mapping("PID-8", "1", "", "F", ""),
            mapping("PID-10", "WH", "99LOC", "2106-3", "CDCREC"),
            mapping("RXA-5", "mmr", "", "03", "CVX"),
        ];
        #[rustfmt::skip]
        let table = [
            // as sent                            as read                               places
            ("PID|1||||||||1",                    "PID|1||||||||1",                     ""),
            ("PID|||||||X|1|",                    "PID|||||||X|F|",                     "PID-8.1"),
            ("PID||||||||||WH^White^99LOC~2028-9^A^CDCREC", "PID||||||||||2106-3^White^CDCREC~2028-9^A^CDCREC", "PID-10.1"),
            ("PID||||||||||X~WH^^99loc",          "PID||||||||||X~2106-3^^CDCREC",      "PID-10[2].1"),
            ("PID||||||||||WH^White^HL70005",     "PID||||||||||WH^White^HL70005",      ""),
            ("RXA|0|1|||MMR",                     "RXA|0|1|||03^^CVX",                  "RXA-5.1"),
            ("RXA|0|1|||Mmr^a\\T\\b^L^x^y|0.5",   "RXA|0|1|||03^a\\T\\b^CVX^x^y|0.5",   "RXA-5.1"),
            ("RXA|0|1|||MMRV^^L",                 "RXA|0|1|||MMRV^^L",                  ""),
        ];
        for (sent, read, places) in table {
            let header = "MSH|^~\\&|EHR\r";
            let bytes = format!("{header}{sent}\r").into_bytes();
            let (message, _) = parse(&bytes);
            let translation = translate(&message, &mappings);
            let text = translation.as_ref().map_or_else(
                || format!("{header}{sent}\r"),
                |translation| String::from_utf8_lossy(&translation.bytes).into_owned(),
            );
            assert_eq!(text, format!("{header}{read}\r"), "{sent}");
            let found: Vec<String> = translation
                .iter()
                .flat_map(|t| t.translated.iter().map(|(place, _)| place.to_string()))
                .collect();
            assert_eq!(found.join(" "), places, "{sent}");
        }
    }

    #[test]
    fn a_table_cannot_bring_a_segment_in() {
        let mappings = [mapping("RXA-5", "MMR", "", "03|x\rPID|9", "C^V")];
        let bytes = b"MSH|^~\\&|EHR\rRXA|0|1|||MMR^^L\r";
        let (message, _) = parse(bytes);
        let translation = translate(&message, &mappings).expect("translated");
        let (read, _) = parse(&translation.bytes);
        assert_eq!(read.len(), 2);
        let code = read.segment("RXA").expect("a dose").field(5);
        assert_eq!((&*code.component(1).text(), &*code.component(3).text()), ("03xPID9", "CV"));
    }
}
