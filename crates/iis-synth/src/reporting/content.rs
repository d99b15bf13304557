//! One message to be.

use crate::calendar::Day;
use crate::vaccines::ProductId;

/// What a message says, by reference into the person's [`crate::life::Life`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Demographics and nothing else: a birth, a move, a new name, a death.
    Demographics,
    /// The doses of one visit, `count` of them from `first` on.
    Visit {
        /// Index of the first dose.
        first: u16,
        /// How many.
        count: u8,
        /// Whether the doses known from elsewhere come along as history.
        with_history: bool,
        /// Whether the first dose's lot number is mistyped.
        wrong_lot: bool,
    },
    /// The first dose of a visit again, now with the right lot.
    Correction {
        /// Index of the dose.
        dose: u16,
    },
    /// A dose that another organization gave.
    Copy {
        /// Index of the dose.
        dose: u16,
        /// How many days the date is off: remembered, not read.
        drift: i8,
    },
    /// A dose that this person never got: it belongs into another record.
    Erroneous {
        /// The product.
        product: ProductId,
        /// The day.
        on: Day,
    },
    /// The withdrawal of such a dose.
    Withdrawal {
        /// The product.
        product: ProductId,
        /// The day.
        on: Day,
    },
    /// A refusal, an immunity, an allergy.
    Note {
        /// Index of the note.
        note: u16,
    },
}

/// One message to be: about whom, from which source, when, with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// When it is sent, in seconds since 1970 (UTC).
    pub sent_at: i64,
    /// When it was made (MSH-7): earlier than `sent_at` for a message sent again.
    pub made_at: i64,
    /// Index of the household in its population.
    pub household: u32,
    /// Index of the person in the household's lives.
    pub member: u8,
    /// Index of the source in the person's sources.
    pub source: u8,
    /// Number of the message about this person, from 0.
    pub ordinal: u16,
    /// What it says.
    pub content: Content,
}

impl Report {
    /// Whether the same bytes were sent before.
    pub fn is_resend(&self) -> bool {
        self.sent_at != self.made_at
    }

    /// The day on which it was made, in Calder.
    pub fn day(&self) -> Day {
        let days = (self.made_at + super::source::OFFSET_SECONDS).div_euclid(86_400);
        Day(i32::try_from(days).unwrap_or(0))
    }
}
