//! A part of a segment: field, repetition, component or sub-component. Found when asked for, never allocated.

use super::Delimiters;
use super::escape::unescape;
use iis_model::{Given, Place};
use memchr::memchr;
use std::borrow::Cow;
use std::fmt;

/// The most repetitions of one field that are read; ERL counts with two digits.
pub const MOST_REPETITIONS: usize = 99;

/// A piece of a message with its place.
///
/// Asking for a deeper level than the next one takes the first of each level between: `field.component(2)` is the second
/// component of the first repetition. What is not there is an empty part at the place where it would be.
#[derive(Clone, Copy)]
pub struct Part<'m> {
    raw: &'m str,
    delimiters: Delimiters,
    place: Place,
}

impl<'m> Part<'m> {
    #[inline]
    pub(super) fn new(raw: &'m str, delimiters: Delimiters, place: Place) -> Self {
        Self { raw, delimiters, place }
    }

    /// A part that is not to be cut further: MSH-1 and MSH-2.
    pub(super) fn plain(raw: &'m str, place: Place) -> Self {
        let none = Delimiters { field: 0, component: 0, repetition: 0, escape: 0, sub_component: 0 };
        Self { raw, delimiters: none, place }
    }

    /// The text as sent, escapes not undone.
    pub fn raw(&self) -> &'m str {
        self.raw
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The delimiters that cut it.
    pub fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// Whether it holds nothing but delimiters and blanks. `""` is not nothing: see [`Part::is_erasure`].
    #[inline]
    pub fn is_empty(&self) -> bool {
        let d = self.delimiters;
        self.raw
            .bytes()
            .all(|b| b <= b' ' || (b != 0 && (b == d.component || b == d.repetition || b == d.sub_component)))
    }

    /// Whether it is `""`: the sender asks to erase the value.
    pub fn is_erasure(&self) -> bool {
        self.raw == "\"\""
    }

    /// Whether it counts as empty where a value is required: nothing, or `""`.
    pub fn is_missing(&self) -> bool {
        self.is_empty() || self.is_erasure()
    }

    /// The repetitions, the empty ones too, without end. Most readers want [`Part::repetitions`].
    pub fn all_repetitions(&self) -> impl Iterator<Item = Part<'m>> + use<'m> {
        let (delimiters, place) = (self.delimiters, self.place);
        pieces(self.raw, delimiters.repetition).enumerate().map(move |(nth, raw)| {
            let number = u8::try_from(nth + 1).unwrap_or(u8::MAX);
            Part { raw, delimiters, place: place.repetition(number) }
        })
    }

    /// The repetitions that say something, of the first [`MOST_REPETITIONS`].
    pub fn repetitions(&self) -> impl Iterator<Item = Part<'m>> + use<'m> {
        self.all_repetitions().take(MOST_REPETITIONS).filter(|part| !part.is_empty())
    }

    /// One repetition, from 1.
    #[must_use]
    pub fn repetition(&self, number: u8) -> Self {
        let raw = piece(self.raw, self.delimiters.repetition, number);
        Self { raw, place: self.place.repetition(number), ..*self }
    }

    /// One component, from 1, of the first repetition.
    #[must_use]
    #[inline]
    pub fn component(&self, number: u8) -> Self {
        let raw = piece(self.first_repetition(), self.delimiters.component, number);
        Self { raw, place: self.place.component(number), ..*self }
    }

    /// The first components of the first repetition, found in one pass.
    pub fn components<const N: usize>(&self) -> [Part<'m>; N] {
        let mut pieces = pieces(self.first_repetition(), self.delimiters.component);
        let mut number = 0;
        [(); N].map(|()| {
            number += 1;
            Part { raw: pieces.next().unwrap_or_default(), place: self.place.component(number), ..*self }
        })
    }

