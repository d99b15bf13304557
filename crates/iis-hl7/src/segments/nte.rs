//! NTE, notes and comments.

use crate::er7::Segment;
use crate::findings as noticed;
use iis_model::Findings;

/// The comment, all repetitions as lines; `None` when there is none.
pub fn read(segment: &Segment<'_>, findings: &mut Findings) -> Option<Box<str>> {
    let field = segment.field(3);
    let lines: Vec<_> = field.repetitions().map(|part| part.prose().into_owned()).collect();
    if lines.is_empty() {
        findings.push(noticed::COMMENT_WITHOUT_TEXT.at(field.place()));
        return None;
    }
    Some(lines.join("\n").into())
}
