//! One step of the engine as one line.

use super::{Told, checks, chosen, counted, need, skipped};
use crate::codes::Sex;
use crate::dates::Day;
use crate::evaluate::{AgeOutcome, DoseStatus, IntervalOutcome, VaccineOutcome};
use crate::trail::{SkipMoment, Step};

/// One line behind "why?".
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The rule or table of the Logic Specification 4.6, or its section.
    pub rule: &'static str,
    /// Position of the dose in the input, when the line is about one.
    pub dose: Option<u16>,
    /// What was compared with what, and the outcome.
    pub text: String,
    /// The outcome.
    pub outcome: Outcome,
}

/// How a comparison ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The rule holds.
    Holds,
    /// The rule is broken: the dose does not count because of it.
    Fails,
    /// Nothing was judged: a date was counted, a series chosen.
    Noted,
}

/// The lines of one step of a series: mostly one, several where several rules speak.
pub(super) fn lines(told: &Told<'_>, series: u16, step: &Step) -> Vec<Line> {
    let outcome = outcome(step);
    let line = |rule, dose: Option<u16>, text| {
        let dose = dose.map(|dose| told.dose(dose).input);
        vec![Line { rule, dose, text, outcome }]
    };
    match *step {
        Step::Series { indicated_by: None, .. } => line("table 5-5", None, for_whom(told, series)),
        Step::Series { indicated_by: Some(observation), .. } => {
            let text =
                format!("a series for persons at risk; on the record: {}", told.observation(observation));
            line("table 5-4", None, text)
        }
        Step::SubStandard { dose, expired_on } => {
            line("table 6-3", Some(dose), checks::sub_standard(told, dose, expired_on))
        }
        Step::Skipped { target, moment, on, skip, set } => {
            let text = skipped::text(told, series, target, moment, (skip, set), on);
            match moment {
                SkipMoment::Evaluation { dose } => line("table 6-11", Some(dose), text),
                SkipMoment::Forecast => line("section 7.1", None, text),
                SkipMoment::Validation => line("section 7.6", None, text),
            }
        }
        Step::Inadvertent { dose, target } => {
            line("table 6-13", Some(dose), checks::inadvertent(told, dose, target))
        }
        Step::Age { dose, target, row, dates, outcome } => {
            let row = row.and_then(|row| told.age_row(series, target, row));
            line("table 6-15", Some(dose), checks::age(told, dose, target, row, &dates, outcome))
        }
        Step::Interval { dose, is_allowable, .. } => {
            let rule = if is_allowable { "table 6-21" } else { "table 6-18" };
            line(rule, Some(dose), checks::interval(told, series, step))
        }
        Step::Conflict { dose, previous, from, until, is_impacted } => {
            line("CONFLICT-3", Some(dose), checks::conflict(told, dose, previous, (from, until), is_impacted))
        }
        Step::Vaccine { dose, target, outcome } => {
            line("tables 6-26 and 6-29", Some(dose), checks::vaccine(told, dose, target, outcome))
        }
        Step::Verdict { dose, target, status, reasons } => {
            let text = checks::verdict_line(told, series, dose, target, status, reasons);
            line("table 6-31", Some(dose), text)
        }
        Step::Need { target, status, reason } => {
            line("table 7-10", None, need::line(told, series, target, status, reason))
        }
        Step::Earliest { target, part, on } => {
            line("FORECASTDTCAN-1", None, format!("not before {on}: {}", told.part(series, target, part)))
        }
        Step::EarliestDate { on } => {
            line("FORECASTDT-1", None, format!("so the earliest date is {on}, the latest of these days"))
        }
        Step::Counted { target, date, from, on } => {
            line(counted::rule(date), None, counted::text(told, series, target, date, from, on))
        }
        Step::Dates { target, dates } => counted::dates(told, series, target, &dates),
        Step::NotOfAge { from, .. } => line("chapter 8", None, told.too_young_to_begin(series, from)),
        Step::Prioritized { rule, .. } => {
            let (rule, text) = chosen::in_group(rule);
            line(rule, None, text.to_owned())
        }
        Step::Best { is_best, rule, .. } => line("table 8-14", None, chosen::best(is_best, rule).to_owned()),
    }
}

fn outcome(step: &Step) -> Outcome {
    let judged = |fails: bool| if fails { Outcome::Fails } else { Outcome::Holds };
    match *step {
        Step::SubStandard { .. } | Step::Inadvertent { .. } => Outcome::Fails,
        Step::Age { outcome, .. } => judged(matches!(outcome, AgeOutcome::TooYoung | AgeOutcome::TooOld)),
        Step::Interval { outcome, .. } => judged(outcome == IntervalOutcome::TooSoon),
        Step::Conflict { is_impacted, .. } => judged(is_impacted),
        Step::Vaccine { outcome, .. } => judged(outcome == VaccineOutcome::Neither),
        Step::Verdict { status, .. } => match status {
            DoseStatus::Valid => Outcome::Holds,
            DoseStatus::NotValid | DoseStatus::SubStandard => Outcome::Fails,
            DoseStatus::Extraneous => Outcome::Noted,
        },
        _ => Outcome::Noted,
    }
}

impl Told<'_> {
    fn too_young_to_begin(&self, series: u16, from: Day) -> String {
        let age = self.schedule.plain_series(series).and_then(|series| series.start.begin);
        let age = age.map(|age| format!(" ({age} of age)")).unwrap_or_default();
        format!("left out: too young to begin the series, which may be begun from {from}{age}")
    }
}

fn for_whom(told: &Told<'_>, series: u16) -> String {
    let sexes = told.schedule.plain_series(series).map_or(&[][..], |series| &series.sexes);
    let words: Vec<&str> = sexes
        .iter()
        .map(|sex| match sex {
            Sex::Female => "female",
            Sex::Male => "male",
            Sex::Unknown => "of unknown sex",
        })
        .collect();
    match words.as_slice() {
        [] => "a series for everybody".to_owned(),
        words => format!("a series for persons who are {}", words.join(" or ")),
    }
}
