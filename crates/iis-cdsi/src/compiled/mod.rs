//! A release in the form made for speed.
//!
//! Codes are interned, ages are numbers into a table that is worked out once a person,
//! rows are packed, and no text is touched while a person is evaluated. The plain release
//! stays beside it, for the names in answers and explanations.

mod compile;
mod sets;

use crate::codes::{Cvx, Mvx, ObservationCode, Volume};
use crate::dates::{Day, Duration, plus_months};
use crate::supporting::model::{Comparison, Logic, Release, SeriesType};
use crate::version::Version;
pub use compile::CompileFailure;
pub(crate) use sets::CodeSet;
use std::sync::Arc;

/// Position of a vaccine in the compiled schedule.
pub(crate) type VaccineIx = u16;

/// A release made ready for evaluation, with the overlays applied to it.
///
/// It is immutable and can be shared between threads.
#[derive(Debug)]
pub struct Schedule {
    pub(crate) release: Release,
    pub(crate) version: Arc<Version>,
    pub(crate) ages: Vec<Span>,
    pub(crate) vaccine_of: Vec<VaccineIx>,
    pub(crate) vaccines: Vec<Vaccine>,
    pub(crate) conflicts: Vec<Option<ConflictSpan>>,
    pub(crate) conflict_columns: usize,
    pub(crate) antigens: Vec<Antigen>,
    pub(crate) series: Vec<Series>,
    pub(crate) groups: Vec<VaccineGroup>,
    pub(crate) observations: CodeSet,
    pub(crate) product_observations: Vec<(Cvx, ObservationCode)>,
    pub(crate) observations_by_code: Vec<(String, String, ObservationCode)>,
}

/// Marks a CVX that the schedule does not hold.
pub(crate) const NO_VACCINE: VaccineIx = VaccineIx::MAX;

impl Schedule {
    /// Where a vaccine stands, if the schedule holds it.
    pub(crate) fn vaccine(&self, cvx: Cvx) -> Option<VaccineIx> {
        let index = *self.vaccine_of.get(usize::from(cvx.number()))?;
        (index != NO_VACCINE).then_some(index)
    }

    /// The observation that giving this product makes, when it is no vaccine.
    pub(crate) fn product_observation(&self, cvx: Cvx) -> Option<ObservationCode> {
        self.product_observations.iter().find(|(product, _)| *product == cvx).map(|(_, code)| *code)
    }

    /// The conflict of a vaccine given with one given before it.
    pub(crate) fn conflict(&self, previous: VaccineIx, current: VaccineIx) -> Option<&ConflictSpan> {
        let row = self.vaccines[usize::from(previous)].conflict_row?;
        let column = self.vaccines[usize::from(current)].conflict_column?;
        self.conflicts[usize::from(row) * self.conflict_columns + usize::from(column)].as_ref()
    }
}

/// A duration as months and days.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Span {
    pub(crate) months: i32,
    pub(crate) days: i32,
}

impl Span {
    /// CALCDT-1 to CALCDT-6.
    #[inline]
    pub(crate) fn after(self, day: Day) -> Day {
        if self.months == 0 {
            return day.plus_days(self.days);
        }
        plus_months(day.to_civil(), self.months).plus_days(self.days)
    }

    /// The same, from a civil date already at hand.
    #[inline]
    pub(crate) fn after_civil(self, civil: (i32, i32, i32)) -> Day {
        plus_months(civil, self.months).plus_days(self.days)
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self { months: duration.total_months(), days: duration.total_days() }
    }
}

/// A number into the table of ages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct AgeIx(pub(crate) u16);

impl AgeIx {
    /// No age is named where a stretch begins: 1 January 1900.
    pub(crate) const OPEN_BEGIN: Self = Self(0);
    /// No age is named where a stretch ends: 31 December 2999.
    pub(crate) const OPEN_END: Self = Self(1);

    pub(crate) const fn is_named(self) -> bool {
        self.0 > Self::OPEN_END.0
    }
}

/// Half-open ages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ages {
    pub(crate) begin: AgeIx,
    pub(crate) end: AgeIx,
}

/// First day in effect and first day no longer in effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct InEffect {
    pub(crate) from: Day,
    pub(crate) until: Day,
}

impl InEffect {
    pub(crate) const ALWAYS: Self = Self { from: Day::ALWAYS_BEFORE, until: Day::NEVER };

    /// Whether the row is in effect on the day of which `reached` tells.
    #[inline]
    pub(crate) fn holds(self, reached: &impl Fn(Day) -> bool) -> bool {
        self == Self::ALWAYS || (reached(self.from) && !reached(self.until))
    }
}