    /// The text of the first repetition; a repetition and what is deeper holds no other.
    #[inline]
    fn first_repetition(&self) -> &'m str {
        if self.place.repetition == 0 { piece(self.raw, self.delimiters.repetition, 1) } else { self.raw }
    }

    /// One sub-component, from 1, of the first component.
    #[must_use]
    pub fn sub_component(&self, number: u8) -> Self {
        let first = if self.place.component == 0 { self.component(1) } else { *self };
        let raw = piece(first.raw, self.delimiters.sub_component, number);
        Self { raw, place: first.place.sub_component(number), ..*self }
    }

    /// The data, exactly: escapes undone, nothing else.
    pub fn data(&self) -> Cow<'m, str> {
        unescape(self.raw, self.delimiters)
    }

    /// The data as one clean line: escapes undone, control characters gone, line breaks turned into blanks, blanks at the
    /// ends dropped.
    #[inline]
    pub fn text(&self) -> Cow<'m, str> {
        if self.is_plain() { Cow::Borrowed(self.raw.trim_ascii()) } else { clean(&self.data(), ' ') }
    }

    /// The data as clean text in which line breaks are kept as line feeds.
    pub fn prose(&self) -> Cow<'m, str> {
        if self.is_plain() { Cow::Borrowed(self.raw.trim_ascii()) } else { clean(&self.data(), '\n') }
    }

    /// Whether the text is printable ASCII without an escape, as nearly all is: then it is its own data.
    #[inline]
    fn is_plain(&self) -> bool {
        let escape = self.delimiters.escape;
        let odd = |b: u8| u8::from(b.wrapping_sub(b' ') >= 0x5f) | u8::from(b == escape);
        self.raw.bytes().fold(0, |seen, b| seen | odd(b)) == 0
    }

    /// The data as one clean line, owned.
    pub fn boxed(&self) -> Box<str> {
        self.text().into()
    }

    /// What is said here, owned: the clean line, or nothing for an erasure (`""`).
    pub fn said(&self) -> Box<str> {
        if self.is_missing() { Box::default() } else { self.boxed() }
    }

    /// Whether the data is this code, upper or lower case.
    pub fn is(&self, code: &str) -> bool {
        self.raw.trim_ascii().eq_ignore_ascii_case(code)
    }

    /// What this part says, by a reading of it: absent, unusable or given.
    ///
    /// An erasure (`""`) is handed on as such, without a value.
    pub fn given<T>(&self, read: impl FnOnce(&Self) -> Option<T>) -> Given<T> {
        if self.is_empty() {
            return Given::absent(self.place);
        }
        let value = if self.is_erasure() { None } else { read(self) };
        Given { value, raw: self.boxed(), place: self.place }
    }

    /// What this part says, taken as text.
    pub fn given_text(&self) -> Given<Box<str>> {
        self.given(|part| Some(part.boxed()).filter(|text| !text.is_empty()))
    }
}

impl fmt::Debug for Part<'_> {
    /// The place only: content is about patients and must not reach logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({})", self.place)
    }
}

/// The pieces between delimiters; one piece, possibly empty, when the delimiter does not occur or is 0.
fn pieces(text: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        match find(text, delimiter) {
            Some(at) => {
                rest = text.get(at + 1..);
                text.get(..at)
            }
            None => rest.take(),
        }
    })
}

/// One of the pieces, from 1; empty when there are fewer.
#[inline]
fn piece(text: &str, delimiter: u8, number: u8) -> &str {
    let mut rest = text;
    for _ in 1..number {
        match find(rest, delimiter) {
            Some(at) => rest = rest.get(at + 1..).unwrap_or_default(),
            None => return "",
        }
    }
    find(rest, delimiter).and_then(|at| rest.get(..at)).unwrap_or(rest)
}

/// Most parts are shorter than it takes to start a vectorized search.
#[inline]
fn find(text: &str, delimiter: u8) -> Option<usize> {
    const SHORT: usize = 32;
    if delimiter == 0 {
        return None;
    }
    let bytes = text.as_bytes();
    if bytes.len() <= SHORT { bytes.iter().position(|&b| b == delimiter) } else { memchr(delimiter, bytes) }
}

fn clean(data: &str, line_break: char) -> Cow<'static, str> {
    let one_line_end = data.replace("\r\n", "\n").replace('\r', "\n");
    let kept = one_line_end.chars().filter_map(|c| match c {
        '\n' => Some(line_break),
        '\t' => Some(' '),
        c if c.is_control() => None,
        c => Some(c),
    });
    Cow::Owned(kept.collect::<String>().trim().to_owned())
}
