//! The trail of outcomes: what was compared with what, rule by rule.
//!
//! The steps of the engine note what they did; usually nobody keeps it and the notes cost
//! nothing. An explanation keeps them and puts them into words.

use crate::answer::{ForecastDates, Reasons, SeriesStatus, StatusReason};
use crate::dates::Day;
use crate::evaluate::{AgeDates, AgeOutcome, Anchored, DoseStatus, IntervalOutcome, VaccineOutcome};
use crate::forecast::EarliestPart;
use crate::select::{BestRule, PriorityRule};

/// Who keeps what was done.
pub(crate) trait Trail {
    /// Notes a step. It is made only if somebody keeps it.
    fn note(&mut self, step: impl FnOnce() -> Step);
}

/// Keeps nothing.
pub(crate) struct NoTrail;

impl Trail for NoTrail {
    #[inline]
    fn note(&mut self, _step: impl FnOnce() -> Step) {}
}

/// Keeps every step in order.
#[derive(Debug, Default)]
pub(crate) struct KeptTrail(pub(crate) Vec<Step>);

impl Trail for KeptTrail {
    fn note(&mut self, step: impl FnOnce() -> Step) {
        self.0.push(step());
    }
}

/// When a conditional skip was looked at (CONDSKIP-2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SkipMoment {
    Evaluation { dose: u16 },
    Forecast,
    Validation,
}

/// Which date of a forecast a row names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CountedDate {
    /// The first day on which the dose is recommended.
    Recommended,
    /// The first day on which it is overdue.
    Overdue,
    /// The first day on which it can no longer be given.
    TooLate,
}

/// From where a date of a forecast is counted. Rows are places among those of the dose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CountedFrom {
    Birth { age_row: usize },
    Anchor { interval_row: usize, anchored: Anchored },
}

/// One thing done. Doses are positions among the organized doses, targets positions in the series.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Chapter 5: the series is relevant, for a risk series by this observation.
    Series { series: u16, indicated_by: Option<u16> },
    /// 6.1: the dose was expired or flagged.
    SubStandard { dose: u16, expired_on: Option<Day> },
    /// 6.2, 7.6: a conditional skip was met, by this set of this skip.
    Skipped { target: u8, moment: SkipMoment, on: Day, skip: u8, set: u8 },
    /// 6.3.
    Inadvertent { dose: u16, target: u8 },
    /// 6.4.
    Age { dose: u16, target: u8, row: Option<usize>, dates: AgeDates, outcome: AgeOutcome },
    /// 6.5 and 6.6: one interval.
    Interval {
        dose: u16,
        target: u8,
        row: usize,
        is_allowable: bool,
        anchored: Option<Anchored>,
        absolute_minimum: Option<Day>,
        minimum: Option<Day>,
        outcome: IntervalOutcome,
    },
    /// 6.7: an earlier dose that could impact this one.
    Conflict { dose: u16, previous: u16, from: Day, until: Day, is_impacted: bool },
    /// 6.8 and 6.9.
    Vaccine { dose: u16, target: u8, outcome: VaccineOutcome },
    /// 6.10, and doses left over.
    Verdict { dose: u16, target: Option<u8>, status: DoseStatus, reasons: Reasons },
    /// 7.4.
    Need { target: Option<u8>, status: SeriesStatus, reason: StatusReason },
    /// FORECASTDTCAN-1: one of the dates of which the latest is the earliest date.
    Earliest { target: u8, part: EarliestPart, on: Day },
    /// FORECASTDT-1: the latest of them.
    EarliestDate { on: Day },
    /// FORECASTDT-2 to -4: a date that a row of the dose names, before it is held against the
    /// earliest date.
    Counted { target: u8, date: CountedDate, from: CountedFrom, on: Day },
    /// FORECASTDT-1 to -6.
    Dates { target: u8, dates: ForecastDates },
    /// 8: a series is left out with its whole group, since none of the group may be begun yet;
    /// this one from that day on.
    NotOfAge { series: u16, from: Day },
    /// 8.1 to 8.7: the prioritized series of a group.
    Prioritized { series: u16, rule: PriorityRule },
    /// 8.8.
    Best { series: u16, is_best: bool, rule: BestRule },
}
