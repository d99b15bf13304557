//! One sentence for each forecast, and how the dates of a group come of its antigens.

use super::{Line, Outcome, SeriesTrail, Told};
use crate::answer::{Answer, Forecast, ForecastDates, SeriesStatus};
use crate::dates::Day;
use crate::forecast::EarliestPart;
use crate::select::SeriesOutcome;
use crate::supporting::model::SeriesType;
use crate::trail::{CountedDate, Step};

/// Why a forecast says what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForecastExplained {
    /// Position of the vaccine group.
    pub group: u8,
    /// Name of the vaccine group.
    pub vaccine_group: String,
    /// The forecast in one sentence.
    pub sentence: String,
    /// Names of the series behind it.
    pub series: Vec<String>,
    /// Of a group of several antigens: how its dates come of theirs. Empty when it is one.
    pub blend: Vec<Line>,
}

/// Words for one forecast of the answer.
pub(super) fn explain_forecast(told: &Told<'_>, answer: &Answer, forecast: &Forecast) -> ForecastExplained {
    let schedule = told.schedule;
    let name = schedule.vaccine_group_name(forecast.group);
    let trails: Vec<&SeriesTrail<'_>> =
        told.series.iter().filter(|trail| is_behind(told, trail, forecast)).collect();
    let sentence = match schedule.dates_in_practice(forecast, told.scratch) {
        Some(dates) => wanted(told, answer, forecast, &dates, &trails),
        None => not_wanted(told, forecast, name, &trails),
    };
    ForecastExplained {
        group: forecast.group,
        vaccine_group: name.to_owned(),
        sentence,
        series: trails.iter().map(|trail| schedule.series_name(trail.series).to_owned()).collect(),
        blend: match forecast.dates {
            Some(dates) if forecast.series.is_none() => blend(told, &dates, &trails),
            _ => Vec::new(),
        },
    }
}

/// `Dose 2 of MMR can be given from … (why) and is recommended from …; it is overdue from …`
fn wanted(
    told: &Told<'_>,
    answer: &Answer,
    forecast: &Forecast,
    dates: &ForecastDates,
    trails: &[&SeriesTrail<'_>],
) -> String {
    let name = told.schedule.vaccine_group_name(forecast.group);
    let mut text =
        vec![format!("Dose {} of {name} can be given from {}", forecast.dose_number, dates.earliest)];
    let binding = trails.iter().find_map(|trail| binding(trail, dates.earliest));
    text.extend(binding.map(|(series, target, part)| format!(" ({})", told.part(series, target, part))));
    if dates.recommended == dates.earliest {
        text.push(" and is recommended from that day".to_owned());
    } else {
        text.push(format!(" and is recommended from {}", dates.recommended));
        let counted = trails.iter().find_map(|trail| counted(told, trail, dates.recommended));
        text.extend(counted.map(|from| format!(" ({from})")));
    }
    let waits = forecast.dates.map(|dates| dates.earliest).filter(|until| *until > dates.earliest);
    text.extend(
        waits.map(|until| format!("; what conflicts with an earlier dose has to wait until {until}")),
    );
    text.extend(dates.overdue_from().map(|day| format!("; it is overdue from {day}")));
    text.extend(dates.latest.map(|day| format!("; the last day for it is {day}")));
    let vaccines = answer.recommended_vaccines(forecast);
    if !vaccines.is_empty() {
        let names: Vec<String> = vaccines.iter().map(|cvx| told.schedule.vaccine_name(*cvx)).collect();
        text.push(format!("; recommended: {}", names.join(", ")));
    }
    text.concat() + "."
}

/// `MMR must not be given: there is a contraindication (pregnant).`
fn not_wanted(told: &Told<'_>, forecast: &Forecast, name: &str, trails: &[&SeriesTrail<'_>]) -> String {
    let status = match forecast.status {
        SeriesStatus::NotComplete => "is not complete",
        SeriesStatus::Complete => "is complete",
        SeriesStatus::Immune => "is not needed",
        SeriesStatus::Contraindicated => "must not be given",
        SeriesStatus::NotRecommended => "is not recommended",
        SeriesStatus::AgedOut => "is no longer given at this age",
    };
    let needs = trails.iter().filter_map(|trail| need(trail));
    let decided = needs.into_iter().find(|(_, _, reason)| *reason == forecast.reason);
    if told.schedule.season_gap(forecast).is_some()
        && let Some((series, target, reason)) = decided
    {
        return format!("{name}: {}.", told.because(series, target, reason));
    }
    let because = match decided {
        Some((series, target, reason)) => told.because(series, target, reason),
        None => forecast.reason.words().to_owned(),
    };
    format!("{name} {status}: {because}.")
}

