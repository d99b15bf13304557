//! The published message profiles, run over messages: what we receive, and in tests everything we send.
//!
//! [`tables`] says what the profiles are and how they are written, [`packing`] turns them into the form that is run ([`packed`]),
//! [`check`] runs it over the index of a message, and [`cascade`] says what a fault of a received message means: the
//! readers of the segments tell what was lost, this tells the rest, and nothing is told twice.

mod cascade;
mod check;
mod condition;
mod elements;
mod expression;
mod fault;
mod forms;
mod packed;
mod packing;
mod parts;
mod scope;
mod sets;
mod short_codes;
mod tables;
mod values;
mod words;

pub use cascade::{in_message_order, tell};
pub use check::Extent;
pub use fault::Fault;

use crate::er7::Message;
use check::Check;
use packed::Packed;
use sets::Sets;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A profile of the immunization guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// VXU: an immunization record is sent.
    Z22,
    /// ACK.
    Z23,
    /// RSP: candidates.
    Z31,
    /// RSP: a history.
    Z32,
    /// RSP: nobody.
    Z33,
    /// QBP: a history is asked for.
    Z34,
    /// RSP: an evaluated history and a forecast.
    Z42,
    /// QBP: an evaluated history and a forecast are asked for.
    Z44,
}

impl Profile {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 8] =
        [Self::Z22, Self::Z23, Self::Z31, Self::Z32, Self::Z33, Self::Z34, Self::Z42, Self::Z44];

    /// The profile that a message names in MSH-21.
    pub fn of(message: &Message<'_>) -> Option<Self> {
        let named = message.header()?.field(21);
        Self::ALL
            .into_iter()
            .find(|profile| named.repetitions().any(|part| part.component(1).is(profile.name())))
    }

    /// `Z22`.
    pub fn name(self) -> &'static str {
        self.packed().name
    }

    /// What a segment is called: `Patient Identification`.
    pub fn title(self, segment: &str) -> Option<&'static str> {
        Some(self.body(segment)?.title)
    }

    /// What a field is called: `Patient Name`.
    pub fn field_name(self, segment: &str, field: u8) -> Option<&'static str> {
        let elements = &self.body(segment)?.elements;
        Some(elements.get(usize::from(field).checked_sub(1)?)?.name)
    }

    fn body(self, segment: &str) -> Option<&'static packed::Body> {
        self.packed().segments.iter().find(|body| body.name == segment)
    }

    fn packed(self) -> &'static Packed {
        &BUILT_IN.profiles[self as usize]
    }

    /// The faults of a message against this profile, in the order in which they are met; empty and without an allocation
    /// for a message that has none. Never panics, whatever the message. More than 500 are not told.
    pub fn faults(self, message: &Message<'_>, extent: Extent) -> Vec<Fault<'static>> {
        Check::run(self.packed(), &BUILT_IN.sets, message, extent)
    }
}

/// A code as a value set writes it, if the set holds it; codes of sets that are not looked at are taken as they are.
pub(crate) fn code_of(set: &str, code: &str) -> Option<Cow<'static, str>> {
    match BUILT_IN.sets.get(BUILT_IN.sets.number(set)) {
        Some(set) => set.written(code),
        None => Some(code.to_owned().into()),
    }
}

/// Whether a text has the form of a decimal number (NM).
pub(crate) fn is_number(text: &str) -> bool {
    forms::Primitive::Number.holds(text.as_bytes())
}

/// Whether a text is an ISO object identifier.
pub(crate) fn is_oid(text: &str) -> bool {
    forms::Form::Oid.holds(text.as_bytes())
}

/// The name of a value set.
fn set_name(number: u16) -> &'static str {
    BUILT_IN.sets.get(number).map_or("", |set| &set.name)
}

/// What the program brings along.
struct BuiltIn {
    sets: Sets,
    profiles: Vec<Packed>,
}

static BUILT_IN: LazyLock<BuiltIn> = LazyLock::new(|| {
    let sets = Sets::built_in().expect("the tables of value sets are tested");
    let shared =
        tables::profile(tables::TYPES.0, tables::TYPES.1).expect("the table of data types is tested");
    let profiles = tables::PROFILES
        .iter()
        .map(|(file, text)| {
            let table = tables::profile(file, text).expect("the tables of profiles are tested");
            packing::pack(&table, &shared, &sets)
                .unwrap_or_else(|unfit| panic!("{file} is tested, but {unfit}"))
        })
        .collect();
    BuiltIn { sets, profiles }
});
