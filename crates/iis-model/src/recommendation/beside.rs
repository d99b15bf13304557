//! What is said of a forecast beside its status and dates.

use crate::Date;

/// Why an answer says nothing about the season of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeasonGap {
    /// The season of the schedule ended on this day.
    EndedOn(Date),
    /// The season of the schedule names no end; it began on this day, a year ago or longer.
    BeganOn(Date),
}

/// What CDC says of a forecast that the schedule's data do not say (docs/decisions/0067).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caveat {
    /// Vaccines with pertussis must not be given, and Td may.
    TdMayBeGiven,
    /// Hepatitis B vaccine from 60 years on, without a risk on record.
    ByChoice,
    /// HPV vaccine from 27 years on.
    BySharedDecision,
    /// Polio vaccine for adults of whom no dose is on record.
    AdultsToo,
}

impl Caveat {
    /// In a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::TdMayBeGiven => {
                "Td is not contraindicated: it is given in the place of vaccines with pertussis, also under 7 years."
            }
            Self::ByChoice => "From 60 years on, without a risk on record, it is given by choice.",
            Self::BySharedDecision => {
                "From 27 to 45 years it is given by shared decision, and not caught up otherwise."
            }
            Self::AdultsToo => {
                "Adults who are known or suspected to be unvaccinated are given three doses of inactivated polio vaccine."
            }
        }
    }
}

/// When a dose is wanted, counted from a day that is not on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undated {
    /// What was observed on that day, by its title in the schedule.
    pub of: Box<str>,
    /// The first week after that day in which the dose is wanted.
    pub from_week: u16,
    /// The last week in which it is in time, if the schedule says one.
    pub until_week: Option<u16>,
}

/// The title by which the schedule knows the beginning of a pregnancy.
const PREGNANCY: &str = "Onset of pregnancy";

impl std::fmt::Display for Undated {
    /// `in week 32 to 36; the week is not on record`: when the dose is wanted.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, of) = (self.from_week, &self.of);
        match self.until_week {
            Some(until) if **of == *PREGNANCY => {
                write!(f, "in week {from} to {until}; the week is not on record")
            }
            _ => write!(f, "from {from} weeks after a day that is not on record ({of})"),
        }
    }
}
