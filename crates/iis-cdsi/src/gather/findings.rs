//! What is noticed in the facts about a person.

use crate::dates::Day;
use std::fmt;

/// More doses than this are not evaluated; no real history comes near.
pub const MOST_DOSES: usize = 500;

/// Something noticed in the facts about a person. Positions count from 0 in the input.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum InputFinding {
    /// No age can be counted, so nothing is evaluated.
    BirthDateUnknown,
    /// The birth date has no day; it was read as this day.
    BirthDateWithoutDay {
        /// The day counted from.
        read_as: Day,
    },
    /// The person is born after the date of the question.
    BornAfterAssessment,
    /// A dose lies before birth; it is not evaluated.
    DoseBeforeBirth {
        /// Position of the dose.
        dose: usize,
    },
    /// A dose lies after the date of the question; it is evaluated all the same.
    DoseInFuture {
        /// Position of the dose.
        dose: usize,
    },
    /// The schedule does not hold the vaccine; the dose is not evaluated.
    VaccineNotInSchedule {
        /// Position of the dose.
        dose: usize,
    },
    /// The same vaccine stands twice on one day; it may be one dose reported twice.
    SameVaccineSameDay {
        /// Position of the dose.
        dose: usize,
        /// Position of the dose it equals.
        as_dose: usize,
    },
    /// The schedule does not hold the observation; it has no effect.
    ObservationNotInSchedule {
        /// Position of the observation.
        observation: usize,
    },
    /// There are more than [`MOST_DOSES`] doses; the latest ones are not evaluated.
    TooManyDoses {
        /// How many there are.
        count: usize,
    },
}

impl InputFinding {
    /// The position of the dose the finding is about, if it is about one.
    #[must_use]
    pub const fn dose(&self) -> Option<usize> {
        match self {
            Self::DoseBeforeBirth { dose }
            | Self::DoseInFuture { dose }
            | Self::VaccineNotInSchedule { dose }
            | Self::SameVaccineSameDay { dose, .. } => Some(*dose),
            _ => None,
        }
    }
}

impl fmt::Display for InputFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BirthDateUnknown => write!(f, "the date of birth is not known: nothing can be evaluated"),
            Self::BirthDateWithoutDay { .. } => {
                write!(f, "the date of birth has no day: the last day it can be was counted from")
            }
            Self::BornAfterAssessment => write!(f, "the date of birth lies after the date of the question"),
            Self::DoseBeforeBirth { dose } => write!(f, "dose {} lies before birth: not evaluated", dose + 1),
            Self::DoseInFuture { dose } => write!(f, "dose {} lies in the future", dose + 1),
            Self::VaccineNotInSchedule { dose } => {
                write!(f, "the vaccine of dose {} is not in the schedule: not evaluated", dose + 1)
            }
            Self::SameVaccineSameDay { dose, as_dose } => {
                write!(f, "doses {} and {} are the same vaccine on the same day", as_dose + 1, dose + 1)
            }
            Self::ObservationNotInSchedule { observation } => {
                write!(f, "observation {} is not in the schedule: no effect", observation + 1)
            }
            Self::TooManyDoses { count } => {
                write!(f, "{count} doses: only the first {MOST_DOSES} are evaluated")
            }
        }
    }
}
