//! Reading conditional skips.

use super::element::Element;
use super::model::{Comparison, Condition, ConditionalSkip, Logic, SkipContext, SkipSet, VaccineCount};
use super::reading::Reading;

/// Reads one `conditionalSkip`.
pub(super) fn read(r: &mut Reading<'_>, element: &Element) -> ConditionalSkip {
    r.knows_only(element, &["context", "setLogic", "set"]);
    let context = |text: &str| match text {
        "Evaluation" => Some(SkipContext::Evaluation),
        "Forecast" => Some(SkipContext::Forecast),
        "Both" => Some(SkipContext::Both),
        _ => None,
    };
    r.needed(element, "context");
    let sets: Vec<_> = element.all("set").filter(|e| !e.is_empty()).map(|e| read_set(r, e)).collect();
    ConditionalSkip {
        context: r.value(element, "context", "a context", context).unwrap_or(SkipContext::Both),
        logic: read_logic(r, element, "setLogic", sets.len()),
        sets,
    }
}

fn read_set(r: &mut Reading<'_>, element: &Element) -> SkipSet {
    #[rustfmt::skip]
    r.knows_only(element, &["setID", "setDescription", "effectiveDate", "cessationDate", "conditionLogic", "condition"]);
    let conditions: Vec<_> =
        element.all("condition").filter(|e| !e.is_empty()).filter_map(|e| read_condition(r, e)).collect();
    SkipSet {
        logic: read_logic(r, element, "conditionLogic", conditions.len()),
        in_effect: r.in_effect(element),
        conditions,
    }
}

/// AND or OR. A single member needs none; then the answer is AND, which is that member.
fn read_logic(r: &mut Reading<'_>, element: &Element, name: &str, members: usize) -> Logic {
    let logic = r.value(element, name, "AND or OR", |text| match text {
        "AND" => Some(Logic::And),
        "OR" => Some(Logic::Or),
        _ => None,
    });
    if members == 0 {
        r.wrong(element, "has no members");
    }
    if logic.is_none() && members > 1 {
        r.wrong(element, format!("combines {members} members without <{name}>"));
    }
    if members > 1 { logic.unwrap_or(Logic::And) } else { Logic::And }
}

fn read_condition(r: &mut Reading<'_>, element: &Element) -> Option<Condition> {
    #[rustfmt::skip]
    r.knows_only(element, &["conditionID", "conditionType", "startDate", "endDate", "beginAge", "endAge", "interval",
        "doseCount", "doseType", "doseCountLogic", "vaccineTypes", "seriesGroups"]);
    let ages = r.ages(element, "beginAge", "endAge");
    match r.needed(element, "conditionType").to_ascii_lowercase().as_str() {
        "age" => Some(Condition::Age(ages)),
        "completed series" => Some(Condition::CompletedSeries(r.group_list(element, "seriesGroups"))),
        "interval" => {
            r.needed(element, "interval");
            r.duration(element, "interval").map(Condition::Interval)
        }
        "vaccine count by age" | "vaccine count by date" | "vaccine count by date and age" => {
            read_count(r, element).map(|count| Condition::VaccineCount(VaccineCount { ages, ..count }))
        }
        _ => {
            r.wrong(element, "has a condition type this reader does not know");
            None
        }
    }
}

fn read_count(r: &mut Reading<'_>, element: &Element) -> Option<VaccineCount> {
    for needed in ["doseType", "doseCountLogic", "doseCount"] {
        r.needed(element, needed);
    }
    let is_valid_only =
        r.value(element, "doseType", "Valid or Total", |text| match text.to_ascii_lowercase().as_str() {
            "valid" => Some(true),
            "total" => Some(false),
            _ => None,
        })?;
    let comparison = r.value(element, "doseCountLogic", "a comparison", |text| {
        match text.to_ascii_lowercase().as_str() {
            "greater than" => Some(Comparison::GreaterThan),
            "equal to" => Some(Comparison::EqualTo),
            "less than" => Some(Comparison::LessThan),
            _ => None,
        }
    })?;
    Some(VaccineCount {
        ages: super::model::AgeRange::default(),
        given_from: r.day(element, "startDate"),
        given_before: r.day(element, "endDate"),
        is_valid_only,
        vaccines: r.cvx_list(element, "vaccineTypes"),
        comparison,
        count: r.value(element, "doseCount", "a number", |text| text.parse().ok())?,
    })
}
