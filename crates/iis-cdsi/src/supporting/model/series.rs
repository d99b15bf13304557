//! Series and their doses.

use super::{AgeRange, ConditionalSkip, VaccineAtAge};
use crate::codes::{Cvx, Mvx, ObservationCode, Sex, Volume};
use crate::dates::{Day, Duration};

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

/// A season; both ends belong to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Season {
    /// First day.
    pub start: Option<Day>,
    /// Last day.
    pub end: Option<Day>,
}

impl Season {
    /// The last day for which this season can speak: its end; where it names none, the day
    /// before it is a year old, since by then another one has begun.
    #[must_use]
    pub fn known_until(self) -> Option<Day> {
        self.end.or_else(|| self.a_year_on().map(|day| day.plus_days(-1)))
    }

    /// The day on which the season after this one begins, if seasons begin as this one did.
    #[must_use]
    pub fn a_year_on(self) -> Option<Day> {
        self.start.map(|start| start.plus_years(1))
    }
}
