//! What the schedule file holds: vaccine groups, vaccines, conflicts, observations.

use super::AgeRange;
use crate::codes::{Cvx, ObservationCode};
use crate::dates::Duration;

/// A family of antigens used for the answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VaccineGroup {
    /// Its name.
    pub name: String,
    /// Whether all antigens of the group are given together; the schedule says so only for
    /// groups of several.
    pub is_given_whole: Option<bool>,
    /// Its antigens.
    pub antigens: Vec<String>,
}

/// A vaccine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vaccine {
    /// Its code.
    pub cvx: Cvx,
    /// Short name.
    pub name: String,
    /// The antigens it contains, and the ages at which it counts for them.
    pub antigens: Vec<(String, AgeRange)>,
}

/// A conflict between two vaccines given on different days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Conflict {
    /// The vaccine given first.
    pub previous: Cvx,
    /// The vaccine impacted.
    pub current: Cvx,
    /// First day of the conflict after the first vaccine.
    pub begin: Duration,
    /// End of the conflict when the first dose was valid.
    pub minimum_end: Duration,
    /// End of the conflict otherwise, and for forecasts.
    pub end: Duration,
}

/// A coded fact about a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observation {
    /// CDSi's code.
    pub code: ObservationCode,
    /// Its title.
    pub title: String,
    /// The same in other code systems, as (system, code), sorted.
    pub codes: Vec<(String, String)>,
}
