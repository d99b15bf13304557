//! The date from which an interval is measured: CALCDTINT-1, -2, -8 and -9.

use super::SeriesHistory;
use crate::compiled::Anchor;
use crate::dates::Day;

/// A date from which an interval is measured, and the dose given then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Anchored {
    pub(crate) on: Day,
    /// Position among the doses; `None` when it is an observation.
    pub(crate) dose: Option<u16>,
}

/// The anchor of an interval among what came before `until`; a forecast looks at everything.
///
/// `None`: there is no anchor (a first dose, a skipped target dose, no date); such an
/// interval holds.
pub(crate) fn anchored(history: &SeriesHistory<'_>, anchor: &Anchor, until: Option<Day>) -> Option<Anchored> {
    let doses = &history.person.doses;
    let at = |dose: u16| Anchored { on: doses[usize::from(dose)].on, dose: Some(dose) };
    match anchor {
        // CALCDTINT-1: extraneous and sub-standard doses are passed over.
        Anchor::Previous => {
            let mut records = history.records.iter().zip(history.evaluations).rev();
            records.find(|(_, evaluation)| evaluation.can_anchor()).map(|(record, _)| at(*record))
        }
        // CALCDTINT-2.
        Anchor::TargetDose(number) => {
            let mut done = history.done.iter().rev().filter(|done| done.target + 1 == *number);
            done.find_map(|done| done.satisfied).map(|(on, dose)| Anchored { on, dose: Some(dose) })
        }
        // CALCDTINT-8: of any antigen, whatever its status.
        Anchor::MostRecent(vaccines) => {
            let is_before = |on: Day| until.is_none_or(|until| on < until);
            let is_inadvertent =
                |dose: u16| history.evaluation_of(dose).is_some_and(|evaluation| evaluation.is_inadvertent());
            let indexes = (0..u16::try_from(doses.len()).unwrap_or(u16::MAX)).rev();
            let mut fitting = indexes.filter(|index| {
                let dose = &doses[usize::from(*index)];
                vaccines.contains(dose.vaccine) && is_before(dose.on) && !is_inadvertent(*index)
            });
            fitting.next().map(at)
        }
        // CALCDTINT-9.
        Anchor::Observation(observation) => {
            history.person.observed_on(*observation).map(|on| Anchored { on, dose: None })
        }
    }
}
