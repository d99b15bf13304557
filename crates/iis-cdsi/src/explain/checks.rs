//! Words for what was checked of a dose: sections 6.1 to 6.10.

use super::{Told, days};
use crate::answer::Reasons;
use crate::dates::{Day, Duration};
use crate::evaluate::{AgeDates, AgeOutcome, Anchored, DoseStatus, IntervalOutcome, VaccineOutcome};
use crate::supporting::model::AgeRow;
use crate::trail::Step;

pub(super) fn sub_standard(told: &Told<'_>, dose: u16, expired_on: Option<Day>) -> String {
    match expired_on.filter(|last| told.dose(dose).on > *last) {
        Some(last) => {
            format!("given {} after the lot expired ({last})", days(told.dose(dose).on.days_since(last)))
        }
        None => "reported as defective or only partly given".to_owned(),
    }
}

pub(super) fn inadvertent(told: &Told<'_>, dose: u16, target: u8) -> String {
    format!(
        "{} can never count as {}: the schedule lists it among the vaccines given by mistake",
        told.vaccine(dose),
        super::target(target)
    )
}

pub(super) fn age(
    told: &Told<'_>,
    dose: u16,
    target: u8,
    row: Option<&AgeRow>,
    dates: &AgeDates,
    outcome: AgeOutcome,
) -> String {
    let (on, target) = (told.dose(dose).on, super::target(target));
    let named = |age: fn(&AgeRow) -> Option<Duration>| match row.and_then(age) {
        Some(age) => format!(" ({age})"),
        None => String::new(),
    };
    match outcome {
        AgeOutcome::TooYoung => format!(
            "too young for {target}: given on {on}, {} before {}, the first day on which it can count{}",
            days(dates.absolute_minimum.days_since(on)),
            dates.absolute_minimum,
            named(|row| row.absolute_minimum),
        ),
        AgeOutcome::GracePeriod => format!(
            "old enough for {target}: given on {on}, {} before the minimum age{} on {}, {}",
            days(dates.minimum.days_since(on)),
            named(|row| row.minimum),
            dates.minimum,
            accepted(dates.minimum.days_since(on))
        ),
        AgeOutcome::Valid if row.is_some_and(|row| row.minimum.is_some()) => {
            let minimum = named(|row| row.minimum);
            format!(
                "right age for {target}: given on {on}, minimum age{minimum} reached on {}",
                dates.minimum
            )
        }
        AgeOutcome::Valid => format!("right age for {target}: given on {on}, no minimum age is named"),
        AgeOutcome::TooOld => format!(
            "too old for {target}: given on {on}, maximum age{} reached on {}",
            named(|row| row.maximum),
            dates.maximum
        ),
    }
}

/// The days of CDC's grace period.
const GRACE_DAYS: i32 = 4;

/// That a dose counts which came this many days early: within the grace period, or since it counts from an earlier day on.
pub(super) fn accepted(days_early: i32) -> &'static str {
    if days_early <= GRACE_DAYS { "within the grace period" } else { "and the schedule still counts it" }
}

/// The line of one interval, preferable or allowable.
pub(super) fn interval(told: &Told<'_>, series: u16, step: &Step) -> String {
    let Step::Interval { dose, anchored, outcome, is_allowable, .. } = *step else { return String::new() };
    let Some(anchor) = anchored else {
        return "no earlier dose to measure an interval from".to_owned();
    };
    let given = days(told.dose(dose).on.days_since(anchor.on));
    let from = told.anchor(series, step, anchor);
    let needed = needed(told, series, step);
    let needed = if needed.is_empty() { "no waiting time needed".to_owned() } else { needed };
    let shorter = if is_allowable { ", by the shorter interval that is accepted" } else { "" };
    match outcome {
        IntervalOutcome::TooSoon => format!("too soon: {given} after {from}, {needed}"),
        IntervalOutcome::GracePeriod => format!("within the grace period: {given} after {from}, {needed}"),
        IntervalOutcome::Valid => format!("long enough{shorter}: {given} after {from}, {needed}"),
    }
}

