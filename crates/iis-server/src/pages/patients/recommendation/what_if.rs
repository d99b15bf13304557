//! What if: the answer on another day, and with doses that are only planned. Nothing of it is stored.

use super::needs::{NeedsView, needs, one_a_group};
use super::planned::{PlanForm, Question};
use super::{Said, words};
use crate::pages::frame::Frame;
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::status::Status;
use crate::pages::{codes, format};
use askama::Template;
use iis_model::Date;
use iis_model::recommendation::{Explanation, Forecast, PlannedEvaluation, Recommendation};
use iis_model::record::PersonRecord;
use iis_registry::recommend::{Schedules, recommend, what_if};

/// `GET` and `POST /patients/{number}/what-if`
#[derive(Debug, Template)]
#[template(path = "patients/recommendation/what_if.html")]
pub(in crate::pages) struct WhatIfPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) strip: StripView,
    pub(in crate::pages) form: PlanForm,
    /// Whether planned doses can be judged at all.
    pub(in crate::pages) result: Option<ResultView>,
    pub(in crate::pages) record_href: String,
}

/// The answer.
#[derive(Debug, Clone)]
pub(in crate::pages) struct ResultView {
    /// `Answer for 06/01/2026 with 1 planned dose`
    heading: String,
    /// What would become of the planned doses.
    planned: Vec<PlannedView>,
    needs: NeedsView,
    /// The answer it is held against.
    before: String,
    rows: Vec<ComparedRow>,
    /// How many groups differ.
    changed: String,
}

/// What would become of a planned dose in one group.
#[derive(Debug, Clone)]
struct PlannedView {
    status: Status,
    /// `MMR on 03/02/2026`
    dose: String,
    sentence: String,
}

/// A group before and after.
#[derive(Debug, Clone)]
struct ComparedRow {
    group: String,
    before: StandingView,
    after: StandingView,
    is_changed: bool,
}

/// How a group stands.
#[derive(Debug, Clone)]
struct StandingView {
    status: Option<Status>,
    /// `dose 2 from 02/11/2028`
    text: String,
}

/// Asks the question. Without planned doses the answer is held against today's, else against that without the plan.
pub(in crate::pages) fn result(
    schedules: &Schedules,
    record: &PersonRecord,
    question: &Question,
    today: Date,
) -> ResultView {
    let Question { on, planned } = question;
    let asked = what_if(schedules, record, planned, *on);
    let compared_on = if planned.is_empty() { today } else { *on };
    let before = recommend(schedules, record, compared_on);
    let count = i64::try_from(planned.len()).unwrap_or(i64::MAX);
    let rows = compare(&before, &asked.recommendation);
    let changed = rows.iter().filter(|row| row.is_changed).count();
    ResultView {
        heading: if planned.is_empty() {
            format!("Answer for {}", format::date(*on))
        } else {
            format!("Answer for {} with {}", format::date(*on), format::counted(count, "planned dose"))
        },
        planned: planned_views(&asked, question),
        before: if planned.is_empty() {
            format!("As of {}", format::date(today))
        } else {
            "Without the plan".to_owned()
        },
        changed: match changed {
            0 => "No group changes.".to_owned(),
            1 => "1 group changes.".to_owned(),
            more => format!("{more} groups change."),
        },
        rows,
        needs: {
            let said = Said::with(schedules, record, planned, asked.recommendation);
            NeedsView { what_if_href: String::new(), ..needs(&said, record.registry_number, today) }
        },
    }
}

fn planned_views(asked: &Explanation, question: &Question) -> Vec<PlannedView> {
    let dose = |planned: usize| {
        let dose = question.planned.get(planned)?;
        let name = codes::vaccine(dose.cvx).map(|vaccine| format::sentence_case(&vaccine.short_name));
        Some(format!("{} on {}", name.unwrap_or_default(), format::date(dose.on)))
    };
    let view = |said: &PlannedEvaluation| {
        Some(PlannedView {
            status: words::validity(said.validity),
            dose: dose(said.planned)?,
            sentence: words::sentence(&said.sentence),
        })
    };
    let judged: Vec<PlannedView> = asked.planned.iter().filter_map(view).collect();
    let is_judged = |at: usize| asked.planned.iter().any(|said| said.planned == at);
    let left = (0..question.planned.len()).filter(|at| !is_judged(*at)).filter_map(dose);
    let left = left.map(|dose| PlannedView {
        status: super::verdicts::not_judged(),
        dose,
        sentence: "The schedule does not judge this dose.".to_owned(),
    });
    judged.into_iter().chain(left).collect()
}

fn compare(before: &Recommendation, after: &Recommendation) -> Vec<ComparedRow> {
    let earlier = one_a_group(before);
    let row = |forecast: &Forecast| {
        let same = earlier.iter().find(|other| other.group.name == forecast.group.name);
        if forecast.is_irrelevant && same.is_some_and(|other| other.is_irrelevant) {
            return None;
        }
        let said =
            |forecast: &Forecast, on: Date| (forecast.standing(on), forecast.dates, forecast.dose_number);
        let is_changed =
            same.is_none_or(|other| said(other, before.assessed_on) != said(forecast, after.assessed_on));
        let nothing = StandingView { status: None, text: String::new() };
        Some(ComparedRow {
            group: codes::schedule_group(&forecast.group.name),
            before: same.map_or(nothing, |other| stands(other, before.assessed_on)),
            after: stands(forecast, after.assessed_on),
            is_changed,
        })
    };
    let mut rows: Vec<ComparedRow> = one_a_group(after).into_iter().filter_map(row).collect();
    rows.sort_by_key(|row| !row.is_changed);
    rows
}

fn stands(forecast: &Forecast, on: Date) -> StandingView {
    let dose = forecast.dose_number.filter(|_| forecast.dates.is_some()).map(|dose| format!("dose {dose} "));
    StandingView {
        status: Some(words::standing(forecast, on)),
        text: format!("{}{}", dose.unwrap_or_default(), words::wanted(forecast, on)),
    }
}

/// The address of the page.
pub(in crate::pages) fn href(record: &PersonRecord) -> String {
    format!("{}/what-if", Page::Record.href(record.registry_number))
}
