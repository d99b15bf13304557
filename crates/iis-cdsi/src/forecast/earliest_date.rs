//! The candidate earliest date: CDSi Logic Specification 4.6, section 7.4
//! (table 7-11, FORECASTDTCAN-1).

use crate::compiled::Dose;
use crate::dates::Day;
use crate::evaluate::{Anchored, SeriesHistory, anchored, numbered_age_row};
use crate::gather::Assessment;
use crate::trail::{Step, Trail};

/// Where a part of the earliest date comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EarliestPart {
    Birth,
    /// By this version of the ages.
    MinimumAge {
        row: usize,
    },
    /// By this interval, from there.
    MinimumInterval {
        row: usize,
        anchored: Anchored,
    },
    /// Held back by this dose.
    VaccineConflict(u16),
    SeasonStart,
    /// The latest dose evaluated in the series, also one given by mistake.
    LatestDose(u16),
}

/// The candidate earliest date, and what it would be without the conflicts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Earliest {
    pub(super) on: Day,
    /// The latest of all other parts: the date for a vaccine that conflicts with nothing.
    pub(super) unhindered: Day,
}

/// The latest of: minimum age, every anchor plus minimum interval, the end of every conflict
/// with a preferable vaccine, the start of the season, and the latest dose of the series.
///
/// A forecast never uses the grace period, so the absolute minimums play no part.
pub(super) fn earliest_date(
    history: &SeriesHistory<'_>,
    (target, dose): (u8, &Dose),
    assessment: &Assessment,
    trail: &mut impl Trail,
) -> Earliest {
    let person = history.person;
    let reached = |day| assessment.reached(day);
    let mut latest = Earliest { on: person.birth, unhindered: person.birth };
    let mut take = |part: EarliestPart, on: Day| {
        trail.note(|| Step::Earliest { target, part, on });
        latest.on = latest.on.max(on);
        if !matches!(part, EarliestPart::VaccineConflict(_)) {
            latest.unhindered = latest.unhindered.max(on);
        }
    };
    take(EarliestPart::Birth, person.birth);
    if let Some((row, ages)) = numbered_age_row(dose, &reached)
        && let Some(minimum) = person.at_named(ages.minimum)
    {
        take(EarliestPart::MinimumAge { row }, minimum);
    }
    let rows = dose.intervals.iter().enumerate();
    for (row, interval) in rows.filter(|(_, interval)| interval.in_effect.holds(&reached)) {
        if let (Some(anchored), Some(minimum)) = (anchored(history, &interval.anchor, None), interval.minimum)
        {
            take(EarliestPart::MinimumInterval { row, anchored }, minimum.after(anchored.on));
        }
    }
    if !dose.conflicts.is_empty() {
        for &index in &person.conflicting {
            let earlier = &person.doses[usize::from(index)];
            let spans = earlier.conflict_row.and_then(|row| dose.conflicts.get(usize::from(row)));
            for span in spans.into_iter().flatten() {
                take(EarliestPart::VaccineConflict(index), span.after(earlier.on));
            }
        }
    }
    if let Some(start) = dose.season_start {
        take(EarliestPart::SeasonStart, start);
    }
    if let Some(&record) = history.records.last() {
        take(EarliestPart::LatestDose(record), person.doses[usize::from(record)].on);
    }
    trail.note(|| Step::EarliestDate { on: latest.on });
    latest
}
