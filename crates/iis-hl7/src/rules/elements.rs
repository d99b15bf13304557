//! Segments, fields, components: usage, cardinality, data type, length, value set, conditions, statements.

use super::check::{Extent, MOST_FAULTS};
use super::condition::{Scope, holds};
use super::expression::{Expression, Path};
use super::fault::{Fault, What};
use super::packed::{Body, Cases, Element, Target};
use super::sets::{NONE, Sets, Verdict};
use super::tables::{Sure, Usage};
use crate::er7::escape::unescape;
use crate::er7::{Delimiters, MOST_REPETITIONS, Segment};
use iis_model::Place;

/// The most components that are looked at; no data type has more.
const MOST_PARTS: usize = 28;

/// What the elements are looked up in, and what was found.
pub(super) struct Elements<'p> {
    pub(super) kinds: &'p [Body],
    pub(super) sets: &'p Sets,
    pub(super) extent: Extent,
    pub(super) delimiters: Delimiters,
    /// Which one in a row of segments of one name the present one is, from 1.
    pub(super) in_a_row: u32,
    pub(super) faults: Vec<Fault<'p>>,
}

/// How deep a value is: a field's repetition is cut at component delimiters, a component at sub-component delimiters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Repetition,
    Component,
    SubComponent,
}

/// A value cut into its parts.
struct Parts<'m> {
    raw: &'m str,
    /// Where each part begins, and one behind the end of the last.
    starts: [u32; MOST_PARTS + 1],
    count: usize,
}

impl<'p> Elements<'p> {
    #[cold]
    pub(super) fn push(&mut self, place: Place, what: What<'p>) {
        if self.faults.len() <= MOST_FAULTS {
            self.faults.push(Fault { place, what });
        }
    }

    /// Whether there is so much wrong that the rest is not looked at.
    pub(super) fn is_full(&self) -> bool {
        self.faults.len() > MOST_FAULTS
    }

