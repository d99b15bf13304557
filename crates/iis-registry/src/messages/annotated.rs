//! A message cut into pieces for the eye: each field with its name, each finding on the very characters that it is about.

use iis_hl7::er7::{Message, Segment};
use iis_hl7::rules::Profile;
use iis_model::Place;
use std::collections::BTreeSet;
use std::ops::Range;

/// The most segments that are shown; others are counted.
const MOST_SEGMENTS: usize = 300;
/// The longest text of one piece, in characters.
const LONGEST_PIECE: usize = 4_000;

/// A message, segment by segment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annotated {
    /// The segments.
    pub segments: Vec<SegmentView>,
    /// How many more there are.
    pub more: usize,
}

/// A segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentView {
    /// `RXA[2]`.
    pub place: String,
    /// `Pharmacy/Treatment Administration`; empty where no profile knows it.
    pub title: &'static str,
    /// Its text, cut where a field or a marked stretch begins or ends.
    pub pieces: Vec<Piece>,
    /// Its fields that have a value.
    pub fields: Vec<FieldView>,
}

/// A stretch of text in one field, under the same findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text; empty: something is missing here.
    pub text: String,
    /// `RXA-5 Administered Code`; empty between fields.
    pub field: String,
    /// Which findings are about it, counted from 1.
    pub findings: Vec<usize>,
    /// Those of them that end here: where their numbers are shown, once each.
    pub ending: Vec<usize>,
}

/// A field with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldView {
    /// `RXA-5`.
    pub place: String,
    /// `Administered Code`; empty where no profile knows it.
    pub name: &'static str,
    /// As it stands in the message.
    pub value: String,
    /// Which findings are about it.
    pub findings: Vec<usize>,
}

/// A field, where it stands, and its name.
struct Field {
    number: u8,
    range: Range<usize>,
    name: &'static str,
}

/// Annotates a message with findings at places. Names are those of the profile that the message follows, else of any that
/// knows the segment.
pub(super) fn annotate(message: &Message<'_>, places: &[Place]) -> Annotated {
    let profile = Profile::of(message);
    let marks: Vec<(usize, Range<usize>)> =
        places.iter().enumerate().filter_map(|(n, place)| Some((n + 1, message.range_of(*place)?))).collect();
    let segments = message.segments().take(MOST_SEGMENTS);
    let segments: Vec<_> = segments.map(|segment| view(message, &segment, profile, &marks)).collect();
    Annotated { more: message.len() - segments.len(), segments }
}

fn view(
    message: &Message<'_>,
    segment: &Segment<'_>,
    profile: Option<Profile>,
    marks: &[(usize, Range<usize>)],
) -> SegmentView {
    let text = message.text();
    let start = message.range_of(segment.place()).map_or(0, |range| range.start);
    let whole = start..start + segment.raw().len();
    let fields: Vec<Field> = (1..=segment.last_field())
        .filter_map(|number| {
            let range = message.range_of(segment.place().field(number))?;
            let name = known(profile, |profile| profile.field_name(segment.name(), number));
            Some(Field { number, range, name: name.unwrap_or_default() })
        })
        .collect();
    let within = |range: &Range<usize>| whole.start <= range.start && range.end <= whole.end;
    let marks: Vec<_> = marks.iter().filter(|(_, range)| within(range)).cloned().collect();
    let field_view = |field: &Field| FieldView {
        place: segment.place().field(field.number).to_string(),
        name: field.name,
        value: clipped(text.get(field.range.clone()).unwrap_or_default()),
        findings: about(&marks, |range| field.range.start <= range.start && range.end <= field.range.end),
    };
    let has_value = |field: &&Field| !field.range.is_empty();
    SegmentView {
        place: segment.place().to_string(),
        title: known(profile, |profile| profile.title(segment.name())).unwrap_or_default(),
        fields: fields.iter().filter(has_value).map(field_view).collect(),
        pieces: pieces(text, segment.name(), &whole, &fields, &marks),
    }
}

