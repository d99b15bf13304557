//! Segments and fields: usage, cardinality, conditions, statements.

use super::check::{Extent, MOST_FAULTS};
use super::condition::holds;
use super::expression::{Expression, Path};
use super::fault::{Fault, What};
use super::packed::{Body, Element, Look, Target, When};
use super::scope::{Line, Scope};
use super::sets::Sets;
use super::tables::Sure;
use super::values::Depth;
use crate::er7::{Delimiters, MOST_REPETITIONS, Segment};
use iis_model::Place;
use iis_model::short_text::same;

/// What the elements are looked up in, and what was found.
pub(super) struct Elements<'p> {
    pub(super) kinds: &'p [Body],
    pub(super) sets: &'p Sets,
    pub(super) extent: Extent,
    pub(super) delimiters: Delimiters,
    /// Which one in a row of segments of one name the present one is, from 1.
    pub(super) in_a_row: u32,
    /// Whether it has any sub-components.
    pub(super) nests: bool,
    pub(super) faults: Vec<Fault<'p>>,
}

impl<'p> Elements<'p> {
    #[cold]
    pub(super) fn push(&mut self, place: Place, what: What<'p>) {
        if self.faults.len() <= MOST_FAULTS {
            self.faults.push(Fault { place, what });
        }
    }

    /// Whether there is so much wrong that the rest is not looked at.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.faults.len() > MOST_FAULTS
    }

    /// Whether the content of an element is looked at, if it may have one.
    #[inline]
    pub(super) fn asks(&self, element: &Element) -> bool {
        element.look == Look::Asked || self.extent == Extent::All
    }

    /// All fields of a segment, then what its conditions and statements say of them together.
    pub(super) fn segment(&mut self, body: &'p Body, segment: &Segment<'_>) {
        let mut valued = 0_u128;
        let place = segment.place();
        let has = |delimiter| memchr::memchr(delimiter, segment.raw().as_bytes()).is_some();
        let repeats = has(self.delimiters.repetition);
        self.nests = has(self.delimiters.sub_component);
        for (number, raw) in segment.raw_fields() {
            let Some(element) = body.elements.get(usize::from(number) - 1) else { break };
            if element.look == Look::Optional && self.extent == Extent::Constrained {
                continue;
            }
            let element = of_its_case(element, segment);
            let is_valued = if body.is_header && number <= 2 {
                true
            } else if repeats {
                self.repetitions(element, raw, place.field(number))
            } else {
                self.element(element, raw, Depth::Repetition, || place.field(number))
            };
            valued |= u128::from(is_valued) << (number - 1);
        }
        let line = Line::read(segment, &body.paths, repeats);
        self.usages(body, valued, |number| place.field(number), &line);
        for rule in &body.rules {
            let holds = match &rule.says {
                Expression::Counts(path) => self.counts(segment.raw_field(path.field)),
                says => holds(says, &line, self.sets),
            };
            if holds == Some(false) {
                let at = match rule.target {
                    Target::Place(path) => narrowed(place.field(path.field), path),
                    Target::Segments(_) => place,
                };
                self.push(at, What::Rule(rule));
            }
        }
    }

    /// Whether the number is that of the segment in its row.
    fn counts(&self, number: &str) -> Option<bool> {
        if self.is_missing(number) {
            return None;
        }
        Some(number.trim_ascii().parse::<u32>().is_ok_and(|number| number == self.in_a_row))
    }

    /// Required elements that are empty, and conditional ones that are empty or valued against their condition.
    #[inline]
    pub(super) fn usages<'m, S: Scope<'m>>(
        &mut self,
        body: &'p Body,
        valued: u128,
        at: impl Fn(u8) -> Place,
        scope: &S,
    ) {
        let mut missing = body.required & !valued;
        while missing != 0 {
            let nth = missing.trailing_zeros();
            missing &= missing - 1;
            let element = &body.elements[nth as usize];
            self.push(at(element.number), What::Missing(element));
        }
        for condition in &body.conditions {
            let is_valued = valued & condition.bit != 0;
            let wrong = if is_valued { Sure::X } else { Sure::R };
            if condition.holds != wrong && condition.otherwise != wrong {
                continue;
            }
            let is_so = match &condition.when {
                When::Valued(bit) => Some(valued & bit != 0),
                When::Empty(bit) => Some(valued & bit == 0),
                When::Says(says) => holds(says, scope, self.sets),
            };
            let usage = match is_so {
                Some(true) => condition.holds,
                Some(false) => condition.otherwise,
                None => continue,
            };
            if usage == wrong {
                let element = &body.elements[usize::from(condition.number) - 1];
                let what = if is_valued { What::NotSupported(element) } else { What::Missing(element) };
                self.push(at(condition.number), what);
            }
        }
    }

    /// The repetitions of a field; whether any says something.
    fn repetitions(&mut self, element: &'p Element, raw: &str, place: Place) -> bool {
        let repetition = self.delimiters.repetition;
        if memchr::memchr(repetition, raw.as_bytes()).is_none() {
            return self.element(element, raw, Depth::Repetition, || place);
        }
        let (mut is_valued, mut count) = (false, 0);
        let pieces = raw.split(char::from(repetition)).take(MOST_REPETITIONS);
        for (number, piece) in (1..).zip(pieces) {
            let at = || place.repetition(number);
            if self.element(element, piece, Depth::Repetition, at) {
                is_valued = true;
                count += 1;
                if element.look != Look::Refused && element.most.checked_add(1) == Some(count) {
                    self.push(at(), What::TooMany(element));
                }
            }
        }
        is_valued
    }
}

/// The form that an element has by the value of another field.
#[inline]
fn of_its_case<'p>(element: &'p Element, segment: &Segment<'_>) -> &'p Element {
    let Some(by) = &element.by else { return element };
    let kind = segment.raw_field(by.field);
    by.cases.iter().find(|(name, _)| same(name, kind)).map_or(element, |(_, case)| case)
}

/// A place narrowed as a path says.
pub(super) fn narrowed(place: Place, path: Path) -> Place {
    match (path.component, path.sub_component) {
        (0, _) => place,
        (component, 0) => place.component(component),
        (component, sub_component) => place.component(component).sub_component(sub_component),
    }
}