/// `at least 28 days needed (24 with the grace period)`, `at least 6 months needed: not before
/// 2025-08-11 (2025-08-07 with the grace period)`; empty when the interval names none.
pub(super) fn needed(told: &Told<'_>, series: u16, step: &Step) -> String {
    let Step::Interval {
        target, row, is_allowable, anchored: Some(anchor), absolute_minimum, minimum, ..
    } = *step
    else {
        return String::new();
    };
    let span = if is_allowable { None } else { told.interval_row(series, target, row) };
    let (Some(usual), with_grace) = (minimum.or(absolute_minimum), absolute_minimum) else {
        return String::new();
    };
    let with_grace = with_grace.filter(|day| *day < usual);
    match span.and_then(|row| row.minimum).filter(|span| span.total_months() != 0) {
        Some(span) => {
            let grace = with_grace.map(|day| format!(" ({day} with the grace period)")).unwrap_or_default();
            format!("at least {span} needed: not before {usual}{grace}")
        }
        None => at_least(usual.days_since(anchor.on), with_grace.map(|day| day.days_since(anchor.on))),
    }
}

/// `at least 28 days needed (24 with the grace period)`
fn at_least(usual: i32, with_grace: Option<i32>) -> String {
    match with_grace {
        None if usual <= 0 => "no waiting time needed".to_owned(),
        Some(with_grace) => format!("at least {} needed ({with_grace} with the grace period)", days(usual)),
        None => format!("at least {} needed", days(usual)),
    }
}

pub(super) fn conflict(
    told: &Told<'_>,
    dose: u16,
    previous: u16,
    (from, until): (Day, Day),
    is_impacted: bool,
) -> String {
    let (on, earlier) = (told.dose(dose).on, told.dose(previous).on);
    let given = days(on.days_since(earlier));
    let live = format!("the live vaccine {} of {earlier}", told.vaccine(previous));
    let needed = days(until.days_since(earlier));
    if is_impacted {
        format!("too soon after a live vaccine: {given} after {live}, at least {needed} needed")
    } else if on < from {
        format!("same day as {live}: allowed")
    } else {
        format!("long enough: {given} after {live}, at least {needed} needed")
    }
}

pub(super) fn vaccine(told: &Told<'_>, dose: u16, target: u8, outcome: VaccineOutcome) -> String {
    let outcome = match outcome {
        VaccineOutcome::Preferable => "is recommended",
        VaccineOutcome::PreferableLessVolume => {
            "is recommended, though a smaller volume was given than is named,"
        }
        VaccineOutcome::Allowable => "is accepted",
        VaccineOutcome::Neither => "is neither recommended nor accepted",
    };
    format!("{} {outcome} for {} at this age", told.vaccine(dose), super::target(target))
}

/// The end of the checks of a dose.
pub(super) fn verdict_line(
    told: &Told<'_>,
    series: u16,
    dose: u16,
    target: Option<u8>,
    status: DoseStatus,
    reasons: Reasons,
) -> String {
    let target = target.map(super::target);
    let name = format!("{} of {}", told.vaccine(dose), told.dose(dose).on);
    match (status, target) {
        (DoseStatus::Valid, Some(target)) => format!("so {name} counts as {target}"),
        (DoseStatus::NotValid, Some(target)) => format!("so {name} does not count as {target}"),
        (DoseStatus::Extraneous, Some(target)) => format!("so {name} came too late to count as {target}"),
        (DoseStatus::Extraneous, None) if reasons.contains(Reasons::SEASON_NOT_HELD) => {
            let gap = told.season_of(series);
            format!("{gap}: whether {name} was needed is not known")
        }
        (DoseStatus::Extraneous, None) => {
            format!("so {name} was not needed: the series was already complete")
        }
        (_, _) => format!("so {name} does not count and has to be repeated"),
    }
}

/// The words for a verdict that says a dose does not count.
pub(super) const fn verdict(status: DoseStatus) -> &'static str {
    match status {
        DoseStatus::Valid => "counts",
        DoseStatus::NotValid => "was not counted",
        DoseStatus::Extraneous => "was not needed",
        DoseStatus::SubStandard => "has to be repeated",
    }
}

impl Told<'_> {
    /// From where an interval is measured: a dose, or an observation.
    pub(super) fn anchor(&self, series: u16, step: &Step, anchor: Anchored) -> String {
        match (anchor.dose, step) {
            (Some(from), _) => format!("{} of {}", self.vaccine(from), anchor.on),
            (None, Step::Interval { target, row, .. }) => self.noted(series, *target, *row, anchor.on),
            (None, _) => format!("the observation of {}", anchor.on),
        }
    }
}
