//! A segment: its fields, found by the span index.

use super::index::Span;
use super::search::{find, piece};
use super::{Delimiters, Part};
use iis_model::Place;
use std::fmt;

/// One segment of a message.
#[derive(Clone, Copy)]
pub struct Segment<'m> {
    raw: &'m str,
    separators: &'m [u32],
    span: &'m Span,
    delimiters: Delimiters,
    is_plain: bool,
    /// Whether its first field is the separator itself.
    is_header: bool,
}

impl<'m> Segment<'m> {
    /// `is_plain`: whether the message holds nothing but printable ASCII without an escape.
    #[inline]
    pub(super) fn new(
        raw: &'m str,
        separators: &'m [u32],
        span: &'m Span,
        delimiters: Delimiters,
        is_plain: bool,
    ) -> Self {
        Self { raw, separators, span, delimiters, is_plain, is_header: is_header(span.name) }
    }

    /// Its three letters.
    pub fn name(&self) -> &'m str {
        self.raw.get(..3).unwrap_or_default()
    }

    /// The same as bytes.
    #[inline]
    pub(crate) fn name_bytes(&self) -> [u8; 3] {
        self.span.name
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        Place::segment(self.span.name, self.span.sequence)
    }

    /// The delimiters of its message.
    pub(crate) fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// Whether a place names this segment; one without a number names the first.
    pub(super) fn is_at(&self, place: Place) -> bool {
        place.segment_name() == Some(self.name()) && place.sequence.max(1) == self.span.sequence
    }

    /// Its text, line end excluded.
    pub fn raw(&self) -> &'m str {
        self.raw
    }

    /// A field, from 1; empty when it was not sent. Header segments count their separator as the first field.
    #[inline]
    pub fn field(&self, number: u8) -> Part<'m> {
        let place = self.place().field(number);
        let wanted = usize::from(number);
        if !self.is_header {
            return Part::new(self.between(wanted.wrapping_sub(1)), self.delimiters, place, self.is_plain);
        }
        match wanted {
            0 | 1 => Part::plain(self.raw.get(3..4).unwrap_or_default(), place),
            2 => Part::plain(self.between(0), place),
            _ => Part::new(self.between(wanted - 2), self.delimiters, place, self.is_plain),
        }
    }

    /// A component of a field that holds something and does not repeat; component 0 is the whole field.
    #[inline]
    pub(crate) fn only(&self, number: u8, component: u8) -> Only<'m> {
        let raw = self.raw_field(number);
        if raw.is_empty() {
            return Only::Nothing;
        }
        if find(raw, self.delimiters.repetition).is_some() {
            return Only::Repeated;
        }
        let place = self.place().field(number).repetition(1);
        let (raw, place) = match component {
            0 => (raw, place),
            _ => (piece(raw, self.delimiters.component, component), place.component(component)),
        };
        let part = Part::new(raw, self.delimiters, place, self.is_plain);
        if part.is_missing() { Only::Nothing } else { Only::Once(part) }
    }

    /// The text of a field as sent, without its place: what the profile's rules look at.
    #[inline]
    pub(crate) fn raw_field(&self, number: u8) -> &'m str {
        let wanted = usize::from(number);
        match (self.is_header, wanted) {
            (_, 0) => "",
            (false, _) => self.between(wanted - 1),
            (true, 1) => self.raw.get(3..4).unwrap_or_default(),
            (true, _) => self.between(wanted - 2),
        }
    }

    /// The fields that hold anything, with their numbers, of the first 255.
    #[inline]
    pub(crate) fn raw_fields(&self) -> RawFields<'m> {
        let separator = if self.is_header { self.raw.get(3..4) } else { None };
        RawFields { segment: *self, separator, nth: 0, before_first: u8::from(self.is_header) }
    }

    /// The number of its last field, whether valued or not; at most 255.
    pub fn last_field(&self) -> u8 {
        let fields = self.separators.len() + usize::from(self.is_header);
        u8::try_from(fields).unwrap_or(u8::MAX)
    }

    /// Whether no field of it is valued.
    pub fn is_empty(&self) -> bool {
        (1..=self.last_field()).all(|number| self.field(number).is_empty())
    }

    #[inline]
    fn between(&self, nth: usize) -> &'m str {
        let base = self.span.start;
        let Some(before) = self.separators.get(nth) else { return "" };
        let from = (before - base) as usize + 1;
        let to = self.separators.get(nth + 1).map_or(self.raw.len(), |after| (after - base) as usize);
        self.raw.get(from..to).unwrap_or_default()
    }
}

/// What a field says that is expected once.
pub(crate) enum Only<'m> {
    Nothing,
    Once(Part<'m>),
    /// It repeats: to be looked at repetition by repetition.
    Repeated,
}

/// The fields of a segment that hold anything.
pub(crate) struct RawFields<'m> {
    segment: Segment<'m>,
    /// The first field of a header, until it was told.
    separator: Option<&'m str>,
    /// The separator in front of the next field.
    nth: usize,
    /// How many fields stand before the first separator: in a header it is one itself.
    before_first: u8,
}

impl<'m> Iterator for RawFields<'m> {
    type Item = (u8, &'m str);

    #[inline]
    fn next(&mut self) -> Option<(u8, &'m str)> {
        if let Some(separator) = self.separator.take() {
            return Some((1, separator));
        }
        let Segment { raw, separators, span, .. } = self.segment;
        loop {
            let from = (separators.get(self.nth)? - span.start) as usize + 1;
            self.nth += 1;
            let to = separators.get(self.nth).map_or(raw.len(), |after| (after - span.start) as usize);
            let number = u8::try_from(self.nth).ok()?.checked_add(self.before_first)?;
            if from < to
                && let Some(field) = raw.get(from..to)
            {
                return Some((number, field));
            }
        }
    }
}

impl fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segment({})", self.place())
    }
}

fn is_header(name: [u8; 3]) -> bool {
    matches!(&name, b"MSH" | b"FHS" | b"BHS")
}
