//! Evaluate Preferable Interval: CDSi Logic Specification 4.6, section 6.5. The dates are
//! counted from the anchor by CALCDTINT-3 and -4.

use super::{SeriesHistory, anchored};
use crate::compiled::{Dose, Span};
use crate::dates::Day;
use crate::trail::{Step, Trail};

/// Outcome of one interval, or of all of them together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum IntervalOutcome {
    Valid,
    GracePeriod,
    TooSoon,
}

/// Table 6-18: the three half-open stretches that the two dates cut. A date that is not
/// named cuts nothing.
pub(super) fn evaluate_interval(
    given: Day,
    absolute_minimum: Option<Day>,
    minimum: Option<Day>,
) -> IntervalOutcome {
    match given {
        day if absolute_minimum.is_some_and(|limit| day < limit) => IntervalOutcome::TooSoon,
        day if minimum.is_some_and(|limit| day < limit) => IntervalOutcome::GracePeriod,
        _ => IntervalOutcome::Valid,
    }
}

/// Every preferable interval in effect on the day given must hold; the worst outcome counts.
/// No interval, or no anchor, holds.
pub(super) fn evaluate_intervals(
    history: &SeriesHistory<'_>,
    record: u16,
    (target, dose): (u8, &Dose),
    trail: &mut impl Trail,
) -> IntervalOutcome {
    let given = history.person.doses[usize::from(record)].on;
    let mut worst = IntervalOutcome::Valid;
    let rows = dose.intervals.iter().enumerate();
    for (number, row) in rows.filter(|(_, row)| row.in_effect.holds(&|day| day <= given)) {
        let anchored = anchored(history, &row.anchor, Some(given));
        let count = |span: Option<Span>| Some(span?.after(anchored?.on));
        let (absolute_minimum, minimum) = (count(row.absolute_minimum), count(row.minimum));
        let outcome = evaluate_interval(given, absolute_minimum, minimum);
        trail.note(|| Step::Interval {
            dose: record,
            target,
            row: number,
            is_allowable: false,
            anchored,
            absolute_minimum,
            minimum,
            outcome,
        });
        worst = worst.max(outcome);
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::{IntervalOutcome, evaluate_interval};
    use crate::dates::Day;

    #[test]
    fn each_stretch_ends_where_the_next_begins() {
        let at = |number| Some(Day::from_number(number));
        #[rustfmt::skip]
        let table = [
            // given, absolute, minimum, outcome
            (23,      at(24),   at(28),  IntervalOutcome::TooSoon),
            (24,      at(24),   at(28),  IntervalOutcome::GracePeriod),
            (27,      at(24),   at(28),  IntervalOutcome::GracePeriod),
            (28,      at(24),   at(28),  IntervalOutcome::Valid),
            (1,       None,     at(28),  IntervalOutcome::GracePeriod),
            (1,       None,     None,    IntervalOutcome::Valid), // no anchor
        ];
        for (given, absolute_minimum, minimum, outcome) in table {
            let found = evaluate_interval(Day::from_number(given), absolute_minimum, minimum);
            assert_eq!(found, outcome, "{given}");
        }
    }
}
