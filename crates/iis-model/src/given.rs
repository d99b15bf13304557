//! A value as a sender gave it.

use crate::Place;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value with what was said in its place, and the place.
///
/// Three states: *absent* (nothing was sent), *unusable* (something was sent and could not be understood: `value` is `None`)
/// and *given*. Only the value is stored; the rest belongs to the message, where the text itself is found by the place. Equal
/// are those of equal value, wherever and however it was written.
#[derive(Debug, Clone)]
pub struct Given<T> {
    /// What was understood.
    pub value: Option<T>,
    /// Whether anything was sent.
    pub said: Said,
    /// Where it stood.
    pub place: Place,
}

/// What was sent in a place, besides its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Said {
    /// Nothing; or the value did not come from a message.
    #[default]
    Nothing,
    /// Something.
    Something,
    /// `""`: the sender asks to erase the value.
    Erasure,
}

impl Said {
    /// By the text as sent, escapes undone, blanks at the ends dropped.
    pub fn of(text: &str) -> Self {
        match text {
            "" => Self::Nothing,
            "\"\"" => Self::Erasure,
            _ => Self::Something,
        }
    }
}

impl<T> Given<T> {
    /// A value that did not come from a message: a form, the store, a test.
    pub fn of(value: T) -> Self {
        Self { value: Some(value), said: Said::Nothing, place: Place::NONE }
    }

    /// Something was sent that could not be understood, or an erasure.
    pub fn unusable(text: &str, place: Place) -> Self {
        Self { value: None, said: Said::of(text), place }
    }

    /// Nothing was sent; `place` says where it would have stood.
    pub fn absent(place: Place) -> Self {
        Self { value: None, said: Said::Nothing, place }
    }

    /// The value, if there is a usable one.
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Whether nothing was sent at all.
    pub fn is_absent(&self) -> bool {
        self.value.is_none() && self.said == Said::Nothing
    }

    /// Whether something was sent that could not be understood.
    pub fn is_unusable(&self) -> bool {
        self.value.is_none() && self.said == Said::Something
    }

    /// Whether the sender asks to erase the value (`""` in the message).
    pub fn is_erasure(&self) -> bool {
        self.said == Said::Erasure
    }

    /// Takes over `newer` where it says something; what is not said is kept.
    pub fn update(&mut self, newer: &Self)
    where
        T: Clone,
    {
        if newer.value.is_some() {
            self.clone_from(newer);
        }
    }
}

impl<T: PartialEq> PartialEq for Given<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Given<T> {}

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self::absent(Place::NONE)
    }
}

impl<T> From<T> for Given<T> {
    fn from(value: T) -> Self {
        Self::of(value)
    }
}

/// Whether there is no usable value: such fields are left out of what is stored.
pub fn is_valueless<T>(given: &Given<T>) -> bool {
    given.value.is_none()
}

impl<T: Serialize> Serialize for Given<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::<T>::deserialize(deserializer)?;
        Ok(Self { value, said: Said::Nothing, place: Place::NONE })
    }
}

#[cfg(test)]
mod tests {
    use super::{Given, Said};
    use crate::Place;

    #[test]
    fn the_three_states_are_told_apart() {
        let place = Place::segment(*b"PID", 1).field(7);
        #[rustfmt::skip]
        let table = [
            // given                                absent  unusable erasure
            (Given::<u8>::absent(place),            true,   false,   false),
            (Given::unusable("x", place),           false,  true,    false),
            (Given::unusable("\"\"", place),        false,  false,   true),
            (Given::unusable("", place),            true,   false,   false),
            (Given::of(1),                          false,  false,   false),
            (Given { said: Said::Something, ..Given::of(1) }, false, false, false),
        ];
        for (given, absent, unusable, erasure) in table {
            assert_eq!(given.is_absent(), absent, "{given:?}");
            assert_eq!(given.is_unusable(), unusable, "{given:?}");
            assert_eq!(given.is_erasure(), erasure, "{given:?}");
        }
    }

    #[test]
    fn an_update_without_a_value_keeps_the_old_one() {
        let mut given = Given::of(1);
        given.update(&Given::default());
        assert_eq!(given.value, Some(1));
        given.update(&Given::of(2));
        assert_eq!(given.value, Some(2));
    }
}
