//! Evaluate Allowable Interval: CDSi Logic Specification 4.6, section 6.6.

use super::interval::evaluate_interval;
use super::{IntervalOutcome, SeriesHistory, anchored};
use crate::compiled::Dose;
use crate::trail::{Step, Trail};

/// Table 6-21: looked at only when a preferable interval fails. All allowable intervals in
/// effect must hold; where there is none, none holds.
pub(super) fn all_hold(
    history: &SeriesHistory<'_>,
    record: u16,
    (target, dose): (u8, &Dose),
    trail: &mut impl Trail,
) -> bool {
    let given = history.person.doses[usize::from(record)].on;
    let mut rows = 0;
    let mut holding = 0;
    let numbered = dose.allowable_intervals.iter().enumerate();
    for (number, row) in numbered.filter(|(_, row)| row.in_effect.holds(&|day| day <= given)) {
        let anchored = anchored(history, &row.anchor, Some(given));
        let absolute_minimum = anchored.and_then(|from| row.absolute_minimum.map(|span| span.after(from.on)));
        let outcome = evaluate_interval(given, absolute_minimum, None);
        trail.note(|| Step::Interval {
            dose: record,
            target,
            row: number,
            is_allowable: true,
            anchored,
            absolute_minimum,
            minimum: None,
            outcome,
        });
        rows += 1;
        holding += usize::from(outcome != IntervalOutcome::TooSoon);
    }
    rows > 0 && holding == rows
}
