//! What can be wrong or doubtful about a line of vital records. A code is never reused.

use super::layout::Column;
use iis_model::{Finding, Place, Severity};
use serde::{Deserialize, Serialize};

/// Something that is looked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable code.
    pub code: &'static str,
    /// An error: the line was not stored.
    pub severity: Severity,
    /// What is wrong and how to mend it.
    pub text: &'static str,
}

/// Something that was found. It holds no value of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The line of the file, from 1.
    pub line: i64,
    /// Stable code: of [`ALL`], or of a data-quality check.
    pub code: Box<str>,
    /// "information", "warning" or "error".
    pub severity: Box<str>,
    /// The column; empty: the whole line.
    pub column: Box<str>,
    /// What is wrong and how to mend it.
    pub text: Box<str>,
}

impl Rule {
    /// Found in a line.
    pub fn at(&self, line: i64, column: Option<Column>) -> Note {
        Note {
            line,
            code: self.code.into(),
            severity: self.severity.word().into(),
            column: column.map_or("", Column::name).into(),
            text: self.text.into(),
        }
    }
}

impl Note {
    /// What a data-quality check found, with the column in the place of a message's field.
    pub(super) fn of(finding: &Finding, line: i64) -> Self {
        Self {
            line,
            code: finding.code.into(),
            severity: finding.severity.word().into(),
            column: column(finding.place).map_or("", Column::name).into(),
            text: in_the_words_of_a_file(&finding.text, finding.place).into(),
        }
    }
}

/// What a check found, without the field of a message: a file has columns, and the column stands beside it.
fn in_the_words_of_a_file(text: &str, place: Place) -> String {
    let Some(segment) = place.segment_name() else { return text.to_owned() };
    let begins = format!(" ({segment}-");
    match text.split_once(&begins).and_then(|(before, rest)| Some((before, rest.split_once(')')?.1))) {
        Some((before, after)) => format!("{before}{after}"),
        None => text.to_owned(),
    }
}

/// The column whose value would stand in this place of a message. Doses are the second kind in the order of the columns.
fn column(place: Place) -> Option<Column> {
    match (place.segment_name()?, place.field) {
        ("PID", 5) if place.component == 2 => Some(Column::First),
        ("PID", 5) if place.component == 3 => Some(Column::Middle),
        ("PID", 3) => Some(Column::Certificate),
        ("PID", 5) => Some(Column::Last),
        ("PID", 6) => Some(Column::MotherMaiden),
        ("PID", 7) => Some(Column::BornOn),
        ("PID", 8) => Some(Column::Sex),
        ("PID", 11) => Some(Column::Street),
        ("PID", 13) => Some(Column::Phone),
        ("PID", 24) => Some(Column::MultipleBirth),
        ("PID", 25) => Some(Column::BirthOrder),
        ("PID", 29) => Some(Column::DiedOn),
        ("RXA", 15) => Some(Column::HepatitisBLot),
        ("RXA", 17) => Some(Column::HepatitisBManufacturer),
        _ => None,
    }
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal $severity:ident $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Rule = Rule { code: $code, severity: Severity::$severity, text: $text };)*

        /// All rules, in code order.
        pub const ALL: &[&Rule] = &[$(&$name,)*];
    };
}

