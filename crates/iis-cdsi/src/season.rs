//! Seasons: which the schedule holds, and what it cannot answer for want of a later one.
//!
//! CDC publishes the dates of one season at a time. Once it is past, the logic of the
//! specification answers for it still: "complete", or "not recommended". Both would read as
//! "no vaccine needed" in the season since then, of which nothing is known. So every answer
//! that rests on a past season says so.

mod draft;

use crate::answer::{Forecast, StatusReason};
use crate::compiled::Schedule;
use crate::dates::Day;
use crate::supporting::model::{Season, SeriesDose};
pub use draft::{DraftFailure, Head, draft};
use std::fmt;

/// Why an answer says nothing about the season of the day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SeasonGap {
    /// The season of the schedule ended on this day.
    EndedOn(Day),
    /// The season of the schedule names no end; it began on this day, a year ago or longer.
    BeganOn(Day),
}

impl fmt::Display for SeasonGap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndedOn(day) => write!(f, "the season of the schedule ended on {day}"),
            Self::BeganOn(day) => {
                write!(f, "the season of the schedule began on {day}, a year ago or longer, and names no end")
            }
        }
    }
}

/// A season that the schedule holds for a vaccine group.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SeasonHeld {
    /// Name of the vaccine group.
    pub group: String,
    /// First and last day.
    pub season: Season,
}

/// How a season of the schedule stands on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SeasonStanding {
    /// The schedule speaks for the day.
    Held,
    /// The season is past and the next one is yet to come.
    Between,
    /// By now another season has begun, and the schedule does not hold it.
    Missing,
}

impl SeasonHeld {
    /// How the season stands on a day.
    #[must_use]
    pub fn standing(&self, on: Day) -> SeasonStanding {
        let is_past = self.season.known_until().is_some_and(|last| on > last);
        match self.season.a_year_on() {
            _ if !is_past => SeasonStanding::Held,
            Some(next) if on < next => SeasonStanding::Between,
            _ => SeasonStanding::Missing,
        }
    }
}

impl fmt::Display for SeasonHeld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Season { start, end } = self.season;
        write!(f, "{}", self.group)?;
        start.map_or(Ok(()), |start| write!(f, " from {start}"))?;
        end.map_or(Ok(()), |end| write!(f, " through {end}"))
    }
}

impl Schedule {
    /// What a forecast does not know for want of a season; none when it knows.
    #[must_use]
    pub fn season_gap(&self, forecast: &Forecast) -> Option<SeasonGap> {
        let rests_on_past = [StatusReason::SeasonOver, StatusReason::CompleteForPastSeason];
        if !rests_on_past.contains(&forecast.reason) {
            return None;
        }
        self.season_gap_of(forecast.series?)
    }

    /// The season that a series has, as one that is past.
    pub(crate) fn season_gap_of(&self, series: u16) -> Option<SeasonGap> {
        let seasons = self.plain_series(series)?.doses.iter().filter_map(|dose| dose.season);
        match seasons.max_by_key(|season| season.known_until())? {
            Season { end: Some(end), .. } => Some(SeasonGap::EndedOn(end)),
            Season { start, .. } => start.map(SeasonGap::BeganOn),
        }
    }

    /// Every season that the schedule holds, each once a vaccine group.
    #[must_use]
    pub fn seasons(&self) -> Vec<SeasonHeld> {
        let series = self.release.antigens.iter().flat_map(|antigen| &antigen.series);
        let held = |group: &str, dose: &SeriesDose| {
            Some(SeasonHeld { group: group.to_owned(), season: dose.season? })
        };
        let mut seasons: Vec<SeasonHeld> = series
            .flat_map(|series| series.doses.iter().filter_map(|dose| held(&series.vaccine_group, dose)))
            .collect();
        seasons.sort();
        seasons.dedup();
        seasons
    }
}

#[cfg(test)]
mod tests {
    use super::{SeasonHeld, SeasonStanding};
    use crate::dates::Day;
    use crate::supporting::model::Season;

    fn season(start: &str, end: &str) -> SeasonHeld {
        SeasonHeld { group: "X".into(), season: Season { start: Day::parse(start), end: Day::parse(end) } }
    }

    #[test]
    fn a_season_is_held_to_its_end_and_missing_when_the_next_has_begun() {
        #[rustfmt::skip]
        let table = [
            // season                                on            standing
            (season("2025-07-01", "2026-06-30"),     "2026-06-30", SeasonStanding::Held),
            (season("2025-07-01", "2026-06-30"),     "2026-07-01", SeasonStanding::Missing),
            (season("2025-10-01", "2026-03-31"),     "2026-03-31", SeasonStanding::Held),
            (season("2025-10-01", "2026-03-31"),     "2026-04-01", SeasonStanding::Between),
            (season("2025-10-01", "2026-03-31"),     "2026-09-30", SeasonStanding::Between),
            (season("2025-10-01", "2026-03-31"),     "2026-10-01", SeasonStanding::Missing),
            (season("2025-08-27", ""),               "2026-08-26", SeasonStanding::Held),
            (season("2025-08-27", ""),               "2026-08-27", SeasonStanding::Missing),
            (season("", ""),                         "2026-08-27", SeasonStanding::Held), // never past
        ];
        for (season, on, standing) in table {
            let day = Day::parse(on).expect("a test writes dates that exist");
            assert_eq!(season.standing(day), standing, "{season} on {on}");
        }
    }
}
