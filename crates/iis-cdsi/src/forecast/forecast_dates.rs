//! Generate Forecast Dates: CDSi Logic Specification 4.6, section 7.5, FORECASTDT-1 to -6.

use crate::answer::ForecastDates;
use crate::compiled::{AgeIx, AgeRow, Dose, IntervalRow, Span};
use crate::dates::Day;
use crate::evaluate::{Anchored, SeriesHistory, anchored, numbered_age_row};
use crate::gather::Assessment;
use crate::trail::{CountedDate, CountedFrom, Step, Trail};

/// The four dates of the dose. A value by age wins over one by interval: the interval is
/// used only where the age is missing.
pub(super) fn forecast_dates<T: Trail>(
    history: &SeriesHistory<'_>,
    (target, dose): (u8, &Dose),
    earliest: Day,
    assessment: &Assessment,
    trail: &mut T,
) -> ForecastDates {
    let ages = numbered_age_row(dose, &|day| assessment.reached(day));
    let by_age = |trail: &mut T, date: CountedDate, age: fn(&AgeRow) -> AgeIx| {
        let (age_row, ages) = ages?;
        let on = history.person.at_named(age(ages))?;
        trail.note(|| Step::Counted { target, date, from: CountedFrom::Birth { age_row }, on });
        Some(on)
    };
    let by_interval = |trail: &mut T, date: CountedDate, span: fn(&IntervalRow) -> Option<Span>| {
        latest_by_interval(history, dose, assessment, span, |interval_row, anchored, on| {
            let from = CountedFrom::Anchor { interval_row, anchored };
            trail.note(|| Step::Counted { target, date, from, on });
        })
    };
    let recommended = by_age(trail, CountedDate::Recommended, |row| row.earliest_recommended)
        .or_else(|| by_interval(trail, CountedDate::Recommended, |row| row.earliest_recommended));
    let overdue = by_age(trail, CountedDate::Overdue, |row| row.latest_recommended)
        .or_else(|| by_interval(trail, CountedDate::Overdue, |row| row.latest_recommended));
    let too_late = by_age(trail, CountedDate::TooLate, |row| row.maximum);
    ForecastDates {
        earliest,
        recommended: recommended.map_or(earliest, |day| day.max(earliest)),
        past_due: overdue.map(|day| day.plus_days(-1).max(earliest)),
        latest: too_late.map(|day| day.plus_days(-1)),
    }
}

/// The latest of every anchor plus this span of its interval; `note` is told each of them.
fn latest_by_interval(
    history: &SeriesHistory<'_>,
    dose: &Dose,
    assessment: &Assessment,
    span: fn(&IntervalRow) -> Option<Span>,
    mut note: impl FnMut(usize, Anchored, Day),
) -> Option<Day> {
    let rows = dose.intervals.iter().enumerate();
    let in_effect = rows.filter(|(_, row)| row.in_effect.holds(&|day| assessment.reached(day)));
    let counted = in_effect.filter_map(|(number, row)| {
        let span = span(row)?;
        let anchored = anchored(history, &row.anchor, None)?;
        let on = span.after(anchored.on);
        note(number, anchored, on);
        Some(on)
    });
    counted.max()
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
