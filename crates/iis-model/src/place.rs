//! Where in a message something stood.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A place in a message: segment, which one of that name, field, repetition, component, sub-component.
///
/// All parts count from 1; 0 means "not named". Prints as people write it: `RXA[2]-5.1`, `PID-3[2].4.1`.
/// Source: HL7 2.5.1, data type ERL (2.A.28): each deeper part needs the ones before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    segment: [u8; 3],
    /// Which segment of that name in the message, from 1.
    pub sequence: u16,
    /// Field, from 1.
    pub field: u8,
    /// Repetition of the field, from 1.
    pub repetition: u8,
    /// Component, from 1.
    pub component: u8,
    /// Sub-component, from 1.
    pub sub_component: u8,
}

impl Place {
    /// No place: the thing was never in a message.
    pub const NONE: Self =
        Self { segment: [0; 3], sequence: 0, field: 0, repetition: 0, component: 0, sub_component: 0 };

    /// A whole segment: `sequence` counts segments of that name from 1.
    pub const fn segment(name: [u8; 3], sequence: u16) -> Self {
        Self { segment: name, sequence, field: 0, repetition: 0, component: 0, sub_component: 0 }
    }

    /// The segment as a whole.
    #[must_use]
    pub const fn whole_segment(self) -> Self {
        Self::segment(self.segment, self.sequence)
    }

    /// The same segment, narrowed to a field.
    #[must_use]
    pub const fn field(self, field: u8) -> Self {
        Self { field, ..self }
    }

    /// The same field, narrowed to a repetition, from 1.
    #[must_use]
    pub const fn repetition(self, repetition: u8) -> Self {
        Self { repetition, ..self }
    }

    /// The same repetition (the first when none was named), narrowed to a component, from 1.
    #[must_use]
    pub const fn component(self, component: u8) -> Self {
        let repetition = if self.repetition == 0 { 1 } else { self.repetition };
        Self { repetition, component, ..self }
    }

    /// The same component, narrowed to a sub-component, from 1.
    #[must_use]
    pub const fn sub_component(self, sub_component: u8) -> Self {
        Self { sub_component, ..self }
    }

    /// The segment's three letters, or `None` for no place.
    pub fn segment_name(&self) -> Option<&str> {
        if self.segment[0] == 0 { None } else { std::str::from_utf8(&self.segment).ok() }
    }

    /// Whether no place is named.
    pub fn is_none(&self) -> bool {
        self.segment[0] == 0
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(segment) = self.segment_name() else {
            return Ok(());
        };
        f.write_str(segment)?;
        if self.sequence > 1 {
            write!(f, "[{}]", self.sequence)?;
        }
        if self.field > 0 {
            write!(f, "-{}", self.field)?;
        }
        if self.repetition > 1 {
            write!(f, "[{}]", self.repetition)?;
        }
        if self.component > 0 {
            write!(f, ".{}", self.component)?;
        }
        if self.sub_component > 0 {
            write!(f, ".{}", self.sub_component)?;
        }
        Ok(())
    }
}

/// A text that is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place of a message")]
pub struct NotAPlace;

impl FromStr for Place {
    type Err = NotAPlace;

    /// Reads what [`Place`] prints.
    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        if text.is_empty() {
            return Ok(Self::NONE);
        }
        let (segment, field) =
            text.split_once('-').map_or((text, None), |(segment, rest)| (segment, Some(rest)));
        let (name, sequence) = numbered(segment)?;
        let name = name.as_bytes().try_into().map_err(|_| NotAPlace)?;
        let mut place = Self::segment(name, sequence);
        let mut parts = field.into_iter().flat_map(|rest| rest.split('.'));
        if let Some(field) = parts.next() {
            let (field, repetition) = numbered(field)?;
            place = place.field(number(field)?);
            if repetition > 1 {
                place = place.repetition(u8::try_from(repetition).map_err(|_| NotAPlace)?);
            }
        }
        if let Some(component) = parts.next() {
            place = place.component(number(component)?);
        }
        if let Some(sub_component) = parts.next() {
            place = place.sub_component(number(sub_component)?);
        }
        if parts.next().is_some() { Err(NotAPlace) } else { Ok(place) }
    }
}

/// `RXA[2]` is the second, `RXA` the first.
fn numbered(text: &str) -> Result<(&str, u16), NotAPlace> {
    match text.split_once('[') {
        None => Ok((text, 1)),
        Some((name, rest)) => {
            let number = rest.strip_suffix(']').and_then(|number| number.parse().ok());
            Ok((name, number.ok_or(NotAPlace)?))
        }
    }
}

fn number(text: &str) -> Result<u8, NotAPlace> {
    text.parse().map_err(|_| NotAPlace)
}

#[cfg(test)]
mod tests {
    use super::{NotAPlace, Place};

    #[test]
    fn a_place_prints_as_people_write_it() {
        let rxa = Place::segment(*b"RXA", 2);
        let pid = Place::segment(*b"PID", 1);
        #[rustfmt::skip]
        let table = [
            (Place::NONE,                                           ""),
            (rxa,                                                   "RXA[2]"),
            (pid.field(7),                                          "PID-7"),
            (rxa.field(5).component(1),                             "RXA[2]-5.1"),
            (pid.field(3).repetition(2).component(4).sub_component(1), "PID-3[2].4.1"),
        ];
        for (place, printed) in table {
            assert_eq!(place.to_string(), printed);
            assert_eq!(printed.parse(), Ok(place));
        }
        for wrong in ["PI", "PID-", "PID-x", "PID[2", "PID-3.1.1.1", "PID-300"] {
            assert_eq!(wrong.parse::<Place>(), Err(NotAPlace), "{wrong}");
        }
    }
}
