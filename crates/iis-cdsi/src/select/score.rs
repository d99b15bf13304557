//! Score patient series and select the prioritized one: CDSi Logic Specification 4.6,
//! sections 8.4 to 8.7.

use super::{Selection, SeriesOutcome};
use crate::answer::SeriesStatus;
use crate::dates::Day;
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

/// SELECTBEST-2: the highest sum; then the best preference; then the order of the schedule.
pub(super) fn highest<'a>(
    selection: &Selection<'a>,
    points: Points,
    scored: &(impl Iterator<Item = &'a SeriesOutcome> + Clone),
) -> Option<&'a SeriesOutcome> {
    let sum = |outcome: &SeriesOutcome| match points {
        Points::Complete => complete_points(outcome, scored.clone()),
        Points::InProcess => in_process_points(selection, outcome, scored.clone()),
        Points::NoValidDoses => no_valid_dose_points(selection, outcome, scored.clone()),
    };
    scored.clone().min_by_key(|outcome| (-sum(outcome), selection.series(outcome).preference))
}

/// Points when a condition is true for this series alone, for it and others, or not.
const fn points(alone: i32, shared: i32, not: i32) -> [i32; 3] {
    [alone, shared, not]
}

/// Table 8-7.
fn complete_points<'a>(outcome: &SeriesOutcome, scored: impl Iterator<Item = &'a SeriesOutcome>) -> i32 {
    least(points(1, 0, -1), outcome, scored, |o| Some(-i32::from(o.satisfied)))
}

/// Table 8-9.
fn in_process_points<'a>(
    selection: &Selection<'_>,
    outcome: &SeriesOutcome,
    scored: impl Iterator<Item = &'a SeriesOutcome> + Clone,
) -> i32 {
    let is_product_path = selection.series(outcome).is_product_path && outcome.is_all_valid;
    let remaining = |o: &SeriesOutcome| selection.series(o).doses.len().saturating_sub(o.forecast.target);
    let finish = |o: &SeriesOutcome| finish(selection, o).filter(|_| is_completable(selection, o));
    either(2, is_product_path)
        + either(3, is_completable(selection, outcome))
        + least(points(2, 0, -2), outcome, scored.clone(), |o| Some(-i32::from(o.satisfied)))
        + least(points(2, 0, -2), outcome, scored.clone(), |o| Some(remaining(o)))
        + least(points(1, 0, -1), outcome, scored, finish)
}

/// Table 8-11. The start date is the earliest date of the forecast.
fn no_valid_dose_points<'a>(
    selection: &Selection<'_>,
    outcome: &SeriesOutcome,
    scored: impl Iterator<Item = &'a SeriesOutcome>,
) -> i32 {
    least(points(1, 0, -1), outcome, scored, |o| o.forecast.dates.map(|dates| dates.earliest))
        + either(1, is_completable(selection, outcome))
        + either(1, !selection.series(outcome).is_product_path)
}

/// The same whether shared or alone.
fn either(points: i32, is_true: bool) -> i32 {
    if is_true { points } else { -points }
}

/// Points for having the least of something; a series without it does not have the least.
fn least<'a, T: Ord>(
    [alone, shared, not]: [i32; 3],
    outcome: &SeriesOutcome,
    scored: impl Iterator<Item = &'a SeriesOutcome>,
    measure: impl Fn(&SeriesOutcome) -> Option<T>,
) -> i32 {
    let Some(own) = measure(outcome) else { return not };
    let (mut is_least, mut holders) = (true, 0);
    for other in scored.filter_map(measure) {
        is_least &= own <= other;
        holders += u32::from(other == own);
    }
    match (is_least, holders) {
        (false, _) => not,
        (true, 0 | 1) => alone,
        (true, _) => shared,
    }
}

/// SELECTB-12, where a dose is forecast.
fn finish(selection: &Selection<'_>, outcome: &SeriesOutcome) -> Option<Day> {
    let dates = outcome.forecast.dates?;
    let remaining = selection.series(outcome).doses.get(outcome.forecast.target..)?;
    Some(finish_date(remaining, dates.earliest, selection.assessment))
}

/// SELECTB-3: finished before the maximum age of the last target dose.
fn is_completable(selection: &Selection<'_>, outcome: &SeriesOutcome) -> bool {
    if outcome.status() != SeriesStatus::NotComplete {
        return false;
    }
    let reached = |day| selection.assessment.reached(day);
    let last = selection.series(outcome).doses.last();
    let ages = last.and_then(|dose| crate::evaluate::age_row(dose, &reached));
    let maximum = ages.and_then(|row| selection.person.at_named(row.maximum));
    match (finish(selection, outcome), maximum) {
        (Some(finish), Some(maximum)) => finish < maximum,
        (Some(_), None) => true,
        (None, _) => false,
    }
}
