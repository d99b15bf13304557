//! The observations of a message by what they are about: found once, asked for many times.

use crate::er7::{Message, Segment};
use crate::segments::obx;
use std::ops::Range;

/// What an observation is about, as far as checks ask: one kind, or several.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct About(u8);

impl About {
    pub(super) const ELIGIBILITY: Self = Self(1);
    pub(super) const FUNDING: Self = Self(2);
    pub(super) const DOCUMENT: Self = Self(4);
    pub(super) const VACCINE_TYPE: Self = Self(8);
    pub(super) const EDITION: Self = Self(16);
    pub(super) const PRESENTED: Self = Self(32);
    pub(super) const IMMUNITY: Self = Self(64);

    /// Either.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// By its code (OBX-3.1, LOINC).
    fn of(observation: &Segment<'_>) -> Option<Self> {
        Some(match observation.field(3).component(1).raw().trim_ascii() {
            obx::ELIGIBILITY => Self::ELIGIBILITY,
            obx::FUNDING_SOURCE => Self::FUNDING,
            "69764-9" => Self::DOCUMENT,
            "30956-7" | "38890-0" => Self::VACCINE_TYPE,
            "29768-9" => Self::EDITION,
            "29769-7" => Self::PRESENTED,
            "59784-9" | "75505-8" => Self::IMMUNITY,
            _ => return None,
        })
    }
}

/// The observations that are about something, in message order, each with its number among the segments.
pub(super) struct Observed<'m>(Vec<(usize, About, Segment<'m>)>);

impl<'m> Observed<'m> {
    pub(super) fn of(message: &'m Message<'_>) -> Self {
        let observations =
            message.segments().enumerate().filter(|(_, segment)| segment.name_bytes() == *b"OBX");
        Self(observations.filter_map(|(nth, segment)| Some((nth, About::of(&segment)?, segment))).collect())
    }

    /// Those of a stretch of the message that are about this.
    pub(super) fn about(&self, about: About, stretch: Range<usize>) -> impl Iterator<Item = &Segment<'m>> {
        let from = self.0.partition_point(|(nth, ..)| *nth < stretch.start);
        let within = self.0[from..].iter().take_while(move |(nth, ..)| *nth < stretch.end);
        within.filter(move |(_, of, _)| of.0 & about.0 != 0).map(|(.., segment)| segment)
    }
}
