//! Words for conditional skips: why a dose of the series is not needed.

use super::Told;
use crate::dates::{Day, Duration};
use crate::supporting::model::{Comparison, Condition, Logic, SkipContext, VaccineCount};
use crate::trail::SkipMoment;

/// More vaccines than this are not named one by one.
const NAMED: usize = 3;

/// `dose 1 of the series was not needed on 2026-03-10: the age is 9 years or more`
pub(super) fn text(
    told: &Told<'_>,
    series: u16,
    target: u8,
    moment: SkipMoment,
    (skip, set): (u8, u8),
    on: Day,
) -> String {
    let dose = super::target(target);
    let why = conditions(told, series, target, moment, (skip, set));
    match moment {
        SkipMoment::Evaluation { .. } => format!("{dose} of the series was not needed on {on}: {why}"),
        SkipMoment::Forecast => format!("{dose} of the series is not needed: {why}"),
        SkipMoment::Validation => {
            format!("{dose} of the series will not be needed on {on}, when it could be given: {why}")
        }
    }
}

/// The conditions of the set that was met.
fn conditions(told: &Told<'_>, series: u16, target: u8, moment: SkipMoment, (skip, set): (u8, u8)) -> String {
    let wanted = match moment {
        SkipMoment::Evaluation { .. } => SkipContext::Evaluation,
        SkipMoment::Forecast | SkipMoment::Validation => SkipContext::Forecast,
    };
    let dose = told.schedule.plain_series(series).and_then(|series| series.doses.get(usize::from(target)));
    let skips = dose.into_iter().flat_map(|dose| &dose.conditional_skips);
    let mut of_context = skips.filter(|skip| skip.context == wanted || skip.context == SkipContext::Both);
    let Some(set) = of_context.nth(skip.into()).and_then(|skip| skip.sets.get(usize::from(set))) else {
        return String::new();
    };
    let words: Vec<String> = set.conditions.iter().map(|one| condition(told, one)).collect();
    words.join(match set.logic {
        Logic::And => ", and ",
        Logic::Or => ", or ",
    })
}

fn condition(told: &Told<'_>, condition: &Condition) -> String {
    match condition {
        Condition::Age(ages) => match (ages.begin, ages.end) {
            (Some(begin), Some(end)) => format!("the age is {begin} or more and below {end}"),
            (Some(begin), None) => format!("the age is {begin} or more"),
            (None, Some(end)) => format!("the age is below {end}"),
            (None, None) => "at any age".to_owned(),
        },
        Condition::CompletedSeries(_) => "another series of the same disease is complete".to_owned(),
        Condition::Interval(interval) => format!("the dose before lies {interval} or more back"),
        Condition::VaccineCount(count) => {
            let (words, are) = how_many(count);
            let given = [of_which(told, count), format!("{are} given"), when_given(count)];
            let given: Vec<String> = given.into_iter().filter(|words| !words.is_empty()).collect();
            format!("{words} {}", given.join(" "))
        }
    }
}

/// `at least 2 valid doses`, and the verb to it.
fn how_many(count: &VaccineCount) -> (String, &'static str) {
    let kind = if count.is_valid_only { "valid dose" } else { "dose" };
    match (count.comparison, count.count) {
        (Comparison::GreaterThan, 0) => (format!("at least 1 {kind}"), "was"),
        (Comparison::GreaterThan, more) => (format!("at least {} {kind}s", more.saturating_add(1)), "were"),
        (Comparison::EqualTo, 0) | (Comparison::LessThan, 1) => (format!("no {kind}"), "was"),
        (Comparison::EqualTo, 1) => (format!("exactly 1 {kind}"), "was"),
        (Comparison::EqualTo, same) => (format!("exactly {same} {kind}s"), "were"),
        (Comparison::LessThan, fewer) => (format!("fewer than {fewer} {kind}s"), "were"),
    }
}

fn of_which(told: &Told<'_>, count: &VaccineCount) -> String {
    match count.vaccines.len() {
        0 => String::new(),
        1..=NAMED => {
            let names: Vec<String> =
                count.vaccines.iter().map(|cvx| told.schedule.vaccine_name(*cvx)).collect();
            format!("of {}", names.join(" or "))
        }
        _ => "of a vaccine listed for this".to_owned(),
    }
}

fn when_given(count: &VaccineCount) -> String {
    let begin = count.ages.begin.filter(|begin| *begin != Duration::default());
    let ages = match (begin, count.ages.end) {
        (Some(begin), Some(end)) => format!("from the age of {begin} until before {end}"),
        (Some(begin), None) => format!("from the age of {begin} on"),
        (None, Some(end)) => format!("before the age of {end}"),
        (None, None) => String::new(),
    };
    let days = match (count.given_from, count.given_before) {
        (Some(from), Some(before)) => format!("on or after {from} and before {before}"),
        (Some(from), None) => format!("on or after {from}"),
        (None, Some(before)) => format!("before {before}"),
        (None, None) => String::new(),
    };
    let words: Vec<String> = [days, ages].into_iter().filter(|words| !words.is_empty()).collect();
    words.join(", ")
}
