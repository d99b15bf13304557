//! Comparing an answer with a published case.
//!
//! A person can have more than one forecast for a group, and a case holds one; which of them
//! it means is decided here and nowhere in the engine.

use super::case::{Case, CaseDose};
use super::{CaseResult, Difference};
use crate::answer::{Answer, DoseEvaluation, Forecast, SeriesStatus};
use crate::compiled::Schedule;
use crate::dates::Day;
use crate::evaluate::DoseStatus;
use crate::supporting::model::SeriesType;

/// Compares everything a case says.
pub(super) fn compare(case: &Case, schedule: &Schedule, answer: &Answer) -> CaseResult {
    let mut result = CaseResult {
        id: case.id.clone(),
        suite: case.suite.clone(),
        forecast_ok: true,
        doses_ok: true,
        reasons_ok: true,
        differences: Vec::new(),
    };
    let Some(group) = schedule.vaccine_group_named(&case.vaccine_group) else {
        result.forecast_ok = false;
        result.differences.push(Difference::new("vaccine group", &case.vaccine_group, "not in the schedule"));
        return result;
    };
    let Some(forecast) = meant(schedule, answer, group) else {
        result.forecast_ok = false;
        result.differences.push(Difference::new("forecast", &case.expected.series_status, "none"));
        return result;
    };
    compare_forecast(case, schedule, answer, group, forecast, &mut result);
    for (index, dose) in case.doses.iter().enumerate() {
        compare_dose(index, dose, schedule, answer, group, forecast, &mut result);
    }
    result
}

/// The forecast a case means. One antigen: the risk forecast unless it is aged out or not
/// recommended, else the standard one. Several: the risk forecast, unless it is finished
/// while the standard one still owes a dose of an antigen that has the risk series.
fn meant<'a>(schedule: &Schedule, answer: &'a Answer, group: u8) -> Option<&'a Forecast> {
    let of_kind = |is_risk: bool| {
        let fits = move |f: &&Forecast| (f.series_type == SeriesType::Risk) == is_risk;
        answer.forecasts_of(group).filter(fits).min_by_key(|forecast| rank(forecast.status))
    };
    let (risk, standard) = (of_kind(true), of_kind(false));
    let is_single = schedule.groups[usize::from(group)].antigens.len() == 1;
    match (risk, standard) {
        (Some(risk), Some(standard)) => {
            let is_finished = risk.status != SeriesStatus::NotComplete;
            let prefers_standard = if is_single {
                matches!(risk.status, SeriesStatus::AgedOut | SeriesStatus::NotRecommended)
            } else {
                is_finished && standard.antigens_needed & risk_antigens(schedule, answer, group) != 0
            };
            Some(if prefers_standard { standard } else { risk })
        }
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    }
}

/// Antigens of the group for which a risk series judged doses.
fn risk_antigens(schedule: &Schedule, answer: &Answer, group: u8) -> u64 {
    let of_group = |e: &&DoseEvaluation| schedule.antigens[usize::from(e.antigen)].group == group;
    let risk = answer.evaluations.iter().filter(of_group).filter(|e| e.series_type == SeriesType::Risk);
    risk.fold(0, |bits, evaluation| bits | 1 << evaluation.antigen)
}

fn rank(status: SeriesStatus) -> u8 {
    match status {
        SeriesStatus::NotComplete => 0,
        SeriesStatus::Complete => 1,
        SeriesStatus::Immune => 2,
        SeriesStatus::Contraindicated => 3,
        SeriesStatus::NotRecommended => 4,
        SeriesStatus::AgedOut => 5,
    }
}

fn compare_forecast(
    case: &Case,
    schedule: &Schedule,
    answer: &Answer,
    group: u8,
    forecast: &Forecast,
    result: &mut CaseResult,
) {
    let expected = &case.expected;
    let before = result.differences.len();
    let mut compare = |what: &str, expected: Option<&str>, found: Option<String>| {
        let (expected, found) = (expected.unwrap_or("none"), found.unwrap_or_else(|| "none".to_owned()));
        if !expected.eq_ignore_ascii_case(&found) {
            result.differences.push(Difference::new(what, expected, found));
        }
    };
    let dates = forecast.dates;
    let iso = |day: Option<Day>| day.map(|day| day.to_string());
    compare("status", Some(&expected.series_status), Some(forecast.status.words().to_owned()));
    let number = dates.map(|_| presented_number(schedule, answer, group, forecast).to_string());
    compare("forecast number", expected.forecast_number.as_deref(), number);
    compare("earliest date", expected.earliest_date.as_deref(), iso(dates.map(|d| d.earliest)));
    compare("recommended date", expected.recommended_date.as_deref(), iso(dates.map(|d| d.recommended)));
    compare("past due date", expected.past_due_date.as_deref(), iso(dates.and_then(|d| d.past_due)));
    result.forecast_ok = result.differences.len() == before;
}

