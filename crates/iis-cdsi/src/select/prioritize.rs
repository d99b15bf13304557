//! Identify one prioritized patient series, and classify those to be scored: CDSi Logic
//! Specification 4.6, sections 8.2 and 8.3.

use super::pre_filter;
use super::score::{self, Points, Scored};
use super::{Selection, SeriesOutcome};

/// Why a series was prioritized in its group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PriorityRule {
    Default,
    OnlyOne,
    OnlyComplete,
    OnlyInProcess,
    /// The highest sum of points, by one of three tables.
    Score(Points),
}

/// Table 8-3, then the scoring where it leaves the matter open.
pub(super) fn prioritized_series<'a>(
    selection: &Selection<'a>,
    group: u8,
) -> Option<(&'a SeriesOutcome, PriorityRule)> {
    let bits = pre_filter::scorable(selection, group);
    let scorable = Scored { outcomes: selection.outcomes, bits };
    let the_only =
        |test: fn(&SeriesOutcome) -> bool| scorable.each().map(|(_, o)| o).find(|outcome| test(outcome));
    let count =
        |test: fn(&SeriesOutcome) -> bool| scorable.each().filter(|(_, outcome)| test(outcome)).count();
    let default = || {
        let mut members = selection.group(group).map(|(_, outcome)| outcome);
        members.find(|outcome| selection.series(outcome).is_default)
    };

    let (all, complete, in_process) =
        (count(|_| true), count(SeriesOutcome::is_complete), count(SeriesOutcome::is_in_process));
    match (all, complete, in_process) {
        (0, _, _) => default().map(|outcome| (outcome, PriorityRule::Default)),
        (1, _, _) => the_only(|_| true).map(|outcome| (outcome, PriorityRule::OnlyOne)),
        (_, 1, _) => {
            the_only(SeriesOutcome::is_complete).map(|outcome| (outcome, PriorityRule::OnlyComplete))
        }
        (_, 0, 1) => {
            the_only(SeriesOutcome::is_in_process).map(|outcome| (outcome, PriorityRule::OnlyInProcess))
        }
        (_, 0, 0) if let Some(outcome) = default() => Some((outcome, PriorityRule::Default)),
        _ => {
            let (points, test) = classify(complete, in_process, count(|outcome| outcome.satisfied > 0));
            let scored = scorable.each().filter(|(_, outcome)| test(outcome));
            let bits = scored.fold(0, |bits, (at, _)| bits | 1 << at);
            let highest = score::highest(selection, points, Scored { bits, ..scorable });
            highest.map(|outcome| (outcome, PriorityRule::Score(points)))
        }
    }
}

/// Table 8-5: which series are scored, and by which points. Where the table leaves a gap
/// (for example: all contraindicated, one with valid doses) those with valid doses are
/// scored as if in process.
fn classify(
    complete: usize,
    in_process: usize,
    with_valid_doses: usize,
) -> (Points, fn(&SeriesOutcome) -> bool) {
    match (complete, in_process, with_valid_doses) {
        (2.., _, _) => (Points::Complete, SeriesOutcome::is_complete),
        (_, 2.., _) => (Points::InProcess, SeriesOutcome::is_in_process),
        (_, _, 0) => (Points::NoValidDoses, |_| true),
        _ => (Points::InProcess, |outcome| outcome.satisfied > 0),
    }
}
