//! Invented populations and HL7 workloads for demo, tests and benches.
//!
//! Everything is made from a seed: the same [`Settings`] give the same bytes on every machine. Families come first
//! ([`population`]), then what happened to each person ([`vaccines`], [`life`]), then who reported what of it, when
//! and how badly ([`reporting`]). The truth goes to a side file that the registry never reads.

pub mod calendar;
pub mod demo;
pub mod files;
pub mod life;
pub mod load;
pub mod names;
pub mod population;
pub mod random;
pub mod reporting;
pub mod vaccines;

use calendar::Day;
use iis_model::Date;

/// What to invent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many people, at least; the last family is always whole.
    pub people: u32,
    /// The same seed gives the same people.
    pub seed: u64,
    /// "Today" of the invented world: nothing is dated later.
    pub as_of: Day,
    /// How many years ago the senders began to report; what was given before is reported as history.
    pub years_of_reporting: i32,
    /// Twin births in a thousand: 16 is natural, more is a stress test for matching.
    pub twins_permille: u32,
    /// Records with a mistake in a thousand.
    pub mistakes_permille: u32,
}

impl Settings {
    /// So many people of a seed, with natural shares of twins and mistakes and eight years of reporting.
    pub fn new(people: u32, seed: u64, as_of: Date) -> Self {
        Self {
            people,
            seed,
            as_of: Day::from(as_of),
            years_of_reporting: 8,
            twins_permille: 16,
            mistakes_permille: 60,
        }
    }

    /// The first day on which anybody reported.
    pub fn reporting_from(&self) -> Day {
        self.as_of.plus_months(-12 * self.years_of_reporting)
    }
}
