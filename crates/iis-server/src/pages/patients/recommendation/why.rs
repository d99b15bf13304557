//! Why: everything that was compared for one vaccine group, dose by dose, then what is needed and why then.

use super::{in_order, words};
use crate::pages::frame::Frame;
use crate::pages::patients::doses::{Setting, age_at, anchor, is_dose, vaccine_name};
use crate::pages::patients::strip::{Page, StripView, strip};
use crate::pages::status::{Shape, Status};
use crate::pages::{codes, format};
use askama::Template;
use iis_model::EventId;
use iis_model::recommendation::{
    Evaluation, Explanation, Forecast, Outcome, Recommendation, SeriesTrail, TrailLine, Validity,
};
use iis_model::record::{ConsolidatedEvent, PersonRecord};

/// `GET /patients/{number}/why/{group}`
#[derive(Debug, Template)]
#[template(path = "patients/recommendation/why.html")]
pub(in crate::pages) struct WhyPage {
    frame: Frame,
    strip: StripView,
    group: String,
    as_of: String,
    forecasts: Vec<ForecastView>,
    doses: Vec<DoseWhy>,
    others: Vec<SeriesView>,
    notices: Vec<String>,
    made_by: String,
    record_href: String,
}

/// What is needed of the group, and how its dates came about.
#[derive(Debug, Clone)]
struct ForecastView {
    status: Status,
    note: &'static str,
    sentence: String,
    dates: Vec<DateLine>,
    series: Vec<SeriesView>,
}

/// A date of the forecast with what it means.
#[derive(Debug, Clone)]
struct DateLine {
    label: &'static str,
    date: String,
    meaning: &'static str,
}

/// A dose with what was compared.
#[derive(Debug, Clone)]
struct DoseWhy {
    anchor: String,
    date: String,
    age: String,
    vaccine: String,
    status: Status,
    /// It does not count: the checks are shown at once.
    is_open: bool,
    sentence: String,
    notices: Vec<String>,
    checks: Vec<CheckLine>,
    series: String,
}