/// Where a group has a risk and a standard best series, cases number the next dose after the
/// distinct valid doses of both.
fn presented_number(schedule: &Schedule, answer: &Answer, group: u8, forecast: &Forecast) -> usize {
    let kinds =
        |is_risk: bool| answer.forecasts_of(group).any(|f| (f.series_type == SeriesType::Risk) == is_risk);
    if !(kinds(true) && kinds(false)) {
        return forecast.dose_number.into();
    }
    let of_group = |e: &&DoseEvaluation| schedule.antigens[usize::from(e.antigen)].group == group;
    let valid = |e: &&DoseEvaluation| e.status == DoseStatus::Valid && of_group(e);
    let mut doses: Vec<u16> = answer.evaluations.iter().filter(valid).map(|e| e.dose).collect();
    doses.dedup();
    (doses.len() + 1).max(forecast.dose_number.into())
}

/// A dose without an antigen of the group carries a verdict that belongs to its own group.
fn compare_dose(
    index: usize,
    dose: &CaseDose,
    schedule: &Schedule,
    answer: &Answer,
    group: u8,
    forecast: &Forecast,
    result: &mut CaseResult,
) {
    let Some(expected) = dose.expected_status.as_deref() else { return };
    let is_risk = match dose.expected_series_type.as_deref() {
        Some(kind) => kind.eq_ignore_ascii_case("risk"),
        None => forecast.series_type == SeriesType::Risk,
    };
    let verdicts = verdicts(index, is_risk, schedule, answer, group, forecast);
    if verdicts.is_empty() {
        return;
    }
    let found = if verdicts.iter().any(|e| matches!(e.status, DoseStatus::NotValid | DoseStatus::SubStandard))
    {
        DoseStatus::NotValid
    } else if verdicts.iter().all(|e| e.status == DoseStatus::Extraneous) {
        DoseStatus::Extraneous
    } else {
        DoseStatus::Valid
    };
    let what = |what: &str| format!("dose {} {what}", index + 1);
    if !expected.eq_ignore_ascii_case(found.words()) {
        result.doses_ok = false;
        result.differences.push(Difference::new(what("status"), expected, found.words()));
    }
    let expected_reason = dose.expected_reason.as_deref();
    if let Some(expected_reason) = expected_reason {
        let reasons = verdicts.iter().fold(crate::answer::Reasons::NONE, |all, e| all.with(e.reasons));
        if !dose.reason().is_some_and(|reason| reasons.contains(reason)) {
            result.reasons_ok = false;
            let found: Vec<_> = reasons.words().collect();
            result.differences.push(Difference::new(what("reason"), expected_reason, found.join(", ")));
        }
    }
}

/// The judgment of a dose for each antigen of the group, in the series the case means.
fn verdicts<'a>(
    index: usize,
    is_risk: bool,
    schedule: &Schedule,
    answer: &'a Answer,
    group: u8,
    forecast: &Forecast,
) -> Vec<&'a DoseEvaluation> {
    let of_group = |e: &&DoseEvaluation| schedule.antigens[usize::from(e.antigen)].group == group;
    let all: Vec<&DoseEvaluation> = answer.evaluations_of(index).filter(of_group).collect();
    let mut antigens: Vec<u8> = all.iter().map(|e| e.antigen).collect();
    antigens.dedup();
    let best_fit = |antigen: u8| {
        all.iter().copied().filter(move |e| e.antigen == antigen).max_by_key(|e| {
            let is_of_kind = (e.series_type == SeriesType::Risk) == is_risk;
            (is_of_kind, forecast.series == Some(e.series))
        })
    };
    antigens.into_iter().filter_map(best_fit).collect()
}
