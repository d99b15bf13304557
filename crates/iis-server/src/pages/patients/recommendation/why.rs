//! Why: everything that was compared for one vaccine group, dose by dose, then what is needed and why then.

use super::checked::{Checked, DoseWhy, PlannedWhy};
use super::planned::{Asked, Question, planned_dose};
use super::{in_order, words};
use crate::pages::frame::Frame;
use crate::pages::patients::doses::Setting;
use crate::pages::patients::strip::{Page, StripView, strip};
use crate::pages::status::{Shape, Status};
use crate::pages::{codes, format};
use askama::Template;
use iis_model::recommendation::{Explanation, Forecast, Outcome, PlannedDose, SeriesTrail, TrailLine};
use iis_model::record::PersonRecord;

/// `GET` and `POST /patients/{number}/why/{group}`
#[derive(Debug, Template)]
#[template(path = "patients/recommendation/why.html")]
pub(in crate::pages) struct WhyPage {
    frame: Frame,
    strip: StripView,
    group: String,
    as_of: String,
    /// `MMR on 03/02/2026`: what is only supposed.
    supposing: String,
    forecasts: Vec<ForecastView>,
    doses: Vec<DoseWhy>,
    planned: Vec<PlannedWhy>,
    others: Vec<SeriesView>,
    notices: Vec<String>,
    made_by: String,
    record_href: String,
    asked: Option<Asked>,
}

/// What is needed of the group, and how its dates came about.
#[derive(Debug, Clone)]
struct ForecastView {
    status: Status,
    note: String,
    sentence: String,
    dates: Vec<DateLine>,
    /// How the dates come of those of several antigens.
    blend: Vec<CheckLine>,
    series: Vec<SeriesView>,
}

/// A date of the forecast with what it means.
#[derive(Debug, Clone)]
struct DateLine {
    label: &'static str,
    date: String,
    meaning: &'static str,
}

/// What was done with a series.
#[derive(Debug, Clone)]
struct SeriesView {
    name: String,
    lines: Vec<CheckLine>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CheckLine {
    /// None when nothing was judged.
    pub(super) status: Option<Status>,
    pub(super) text: String,
    pub(super) rule: &'static str,
}

/// What the page is asked about.
pub(in crate::pages) struct About<'a> {
    pub(in crate::pages) record: &'a PersonRecord,
    pub(in crate::pages) said: &'a Explanation,
    /// The group, by its name in addresses.
    pub(in crate::pages) slug: &'a str,
    pub(in crate::pages) setting: Setting<'a>,
    /// The question of what-if, when the page was asked from there.
    pub(in crate::pages) question: Option<(&'a Question, Asked)>,
}

/// Makes the page; none when the schedule has no such group.
pub(in crate::pages) fn why_page(frame: Frame, about: About<'_>) -> Option<WhyPage> {
    let About { record, said, slug, setting, question } = about;
    let answer = &said.recommendation;
    let named = |name: &str| (words::slug(name) == slug).then(|| name.to_owned());
    let of_forecasts = answer.forecasts.iter().find_map(|forecast| named(&forecast.group.name));
    let group = of_forecasts.or_else(|| codes::schedule_groups().find_map(named))?;
    let of_group: Vec<&SeriesTrail> = said.series.iter().filter(|series| *series.group == *group).collect();
    let forecasts = in_order(answer).into_iter().filter(|forecast| *forecast.group.name == *group);
    let noticed = answer.notices.iter().filter(|notice| notice.event.is_none());
    let checked = Checked { group: &group, said, series: &of_group };
    let planned: &[PlannedDose] = question.as_ref().map_or(&[], |(question, _)| &question.planned);
    Some(WhyPage {
        strip: strip(record, answer.assessed_on, Page::Record),
        group: codes::schedule_group(&group),
        as_of: format::date(answer.assessed_on),
        supposing: words::listed(&planned.iter().copied().map(planned_dose).collect::<Vec<_>>()),
        forecasts: forecasts.map(|forecast| forecast_view(forecast, said, &of_group)).collect(),
        doses: checked.doses(record, setting),
        planned: checked.planned(planned),
        others: alike(of_group.iter().filter(|series| !series.is_best).map(|series| series_view(series))),
        notices: noticed.map(|notice| words::sentence(&notice.text)).collect(),
        made_by: answer.made_by.to_string(),
        record_href: Page::Record.href(record.registry_number),
        asked: question.map(|(_, asked)| asked),
        frame,
    })
}

fn forecast_view(forecast: &Forecast, said: &Explanation, series: &[&SeriesTrail]) -> ForecastView {
    let is_behind = |trail: &&&SeriesTrail| forecast.series.contains(&trail.series);
    let blends = said.recommendation.forecasts.iter().zip(&said.blends);
    let blend = blends.into_iter().find(|(own, _)| *own == forecast).map(|(_, lines)| lines);
    ForecastView {
        status: words::standing(forecast, said.recommendation.assessed_on),
        blend: blend.into_iter().flatten().map(check_line).collect(),
        note: words::note(forecast),
        sentence: words::sentence(&forecast.sentence),
        dates: dates(forecast),
        series: alike(series.iter().filter(is_behind).map(|trail| {
            let lines = trail.lines.iter().filter(|line| line.event.is_none() && line.planned.is_none());
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
    let rows = [
        ("Earliest",    Some(dates.earliest),    "a dose can count from this day on"),
        ("Recommended", Some(dates.recommended), "the dose is due from this day on"),
        ("Overdue",     dates.overdue_from(),    "the dose is late from this day on"),
        ("Latest",      dates.latest,            "the last day on which the dose is given"),
    ];
    let line = |(label, day, meaning): (_, Option<_>, _)| Some(DateLine { label, date: format::date(day?), meaning });
    rows.into_iter().filter_map(line).collect()
}

pub(super) fn check_line(line: &TrailLine) -> CheckLine {
    let status = match line.outcome {
        Outcome::Holds => Some(Status::new(Shape::Good, "Holds").dense()),
        Outcome::Fails => Some(Status::new(Shape::Bad, "Fails").dense()),
        Outcome::Noted => None,
    };
    CheckLine { status, text: format::sentence_case(&words::sentence(&line.text)), rule: line.rule }
}

fn series_view(trail: &SeriesTrail) -> SeriesView {
    SeriesView { name: trail.series.to_string(), lines: trail.lines.iter().map(check_line).collect() }
}
