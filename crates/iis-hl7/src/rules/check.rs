//! Running a profile over a message: the structure, and in it segment by segment.
//!
//! Nothing is allocated until there is a fault. Every segment is looked at once, in message order; what stands out of
//! order counts as not there. Sources: immunization guide 1.5, chapters 3 to 6; the usages of HL7 2.5.1, 2.12.

use super::condition::holds;
use super::elements::Elements;
use super::expression::Path;
use super::fault::{Fault, What};
use super::packed::{Packed, Part, Rule, Target};
use super::scope::{Scope, part_of};
use super::sets::Sets;
use super::tables::Usage;
use crate::er7::{Delimiters, Message, Segment};
use iis_model::Place;

/// The most faults of one message that are told.
pub(super) const MOST_FAULTS: usize = 500;

/// How much of a profile is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What the profile asks for: a receiver ignores the rest.
    Constrained,
    /// Also the data types of optional elements: what a sender vouches for.
    All,
}

/// One run.
pub(super) struct Check<'p, 'm> {
    profile: &'p Packed,
    message: &'m Message<'m>,
    elements: Elements<'p>,
    /// The next segment.
    at: usize,
    /// The number that the profile has for it, when it was looked up already.
    known: Option<(usize, u8)>,
    /// The number of the last segment that was looked at.
    last: Option<u8>,
    group: Group<'m>,
    numbers: Numbers,
}

/// The group of segments that a statement about several of them looks at.
struct Group<'m> {
    message: &'m Message<'m>,
    from: usize,
    to: usize,
}

/// How the observations are numbered so far (OBX-1).
#[derive(Default)]
struct Numbers {
    in_message: u32,
    in_group: u32,
    breaks_message: bool,
    /// The first one that breaks the order of its group.
    breaks_group: Option<Place>,
}

