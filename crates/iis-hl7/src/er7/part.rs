//! A part of a segment: field, repetition, component or sub-component. Found when asked for, never allocated.

use super::Delimiters;
use super::escape::unescape;
use super::search::{find, piece};
use iis_model::{Given, Place, Said};
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
    /// Whether the message is known to hold nothing but printable ASCII without an escape.
    is_plain: bool,
}

impl<'m> Part<'m> {
    #[inline]
    pub(super) fn new(raw: &'m str, delimiters: Delimiters, place: Place, is_plain: bool) -> Self {
        Self { raw, delimiters, place, is_plain }
    }

    /// A part that is not to be cut further: MSH-1 and MSH-2.
    pub(super) fn plain(raw: &'m str, place: Place) -> Self {
        let none = Delimiters { field: 0, component: 0, repetition: 0, escape: 0, sub_component: 0 };
        Self { raw, delimiters: none, place, is_plain: false }
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
        if self.raw.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
            return false; // no delimiter is a letter or digit
        }
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
        let whole = *self;
        pieces(self.raw, self.delimiters.repetition).enumerate().map(move |(nth, raw)| {
            let number = u8::try_from(nth + 1).unwrap_or(u8::MAX);
            Part { raw, place: whole.place.repetition(number), ..whole }
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
        let mut rest = Some(self.first_repetition());
        let mut number = 0;
        let mut parts = [Part { raw: "", ..*self }; N];
        for part in &mut parts {
            number += 1;
            part.place = self.place.component(number);
            let Some(text) = rest else { continue };
            let end = find(text, self.delimiters.component);
            part.raw = end.and_then(|at| text.get(..at)).unwrap_or(text);
            rest = end.and_then(|at| text.get(at + 1..));
        }
        parts
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
        if self.is_its_own_data() { Cow::Borrowed(self.raw.trim_ascii()) } else { clean(&self.data(), ' ') }
    }

    /// The data as clean text in which line breaks are kept as line feeds.
    pub fn prose(&self) -> Cow<'m, str> {
        if self.is_its_own_data() { Cow::Borrowed(self.raw.trim_ascii()) } else { clean(&self.data(), '\n') }
    }

    /// Whether the text is printable ASCII without an escape, as nearly all is: then it is its own data.
    #[inline]
    fn is_its_own_data(&self) -> bool {
        if self.is_plain {
            return true;
        }
        let escape = self.delimiters.escape;
        let odd = |b: u8| u8::from(b.wrapping_sub(b' ') >= 0x5f) | u8::from(b == escape);
        self.raw.bytes().fold(0, |seen, b| seen | odd(b)) == 0
    }

    /// The data as one clean line, owned.
    pub fn boxed(&self) -> Box<str> {
        self.text().into()
    }

    /// The same in capitals, as codes of tables without small letters are kept.
    pub fn capitals(&self) -> Box<str> {
        let mut said = self.said();
        said.make_ascii_uppercase();
        said
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
        Given { value, said: self.is_said(), place: self.place }
    }

    fn is_said(&self) -> Said {
        match self.raw.as_bytes() {
            [b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z', ..] => Said::Something, // no escape undoes that
            _ => Said::of(&self.text()),
        }
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
