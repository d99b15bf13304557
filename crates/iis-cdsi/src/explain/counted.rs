//! Words for how the dates of a forecast were counted: section 7.4 (FORECASTDTCAN-1) and 7.5
//! (FORECASTDT-1 to -6).

use super::{Line, Outcome, Told, days};
use crate::answer::ForecastDates;
use crate::dates::{Day, Duration};
use crate::evaluate::Anchored;
use crate::forecast::EarliestPart;
use crate::supporting::model::{AgeRow, Anchor, IntervalRow};
use crate::trail::{CountedDate, CountedFrom, Step};

pub(super) const fn rule(date: CountedDate) -> &'static str {
    match date {
        CountedDate::Recommended => "FORECASTDT-2",
        CountedDate::Overdue => "FORECASTDT-3",
        CountedDate::TooLate => "FORECASTDT-4",
    }
}

/// `recommended age of 12 months: 2026-03-10`
pub(super) fn text(
    told: &Told<'_>,
    series: u16,
    target: u8,
    date: CountedDate,
    from: CountedFrom,
    on: Day,
) -> String {
    format!("{}: {on}", told.counted_from(series, target, date, from))
}

/// The dates that came of it, each with the comparison that made it.
pub(super) fn dates(told: &Told<'_>, series: u16, target: u8, dates: &ForecastDates) -> Vec<Line> {
    let ForecastDates { earliest, recommended, latest, .. } = *dates;
    let line = |rule, text| Line { rule, dose: None, text, outcome: Outcome::Noted };
    let counted = |wanted: CountedDate| told.last_counted(series, target, wanted);
    let recommended = match counted(CountedDate::Recommended) {
        None => {
            format!("so recommended from the earliest date, {recommended}: no age and no interval is named")
        }
        Some(on) => {
            format!("so recommended from {recommended}, the later of {on} and the earliest date, {earliest}")
        }
    };
    let overdue = match (dates.overdue_from(), counted(CountedDate::Overdue)) {
        (Some(from), Some(on)) => {
            let after = earliest.plus_days(1);
            format!("so overdue from {from}, the later of {on} and the day after the earliest date, {after}")
        }
        _ => "never overdue: no age and no interval is named".to_owned(),
    };
    let last = match latest {
        Some(day) => format!("so the last day is {day}, the day before"),
        None => "no last day: no maximum age is named".to_owned(),
    };
    vec![line("FORECASTDT-5", recommended), line("FORECASTDT-6", overdue), line("FORECASTDT-4", last)]
}

