//! Words for how series were chosen: sections 8.1 to 8.8.

use crate::select::{BestRule, Points, PriorityRule};

/// The rule, and its words, for the series prioritized in its group.
pub(super) const fn in_group(rule: PriorityRule) -> (&'static str, &'static str) {
    match rule {
        PriorityRule::Default => {
            ("table 8-3", "chosen among the series of its group: the usual one, since none was begun")
        }
        PriorityRule::OnlyOne => {
            ("table 8-3", "chosen among the series of its group: the only one that fits")
        }
        PriorityRule::OnlyComplete => {
            ("table 8-3", "chosen among the series of its group: the only complete one")
        }
        PriorityRule::OnlyInProcess => {
            ("table 8-3", "chosen among the series of its group: the only one begun")
        }
        PriorityRule::Score(Points::Complete) => {
            ("table 8-7", "chosen among the series of its group: the best of the complete ones, by points")
        }
        PriorityRule::Score(Points::InProcess) => (
            "table 8-9",
            "chosen among the series of its group: the nearest to completion of those begun, by points",
        ),
        PriorityRule::Score(Points::NoValidDoses) => {
            ("table 8-11", "chosen among the series of its group: the best to begin, by points")
        }
    }
}

pub(super) const fn best(is_best: bool, rule: BestRule) -> &'static str {
    match (is_best, rule) {
        (_, BestRule::Complete) => "gives the answer: it is complete",
        (_, BestRule::EquivalentIsComplete) => {
            "does not give the answer: another series to the same protection is complete"
        }
        (_, BestRule::EvaluationOnly) => {
            "does not give the answer: it is there to judge doses given elsewhere, not to recommend any"
        }
        (_, BestRule::Risk) => "gives the answer: it is for the risk of this person",
        (_, BestRule::EquivalentIsRisk) => {
            "does not give the answer: the series for the risk of this person takes its place"
        }
        (_, BestRule::Standard) => "gives the answer: the series for everybody",
    }
}
