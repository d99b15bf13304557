//! What a message does against its profile.

use super::forms::Primitive;
use super::packed::{Element, Rule};
use iis_model::Place;

/// One thing, at one place.
#[derive(Debug, Clone, Copy)]
pub struct Fault<'p> {
    /// Where.
    pub place: Place,
    pub(super) what: What<'p>,
}

/// What is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'p> {
    /// A required segment is not there.
    SegmentMissing([u8; 3]),
    /// The segment stands where the structure has none.
    SegmentMisplaced,
    /// The profile does not take this segment.
    SegmentNotSupported,
    /// A required element is empty.
    Missing(&'p Element),
    /// An element that the profile does not take is valued.
    NotSupported(&'p Element),
    /// There are more repetitions than the profile takes.
    TooMany(&'p Element),
    /// Too long or too short.
    Length(&'p Element),
    /// Not of its data type.
    Form(&'p Element, Primitive),
    /// The code is not in the value set of this number.
    NotInSet(u16),
    /// The code is written in other letters, large or small.
    OtherCase(u16),
    /// The code is of an older table.
    Old(u16),
    /// A conformance statement does not hold.
    Rule(&'p Rule),
}

impl Fault<'_> {
    /// Whether something is too long or too short.
    pub fn is_about_length(&self) -> bool {
        matches!(self.what, What::Length(_))
    }

    /// What is wrong in a few words, for people who test: `PID-3.5 required`.
    pub fn words(&self) -> String {
        let what = match self.what {
            What::SegmentMissing(name) => format!("{} missing", String::from_utf8_lossy(&name)),
            What::SegmentMisplaced => "out of order".to_owned(),
            What::Missing(_) => "required".to_owned(),
            What::SegmentNotSupported | What::NotSupported(_) => "not supported".to_owned(),
            What::TooMany(element) => format!("more than {}", element.most),
            What::Length(element) if element.longest == u32::MAX => format!("length {}..*", element.shortest),
            What::Length(element) => format!("length {}..{}", element.shortest, element.longest),
            What::Form(_, form) => format!("not {}", form.words()),
            What::NotInSet(set) => format!("not in {}", super::set_name(set)),
            What::OtherCase(set) => format!("in other letters than in {}", super::set_name(set)),
            What::Old(set) => format!("older than {}", super::set_name(set)),
            What::Rule(rule) => format!("against {}", rule.id),
        };
        format!("{} {what}", self.place)
    }
}
