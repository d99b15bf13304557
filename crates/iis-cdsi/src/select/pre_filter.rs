//! Pre-filter patient series: CDSi Logic Specification 4.6, section 8.1.

use super::{Selection, SeriesOutcome};
use crate::answer::SeriesStatus;
use crate::supporting::model::SeriesType;

/// Whether a series of the group is scorable (SELECTSCORE-2).
///
/// Contraindicated series are no candidates, unless all series of the group are (SELECTB-24).
pub(super) fn is_scorable(selection: &Selection<'_>, group: u8, outcome: &SeriesOutcome) -> bool {
    let series = selection.series(outcome);
    let is_contraindicated = |outcome: &SeriesOutcome| outcome.status() == SeriesStatus::Contraindicated;
    if is_contraindicated(outcome) && !selection.group(group).all(is_contraindicated) {
        return false;
    }
    match series.kind {
        SeriesType::Risk => {
            let risk = selection.group(group).map(|other| selection.series(other));
            let highest =
                risk.filter(|other| other.kind == SeriesType::Risk).map(|other| other.priority).min();
            Some(series.priority) == highest
        }
        SeriesType::Standard => {
            let started_in_time =
                outcome.first_satisfied_on.is_some_and(|first| first < selection.person.at(series.start.end));
            started_in_time || is_open_to_all(selection, group)
        }
        SeriesType::EvaluationOnly => outcome.is_complete(),
    }
}

/// No series of the group has a satisfied dose, and the group has no default series.
fn is_open_to_all(selection: &Selection<'_>, group: u8) -> bool {
    selection.group(group).all(|outcome| outcome.satisfied == 0)
        && !selection.group(group).any(|outcome| selection.series(outcome).is_default)
}
