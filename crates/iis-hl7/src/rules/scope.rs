//! Where a condition or statement looks: a segment, a value of a data type, or (in [`check`](super::check)) a group.

use super::expression::Path;
use super::parts::Parts;
use crate::er7::search::piece;
use crate::er7::{Delimiters, Segment};

/// What an expression is evaluated on.
pub(super) trait Scope<'m> {
    /// What stands at a path, trimmed; nothing when it is empty or `""`.
    fn text(&self, path: Path) -> Option<&'m str>;
    /// The segment of a name; in a data type there is none.
    fn segment(&self, name: [u8; 3]) -> Option<Segment<'m>>;
    /// All segments of a name, in a group.
    fn segments(&self, name: [u8; 3]) -> impl Iterator<Item = Segment<'m>>;
    /// The delimiters of the message.
    fn delimiters(&self) -> Delimiters;
}

/// The most places of a segment that are read once; more are read whenever they are asked for.
pub(super) const MOST_SLOTS: usize = 16;

/// A segment with what stands at the places that its conditions and statements name.
pub(super) struct Line<'s, 'm> {
    segment: &'s Segment<'m>,
    said: [Option<&'m str>; MOST_SLOTS],
}

impl<'s, 'm> Line<'s, 'm> {
    /// `repeats`: whether any field of the segment has more than one repetition.
    pub(super) fn read(segment: &'s Segment<'m>, paths: &[Path], repeats: bool) -> Self {
        let mut said = [None; MOST_SLOTS];
        for (said, path) in said.iter_mut().zip(paths) {
            *said = find(segment, *path, repeats);
        }
        Self { segment, said }
    }
}

impl<'m> Scope<'m> for Line<'_, 'm> {
    #[inline]
    fn text(&self, path: Path) -> Option<&'m str> {
        match self.said.get(path.slot) {
            Some(said) => *said,
            None => part_of(&self.segment(path.segment)?, path),
        }
    }

    fn segment(&self, name: [u8; 3]) -> Option<Segment<'m>> {
        Some(*self.segment).filter(|segment| segment.name_bytes() == name)
    }

    fn segments(&self, name: [u8; 3]) -> impl Iterator<Item = Segment<'m>> {
        self.segment(name).into_iter()
    }

    fn delimiters(&self) -> Delimiters {
        self.segment.delimiters()
    }
}

/// A value of a data type.
pub(super) struct Value<'v, 'm> {
    pub(super) parts: &'v Parts<'m>,
    pub(super) delimiters: Delimiters,
}

impl<'m> Scope<'m> for Value<'_, 'm> {
    fn text(&self, path: Path) -> Option<&'m str> {
        if path.segment != [0; 3] {
            return None;
        }
        let component = self.parts.get(usize::from(path.component).saturating_sub(1));
        said(match path.sub_component {
            0 => component,
            number => piece(component, self.delimiters.sub_component, number),
        })
    }

    fn segment(&self, _: [u8; 3]) -> Option<Segment<'m>> {
        None
    }

    fn segments(&self, _: [u8; 3]) -> impl Iterator<Item = Segment<'m>> {
        std::iter::empty()
    }

    fn delimiters(&self) -> Delimiters {
        self.delimiters
    }
}

/// What stands at a path in a segment, in the first repetition of the field.
pub(super) fn part_of<'m>(segment: &Segment<'m>, path: Path) -> Option<&'m str> {
    find(segment, path, true)
}

#[inline]
fn find<'m>(segment: &Segment<'m>, path: Path, repeats: bool) -> Option<&'m str> {
    let (field, delimiters) = (segment.raw_field(path.field), segment.delimiters());
    if field.is_empty() {
        return None;
    }
    let is_delimiters = path.field == 2 && path.segment == *b"MSH";
    let first = if is_delimiters || !repeats { field } else { piece(field, delimiters.repetition, 1) };
    let component =
        if path.component > 0 { piece(first, delimiters.component, path.component) } else { first };
    said(if path.sub_component > 0 {
        piece(component, delimiters.sub_component, path.sub_component)
    } else {
        component
    })
}

#[inline]
fn said(text: &str) -> Option<&str> {
    let text = text.trim_ascii();
    (!text.is_empty() && text != "\"\"").then_some(text)
}
