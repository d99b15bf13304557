//! Generate Forecast Dates: CDSi Logic Specification 4.6, section 7.5, FORECASTDT-1 to -6.

use crate::answer::ForecastDates;
use crate::compiled::{Dose, IntervalRow, Span};
use crate::dates::Day;
use crate::evaluate::{SeriesHistory, age_row, anchored};
use crate::gather::Assessment;

/// The four dates of the dose. A value by age wins over one by interval: the interval is
/// used only where the age is missing.
pub(super) fn forecast_dates(
    history: &SeriesHistory<'_>,
    dose: &Dose,
    earliest: Day,
    assessment: &Assessment,
) -> ForecastDates {
    let ages = age_row(dose, &|day| assessment.reached(day));
    let by_age = |age: fn(&crate::compiled::AgeRow) -> crate::compiled::AgeIx| {
        ages.and_then(|row| history.person.at_named(age(row)))
    };
    let by_interval =
        |span: fn(&IntervalRow) -> Option<Span>| latest_by_interval(history, dose, assessment, span);
    let unadjusted_recommended =
        by_age(|row| row.earliest_recommended).or_else(|| by_interval(|row| row.earliest_recommended));
    let unadjusted_past_due = by_age(|row| row.latest_recommended)
        .or_else(|| by_interval(|row| row.latest_recommended))
        .map(|end| end.plus_days(-1));
    ForecastDates {
        earliest,
        recommended: unadjusted_recommended.map_or(earliest, |day| day.max(earliest)),
        past_due: unadjusted_past_due.map(|day| day.max(earliest)),
        latest: by_age(|row| row.maximum).map(|end| end.plus_days(-1)),
    }
}

/// The latest of every anchor plus this span of its interval.
fn latest_by_interval(
    history: &SeriesHistory<'_>,
    dose: &Dose,
    assessment: &Assessment,
    span: fn(&IntervalRow) -> Option<Span>,
) -> Option<Day> {
    let in_effect = dose.intervals.iter().filter(|row| row.in_effect.holds(&|day| assessment.reached(day)));
    in_effect.filter_map(|row| Some(span(row)?.after(anchored(history, &row.anchor, None)?.on))).max()
}

/// FORECASTPRIORITY-1: there are preferable intervals in effect, and each has priority.
pub(super) fn has_priority(dose: &Dose, assessment: &Assessment) -> bool {
    let mut in_effect =
        dose.intervals.iter().filter(|row| row.in_effect.holds(&|day| assessment.reached(day)));
    in_effect.next().is_some_and(|first| first.has_priority && in_effect.all(|row| row.has_priority))
}

/// SELECTB-12: the earliest date plus the longest minimum interval among the target doses
/// that remain (not their sum).
pub(crate) fn finish_date(remaining: &[Dose], earliest: Day, assessment: &Assessment) -> Day {
    let reached = |day| assessment.reached(day);
    let rows = remaining.iter().flat_map(|dose| &dose.intervals);
    let in_effect = rows.filter(|row| row.in_effect.holds(&reached));
    in_effect.filter_map(|row| row.minimum).map(|span| span.after(earliest)).max().unwrap_or(earliest)
}