    /// All fields of a segment, then what its conditions and statements say of them together.
    pub(super) fn segment(&mut self, body: &'p Body, segment: &Segment<'_>) {
        let mut valued = 0_u128;
        let place = segment.place();
        for (number, raw) in segment.raw_fields() {
            let Some(element) = body.elements.get(usize::from(number) - 1) else { break };
            if !element.is_constrained() && self.extent == Extent::Constrained {
                continue;
            }
            let element = match &element.by {
                Some(Cases { field, cases }) => {
                    let kind = segment.raw_field(*field);
                    cases.iter().find(|(name, _)| *name == kind).map_or(element, |(_, case)| case)
                }
                None => element,
            };
            let is_delimiters = place.segment_name() == Some("MSH") && number <= 2;
            let is_valued = if is_delimiters { true } else { self.field(element, raw, place.field(number)) };
            valued |= u128::from(is_valued) << (number - 1);
        }
        self.usages(body, valued, |number| place.field(number), segment);
        for rule in &body.rules {
            let holds = match &rule.says {
                Expression::Counts(path) => self.counts(segment.raw_field(path.field)),
                says => holds(says, segment, self.sets),
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
    fn usages<'m, S: Scope<'m>>(
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
            let is_valued = valued >> (condition.number - 1) & 1 == 1;
            let wrong = if is_valued { Sure::X } else { Sure::R };
            if condition.holds != wrong && condition.otherwise != wrong {
                continue;
            }
            let is_so = known(&condition.when, valued).or_else(|| holds(&condition.when, scope, self.sets));
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
    fn field(&mut self, element: &'p Element, raw: &str, place: Place) -> bool {
        let repetition = self.delimiters.repetition;
        if repetition == 0 || memchr::memchr(repetition, raw.as_bytes()).is_none() {
            return self.element(element, raw, place, Depth::Repetition);
        }
        let (mut is_valued, mut count) = (false, 0);
        let pieces = raw.split(char::from(repetition)).take(MOST_REPETITIONS);
        for (number, piece) in (1..).zip(pieces) {
            if self.element(element, piece, place.repetition(number), Depth::Repetition) {
                is_valued = true;
                count += 1;
                if element.usage != Usage::X && element.most.checked_add(1) == Some(count) {
                    self.push(place.repetition(number), What::TooMany(element));
                }
            }
        }
        is_valued
    }

    /// One repetition, component or sub-component; whether it says something.
    fn element(&mut self, element: &'p Element, raw: &str, place: Place, depth: Depth) -> bool {
        if self.is_missing(raw) {
            return false;
        }
        if element.usage == Usage::X {
            self.push(place, What::NotSupported(element));
        } else if element.is_constrained() || self.extent == Extent::All {
            match element.kind.filter(|_| depth != Depth::SubComponent) {
                Some(kind) => self.composite(&self.kinds[usize::from(kind)], element.set, raw, place, depth),
                None => self.leaf(element, raw, place),
            }
        }
        true
    }

    /// A value with parts. Its code is the first part, or the first of its second triplet.
    fn composite(&mut self, body: &'p Body, set: u16, raw: &str, place: Place, depth: Depth) {
        let (delimiter, below) = match depth {
            Depth::Repetition => (self.delimiters.component, Depth::Component),
            _ => (self.delimiters.sub_component, Depth::SubComponent),
        };
        let at = |number| {
            if depth == Depth::Repetition { place.component(number) } else { place.sub_component(number) }
        };
        let parts = Parts::cut(raw, delimiter);
        let mut valued = 0_u128;
        for (element, nth) in body.elements.iter().zip(0..parts.count) {
            let part = parts.get(nth);
            if !part.is_empty() && self.element(element, part, at(element.number), below) {
                valued |= 1 << nth;
            }
        }
        if set != NONE && valued & 1 == 1 {
            self.code(set, &parts, at(1));
        }
        if body.required & !valued != 0 || !body.conditions.is_empty() || !body.rules.is_empty() {
            let scope = Value {
                raw,
                levels: [delimiter, self.delimiters.sub_component],
                delimiters: self.delimiters,
            };
            self.usages(body, valued, at, &scope);
            for rule in body.rules.iter().filter(|rule| !is_about_nothing(&rule.says, valued)) {
                if holds(&rule.says, &scope, self.sets) == Some(false) {
                    let number = if let Target::Place(path) = rule.target { path.component } else { 0 };
                    self.push(at(number), What::Rule(rule));
                }
            }
        }
    }

    fn code(&mut self, set: u16, parts: &Parts<'_>, place: Place) {
        let verdict = self.verdict(set, parts.get(0), parts.get(2));
        let other = parts.get(3);
        let is_told_otherwise =
            || !other.is_empty() && self.verdict(set, other, parts.get(5)) == Verdict::Holds;
        if verdict != Verdict::Holds && !is_told_otherwise() {
            self.told(verdict, set, place);
        }
    }

    fn leaf(&mut self, element: &'p Element, raw: &str, place: Place) {
        if element.has_form() {
            let text = self.first_part(raw);
            if !element.primitive.holds(text.as_bytes())
                && !element.primitive.holds(self.data(text).as_bytes())
            {
                self.push(place, What::Form(element, element.primitive));
                return;
            }
            if element.set != NONE {
                let verdict = self.verdict(element.set, text, "");
                if verdict != Verdict::Holds {
                    // A code outside its set may well be longer: that is one fault, not two.
                    return self.told(verdict, element.set, place);
                }
            }
        }
        let (shortest, longest) = (element.shortest as usize, element.longest as usize);
        if raw.len() > longest || raw.len() < shortest {
            let length = self.data(raw).chars().count();
            if length > longest || length < shortest {
                self.push(place, What::Length(element));
            }
        }
    }

    fn verdict(&self, set: u16, code: &str, system: &str) -> Verdict {
        match self.sets.verdict(set, code, system) {
            Verdict::Unknown => self.sets.verdict(set, &self.data(code), &self.data(system)),
            verdict => verdict,
        }
    }

    fn told(&mut self, verdict: Verdict, set: u16, place: Place) {
        match verdict {
            Verdict::Holds => {}
            Verdict::OtherCase => self.push(place, What::OtherCase(set)),
            Verdict::Old => self.push(place, What::Old(set)),
            Verdict::Unknown => self.push(place, What::NotInSet(set)),
        }
    }

    /// Whether nothing is said: delimiters and blanks only, or `""`.
    #[inline]
    fn is_missing(&self, raw: &str) -> bool {
        let d = self.delimiters;
        let says_nothing =
            |b: u8| b <= b' ' || (b != 0 && (b == d.component || b == d.repetition || b == d.sub_component));
        match raw.bytes().next() {
            Some(first) if !says_nothing(first) => raw == "\"\"",
            _ => raw.bytes().all(says_nothing),
        }
    }

    /// A primitive value ends where a part of it would begin.
    fn first_part<'m>(&self, raw: &'m str) -> &'m str {
        let d = self.delimiters;
        let ends = |b: u8| b != 0 && (b == d.component || b == d.sub_component);
        raw.bytes().position(ends).and_then(|end| raw.get(..end)).unwrap_or(raw)
    }

    /// The data of a text that is not as it should be at first sight: escapes undone, blanks at the ends dropped.
    fn data<'m>(&self, raw: &'m str) -> std::borrow::Cow<'m, str> {
        unescape(raw.trim_ascii(), self.delimiters)
    }
}

