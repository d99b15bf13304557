//! Pre-filter patient series: CDSi Logic Specification 4.6, section 8.1.

use super::{Selection, SeriesOutcome};
use crate::answer::SeriesStatus;
use crate::supporting::model::SeriesType;

/// The scorable series of a group (SELECTSCORE-2), as bits by position in the outcomes.
///
/// Contraindicated series are no candidates, unless all series of the group are (SELECTB-24).
pub(super) fn scorable(selection: &Selection<'_>, group: u8) -> u64 {
    let members = || selection.group(group);
    let is_contraindicated = |o: &SeriesOutcome| o.status() == SeriesStatus::Contraindicated;
    let are_all_contraindicated = members().all(|(_, outcome)| is_contraindicated(outcome));
    let risk = members().map(|(_, outcome)| selection.series(outcome));
    let risk = risk.filter(|series| series.kind == SeriesType::Risk);
    let highest_priority = risk.map(|series| series.priority).min();
    // No series of the group has a satisfied dose, and the group has no default series.
    let is_open_to_all =
        members().all(|(_, outcome)| outcome.satisfied == 0 && !selection.series(outcome).is_default);

    let is_scorable = |outcome: &SeriesOutcome| {
        let series = selection.series(outcome);
        if is_contraindicated(outcome) && !are_all_contraindicated {
            return false;
        }
        match series.kind {
            SeriesType::Risk => Some(series.priority) == highest_priority,
            SeriesType::Standard => is_open_to_all || is_started_in_time(selection, outcome),
            SeriesType::EvaluationOnly => outcome.is_complete(),
        }
    };
    let scorable = members().filter(|(_, outcome)| is_scorable(outcome));
    scorable.fold(0, |bits, (position, _)| bits | 1 << position)
}

/// The earliest valid dose was given before the maximum age to start.
fn is_started_in_time(selection: &Selection<'_>, outcome: &SeriesOutcome) -> bool {
    let maximum = selection.person.at(selection.series(outcome).start.end);
    outcome.first_satisfied_on.is_some_and(|first| first < maximum)
}
