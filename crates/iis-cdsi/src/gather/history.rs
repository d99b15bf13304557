//! What the engine is told about a person: packed, without text.

use crate::codes::{Cvx, Mvx, ObservationCode, Sex, Volume};
use crate::dates::{Day, days_in_month};

/// A person's facts as the recommender needs them.
///
/// It depends on no release of the schedule, so one history can be put to several.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// Date of birth, as far as it is known.
    pub birth: BirthDate,
    /// Sex.
    pub sex: Sex,
    /// Country of birth; only presumed immunity by birth asks for it.
    pub birth_country: BirthCountry,
    /// Doses given, in any order.
    pub doses: Vec<DoseGiven>,
    /// Observations that are active, in any order.
    pub observations: Vec<ObservationMade>,
}

/// A date of birth, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum BirthDate {
    /// The whole date.
    On(Day),
    /// Year and month (1 to 12).
    InMonth {
        /// The year.
        year: i16,
        /// The month.
        month: i8,
    },
    /// Less than that: no age can be counted.
    #[default]
    Unknown,
}

/// Country of birth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum BirthCountry {
    /// Not recorded: read as the United States, since the registry is one of theirs.
    #[default]
    NotRecorded,
    /// The United States.
    UnitedStates,
    /// Another country.
    Other,
}

/// One dose given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DoseGiven {
    /// The day.
    pub on: Day,
    /// The vaccine.
    pub cvx: Cvx,
    /// The manufacturer, where known.
    pub mvx: Option<Mvx>,
    /// The volume, where known.
    pub volume: Option<Volume>,
    /// Flagged as defective (dose condition).
    pub is_flagged: bool,
    /// The last day on which the lot could be used.
    pub lot_expires_on: Option<Day>,
}

impl DoseGiven {
    /// A dose about which only the day and the vaccine are known.
    #[must_use]
    pub const fn new(on: Day, cvx: Cvx) -> Self {
        Self { on, cvx, mvx: None, volume: None, is_flagged: false, lot_expires_on: None }
    }
}

/// An active observation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObservationMade {
    /// The code.
    pub code: ObservationCode,
    /// The day from which intervals may be measured (onset, transplant), where known.
    pub on: Option<Day>,
}

/// The last day of a month: an expiration date without a day means it (CALCDTLOTEXP-1).
#[must_use]
pub fn last_day_of_month(year: i16, month: i8) -> Option<Day> {
    Day::checked(year.into(), month.into(), days_in_month(year.into(), month.into()))
}

impl History {
    /// The day of birth counted with, and how it was come by.
    ///
    /// A birth date without a day is read as the last day of its month, so that nobody is
    /// taken for older than they are; but no later than a dose given in that month and no
    /// later than the assessment.
    pub(super) fn day_of_birth(&self, assessment: Day) -> Option<(Day, bool)> {
        match self.birth {
            BirthDate::On(day) => Some((day, true)),
            BirthDate::Unknown => None,
            BirthDate::InMonth { year, month } => {
                let first = Day::checked(year.into(), month.into(), 1)?;
                let last = last_day_of_month(year, month)?;
                let within = |day: &Day| (first..=last).contains(day);
                let doses = self.doses.iter().map(|dose| dose.on);
                let earliest = doses.chain([assessment]).filter(within).min();
                Some((earliest.unwrap_or(last), false))
            }
        }
    }
}
