//! The overall process: CDSi Logic Specification 4.6, chapter 4.
//!
//! Gather, organize, and for each antigen: find the relevant series, evaluate and forecast
//! each, select the best; at last the vaccine groups.

use crate::answer::{Answer, DoseEvaluation};
use crate::compiled::{CodeSet, Schedule};
use crate::dates::Day;
use crate::evaluate::{DoseStatus, SeriesHistory, TargetDone, Workings, evaluate_series};
use crate::forecast::{
    AntigenFacts, contraindicated_vaccines, forecast_series, is_antigen_contraindicated, is_immune,
};
use crate::gather::{Assessment, History, Person};
use crate::relevant_series::{applying_indication, is_relevant};
use crate::select::{Selection, SeriesOutcome, select_best};
use crate::trail::{NoTrail, Step, Trail};
use crate::vaccine_group::{Groups, forecast_groups};

/// Room to work in, to be kept and used again by one thread.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(crate) person: Person,
    pub(crate) workings: Workings,
    pub(crate) outcomes: Vec<SeriesOutcome>,
    pub(crate) best: Vec<usize>,
}

impl Schedule {
    /// Evaluates and forecasts all vaccine groups of a person.
    ///
    /// `assessment` is "today" of the question. The same arguments give the same answer.
    #[must_use]
    pub fn evaluate(&self, history: &History, assessment: Day, scratch: &mut Scratch) -> Answer {
        let mut answer = Answer::new(self.version.clone(), assessment);
        self.evaluate_into(history, assessment, scratch, &mut answer);
        answer
    }

    /// The same into an answer that is used again.
    pub fn evaluate_into(
        &self,
        history: &History,
        assessment: Day,
        scratch: &mut Scratch,
        answer: &mut Answer,
    ) {
        self.evaluate_with_trail(history, assessment, scratch, answer, &mut NoTrail);
    }

    pub(crate) fn evaluate_with_trail(
        &self,
        history: &History,
        assessment: Day,
        scratch: &mut Scratch,
        answer: &mut Answer,
        trail: &mut impl Trail,
    ) {
        answer.clear(self, assessment);
        let assessment = Assessment::new(assessment);
        let Scratch { person, workings, outcomes, best } = scratch;
        workings.evaluations.clear();
        workings.done.clear();
        outcomes.clear();
        best.clear();
        if !person.organize(self, history, &assessment, &mut answer.findings) {
            return;
        }
        for antigen in 0..self.antigens.len() {
            let first_outcome = outcomes.len();
            self.work_out_antigen(antigen, person, &assessment, workings, outcomes, trail);
            let selection = Selection {
                schedule: self,
                person,
                assessment: &assessment,
                outcomes: &outcomes[first_outcome..],
            };
            let first_best = best.len();
            select_best(selection, &self.antigens[antigen], best, trail);
            best[first_best..].iter_mut().for_each(|index| *index += first_outcome);
        }
        let groups = Groups { schedule: self, person, assessment: &assessment, outcomes, best };
        forecast_groups(groups, answer);
        for outcome in best.iter().map(|index| &outcomes[*index]) {
            self.add_evaluations(outcome, person, workings, answer);
        }
        answer.evaluations.sort_unstable_by_key(|e| (e.dose, e.antigen, e.series));
        answer.re_evaluate_on = assessment.changes_on();
    }

    /// Chapters 5 to 7 for the series of one antigen. They end in the order of the schedule.
    fn work_out_antigen(
        &self,
        antigen_ix: usize,
        person: &Person,
        assessment: &Assessment,
        workings: &mut Workings,
        outcomes: &mut Vec<SeriesOutcome>,
        trail: &mut impl Trail,
    ) {
        let antigen = &self.antigens[antigen_ix];
        let is_asked = antigen.asked.meets(&person.observed);
        let out: Option<CodeSet> = is_asked.then(|| contraindicated_vaccines(antigen, person, assessment));
        let facts = AntigenFacts {
            is_immune: is_immune(antigen, person),
            is_contraindicated: is_asked && is_antigen_contraindicated(antigen, person, assessment),
            contraindicated: out.as_ref().filter(|out| !out.is_empty()),
        };
        let first = outcomes.len();
        for &index in &antigen.order {
            let series = &self.series[usize::from(index)];
            if !is_relevant(series, person, assessment) {
                continue;
            }
            trail.note(|| Step::Series {
                series: index,
                indicated_by: applying_indication(series, person, assessment),
            });
            let (first_evaluation, first_done) = (workings.evaluations.len(), workings.done.len());
            let others = &outcomes[first..];
            let target = evaluate_series(self, person, series, others, workings, trail);
            let history = SeriesHistory {
                schedule: self,
                person,
                series,
                records: person.records(antigen_ix),
                evaluations: &workings.evaluations[first_evaluation..],
                done: &workings.done[first_done..],
                others,
            };
            let forecast = forecast_series(&history, target, &facts, assessment, trail);
            let satisfied = || history.done.iter().filter_map(|done: &TargetDone| done.satisfied);
            let outcome = SeriesOutcome {
                series: index,
                first_evaluation,
                satisfied: u16::try_from(satisfied().count()).unwrap_or(u16::MAX),
                first_satisfied_on: satisfied().next().map(|(on, _)| on),
                last_satisfied_on: satisfied().next_back().map(|(on, _)| on),
                is_all_valid: history.evaluations.iter().all(|e| e.status == DoseStatus::Valid),
                forecast,
            };
            outcomes.push(outcome);
        }
        outcomes[first..].sort_unstable_by_key(|outcome| outcome.series);
    }

    /// Adds the judgments of a best series.
    fn add_evaluations(
        &self,
        outcome: &SeriesOutcome,
        person: &Person,
        workings: &Workings,
        answer: &mut Answer,
    ) {
        let series = &self.series[usize::from(outcome.series)];
        let records = person.records(series.antigen.into());
        let evaluations = &workings.evaluations[outcome.first_evaluation..];
        answer.evaluations.extend(records.iter().zip(evaluations).map(|(record, evaluation)| {
            DoseEvaluation {
                dose: person.doses[usize::from(*record)].input,
                antigen: series.antigen,
                series: outcome.series,
                series_type: series.kind,
                status: evaluation.status,
                reasons: evaluation.reasons,
                target_dose: evaluation.target.map(|target| target + 1),
            }
        }));
    }
}
