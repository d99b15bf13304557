//! One release of the schedule, as plain facts.
//!
//! The shape follows the supporting data; CDC's prose (guidance, descriptions) is left out.
//! Lists whose order means nothing are kept sorted, so that two releases that say the same
//! are equal.

mod schedule;
mod series;
mod skip;

use crate::codes::{Cvx, ObservationCode};
use crate::dates::{Day, Duration};
pub use schedule::{Conflict, Observation, Vaccine, VaccineGroup};
pub use series::{
    AgeRow, AllowableIntervalRow, Anchor, InEffect, Indication, IntervalRow, PreferableVaccine, Season,
    Series, SeriesDose, SeriesType,
};
pub use skip::{Comparison, Condition, ConditionalSkip, Logic, SkipContext, SkipSet, VaccineCount};

/// One release of the schedule.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Release {
    /// CDC's number of the release, such as `4.64`.
    pub name: String,
    /// Antigens with their series, sorted by name.
    pub antigens: Vec<Antigen>,
    /// Vaccine groups in the order of the schedule.
    pub vaccine_groups: Vec<VaccineGroup>,
    /// Vaccines with the antigens they contain, sorted by CVX.
    pub vaccines: Vec<Vaccine>,
    /// Vaccine conflicts, sorted by earlier and later vaccine.
    pub conflicts: Vec<Conflict>,
    /// Observations, sorted by code.
    pub observations: Vec<Observation>,
}

impl Release {
    /// Vaccines that conflict with others without containing an antigen of the schedule
    /// (such as BCG), sorted.
    #[must_use]
    pub fn vaccines_of_conflicts_only(&self) -> Vec<Cvx> {
        let is_mapped = |cvx: &Cvx| self.vaccines.binary_search_by_key(cvx, |vaccine| vaccine.cvx).is_ok();
        let codes = self.conflicts.iter().flat_map(|conflict| [conflict.previous, conflict.current]);
        let mut codes: Vec<Cvx> = codes.filter(|cvx| !is_mapped(cvx)).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

/// Everything about one target disease.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Antigen {
    /// The name of the target disease.
    pub name: String,
    /// Observations that prove immunity.
    pub immunity_observations: Vec<ObservationCode>,
    /// Immunity presumed by date of birth.
    pub immunity_by_birth: Vec<ImmunityByBirth>,
    /// Contraindications of the antigen and of single vaccines.
    pub contraindications: Vec<Contraindication>,
    /// Series in the order of the file.
    pub series: Vec<Series>,
}

/// Who was born before this day, there, and has none of the exclusions, is immune.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImmunityByBirth {
    /// First day of birth without presumed immunity.
    pub born_before: Day,
    /// Country of birth asked for.
    pub country: Option<String>,
    /// Observations that take the presumption away.
    pub exclusions: Vec<ObservationCode>,
}

/// An observation that forbids the antigen, or some vaccines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contraindication {
    /// The observation.
    pub observation: ObservationCode,
    /// The ages at which the antigen is forbidden.
    pub ages: AgeRange,
    /// How long it forbids, counted from the day of the observation; without it, as long as
    /// the observation is active.
    pub lasts: Option<Duration>,
    /// `None`: the antigen is forbidden. Otherwise these vaccines, at these ages.
    pub vaccines: Option<Vec<VaccineAtAge>>,
}

/// A half-open stretch of ages, `begin <= age < end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct AgeRange {
    /// First day, counted from birth.
    pub begin: Option<Duration>,
    /// First day no longer within, counted from birth.
    pub end: Option<Duration>,
}

/// A vaccine at certain ages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VaccineAtAge {
    /// The ages.
    pub ages: AgeRange,
    /// The vaccine.
    pub cvx: Cvx,
}
