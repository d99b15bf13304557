//! Values: repetitions, components and sub-components with their data type, length and value set.

use super::condition::holds;
use super::elements::Elements;
use super::fault::What;
use super::packed::{Body, Element, Look, Target};
use super::parts::Parts;
use super::scope::Value;
use super::sets::{NONE, Verdict};
use crate::er7::escape::unescape;
use iis_model::Place;
use std::borrow::Cow;

/// How deep a value is: a field's repetition is cut at component delimiters, a component at sub-component delimiters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Repetition,
    Component,
    SubComponent,
}

impl<'p> Elements<'p> {
    /// One repetition, component or sub-component; whether it says something.
    #[inline]
    pub(super) fn element(
        &mut self,
        element: &'p Element,
        raw: &str,
        depth: Depth,
        at: impl Fn() -> Place,
    ) -> bool {
        if self.is_missing(raw) {
            return false;
        }
        if element.look == Look::Refused {
            self.push(at(), What::NotSupported(element));
        } else if self.asks(element) {
            match element.kind.filter(|_| depth != Depth::SubComponent) {
                Some(kind) => self.composite(&self.kinds[usize::from(kind)], element.set, raw, depth, at()),
                None if element.is_text && element.takes_bytes(raw.len()) => {}
                None => {
                    if let Some(what) = self.leaf(element, raw, depth) {
                        self.push(at(), what);
                    }
                }
            }
        }
        true
    }

    /// A value with parts. Its code is the first part, or the first of its second triplet.
    fn composite(&mut self, body: &'p Body, set: u16, raw: &str, depth: Depth, place: Place) {
        let (delimiter, below) = match depth {
            Depth::Repetition => (self.delimiters.component, Depth::Component),
            _ => (self.delimiters.sub_component, Depth::SubComponent),
        };
        let at = |number| {
            if depth == Depth::Repetition { place.component(number) } else { place.sub_component(number) }
        };
        let mut parts = Parts::of(raw);
        parts.cut(delimiter);
        let mut valued = 0_u64;
        let mut filled = parts.filled;
        while filled != 0 {
            let nth = filled.trailing_zeros() as usize;
            filled &= filled - 1;
            let Some(element) = body.elements.get(nth) else { break };
            if self.element(element, parts.get(nth), below, || at(element.number)) {
                valued |= 1 << nth;
            }
        }
        let valued = u128::from(valued);
        if set != NONE
            && valued & 1 == 1
            && let Some(what) = self.code(set, &parts)
        {
            self.push(at(1), what);
        }
        let scope = Value { parts: &parts, delimiters: self.delimiters };
        self.usages(body, valued, at, &scope);
        for rule in &body.rules {
            let is_about_nothing = rule.about != 0 && valued & rule.about == 0;
            if !is_about_nothing && holds(&rule.says, &scope, self.sets) == Some(false) {
                let number = if let Target::Place(path) = rule.target { path.component } else { 0 };
                self.push(at(number), What::Rule(rule));
            }
        }
    }

    fn code(&self, set: u16, parts: &Parts<'_>) -> Option<What<'p>> {
        let what = fault_of(self.verdict(set, parts.get(0), parts.get(2)), set)?;
        let other = parts.get(3);
        let is_told_otherwise = !other.is_empty() && self.verdict(set, other, parts.get(5)) == Verdict::Holds;
        (!is_told_otherwise).then_some(what)
    }

    fn leaf(&self, element: &'p Element, raw: &str, depth: Depth) -> Option<What<'p>> {
        if !element.is_text
            && let Some(what) = self.form(element, self.first_part(raw, depth))
        {
            // A code outside its set may well be longer: that is one fault, not two.
            return Some(what);
        }
        if element.takes_bytes(raw.len()) {
            return None;
        }
        let length = self.data(raw).chars().count();
        let fits = (element.shortest as usize..=element.longest as usize).contains(&length);
        (!fits).then_some(What::Length(element))
    }

    fn form(&self, element: &'p Element, text: &str) -> Option<What<'p>> {
        let is_of_form = |text: &str| element.primitive.holds(text.as_bytes());
        if !is_of_form(text) && !is_of_form(&self.data(text)) {
            return Some(What::Form(element, element.primitive));
        }
        if element.set == NONE { None } else { fault_of(self.verdict(element.set, text, ""), element.set) }
    }

    fn verdict(&self, set: u16, code: &str, system: &str) -> Verdict {
        match self.sets.verdict(set, code, system) {
            Verdict::Unknown => self.sets.verdict(set, &self.data(code), &self.data(system)),
            verdict => verdict,
        }
    }

    /// Whether nothing is said: delimiters and blanks only, or `""`.
    #[inline]
    pub(super) fn is_missing(&self, raw: &str) -> bool {
        if raw.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
            return false; // no delimiter is a letter or digit
        }
        let d = self.delimiters;
        let says_nothing = |b: u8| b <= b' ' || b == d.component || b == d.repetition || b == d.sub_component;
        match raw.bytes().next() {
            Some(first) if !says_nothing(first) => raw == "\"\"",
            _ => raw.bytes().all(says_nothing),
        }
    }

    /// A primitive value ends where a part of it would begin.
    #[inline]
    fn first_part<'m>(&self, raw: &'m str, depth: Depth) -> &'m str {
        if depth != Depth::Repetition && !self.nests {
            return raw;
        }
        let d = self.delimiters;
        let ends = |b: u8| b == d.component || b == d.sub_component;
        raw.bytes().position(ends).and_then(|end| raw.get(..end)).unwrap_or(raw)
    }

    /// The data of a text that is not as it should be at first sight: escapes undone, blanks at the ends dropped.
    fn data<'m>(&self, raw: &'m str) -> Cow<'m, str> {
        unescape(raw.trim_ascii(), self.delimiters)
    }
}

fn fault_of<'p>(verdict: Verdict, set: u16) -> Option<What<'p>> {
    match verdict {
        Verdict::Holds => None,
        Verdict::OtherCase => Some(What::OtherCase(set)),
        Verdict::Old => Some(What::Old(set)),
        Verdict::Unknown => Some(What::NotInSet(set)),
    }
}
