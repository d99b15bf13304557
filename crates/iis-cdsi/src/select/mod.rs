//! Select the best patient series of an antigen: CDSi Logic Specification 4.6, chapter 8.
//!
//! Sections 8.1 to 8.7 run once for each series group and give at most one prioritized
//! series; 8.8 then judges those against each other.

mod best;
mod pre_filter;
mod prioritize;
mod score;

use crate::answer::SeriesStatus;
use crate::compiled::{Antigen, Schedule, Series};
use crate::dates::Day;
use crate::forecast::SeriesForecast;
use crate::gather::{Assessment, Person};
use crate::trail::{Step, Trail};
pub(crate) use best::BestRule;
pub(crate) use prioritize::PriorityRule;
pub(crate) use score::Points;

/// One relevant series, worked out.
#[derive(Clone, Debug)]
pub(crate) struct SeriesOutcome {
    /// Position in the schedule.
    pub(crate) series: u16,
    /// Where its evaluations begin in the workings.
    pub(crate) first_evaluation: usize,
    /// SELECTB-21: valid doses are the satisfied target doses.
    pub(crate) satisfied: u16,
    pub(crate) first_satisfied_on: Option<Day>,
    pub(crate) last_satisfied_on: Option<Day>,
    /// SELECTB-2: whether every evaluation is valid.
    pub(crate) is_all_valid: bool,
    pub(crate) forecast: SeriesForecast,
}

impl SeriesOutcome {
    pub(crate) fn status(&self) -> SeriesStatus {
        self.forecast.status
    }

    fn is_complete(&self) -> bool {
        self.status() == SeriesStatus::Complete
    }

    /// At least one target dose satisfied, and not complete.
    fn is_in_process(&self) -> bool {
        self.satisfied > 0 && self.status() == SeriesStatus::NotComplete
    }
}

/// What the selection looks at.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'a> {
    pub(crate) schedule: &'a Schedule,
    pub(crate) person: &'a Person,
    pub(crate) assessment: &'a Assessment,
    /// The relevant series of the antigen, in the order of the schedule.
    pub(crate) outcomes: &'a [SeriesOutcome],
}

impl<'a> Selection<'a> {
    fn series(&self, outcome: &SeriesOutcome) -> &'a Series {
        &self.schedule.series[usize::from(outcome.series)]
    }

    /// The members of a series group, with their positions in the outcomes (below 64).
    fn group(&self, group: u8) -> impl Iterator<Item = (usize, &'a SeriesOutcome)> + Clone + use<'a> {
        let this = *self;
        let outcomes = self.outcomes.iter().enumerate();
        outcomes.filter(move |(_, outcome)| this.series(outcome).group == group)
    }
}

/// Adds the best series of an antigen, as positions in the outcomes.
pub(crate) fn select_best(
    selection: Selection<'_>,
    antigen: &Antigen,
    best: &mut Vec<usize>,
    trail: &mut impl Trail,
) {
    let mut prioritized = [None; 32];
    for &group in &antigen.series_groups {
        if selection.group(group).next().is_none() {
            continue;
        }
        if !is_anybody_of_age(&selection, group) {
            for (_, outcome) in selection.group(group) {
                trail.note(|| Step::NotOfAge { series: outcome.series, from: start(&selection, outcome) });
            }
            continue;
        }
        if let Some((outcome, rule)) = prioritize::prioritized_series(&selection, group) {
            trail.note(|| Step::Prioritized { series: outcome.series, rule });
            prioritized[usize::from(group & 31)] = Some(outcome);
        }
    }
    for outcome in prioritized.into_iter().flatten() {
        let (is_best, rule) = best::judge(&selection, outcome, &prioritized);
        trail.note(|| Step::Best { series: outcome.series, is_best, rule });
        if is_best {
            let at = selection.outcomes.iter().position(|other| other.series == outcome.series);
            best.extend(at);
        }
    }
}

/// A series group is left out while no member may be started and none has been: the
/// specification has no rule for the minimum age to start, and without one a newborn would
/// be told of a vaccine for the very old.
fn is_anybody_of_age(selection: &Selection<'_>, group: u8) -> bool {
    selection
        .group(group)
        .any(|(_, outcome)| outcome.satisfied > 0 || selection.assessment.reached(start(selection, outcome)))
}

/// The day from which the person may begin a series.
fn start(selection: &Selection<'_>, outcome: &SeriesOutcome) -> Day {
    selection.person.at(selection.series(outcome).start.begin)
}