impl<'p, 'm> Check<'p, 'm> {
    /// The faults of a message against a profile.
    pub(super) fn run(
        profile: &'p Packed,
        sets: &'p Sets,
        message: &'m Message<'m>,
        extent: Extent,
    ) -> Vec<Fault<'p>> {
        let elements = Elements {
            kinds: &profile.kinds,
            sets,
            extent,
            delimiters: message.delimiters(),
            in_a_row: 0,
            nests: false,
            faults: Vec::new(),
        };
        let group = Group { message, from: 0, to: 0 };
        let mut check = Self {
            profile,
            message,
            elements,
            at: 0,
            known: None,
            last: None,
            group,
            numbers: Numbers::default(),
        };
        check.parts(&profile.structure, None);
        check.numbers_of_observations();
        check.elements.faults.truncate(MOST_FAULTS);
        check.elements.faults
    }

    /// The parts of the message or of a group in their order. `opened` is the segment with which the group began.
    fn parts(&mut self, parts: &'p [Part], opened: Option<Place>) {
        for part in parts {
            let mut count = 0_u32;
            while let Some(number) = self.peek() {
                let bit = 1 << number;
                if part.entry & bit != 0 && count < part.most {
                    count += 1;
                    self.take(part);
                } else if part.after & bit == 0 {
                    self.elements.push(self.message.place_of(self.at), What::SegmentMisplaced);
                    self.at += 1;
                } else {
                    break;
                }
            }
            if count == 0 && part.usage == Usage::R {
                self.missing(part, opened);
            }
        }
    }

    /// The number of the next segment that the profile knows. Others are passed over; a second MSH ends the message.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        if self.elements.is_full() {
            return None;
        }
        match self.known {
            Some((at, number)) if at == self.at => Some(number),
            _ => self.look_up(),
        }
    }

    fn look_up(&mut self) -> Option<u8> {
        loop {
            let name = self.message.name_of(self.at)?;
            if name == *b"MSH" && self.at > 0 {
                return None;
            }
            let number = self.profile.names.iter().position(|known| *known == name);
            if let Some(number) = number.and_then(|number| u8::try_from(number).ok()) {
                self.known = Some((self.at, number));
                return Some(number);
            }
            self.at += 1;
        }
    }

    fn take(&mut self, part: &'p Part) {
        let Some(number) = part.segment else { return self.take_group(part, self.message.place_of(self.at)) };
        let segment = self.message.nth(self.at);
        self.at += 1;
        let Some(segment) = segment else { return };
        if part.usage == Usage::X {
            self.elements.push(segment.place(), What::SegmentNotSupported);
        } else if part.usage == Usage::R || segment.raw_fields().next().is_some() {
            self.elements.in_a_row = if self.last == Some(number) { self.elements.in_a_row + 1 } else { 1 };
            self.last = Some(number);
            // An optional segment without a field is one that is not there.
            let body = &self.profile.segments[usize::from(number)];
            self.elements.segment(body, &segment);
            if body.is_counted {
                self.numbers.take(&segment);
            }
        }
    }

    fn take_group(&mut self, part: &'p Part, opened: Place) {
        let from = self.at;
        if part.counts_anew {
            self.numbers.in_group = 0;
        }
        self.parts(&part.parts, Some(opened));
        if !part.rules.is_empty() {
            self.group = Group { message: self.message, from, to: self.at };
            for rule in &part.rules {
                if holds(&rule.says, &self.group, self.elements.sets) == Some(false) {
                    let place = self.group.place(rule);
                    self.elements.push(place, What::Rule(rule));
                }
            }
        }
    }

    /// Nothing is told of a missing group but its required segments.
    fn missing(&mut self, part: &'p Part, opened: Option<Place>) {
        if let Some(number) = part.segment {
            let name = self.profile.segments[usize::from(number)].name.as_bytes();
            if let Ok(name) = <[u8; 3]>::try_from(name) {
                let place = opened.unwrap_or(Place::segment(name, 0));
                self.elements.push(place, What::SegmentMissing(name));
            }
        } else {
            for part in part.parts.iter().filter(|part| part.usage == Usage::R) {
                self.missing(part, opened);
            }
        }
    }

    /// OBX-1 counts from 1 in the message or in each order (statement NIST-01).
    fn numbers_of_observations(&mut self) {
        if let (Some(rule), Some(place), true) =
            (self.profile.message.first(), self.numbers.breaks_group, self.numbers.breaks_message)
        {
            self.elements.push(place, What::Rule(rule));
        }
    }
}

impl Numbers {
    fn take(&mut self, observation: &Segment<'_>) {
        let number = observation.raw_field(1).trim_ascii();
        self.in_message += 1;
        self.in_group += 1;
        // One without a number is told by its usage.
        let Ok(number) = number.parse::<u32>() else { return };
        self.breaks_message |= number != self.in_message;
        if number != self.in_group && self.breaks_group.is_none() {
            self.breaks_group = Some(observation.place().field(1));
        }
    }
}

impl Group<'_> {
    /// Where a statement is told: at its own segment, else at the dose or whatever the group began with.
    fn place(&self, rule: &Rule) -> Place {
        if let Target::Place(path) = rule.target
            && path.segment != *b"OBX"
            && let Some(segment) = self.segment(path.segment)
        {
            return super::elements::narrowed(segment.place().field(path.field), path);
        }
        let dose = self.segment(*b"RXA").or_else(|| self.message.nth(self.from));
        dose.map_or(Place::NONE, |segment| segment.place())
    }
}

impl<'m> Scope<'m> for Group<'m> {
    fn text(&self, path: Path) -> Option<&'m str> {
        part_of(&self.segment(path.segment)?, path)
    }

    fn segment(&self, name: [u8; 3]) -> Option<Segment<'m>> {
        self.segments(name).next()
    }

    fn segments(&self, name: [u8; 3]) -> impl Iterator<Item = Segment<'m>> {
        let message = self.message;
        (self.from..self.to)
            .filter(move |&nth| message.name_of(nth) == Some(name))
            .filter_map(|nth| message.nth(nth))
    }

    fn delimiters(&self) -> Delimiters {
        self.message.delimiters()
    }
}
