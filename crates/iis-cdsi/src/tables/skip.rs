//! Conditional skips in the table of an antigen.

use super::antigen::Lines;
use super::fields::{Fields, codes, range, read_ages, read_cvx_list, read_in_effect, read_range};
use crate::dates::{Day, Duration};
use crate::supporting::model::{
    Comparison, Condition, ConditionalSkip, Logic, SkipContext, SkipSet, VaccineCount,
};

const CONTEXTS: [(SkipContext, &str); 3] = [
    (SkipContext::Evaluation, "in evaluation"),
    (SkipContext::Forecast, "in forecast"),
    (SkipContext::Both, "in both"),
];
const LOGICS: [(Logic, &str); 2] = [(Logic::And, "all of"), (Logic::Or, "any of")];
const COMPARISONS: [(Comparison, &str); 3] = [
    (Comparison::GreaterThan, "more than"),
    (Comparison::EqualTo, "exactly"),
    (Comparison::LessThan, "fewer than"),
];

fn word<T: PartialEq>(words: &[(T, &'static str)], value: &T) -> &'static str {
    words.iter().find(|(one, _)| one == value).map_or("", |(_, word)| word)
}

fn value<T: Copy>(words: &[(T, &str)], text: &str) -> Option<T> {
    words.iter().find(|(_, word)| *word == text).map(|(value, _)| *value)
}

/// Writes `skip in forecast, any of`, its sets and their conditions.
pub(super) fn write(out: &mut Lines, skip: &ConditionalSkip) {
    out.add(2, format!("skip {}, {}", word(&CONTEXTS, &skip.context), word(&LOGICS, &skip.logic)));
    for set in &skip.sets {
        out.add(3, Fields::new(word(&LOGICS, &set.logic)).in_effect(set.in_effect).done());
        for condition in &set.conditions {
            out.add(4, write_condition(condition));
        }
    }
}

fn write_condition(condition: &Condition) -> String {
    match condition {
        Condition::Age(ages) => Fields::new("age").ages(*ages).done(),
        Condition::CompletedSeries(groups) => format!("completed series group {}", codes(groups)),
        Condition::Interval(interval) => format!("interval {interval}"),
        Condition::VaccineCount(count) => {
            let comparison = word(&COMPARISONS, &count.comparison);
            let kind = if count.is_valid_only { "valid" } else { "total" };
            let mut fields = Fields::new(format!("count {comparison} {} {kind}", count.count));
            fields.ages(count.ages);
            fields.value("given", range(count.given_from, "until", count.given_before));
            if !count.vaccines.is_empty() {
                fields.add(format!("of {}", codes(&count.vaccines)));
            }
            fields.done()
        }
    }
}

/// Reads what stands behind `skip`.
pub(super) fn read(text: &str) -> Option<ConditionalSkip> {
    let (context, logic) = text.split_once(", ")?;
    Some(ConditionalSkip {
        context: value(&CONTEXTS, context)?,
        logic: value(&LOGICS, logic)?,
        sets: Vec::new(),
    })
}

/// Reads a set (depth 3) or a condition (depth 4).
pub(super) fn read_line(skip: &mut ConditionalSkip, depth: usize, text: &str) -> Result<(), String> {
    let bad = || format!("{text:?} cannot be read");
    match (depth, skip.sets.last_mut()) {
        (3, _) => skip.sets.push(read_set(text).ok_or_else(bad)?),
        (4, Some(set)) => set.conditions.push(read_condition(text).ok_or_else(bad)?),
        _ => return Err(bad()),
    }
    Ok(())
}

fn read_set(text: &str) -> Option<SkipSet> {
    let (logic, in_effect) = text.split_once("; ").unwrap_or((text, ""));
    let in_effect = if in_effect.is_empty() {
        Some(crate::supporting::model::InEffect::default())
    } else {
        read_in_effect(in_effect)
    };
    Some(SkipSet { logic: value(&LOGICS, logic)?, in_effect: in_effect?, conditions: Vec::new() })
}

fn read_condition(text: &str) -> Option<Condition> {
    if text == "age" {
        Some(Condition::Age(crate::supporting::model::AgeRange::default()))
    } else if let Some(ages) = text.strip_prefix("age; ") {
        Some(Condition::Age(read_ages(ages)?))
    } else if let Some(groups) = text.strip_prefix("completed series group ") {
        let groups: Option<Vec<u8>> = groups.split(' ').map(|number| number.parse().ok()).collect();
        Some(Condition::CompletedSeries(groups?))
    } else if let Some(interval) = text.strip_prefix("interval ") {
        Some(Condition::Interval(Duration::parse(interval)?))
    } else {
        read_count(text.strip_prefix("count ")?).map(Condition::VaccineCount)
    }
}

fn read_count(text: &str) -> Option<VaccineCount> {
    let mut fields = text.split("; ");
    let first = fields.next()?;
    let (rest, kind) = first.rsplit_once(' ')?;
    let (comparison, number) = rest.rsplit_once(' ')?;
    let mut count = VaccineCount {
        ages: crate::supporting::model::AgeRange::default(),
        given_from: None,
        given_before: None,
        is_valid_only: value(&[(true, "valid"), (false, "total")], kind)?,
        vaccines: Vec::new(),
        comparison: value(&COMPARISONS, comparison)?,
        count: number.parse().ok()?,
    };
    for field in fields {
        if let Some(given) = field.strip_prefix("given ") {
            (count.given_from, count.given_before) = read_range(given, "until", Day::parse)?;
        } else if let Some(list) = field.strip_prefix("of ") {
            count.vaccines = read_cvx_list(list)?;
        } else {
            count.ages = read_ages(field)?;
        }
    }
    Some(count)
}
