//! Conditional skips: reasons not to need a dose.

use super::{AgeRange, InEffect};
use crate::codes::Cvx;
use crate::dates::{Day, Duration};

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