/// What was done with a series.
#[derive(Debug, Clone)]
struct SeriesView {
    name: String,
    lines: Vec<CheckLine>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
struct CheckLine {
    /// None when nothing was judged.
    status: Option<Status>,
    text: String,
    rule: &'static str,
}

/// Makes the page of the group with this name in addresses; none when the schedule has no such group.
pub(in crate::pages) fn why_page(
    frame: Frame,
    record: &PersonRecord,
    said: &Explanation,
    slug: &str,
    setting: Setting<'_>,
) -> Option<WhyPage> {
    let answer = &said.recommendation;
    let named = |name: &str| (words::slug(name) == slug).then(|| name.to_owned());
    let of_forecasts = answer.forecasts.iter().find_map(|forecast| named(&forecast.group.name));
    let group = of_forecasts.or_else(|| codes::schedule_groups().find_map(named))?;
    let of_group: Vec<&SeriesTrail> = said.series.iter().filter(|series| *series.group == *group).collect();
    let forecasts = in_order(answer).into_iter().filter(|forecast| *forecast.group.name == *group);
    let doses = record.events.iter().rev().filter(|event| is_dose(event));
    let number = doses.clone().count();
    let about = answer.notices.iter().filter(|notice| notice.event.is_none());
    Some(WhyPage {
        strip: strip(&record.demographics, record.registry_number, number, answer.assessed_on, Page::Record),
        group: codes::schedule_group(&group),
        as_of: format::date(answer.assessed_on),
        forecasts: forecasts.map(|forecast| forecast_view(forecast, answer, &of_group)).collect(),
        doses: doses
            .enumerate()
            .filter_map(|(at, event)| dose_why(event, at + 1, &group, answer, &of_group, setting))
            .collect(),
        others: alike(of_group.iter().filter(|series| !series.is_best).map(|series| series_view(series))),
        notices: about.map(|notice| words::sentence(&notice.text)).collect(),
        made_by: answer.made_by.to_string(),
        record_href: Page::Record.href(record.registry_number),
        frame,
    })
}

fn forecast_view(forecast: &Forecast, answer: &Recommendation, series: &[&SeriesTrail]) -> ForecastView {
    let is_behind = |trail: &&&SeriesTrail| forecast.series.contains(&trail.series);
    ForecastView {
        status: words::standing(forecast, answer.assessed_on),
        note: words::note(forecast),
        sentence: words::sentence(&forecast.sentence),
        dates: dates(forecast),
        series: alike(series.iter().filter(is_behind).map(|trail| {
            let lines = trail.lines.iter().filter(|line| line.event.is_none());
            SeriesView { name: trail.series.to_string(), lines: lines.map(check_line).collect() }
        })),
    }
}

/// Series that say the same stand once: diphtheria, tetanus and pertussis mostly do.
fn alike(series: impl Iterator<Item = SeriesView>) -> Vec<SeriesView> {
    let mut told: Vec<SeriesView> = Vec::new();
    for one in series {
        match told.iter_mut().find(|other| other.lines == one.lines) {
            Some(other) => other.name = format!("{} · {}", other.name, one.name),
            None => told.push(one),
        }
    }
    told
}

#[rustfmt::skip]
fn dates(forecast: &Forecast) -> Vec<DateLine> {
    let Some(dates) = forecast.dates else { return Vec::new() };
    let late = dates.past_due.and_then(|day| day.tomorrow().ok());
    let rows = [
        ("Earliest",    Some(dates.earliest),    "a dose can count from this day on"),
        ("Recommended", Some(dates.recommended), "the dose is due from this day on"),
        ("Overdue",     late,                    "the dose is late from this day on"),
        ("Latest",      dates.latest,            "the last day on which the dose is given"),
    ];
    let line = |(label, day, meaning): (_, Option<_>, _)| Some(DateLine { label, date: format::date(day?), meaning });
    rows.into_iter().filter_map(line).collect()
}

fn dose_why(
    event: &ConsolidatedEvent,
    place: usize,
    group: &str,
    answer: &Recommendation,
    series: &[&SeriesTrail],
    setting: Setting<'_>,
) -> Option<DoseWhy> {
    let in_group = |evaluation: &&Evaluation| &*evaluation.group.name == group;
    let verdict = answer.evaluations_of(event.id).find(in_group)?;
    let best = &event.best;
    let trail = series.iter().find(|trail| trail.series == verdict.series);
    Some(DoseWhy {
        anchor: anchor(place),
        date: best.given_on.get().map_or_else(|| "date not known".to_owned(), format::partial_date),
        age: age_at(best, setting.born_on),
        vaccine: vaccine_name(best),
        status: words::validity(verdict.validity),
        is_open: verdict.validity != Validity::Valid,
        sentence: words::sentence(&verdict.sentence),
        notices: super::verdicts::notices(answer, event.id),
        checks: trail.map(|trail| checks(trail, event.id)).unwrap_or_default(),
        series: verdict.series.to_string(),
    })
}

fn checks(trail: &SeriesTrail, event: EventId) -> Vec<CheckLine> {
    trail.lines.iter().filter(|line| line.event == Some(event)).map(check_line).collect()
}

fn series_view(trail: &SeriesTrail) -> SeriesView {
    SeriesView { name: trail.series.to_string(), lines: trail.lines.iter().map(check_line).collect() }
}

fn check_line(line: &TrailLine) -> CheckLine {
    let status = match line.outcome {
        Outcome::Holds => Some(Status::new(Shape::Good, "Holds").dense()),
        Outcome::Fails => Some(Status::new(Shape::Bad, "Fails").dense()),
        Outcome::Noted => None,
    };
    CheckLine { status, text: format::sentence_case(&words::sentence(&line.text)), rule: line.rule }
}
