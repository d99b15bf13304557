//! Doses with what was compared for each, given and planned.

use super::planned::planned_dose;
use super::why::{CheckLine, check_line};
use super::{verdicts, words};
use crate::pages::format;
use crate::pages::patients::doses::{Setting, age_at, anchor, is_dose, vaccine_name};
use crate::pages::status::Status;
use iis_model::recommendation::{Evaluation, Explanation, PlannedDose, SeriesTrail, TrailLine, Validity};
use iis_model::record::{ConsolidatedEvent, PersonRecord};

/// A dose with what was compared.
#[derive(Debug, Clone)]
pub(super) struct DoseWhy {
    pub(super) anchor: String,
    pub(super) date: String,
    pub(super) age: String,
    pub(super) vaccine: String,
    pub(super) status: Status,
    /// It does not count: the checks are shown at once.
    pub(super) is_open: bool,
    pub(super) sentence: String,
    pub(super) notices: Vec<String>,
    pub(super) checks: Vec<CheckLine>,
    pub(super) series: String,
}

/// The same of a dose that is only supposed.
#[derive(Debug, Clone)]
pub(super) struct PlannedWhy {
    /// `MMR on 03/02/2026`
    pub(super) dose: String,
    pub(super) status: Status,
    pub(super) sentence: String,
    pub(super) checks: Vec<CheckLine>,
    pub(super) series: String,
}

/// What was compared in one vaccine group.
pub(super) struct Checked<'a> {
    pub(super) group: &'a str,
    pub(super) said: &'a Explanation,
    pub(super) series: &'a [&'a SeriesTrail],
}

impl Checked<'_> {
    /// The doses given, oldest first.
    pub(super) fn doses(&self, record: &PersonRecord, setting: Setting<'_>) -> Vec<DoseWhy> {
        let doses = record.events.iter().rev().filter(|event| is_dose(event)).enumerate();
        doses.filter_map(|(at, event)| self.dose(event, at + 1, setting)).collect()
    }

    fn dose(&self, event: &ConsolidatedEvent, place: usize, setting: Setting<'_>) -> Option<DoseWhy> {
        let answer = &self.said.recommendation;
        let in_group = |evaluation: &&Evaluation| &*evaluation.group.name == self.group;
        let verdict = answer.evaluations_of(event.id).find(in_group)?;
        let best = &event.best;
        Some(DoseWhy {
            anchor: anchor(place),
            date: best.given_on.get().map_or_else(|| "date not known".to_owned(), format::partial_date),
            age: age_at(best, setting.born_on),
            vaccine: vaccine_name(best),
            status: words::validity(verdict.validity),
            is_open: verdict.validity != Validity::Valid,
            sentence: words::sentence(&verdict.sentence),
            notices: verdicts::notices(answer, event.id),
            checks: self.checks(&verdict.series, |line| line.event == Some(event.id)),
            series: verdict.series.to_string(),
        })
    }

    /// The doses planned, in their order.
    pub(super) fn planned(&self, planned: &[PlannedDose]) -> Vec<PlannedWhy> {
        let judged = self.said.planned.iter().filter(|judged| &*judged.group.name == self.group);
        let why = judged.filter_map(|judged| {
            Some(PlannedWhy {
                dose: planned_dose(*planned.get(judged.planned)?),
                status: words::validity(judged.validity),
                sentence: words::sentence(&judged.sentence),
                checks: self.checks(&judged.series, |line| line.planned == Some(judged.planned)),
                series: judged.series.to_string(),
            })
        });
        why.collect()
    }

    fn checks(&self, series: &str, is_about: impl Fn(&TrailLine) -> bool) -> Vec<CheckLine> {
        let trail = self.series.iter().find(|trail| &*trail.series == series);
        let lines = trail.into_iter().flat_map(|trail| &trail.lines);
        lines.filter(|line| is_about(line)).map(check_line).collect()
    }
}