/// Series, next dose and reason of the last need that was decided.
fn need(trail: &SeriesTrail<'_>) -> Option<(u16, Option<u8>, crate::answer::StatusReason)> {
    trail.steps.iter().rev().find_map(|step| match **step {
        Step::Need { target, reason, .. } => Some((trail.series, target, reason)),
        _ => None,
    })
}

fn is_behind(told: &Told<'_>, trail: &SeriesTrail<'_>, forecast: &Forecast) -> bool {
    let series = &told.schedule.series[usize::from(trail.series)];
    trail.is_best
        && told.schedule.antigens[usize::from(series.antigen)].group == forecast.group
        && match forecast.series {
            Some(one) => one == trail.series,
            None => (series.kind == SeriesType::Risk) == (forecast.series_type == SeriesType::Risk),
        }
}

/// The part of the last earliest date of the series that made it so late.
fn binding(trail: &SeriesTrail<'_>, earliest: Day) -> Option<(u16, u8, EarliestPart)> {
    let is_start = |step: &&&Step| matches!(step, Step::Earliest { part: EarliestPart::Birth, .. });
    let start = trail.steps.iter().rposition(|step| is_start(&step))?;
    trail.steps[start..].iter().find_map(|step| match step {
        Step::Earliest { target, part, on } if *on == earliest => Some((trail.series, *target, *part)),
        _ => None,
    })
}

/// What made the recommended date of the series.
fn counted(told: &Told<'_>, trail: &SeriesTrail<'_>, recommended: Day) -> Option<String> {
    trail.steps.iter().rev().find_map(|step| match **step {
        Step::Counted { target, date: CountedDate::Recommended, from, on } if on == recommended => {
            Some(told.counted_from(trail.series, target, CountedDate::Recommended, from))
        }
        _ => None,
    })
}

/// MULTIANTVG-1 and FORECASTVG-2 to -4: which of the antigens' dates the group takes.
fn blend(told: &Told<'_>, dates: &ForecastDates, trails: &[&SeriesTrail<'_>]) -> Vec<Line> {
    let outcomes = &told.scratch.outcomes;
    let members: Vec<(&str, ForecastDates, bool)> = trails
        .iter()
        .filter_map(|trail| {
            let outcome: &SeriesOutcome = outcomes.iter().find(|outcome| outcome.series == trail.series)?;
            let series = &told.schedule.series[usize::from(trail.series)];
            let name = told.schedule.antigen_name(series.antigen);
            Some((name, outcome.forecast.dates?, outcome.forecast.has_priority))
        })
        .collect();
    let each = |of: fn(&ForecastDates) -> Option<Day>| {
        let days: Vec<Option<Day>> = members.iter().map(|(_, dates, _)| of(dates)).collect();
        if let Some(Some(day)) = days.first()
            && days.iter().all(|other| other == &days[0])
        {
            let names: Vec<&str> = members.iter().map(|(name, ..)| *name).collect();
            return format!("{} all {day}", names.join(", "));
        }
        let said = members.iter().zip(days).map(|((name, ..), day)| match day {
            Some(day) => format!("{name} {day}"),
            None => format!("{name} none"),
        });
        said.collect::<Vec<_>>().join(", ")
    };
    let line = |rule, text| Line { rule, dose: None, text, outcome: Outcome::Noted };
    let earliest = each(|dates| Some(dates.earliest));
    let which = if members.iter().any(|(_, _, has_priority)| *has_priority) {
        "the first of these, since the interval of one has priority, but not before the latest dose"
    } else {
        "the last of these, so that the dose counts for all"
    };
    let mut lines = vec![line(
        "MULTIANTVG-1",
        format!("earliest date of the group {}: {which}: {earliest}", dates.earliest),
    )];
    let recommended = each(|dates| Some(dates.recommended));
    lines.push(line(
        "FORECASTVG-2",
        format!(
            "recommended from {}: the first of these, not before the earliest date: {recommended}",
            dates.recommended
        ),
    ));
    if let Some(from) = dates.overdue_from() {
        let text = format!(
            "overdue from {from}: the first of these, after the earliest date: {}",
            each(ForecastDates::overdue_from)
        );
        lines.push(line("FORECASTVG-3", text));
    }
    if let Some(latest) = dates.latest {
        let text = format!("the last day is {latest}: the first of these: {}", each(|dates| dates.latest));
        lines.push(line("FORECASTVG-4", text));
    }
    lines
}
