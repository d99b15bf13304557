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
    /// The day of birth counted with, and the first day it can have been.
    ///
    /// A birth date without a day is read as the last day of its month, so that nobody is
    /// taken for older than they are; but no later than a dose given in that month.
    pub(super) fn day_of_birth(&self) -> Option<(Day, Day)> {
        match self.birth {
            BirthDate::On(day) => Some((day, day)),
            BirthDate::Unknown => None,
            BirthDate::InMonth { year, month } => {
                let first = Day::checked(year.into(), month.into(), 1)?;
                let last = last_day_of_month(year, month)?;
                let doses = self.doses.iter().map(|dose| dose.on);
                let earliest_dose = doses.filter(|day| (first..=last).contains(day)).min();
                Some((earliest_dose.unwrap_or(last), first))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BirthDate, DoseGiven, History};
    use crate::codes::Cvx;
    use crate::dates::Day;

    #[test]
    fn a_birth_date_without_a_day_makes_nobody_older_and_no_dose_too_early_for_birth() {
        let day = |text: &str| Day::parse(text).expect("a test writes dates that exist");
        #[rustfmt::skip]
        let table = [
            // doses                         counted from
            (vec![],                         "2024-02-29"),
            (vec!["2024-02-10"],             "2024-02-10"), // given in the month of birth
            (vec!["2024-02-12", "2024-02-11"], "2024-02-11"),
            (vec!["2024-03-01"],             "2024-02-29"),
            (vec!["2024-01-31"],             "2024-02-29"), // before birth in any case
        ];
        for (doses, from) in table {
            let dose = |on: &&str| DoseGiven::new(day(on), Cvx::new(8).expect("a code"));
            let history = History {
                birth: BirthDate::InMonth { year: 2024, month: 2 },
                doses: doses.iter().map(dose).collect(),
                ..History::default()
            };
            assert_eq!(history.day_of_birth(), Some((day(from), day("2024-02-01"))), "{doses:?}");
        }
        let no_month = History { birth: BirthDate::InMonth { year: 2024, month: 13 }, ..History::default() };
        assert_eq!(no_month.day_of_birth(), None);
    }
}
