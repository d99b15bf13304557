//! Score patient series and select the prioritized one: CDSi Logic Specification 4.6,
//! sections 8.4 to 8.7.

use super::{Selection, SeriesOutcome};
use crate::answer::SeriesStatus;
use crate::dates::Day;
use crate::evaluate::age_row;
use crate::forecast::finish_date;

/// Which table of points is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Points {
    /// Table 8-7: two or more complete.
    Complete,
    /// Table 8-9: two or more in process.
    InProcess,
    /// Table 8-11: no valid doses.
    NoValidDoses,
}

/// What is scored: the outcomes at these positions.
#[derive(Clone, Copy)]
pub(super) struct Scored<'a> {
    pub(super) outcomes: &'a [SeriesOutcome],
    /// Positions as bits.
    pub(super) bits: u64,
}

impl<'a> Scored<'a> {
    pub(super) fn each(self) -> impl Iterator<Item = (usize, &'a SeriesOutcome)> {
        self.outcomes.iter().enumerate().filter(move |(at, _)| self.bits >> at & 1 == 1)
    }
}

/// SELECTBEST-2: the highest sum; then the best preference; then the order of the schedule.
pub(super) fn highest<'a>(
    selection: &Selection<'a>,
    points: Points,
    scored: Scored<'a>,
) -> Option<&'a SeriesOutcome> {
    // The finish date of each completable series, by position.
    let mut finishes = [None; 64];
    if points != Points::Complete {
        scored.each().for_each(|(at, outcome)| finishes[at & 63] = finish(selection, outcome));
    }
    let sum = |at: usize, outcome: &SeriesOutcome| match points {
        Points::Complete => complete_points(at, scored),
        Points::InProcess => in_process_points(selection, at, outcome, scored, &finishes),
        Points::NoValidDoses => no_valid_dose_points(selection, at, outcome, scored, &finishes),
    };
    let best =
        scored.each().min_by_key(|(at, outcome)| (-sum(*at, outcome), selection.series(outcome).preference));
    best.map(|(_, outcome)| outcome)
}

/// Table 8-7.
fn complete_points(at: usize, scored: Scored<'_>) -> i32 {
    least([1, 0, -1], at, scored, |_, o| Some(-i32::from(o.satisfied)))
}

/// Table 8-9: points when a condition is true for this series alone, for it and others, or
/// not.
fn in_process_points(
    selection: &Selection<'_>,
    at: usize,
    outcome: &SeriesOutcome,
    scored: Scored<'_>,
    finishes: &[Option<Day>; 64],
) -> i32 {
    let is_product_path = selection.series(outcome).is_product_path && outcome.is_all_valid;
    let remaining = |o: &SeriesOutcome| selection.series(o).doses.len().saturating_sub(o.forecast.target);
    either(2, is_product_path)
        + either(3, finishes[at & 63].is_some())
        + least([2, 0, -2], at, scored, |_, o| Some(-i32::from(o.satisfied)))
        + least([2, 0, -2], at, scored, |_, o| Some(remaining(o)))
        + least([1, 0, -1], at, scored, |at, _| finishes[at & 63])
}

/// Table 8-11. The start date is the earliest date of the forecast.
fn no_valid_dose_points(
    selection: &Selection<'_>,
    at: usize,
    outcome: &SeriesOutcome,
    scored: Scored<'_>,
    finishes: &[Option<Day>; 64],
) -> i32 {
    least([1, 0, -1], at, scored, |_, o| o.forecast.dates.map(|dates| dates.earliest))
        + either(1, finishes[at & 63].is_some())
        + either(1, !selection.series(outcome).is_product_path)
}

/// The same whether shared or alone.
fn either(points: i32, is_true: bool) -> i32 {
    if is_true { points } else { -points }
}

/// Points for having the least of something, alone, shared, or not; a series without it does
/// not have the least.
fn least<T: Ord>(
    [alone, shared, not]: [i32; 3],
    at: usize,
    scored: Scored<'_>,
    measure: impl Fn(usize, &SeriesOutcome) -> Option<T>,
) -> i32 {
    let own = scored.outcomes.get(at).and_then(|outcome| measure(at, outcome));
    let Some(own) = own else { return not };
    let (mut is_least, mut holders) = (true, 0);
    for other in scored.each().filter_map(|(at, other)| measure(at, other)) {
        is_least &= own <= other;
        holders += u32::from(other == own);
    }
    match (is_least, holders) {
        (false, _) => not,
        (true, 0 | 1) => alone,
        (true, _) => shared,
    }
}

/// SELECTB-12, where SELECTB-3 holds: the series can be finished before the maximum age of
/// its last target dose.
fn finish(selection: &Selection<'_>, outcome: &SeriesOutcome) -> Option<Day> {
    let dates = outcome.forecast.dates.filter(|_| outcome.status() == SeriesStatus::NotComplete)?;
    let doses = &selection.series(outcome).doses;
    let finish = finish_date(doses.get(outcome.forecast.target..)?, dates.earliest, selection.assessment);
    let ages = doses.last().and_then(|dose| age_row(dose, &|day| selection.assessment.reached(day)));
    let maximum = ages.and_then(|row| selection.person.at_named(row.maximum));
    Some(finish).filter(|finish| maximum.is_none_or(|maximum| *finish < maximum))
}