impl<'m> Parts<'m> {
    #[inline]
    fn cut(raw: &'m str, delimiter: u8) -> Self {
        let mut parts = Self { raw, starts: [0; MOST_PARTS + 1], count: 1 };
        for (at, byte) in (1_u32..).zip(raw.bytes()) {
            if byte == delimiter && delimiter != 0 {
                if parts.count == MOST_PARTS {
                    parts.starts[parts.count] = at;
                    return parts;
                }
                parts.starts[parts.count] = at;
                parts.count += 1;
            }
        }
        parts.starts[parts.count] = u32::try_from(raw.len() + 1).unwrap_or(u32::MAX);
        parts
    }

    /// A part, from 0; empty when there are fewer.
    #[inline]
    fn get(&self, nth: usize) -> &'m str {
        if nth >= self.count {
            return "";
        }
        self.raw.get(self.starts[nth] as usize..self.starts[nth + 1] as usize - 1).unwrap_or_default()
    }
}

/// What the mask of a data type's valued components says of a condition by itself, as most conditions ask no more.
fn known(when: &Expression, valued: u128) -> Option<bool> {
    match when {
        Expression::Valued(path)
            if path.segment == [0; 3] && path.component > 0 && path.sub_component == 0 =>
        {
            Some(valued >> (path.component - 1) & 1 == 1)
        }
        Expression::Not(negated) => known(negated, valued).map(|is_so| !is_so),
        _ => None,
    }
}

/// Whether a statement about the form of one component of a data type meets an empty one.
fn is_about_nothing(says: &Expression, valued: u128) -> bool {
    match says {
        Expression::Is(path, _) | Expression::Form(path, _) if path.segment == [0; 3] => {
            path.component > 0 && valued >> (path.component - 1) & 1 == 0
        }
        _ => false,
    }
}

/// A place narrowed as a path says.
pub(super) fn narrowed(place: Place, path: Path) -> Place {
    match (path.component, path.sub_component) {
        (0, _) => place,
        (component, 0) => place.component(component),
        (component, sub_component) => place.component(component).sub_component(sub_component),
    }
}

impl<'m> Scope<'m> for Segment<'m> {
    fn segment(&self, name: [u8; 3]) -> Option<Segment<'m>> {
        self.segments(name).next()
    }

    fn segments(&self, name: [u8; 3]) -> impl Iterator<Item = Segment<'m>> {
        Some(*self).filter(|segment| segment.name().as_bytes() == name).into_iter()
    }

    fn levels(&self) -> [u8; 2] {
        [0; 2]
    }

    fn delimiters(&self) -> Delimiters {
        Segment::delimiters(self)
    }
}

/// A value of a data type.
struct Value<'m> {
    raw: &'m str,
    levels: [u8; 2],
    delimiters: Delimiters,
}

impl<'m> Scope<'m> for Value<'m> {
    fn segment(&self, _: [u8; 3]) -> Option<Segment<'m>> {
        None
    }

    fn segments(&self, _: [u8; 3]) -> impl Iterator<Item = Segment<'m>> {
        std::iter::empty()
    }

    fn value(&self) -> &'m str {
        self.raw
    }

    fn levels(&self) -> [u8; 2] {
        self.levels
    }

    fn delimiters(&self) -> Delimiters {
        self.delimiters
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_PARTS, Parts};

    #[test]
    fn a_value_is_cut_at_its_delimiter() {
        #[rustfmt::skip]
        let table = [
            ("a^b^c",  b'^', 3, "a",     "c"),
            ("a",      b'^', 1, "a",     ""),
            ("^^c^",   b'^', 4, "",      "c"),
            ("a^b",    0,    1, "a^b",   ""),
            ("",       b'^', 1, "",      ""),
        ];
        for (raw, delimiter, count, first, third) in table {
            let parts = Parts::cut(raw, delimiter);
            assert_eq!((parts.count, parts.get(0), parts.get(2)), (count, first, third), "{raw}");
        }
        let many = "a^".repeat(100);
        let parts = Parts::cut(&many, b'^');
        assert_eq!((parts.count, parts.get(MOST_PARTS - 1), parts.get(MOST_PARTS)), (MOST_PARTS, "a", ""));
    }
}