#[derive(Debug)]
pub(crate) struct Vaccine {
    pub(crate) cvx: Cvx,
    pub(crate) antigens: Box<[(u8, Ages)]>,
    pub(crate) conflict_row: Option<u8>,
    pub(crate) conflict_column: Option<u8>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ConflictSpan {
    pub(crate) begin: Span,
    pub(crate) minimum_end: Span,
    pub(crate) end: Span,
}

impl ConflictSpan {
    /// The longer of each, where a pair of vaccines stands twice in the schedule.
    fn longer(self, other: Self) -> Self {
        let longer = |a: Span, b: Span| if (b.months, b.days) > (a.months, a.days) { b } else { a };
        Self {
            begin: longer(other.begin, self.begin),
            minimum_end: longer(self.minimum_end, other.minimum_end),
            end: longer(self.end, other.end),
        }
    }
}

#[derive(Debug)]
pub(crate) struct VaccineGroup {
    pub(crate) antigens: Box<[u8]>,
    /// The same as bits.
    pub(crate) antigen_bits: u64,
    pub(crate) is_given_whole: bool,
}

#[derive(Debug)]
pub(crate) struct Antigen {
    pub(crate) group: u8,
    /// The series of the antigen stand together.
    pub(crate) first_series: u16,
    /// Series in the order in which they are evaluated: those that ask whether another is
    /// complete come last.
    pub(crate) order: Box<[u16]>,
    pub(crate) series_groups: Box<[u8]>,
    pub(crate) immunity: CodeSet,
    pub(crate) immunity_by_birth: Box<[ImmunityByBirth]>,
    pub(crate) contraindications: Box<[Forbidding]>,
    pub(crate) vaccine_contraindications: Box<[(VaccineIx, Forbidding)]>,
    /// Every observation that immunity or a contraindication asks for.
    pub(crate) asked: CodeSet,
}

/// An observation that forbids, at which ages, and for how long from its day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forbidding {
    pub(crate) observation: u16,
    pub(crate) ages: Ages,
    pub(crate) lasts: Option<Span>,
}

#[derive(Debug)]
pub(crate) struct ImmunityByBirth {
    pub(crate) born_before: Day,
    pub(crate) asks_for_united_states: bool,
    pub(crate) exclusions: CodeSet,
}

#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) antigen: u8,
    pub(crate) kind: SeriesType,
    pub(crate) equivalent_groups: u32,
    pub(crate) sexes: u8,
    pub(crate) group: u8,
    pub(crate) is_default: bool,
    pub(crate) is_product_path: bool,
    pub(crate) priority: u8,
    pub(crate) preference: u8,
    pub(crate) start: Ages,
    pub(crate) indications: Box<[(u16, Ages)]>,
    pub(crate) indicated_by: CodeSet,
    pub(crate) doses: Box<[Dose]>,
    /// Of a series that comes again every season: the last day for which the schedule holds it.
    pub(crate) season_until: Option<Day>,
}

#[derive(Debug)]
pub(crate) struct Dose {
    pub(crate) ages: Box<[AgeRow]>,
    pub(crate) intervals: Box<[IntervalRow]>,
    pub(crate) allowable_intervals: Box<[AllowableIntervalRow]>,
    pub(crate) preferable: Box<[Preferable]>,
    pub(crate) allowable: Box<[(VaccineIx, Ages)]>,
    pub(crate) inadvertent: Box<[VaccineIx]>,
    pub(crate) skips_in_evaluation: Box<[Skip]>,
    pub(crate) skips_in_forecast: Box<[Skip]>,
    pub(crate) is_recurring: bool,
    pub(crate) season_start: Option<Day>,
    pub(crate) season_end: Option<Day>,
    /// For each row of the conflict table, the longest conflict with a preferable vaccine.
    pub(crate) conflicts: Box<[Box<[Span]>]>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct AgeRow {
    pub(crate) absolute_minimum: AgeIx,
    pub(crate) minimum: AgeIx,
    pub(crate) earliest_recommended: AgeIx,
    pub(crate) latest_recommended: AgeIx,
    pub(crate) maximum: AgeIx,
    pub(crate) in_effect: InEffect,
}

#[derive(Clone, Debug)]
pub(crate) enum Anchor {
    Previous,
    TargetDose(u8),
    MostRecent(Box<CodeSet>),
    Observation(u16),
}

#[derive(Debug)]
pub(crate) struct IntervalRow {
    pub(crate) anchor: Anchor,
    pub(crate) absolute_minimum: Option<Span>,
    pub(crate) minimum: Option<Span>,
    pub(crate) earliest_recommended: Option<Span>,
    pub(crate) latest_recommended: Option<Span>,
    pub(crate) has_priority: bool,
    pub(crate) in_effect: InEffect,
}

#[derive(Debug)]
pub(crate) struct AllowableIntervalRow {
    pub(crate) anchor: Anchor,
    pub(crate) absolute_minimum: Option<Span>,
    pub(crate) in_effect: InEffect,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Preferable {
    pub(crate) vaccine: VaccineIx,
    pub(crate) ages: Ages,
    /// The manufacturer that stands for the trade name, when the row names a product.
    pub(crate) product_of: Option<Mvx>,
    pub(crate) volume: Option<Volume>,
    pub(crate) is_forecast: bool,
}

#[derive(Debug)]
pub(crate) struct Skip {
    pub(crate) logic: Logic,
    pub(crate) sets: Box<[SkipSet]>,
}

#[derive(Debug)]
pub(crate) struct SkipSet {
    pub(crate) logic: Logic,
    pub(crate) in_effect: InEffect,
    pub(crate) conditions: Box<[Condition]>,
}

#[derive(Debug)]
pub(crate) enum Condition {
    Age(Ages),
    CompletedSeries { groups: u32 },
    Interval(Span),
    VaccineCount(Box<VaccineCount>),
}

#[derive(Debug)]
pub(crate) struct VaccineCount {
    pub(crate) ages: Ages,
    pub(crate) given_from: Day,
    pub(crate) given_before: Day,
    pub(crate) is_valid_only: bool,
    pub(crate) vaccines: Option<CodeSet>,
    pub(crate) comparison: Comparison,
    pub(crate) count: u16,
}