rules! {
    /// Nothing stands in the file.
    FILE_EMPTY = "VR-001" Error "The file is empty. Send a file with the header of the layout and a line for each event.";
    /// More than is read at once.
    FILE_TOO_LARGE = "VR-002" Error "The file is larger than 128 MiB, so nothing of it was read. Send it in parts.";
    /// The first line is not the header of the layout.
    HEADER = "VR-003" Error "The first line does not name the columns of the layout: a name is unknown or stands twice, or \
        layout or event is missing. Nothing of the file was read. Take the names from the page about the layout.";
    /// Another version.
    UNKNOWN_LAYOUT = "VR-004" Error "The line is not in version 1 of the layout. Write 1 in the column layout.";
    /// More or fewer fields than the header.
    FIELDS = "VR-005" Error "The line has more or fewer fields than the header. Look for a comma outside quotes, and for a \
        quote that is never closed: that takes the lines behind it along.";
    /// Not text.
    NOT_UTF_8 = "VR-006" Error "The value is not UTF-8. Write the file in UTF-8.";
    /// A control character or a mark of direction.
    CONTROL = "VR-007" Error "The value holds a control character, such as a line break, or a mark that turns the direction \
        of text around. Take it out.";
    /// Too long.
    TOO_LONG = "VR-008" Error "The value is longer than 250 letters, or a certificate number longer than 60. Send what the \
        certificate says.";
    /// Another word than those of the layout.
    UNKNOWN_EVENT = "VR-009" Error "The event is none of birth, death, death-reversal, adoption, sealing, \
        name-change, replacement-reversal. Write one of them.";
    /// Something without which the event cannot be stored.
    MISSING = "VR-010" Error "The value is missing, and without it the event cannot be stored. Send it.";
    /// No date.
    NO_DATE = "VR-011" Error "The value is no date. Write dates as 2026-03-01.";
    /// None of the values of the column.
    NO_CODE = "VR-012" Error "The value is none of those that the column takes. Take them from the page about the layout.";
    /// Refused by the checks that every report is held against.
    REFUSED_BY_CHECKS = "VR-013" Error "The checks that every report is held against refuse the line; what they found is \
        listed beside this. Correct it at the office and send the line again.";
    /// The number stands for somebody else.
    NUMBER_OF_ANOTHER = "VR-020" Error "This certificate number stands for a person with another birth date, sex or first \
        name. Check the number; nothing was stored.";
    /// No such certificate.
    UNKNOWN_NUMBER = "VR-021" Error "No birth of this certificate number was loaded, so there is no identity to replace. Load \
        the line of the birth first.";
    /// What it stood for was replaced.
    REPLACED = "VR-022" Error "The identity under this certificate number was replaced, so the line was not stored. Send the \
        number that stands now; a birth line does not change who was adopted, sealed or renamed.";
    /// The new number is taken.
    NEW_NUMBER_TAKEN = "VR-023" Error "The new certificate number is in use already. Check it; nothing was stored.";
    /// A death of somebody who is not on record.
    NOBODY = "VR-024" Information "Nobody on record resembles who died, so nothing was stored. Nothing need be done.";
    /// Somebody has to look.
    MAY_BE_KNOWN = "VR-025" Warning "The person resembles somebody on record, and not enough speaks for one of them. The \
        event is stored with a record of its own until somebody has looked at both.";
    /// A dose was left out.
    DOSE_LEFT_OUT = "VR-026" Warning "A dose of the line was not stored; what the checks found is listed beside this.";
    /// A day on which the person cannot have died.
    DAY_OF_DEATH = "VR-027" Error "The day of death lies in the future or before the birth. Check it; nothing was stored.";
    /// Nothing to take back.
    NO_DEATH = "VR-028" Error "No death was loaded under this certificate number, so there is none to take back. Send the \
        number that the line of the death had.";
    /// Nothing to take back.
    NOTHING_REPLACED = "VR-029" Error "No adoption, sealing or change of name stands under this certificate number, so there \
        is none to take back. Send the number and the name that stand now.";
    /// What would come back belongs to others.
    MOVED_SINCE = "VR-030" Error "Records of the former identity belong to other persons since, by a merge or a split, so it \
        was not given back. Take the merge or split back first, then load the line again.";
}

#[cfg(test)]
mod tests {
    use super::Note;
    use iis_model::{Effect, ErrorCode, Finding, Place, Severity};

    #[test]
    fn a_finding_of_a_file_names_the_column_of_the_value_and_no_field_of_a_message() {
        let finding = Finding {
            code: "PAT-140",
            severity: Severity::Warning,
            place: Place::segment(*b"PID", 1).field(5).component(2),
            error_code: ErrorCode::DataType,
            application_error: None,
            effect: Effect::Noted,
            text: "The first name (PID-5.2) does not have a form that can be right.".into(),
        };
        let note = Note::of(&finding, 7);
        assert_eq!(&*note.column, "first_name");
        assert_eq!(&*note.text, "The first name does not have a form that can be right.");
    }
}
