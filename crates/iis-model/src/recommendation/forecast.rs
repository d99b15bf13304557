//! What is needed of a vaccine group, and how it stands on a day.

use super::{Caveat, SeasonGap, Undated, Vaccine, VaccineGroup};
use crate::Date;

/// The status of a vaccine group (table 9-4 of the Logic Specification).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ForecastStatus {
    /// A dose is still needed.
    NotComplete,
    /// Done.
    Complete,
    /// Immune: no dose is needed.
    Immune,
    /// Must not be given.
    Contraindicated,
    /// No dose is recommended.
    NotRecommended,
    /// Too old to finish or begin.
    AgedOut,
}

impl ForecastStatus {
    /// The words of the Logic Specification.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotComplete => "Not Complete",
            Self::Complete => "Complete",
            Self::Immune => "Immune",
            Self::Contraindicated => "Contraindicated",
            Self::NotRecommended => "Not Recommended",
            Self::AgedOut => "Aged Out",
        }
    }
}

/// What is needed of a vaccine group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The vaccine group.
    pub group: VaccineGroup,
    /// Whether it comes from a series for persons at risk.
    pub is_risk: bool,
    /// The status.
    pub status: ForecastStatus,
    /// Why, in words: `a dose is needed`, `nothing on the record asks for it`.
    pub reason: &'static str,
    /// Whether no series of the group applies to the person: most pages leave such groups out.
    pub is_irrelevant: bool,
    /// What the schedule lacks to answer for the season of the day; none when it answers. With it, the status is that of
    /// a season that is past.
    pub season_gap: Option<SeasonGap>,
    /// What the time of the dose counts from where its day is not on record.
    pub undated: Option<Undated>,
    /// What CDC says beside the schedule's answer.
    pub caveat: Option<Caveat>,
    /// The dates, when a dose is needed; none where they would count from a day that is not on record.
    pub dates: Option<ForecastDates>,
    /// The number of the dose needed.
    pub dose_number: Option<u8>,
    /// Doses that count so far.
    pub valid_doses: u8,
    /// Names of the series behind it.
    pub series: Vec<Box<str>>,
    /// The vaccines recommended for it.
    pub vaccines: Vec<Vaccine>,
    /// Whether all vaccines that fit are live ones that an immunocompromise on record speaks against: whoever may give one
    /// decides first whether it may be given.
    pub is_cautioned: bool,
    /// The forecast in one sentence for the nurse; dates stand in it as `2026-03-02`.
    pub sentence: Box<str>,
}

/// The dates of a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ForecastDates {
    /// The dose can count from this day on.
    pub earliest: Date,
    /// It is recommended from this day on.
    pub recommended: Date,
    /// The last day before it is late, if there is one.
    pub past_due: Option<Date>,
    /// The last day on which it can be given, if there is one.
    pub latest: Option<Date>,
}

impl ForecastDates {
    /// The first day on which the dose is overdue: the day after the past-due date, on which it is still in time.
    pub fn overdue_from(&self) -> Option<Date> {
        self.past_due.and_then(|day| day.tomorrow().ok())
    }
}

/// How a vaccine group stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The dose is late.
    Overdue,
    /// The dose is recommended.
    Due,
    /// A dose is needed, at a time that counts from a day that is not on record.
    Undated,
    /// The dose can be given; it is recommended later.
    Possible,
    /// The dose cannot be given yet.
    Later,
    /// The schedule does not hold the season of the day: nothing is known.
    SeasonUnknown,
    /// No dose is needed or may be given: the status says why.
    Settled(ForecastStatus),
}

impl Forecast {
    /// How the group stands on a day, by the dates of the forecast.
    pub fn standing(&self, on: Date) -> Standing {
        match self.dates.filter(|_| self.status == ForecastStatus::NotComplete) {
            _ if self.status == ForecastStatus::NotComplete && self.undated.is_some() => Standing::Undated,
            None if self.season_gap.is_some() => Standing::SeasonUnknown,
            None => Standing::Settled(self.status),
            Some(dates) if dates.past_due.is_some_and(|past_due| on > past_due) => Standing::Overdue,
            Some(dates) if on >= dates.recommended => Standing::Due,
            Some(dates) if on >= dates.earliest => Standing::Possible,
            Some(_) => Standing::Later,
        }
    }
}
