//! One release of the schedule, as plain facts.
//!
//! The shape follows the supporting data; CDC's prose (guidance, descriptions) is left out.
//! Lists whose order means nothing are kept sorted, so that two releases that say the same
//! are equal.

use crate::codes::{Cvx, Mvx, ObservationCode, Sex, Volume};
use crate::dates::{Day, Duration};

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

/// Kind of a series.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum SeriesType {
    /// For everybody.
    #[default]
    Standard,
    /// For persons with an indication.
    Risk,
    /// Only to judge doses already given.
    EvaluationOnly,
}

/// One path to immunity.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Series {
    /// CDC's name of the series, unique in the release.
    pub name: String,
    /// Vaccine group in which the answer is given.
    pub vaccine_group: String,
    /// Kind of the series.
    pub series_type: SeriesType,
    /// Series groups of the antigen that this one is judged against (one-way).
    pub equivalent_groups: Vec<u8>,
    /// Sexes the series is for; empty means all.
    pub sexes: Vec<Sex>,
    /// Number of the series group within the antigen.
    pub group: u8,
    /// Name of the series group.
    pub group_name: String,
    /// The default of its group.
    pub is_default: bool,
    /// Made of one product.
    pub is_product_path: bool,
    /// `A` is highest.
    pub priority: char,
    /// 1 is best; 255 when the schedule names none.
    pub preference: u8,
    /// Ages at which the series may be started.
    pub start: AgeRange,
    /// Indications; only a risk series has any.
    pub indications: Vec<Indication>,
    /// Doses in order.
    pub doses: Vec<SeriesDose>,
}

/// An observation that makes a risk series apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Indication {
    /// The observation.
    pub observation: ObservationCode,
    /// Ages at which it applies.
    pub ages: AgeRange,
}

/// One dose slot of a series.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SeriesDose {
    /// Number within the series, from 1.
    pub number: u8,
    /// Versions of the ages; the dates in effect choose one.
    pub ages: Vec<AgeRow>,
    /// Preferable intervals; all in effect must hold.
    pub intervals: Vec<IntervalRow>,
    /// Allowable intervals; all must hold.
    pub allowable_intervals: Vec<AllowableIntervalRow>,
    /// Preferable vaccines, in the order of the file.
    pub preferable_vaccines: Vec<PreferableVaccine>,
    /// Allowable vaccines, sorted.
    pub allowable_vaccines: Vec<VaccineAtAge>,
    /// Vaccines that do not count here, sorted.
    pub inadvertent_vaccines: Vec<Cvx>,
    /// Conditions under which the dose is not needed.
    pub conditional_skips: Vec<ConditionalSkip>,
    /// The dose comes again and again.
    pub is_recurring: bool,
    /// Season of the dose.
    pub season: Option<Season>,
}

/// Days on which a row is in effect; both ends belong to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct InEffect {
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub through: Option<Day>,
}

/// One version of the ages of a dose, counted from birth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AgeRow {
    /// Earliest age at which a dose can count.
    pub absolute_minimum: Option<Duration>,
    /// Minimum age.
    pub minimum: Option<Duration>,
    /// Earliest recommended age.
    pub earliest_recommended: Option<Duration>,
    /// Latest recommended age.
    pub latest_recommended: Option<Duration>,
    /// First age at which the dose no longer counts.
    pub maximum: Option<Duration>,
    /// Days on which the row is in effect.
    pub in_effect: InEffect,
}

/// The day from which an interval is measured.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Anchor {
    /// The previous dose of the series that was evaluated.
    Previous,
    /// The dose that satisfied this target dose.
    TargetDose(u8),
    /// The latest dose of one of these vaccines, of any antigen.
    MostRecent(Vec<Cvx>),
    /// The day of this observation.
    Observation(ObservationCode),
}

/// A preferable interval.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IntervalRow {
    /// From where it is measured.
    pub anchor: Anchor,
    /// Shortest interval at which a dose can count.
    pub absolute_minimum: Option<Duration>,
    /// Minimum interval.
    pub minimum: Option<Duration>,
    /// Earliest recommended interval.
    pub earliest_recommended: Option<Duration>,
    /// Latest recommended interval.
    pub latest_recommended: Option<Duration>,
    /// The priority flag (`override`) of FORECASTPRIORITY-1.
    pub has_priority: bool,
    /// Days on which the row is in effect.
    pub in_effect: InEffect,
}

/// An allowable interval.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllowableIntervalRow {
    /// From where it is measured.
    pub anchor: Anchor,
    /// Shortest interval at which a dose can count.
    pub absolute_minimum: Option<Duration>,
    /// Days on which the row is in effect.
    pub in_effect: InEffect,
}

/// A preferable vaccine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PreferableVaccine {
    /// The vaccine.
    pub cvx: Cvx,
    /// Ages at which it is preferable.
    pub ages: AgeRange,
    /// Product asked for.
    pub trade_name: Option<String>,
    /// Manufacturer of that product.
    pub mvx: Option<Mvx>,
    /// Recommended volume.
    pub volume: Option<Volume>,
    /// Named in a forecast.
    pub is_forecast: bool,
}

/// When a conditional skip is looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SkipContext {
    /// While evaluating a dose given.
    Evaluation,
    /// While forecasting.
    Forecast,
    /// Both times.
    Both,
}

/// How members are combined.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Logic {
    /// All must be met.
    And,
    /// At least one must be met.
    Or,
}

/// A reason not to need a dose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConditionalSkip {
    /// When it is looked at.
    pub context: SkipContext,
    /// How the sets are combined.
    pub logic: Logic,
    /// The sets.
    pub sets: Vec<SkipSet>,
}

/// A set of conditions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SkipSet {
    /// How the conditions are combined.
    pub logic: Logic,
    /// Days on which the set is in effect.
    pub in_effect: InEffect,
    /// The conditions.
    pub conditions: Vec<Condition>,
}

/// One condition of a conditional skip.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    /// The person is of this age on the reference date.
    Age(AgeRange),
    /// A series of one of these groups is complete.
    CompletedSeries(Vec<u8>),
    /// That long has passed since the previous dose.
    Interval(Duration),
    /// The number of certain doses compares with a number.
    VaccineCount(VaccineCount),
}

/// Doses counted and compared by a conditional skip.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VaccineCount {
    /// Age at which a dose must have been given to count.
    pub ages: AgeRange,
    /// First day of giving.
    pub given_from: Option<Day>,
    /// First day of giving that no longer counts.
    pub given_before: Option<Day>,
    /// Only doses evaluated as valid count.
    pub is_valid_only: bool,
    /// Vaccines that count; empty means all.
    pub vaccines: Vec<Cvx>,
    /// How the count is compared.
    pub comparison: Comparison,
    /// With what.
    pub count: u16,
}

/// How a count is compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Comparison {
    /// More than.
    GreaterThan,
    /// Exactly.
    EqualTo,
    /// Fewer than.
    LessThan,
}

/// A season; both ends belong to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Season {
    /// First day.
    pub start: Option<Day>,
    /// Last day.
    pub end: Option<Day>,
}

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
