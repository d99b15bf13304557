//! What stands behind "why?": every series looked at, step by step.

use super::{PlannedEvaluation, Recommendation};
use crate::EventId;

/// A recommendation with all that was compared: what stands behind "why?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The answer, the same as without explanation.
    pub recommendation: Recommendation,
    /// What would become of the planned doses, in their order; none without planned doses.
    pub planned: Vec<PlannedEvaluation>,
    /// Every series looked at, in the order of the schedule.
    pub series: Vec<SeriesTrail>,
    /// For each forecast of the answer, in its order: how its dates come of those of its antigens. No lines when there is
    /// one antigen.
    pub blends: Vec<Vec<TrailLine>>,
}

/// What was done with one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesTrail {
    /// Its name.
    pub series: Box<str>,
    /// The name of its vaccine group in the schedule.
    pub group: Box<str>,
    /// Whether it is one of those that give the answer.
    pub is_best: bool,
    /// The steps, in order.
    pub lines: Vec<TrailLine>,
}

/// One step: what was compared with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailLine {
    /// The rule, table or section of the Logic Specification.
    pub rule: &'static str,
    /// The dose it is about, if it is about one that was reported.
    pub event: Option<EventId>,
    /// The planned dose it is about, by its place in the plan.
    pub planned: Option<usize>,
    /// In words; dates stand in them as `2026-03-02`.
    pub text: Box<str>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a comparison ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The rule holds.
    Holds,
    /// The rule is broken: the dose does not count because of it.
    Fails,
    /// Nothing was judged: a date was counted, a series chosen.
    Noted,
}
