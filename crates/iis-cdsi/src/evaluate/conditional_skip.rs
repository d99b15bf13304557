//! Evaluate Conditional Skip: CDSi Logic Specification 4.6, section 6.2 (evaluation), 7.1
//! (forecast) and 7.6 (validation of the forecast).

use super::{DoseStatus, SeriesHistory};
use crate::answer::SeriesStatus;
use crate::compiled::{Condition, Skip, SkipSet, VaccineCount};
use crate::dates::Day;
use crate::gather::Assessment;
use crate::supporting::model::{Comparison, Logic};

/// The reference date (CONDSKIP-2), and with it what is being done.
pub(crate) enum Reference<'a> {
    /// Evaluation: the date of the dose at hand.
    Dose(Day),
    /// Forecast: the assessment date.
    Assessment(&'a Assessment),
    /// Validation: the earliest date of the forecast.
    Earliest(Day),
}

impl Reference<'_> {
    /// Whether the reference date is `day` or later.
    fn reached(&self, day: Day) -> bool {
        match self {
            Self::Dose(on) | Self::Earliest(on) => day <= *on,
            Self::Assessment(assessment) => assessment.reached(day),
        }
    }
}

/// The first skip that is met, with its first set that is met. Any instance that is met
/// skips the target dose.
pub(crate) fn met_skip(
    history: &SeriesHistory<'_>,
    skips: &[Skip],
    reference: &Reference<'_>,
) -> Option<(u8, u8)> {
    let at = (0_u8..).zip(skips).find(|(_, skip)| is_met(history, skip, reference));
    at.map(|(index, skip)| {
        let set = (0_u8..).zip(&skip.sets).find(|(_, set)| is_set_met(history, set, reference));
        (index, set.map_or(0, |(set, _)| set))
    })
}

/// Table 6-11: sets combined by the logic of the instance.
fn is_met(history: &SeriesHistory<'_>, skip: &Skip, reference: &Reference<'_>) -> bool {
    let mut sets = skip.sets.iter();
    match skip.logic {
        Logic::And => sets.all(|set| is_set_met(history, set, reference)),
        Logic::Or => sets.any(|set| is_set_met(history, set, reference)),
    }
}

/// Table 6-10: conditions combined by the logic of the set, while the set is in effect.
fn is_set_met(history: &SeriesHistory<'_>, set: &SkipSet, reference: &Reference<'_>) -> bool {
    if !set.in_effect.holds(&|day| reference.reached(day)) {
        return false;
    }
    let mut conditions = set.conditions.iter();
    match set.logic {
        Logic::And => conditions.all(|condition| is_condition_met(history, condition, reference)),
        Logic::Or => conditions.any(|condition| is_condition_met(history, condition, reference)),
    }
}

/// Tables 6-6 to 6-9.
fn is_condition_met(history: &SeriesHistory<'_>, condition: &Condition, reference: &Reference<'_>) -> bool {
    match condition {
        Condition::Age(ages) => history.person.reaches(*ages, &|day| reference.reached(day)),
        Condition::CompletedSeries { groups } => is_series_completed(history, *groups, reference),
        Condition::Interval(interval) => {
            // CALCDTSKIP-5: the dose just before, valid or not, not inadvertent.
            let mut records = history.records.iter().zip(history.evaluations).rev();
            let previous = records.find(|(_, evaluation)| evaluation.can_anchor());
            previous.is_some_and(|(record, _)| {
                let on = history.person.doses[usize::from(*record)].on;
                reference.reached(interval.after(on))
            })
        }
        Condition::VaccineCount(count) => {
            let found = count_doses(history, count);
            match count.comparison {
                Comparison::GreaterThan => found > count.count,
                Comparison::EqualTo => found == count.count,
                Comparison::LessThan => found < count.count,
            }
        }
    }
}

/// A relevant series of the groups is complete. While evaluating, it must have been
/// completed by a dose given before the one at hand, or a later dose would change the
/// verdict on earlier ones.
fn is_series_completed(history: &SeriesHistory<'_>, groups: u32, reference: &Reference<'_>) -> bool {
    history.others.iter().any(|other| {
        let group = history.schedule.series[usize::from(other.series)].group;
        groups >> group & 1 == 1
            && other.status() == SeriesStatus::Complete
            && match reference {
                Reference::Dose(on) => other.last_satisfied_on.is_some_and(|completed| completed < *on),
                Reference::Assessment(_) | Reference::Earliest(_) => true,
            }
    })
}

/// CONDSKIP-1. The history holds only doses before the one at hand while evaluating, and
/// all doses while forecasting.
fn count_doses(history: &SeriesHistory<'_>, count: &VaccineCount) -> u16 {
    let counts = |(record, evaluation): &(&u16, &super::Evaluation)| {
        let dose = &history.person.doses[usize::from(**record)];
        count.vaccines.as_ref().is_none_or(|vaccines| vaccines.contains(dose.vaccine))
            && history.person.is_within(dose.on, count.ages)
            && (count.given_from <= dose.on && dose.on < count.given_before)
            && (!count.is_valid_only || evaluation.status == DoseStatus::Valid)
    };
    let found = history.records.iter().zip(history.evaluations).filter(counts).count();
    u16::try_from(found).unwrap_or(u16::MAX)
}
