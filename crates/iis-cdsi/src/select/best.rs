//! Determine best patient series: CDSi Logic Specification 4.6, section 8.8.

use super::{Selection, SeriesOutcome};
use crate::supporting::model::SeriesType;

/// The row of table 8-14 that held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BestRule {
    Complete,
    EquivalentIsComplete,
    EvaluationOnly,
    Risk,
    Standard,
    EquivalentIsRisk,
}

/// Table 8-14. A prioritized series against those of the groups that it names itself; the
/// naming goes one way.
pub(super) fn judge(
    selection: &Selection<'_>,
    outcome: &SeriesOutcome,
    prioritized: &[Option<&SeriesOutcome>; 32],
) -> (bool, BestRule) {
    let series = selection.series(outcome);
    let mut equivalent = prioritized.iter().flatten().filter(|other| {
        let other = selection.series(other);
        other.group != series.group && series.equivalent_groups >> (other.group & 31) & 1 == 1
    });
    if outcome.is_complete() {
        return (true, BestRule::Complete);
    }
    if equivalent.clone().any(|other| other.is_complete()) {
        return (false, BestRule::EquivalentIsComplete);
    }
    match series.kind {
        SeriesType::EvaluationOnly => (false, BestRule::EvaluationOnly),
        SeriesType::Risk => (true, BestRule::Risk),
        SeriesType::Standard if equivalent.any(|other| selection.series(other).kind == SeriesType::Risk) => {
            (false, BestRule::EquivalentIsRisk)
        }
        SeriesType::Standard => (true, BestRule::Standard),
    }
}