impl Told<'_> {
    /// The latest of what was counted for a date of a target dose.
    fn last_counted(&self, series: u16, target: u8, wanted: CountedDate) -> Option<Day> {
        let counted = self.trail_of(series)?.steps.iter().filter_map(|step| match **step {
            Step::Counted { target: of, date, on, .. } if date == wanted && of == target => Some(on),
            _ => None,
        });
        counted.max()
    }

    /// `recommended age of 12 months`, `recommended interval, 8 weeks after MMR of 2026-03-10`
    pub(super) fn counted_from(
        &self,
        series: u16,
        target: u8,
        date: CountedDate,
        from: CountedFrom,
    ) -> String {
        match from {
            CountedFrom::Birth { age_row } => {
                let row = self.age_row(series, target, age_row);
                let age = |age: fn(&AgeRow) -> Option<Duration>| of(row.and_then(age));
                match date {
                    CountedDate::Recommended => {
                        format!("recommended age{}", age(|row| row.earliest_recommended))
                    }
                    CountedDate::Overdue => {
                        format!("end of the recommended age{}", age(|row| row.latest_recommended))
                    }
                    CountedDate::TooLate => format!("maximum age{}", age(|row| row.maximum)),
                }
            }
            CountedFrom::Anchor { interval_row, anchored } => {
                let row = self.interval_row(series, target, interval_row);
                let after = |span: fn(&IntervalRow) -> Option<Duration>| {
                    self.after(row.and_then(span), series, target, interval_row, anchored)
                };
                match date {
                    CountedDate::Recommended => {
                        format!("recommended interval, {}", after(|row| row.earliest_recommended))
                    }
                    CountedDate::Overdue | CountedDate::TooLate => {
                        format!("end of the recommended interval, {}", after(|row| row.latest_recommended))
                    }
                }
            }
        }
    }

    /// Where a part of the earliest date comes from.
    pub(super) fn part(&self, series: u16, target: u8, part: EarliestPart) -> String {
        match part {
            EarliestPart::Birth => "date of birth".to_owned(),
            EarliestPart::MinimumAge { row } => {
                format!("minimum age{}", of(self.age_row(series, target, row).and_then(|row| row.minimum)))
            }
            EarliestPart::MinimumInterval { row, anchored } => {
                let span = self.interval_row(series, target, row).and_then(|row| row.minimum);
                format!("at least {}", self.after(span, series, target, row, anchored))
            }
            EarliestPart::VaccineConflict(dose) => {
                let earlier = self.dose(dose).on;
                let spacing = self.conflict_days(series, target, dose);
                let only = self.held_back(series, target, dose);
                format!("{spacing} after the live vaccine {} of {earlier}{only}", self.vaccine(dose))
            }
            EarliestPart::SeasonStart => "start of the season".to_owned(),
            EarliestPart::LatestDose(dose) => {
                format!("day of the latest dose, {}", self.vaccine(dose))
            }
        }
    }

    /// `8 weeks after MMR of 2026-03-10`
    fn after(&self, span: Option<Duration>, series: u16, target: u8, row: usize, from: Anchored) -> String {
        let span = span.map(|span| span.to_string()).unwrap_or_default();
        match from.dose {
            Some(dose) => format!("{span} after {} of {}", self.vaccine(dose), from.on),
            None => format!("{span} after {}", self.noted(series, target, row, from.on)),
        }
    }

    /// The observation from which an interval is measured: `“Pregnant” of 2026-03-10`.
    pub(super) fn noted(&self, series: u16, target: u8, row: usize, on: Day) -> String {
        match self.interval_row(series, target, row).map(|row| &row.anchor) {
            Some(Anchor::Observation(code)) => format!("“{}” of {on}", self.observation(code.number())),
            _ => format!("an observation of {on}"),
        }
    }

    /// Which of the vaccines recommended for the dose a live vaccine holds back; nothing where it is all of them.
    fn held_back(&self, series: u16, target: u8, dose: u16) -> String {
        let series = &self.schedule.series[usize::from(series)];
        let Some(next) = series.doses.get(usize::from(target)) else { return String::new() };
        let previous = self.dose(dose).vaccine;
        let mut all: Vec<_> = next.preferable.iter().map(|row| row.vaccine).collect();
        all.sort_unstable();
        all.dedup();
        let held: Vec<_> =
            all.iter().filter(|current| self.schedule.conflict(previous, **current).is_some()).collect();
        if held.len() == all.len() {
            return String::new();
        }
        let held_back = held.len();
        let names = held
            .into_iter()
            .map(|vaccine| self.schedule.vaccine_name(self.schedule.vaccines[usize::from(*vaccine)].cvx));
        let wait = if held_back == 1 { "has" } else { "have" };
        format!("; only {} {wait} to wait for that", names.collect::<Vec<_>>().join(" and "))
    }

    /// For how long a live vaccine holds the dose back: the longest of its spans.
    fn conflict_days(&self, series: u16, target: u8, dose: u16) -> String {
        let given = self.dose(dose);
        let series = &self.schedule.series[usize::from(series)];
        let spans = given
            .conflict_row
            .and_then(|row| series.doses.get(usize::from(target))?.conflicts.get(usize::from(row)));
        let ends = spans.into_iter().flatten().map(|span| span.after(given.on).days_since(given.on));
        days(ends.max().unwrap_or_default())
    }
}

fn of(age: Option<Duration>) -> String {
    age.map(|age| format!(" of {age}")).unwrap_or_default()
}