fn pieces(
    text: &str,
    segment: &str,
    whole: &Range<usize>,
    fields: &[Field],
    marks: &[(usize, Range<usize>)],
) -> Vec<Piece> {
    let ranges = fields.iter().map(|field| &field.range).chain(marks.iter().map(|(_, range)| range));
    let mut cuts: BTreeSet<usize> = ranges.flat_map(|range| [range.start, range.end]).collect();
    cuts.extend([whole.start, whole.end]);
    let cuts: Vec<usize> = cuts.into_iter().collect();
    let piece = |range: Range<usize>, findings: Vec<usize>| {
        let ending = about(marks, |marked| marked.end == range.end && marked.start <= range.start);
        let ending = ending.into_iter().filter(|n| findings.contains(n)).collect();
        let holds = |field: &&Field| field.range.start <= range.start && range.end <= field.range.end;
        let field =
            fields.iter().find(holds).map(|field| format!("{segment}-{} {}", field.number, field.name));
        let field = field.unwrap_or_default().trim_end().to_owned();
        Piece { text: clipped(text.get(range).unwrap_or_default()), field, findings, ending }
    };
    let mut pieces = Vec::new();
    for (at, cut) in cuts.iter().enumerate() {
        let missing = about(marks, |range| range.is_empty() && range.start == *cut);
        if !missing.is_empty() {
            pieces.push(piece(*cut..*cut, missing));
        }
        if let Some(next) = cuts.get(at + 1) {
            let covering = about(marks, |range| range.start <= *cut && *next <= range.end);
            pieces.push(piece(*cut..*next, covering));
        }
    }
    pieces
}

/// The findings whose stretch fits.
fn about(marks: &[(usize, Range<usize>)], fits: impl Fn(&Range<usize>) -> bool) -> Vec<usize> {
    marks.iter().filter(|(_, range)| fits(range)).map(|(n, _)| *n).collect()
}

fn known<T>(profile: Option<Profile>, ask: impl Fn(Profile) -> Option<T>) -> Option<T> {
    profile.into_iter().chain(Profile::ALL).find_map(ask)
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST_PIECE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::annotate;
    use iis_model::Place;

    #[test]
    fn findings_lie_on_their_characters_and_fields_carry_their_names() {
        let text = "MSH|^~\\&|EHR|C7|||20260301||VXU^V04^VXU_V04|M1|P|2.5.1\rPID|1||A17^^^C7^MR||DOE^ANA||20300101|\r";
        let (message, _) = iis_hl7::parse(text.as_bytes());
        let pid = Place::segment(*b"PID", 1);
        let places = [pid.field(5).component(2), pid.field(8), pid, Place::segment(*b"RXA", 1)];
        let annotated = annotate(&message, &places);
        assert_eq!((annotated.segments.len(), annotated.more), (2, 0));
        for (segment, line) in annotated.segments.iter().zip(text.split('\r')) {
            let whole: String = segment.pieces.iter().map(|piece| piece.text.as_str()).collect();
            assert_eq!(whole, line, "the pieces are the segment");
        }
        let pid = &annotated.segments[1];
        assert_eq!(pid.place, "PID");
        assert!(!pid.title.is_empty());
        let marked: Vec<_> = pid
            .pieces
            .iter()
            .filter(|piece| piece.findings.contains(&1))
            .map(|piece| (piece.text.as_str(), piece.field.as_str()))
            .collect();
        assert_eq!(marked, [("ANA", "PID-5 Patient Name")]);
        let missing =
            pid.pieces.iter().find(|piece| piece.findings.contains(&2)).expect("a place for what is missing");
        assert_eq!((missing.text.as_str(), missing.field.starts_with("PID-8")), ("", true));
        assert!(
            pid.pieces.iter().all(|piece| piece.text.is_empty() || piece.findings.contains(&3)),
            "the whole segment"
        );
        let name = pid.fields.iter().find(|field| field.place == "PID-5").expect("a name");
        assert_eq!((name.value.as_str(), name.findings.as_slice()), ("DOE^ANA", [1].as_slice()));
    }
}
