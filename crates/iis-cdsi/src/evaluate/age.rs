//! Evaluate Age: CDSi Logic Specification 4.6, section 6.4. The dates are counted from the
//! date of birth by CALCDTAGE-1, -4 and -5.

use crate::compiled::{AgeRow, Dose};
use crate::dates::Day;
use crate::gather::Person;

/// The three dates that cut a life for one dose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct AgeDates {
    pub(crate) absolute_minimum: Day,
    pub(crate) minimum: Day,
    pub(crate) maximum: Day,
}

/// Outcome of the age.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AgeOutcome {
    TooYoung,
    GracePeriod,
    Valid,
    TooOld,
}

/// Table 6-15. Its four rules are the four half-open stretches of time that the three
/// dates cut: the end of each is the start of the next.
pub(super) fn evaluate_age(given: Day, dates: &AgeDates) -> AgeOutcome {
    match given {
        day if day < dates.absolute_minimum => AgeOutcome::TooYoung,
        day if day < dates.minimum => AgeOutcome::GracePeriod,
        day if day < dates.maximum => AgeOutcome::Valid,
        _ => AgeOutcome::TooOld,
    }
}

/// The version of the ages in effect (RELEVANT-1) on the day that `reached` tells of.
pub(crate) fn age_row<'a>(dose: &'a Dose, reached: &impl Fn(Day) -> bool) -> Option<&'a AgeRow> {
    numbered_age_row(dose, reached).map(|(_, row)| row)
}

/// The same with its place among the versions.
pub(crate) fn numbered_age_row<'a>(
    dose: &'a Dose,
    reached: &impl Fn(Day) -> bool,
) -> Option<(usize, &'a AgeRow)> {
    dose.ages.iter().enumerate().find(|(_, row)| row.in_effect.holds(reached))
}

impl AgeDates {
    /// The dates of a dose for a person; without a row every age is valid.
    pub(super) fn of(dose: &Dose, person: &Person, reached: &impl Fn(Day) -> bool) -> Self {
        match age_row(dose, reached) {
            Some(row) => Self {
                absolute_minimum: person.at(row.absolute_minimum),
                minimum: person.at(row.minimum),
                maximum: person.at(row.maximum),
            },
            None => {
                Self { absolute_minimum: Day::OPEN_BEGIN, minimum: Day::OPEN_BEGIN, maximum: Day::OPEN_END }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AgeDates, AgeOutcome, evaluate_age};
    use crate::dates::Day;

    #[test]
    fn each_stretch_ends_where_the_next_begins() {
        let dates = AgeDates {
            absolute_minimum: Day::from_number(96),
            minimum: Day::from_number(100),
            maximum: Day::from_number(200),
        };
        #[rustfmt::skip]
        let table = [
            (95,  AgeOutcome::TooYoung),
            (96,  AgeOutcome::GracePeriod),
            (99,  AgeOutcome::GracePeriod),
            (100, AgeOutcome::Valid),
            (199, AgeOutcome::Valid),
            (200, AgeOutcome::TooOld),
        ];
        for (given, outcome) in table {
            assert_eq!(evaluate_age(Day::from_number(given), &dates), outcome, "{given}");
        }
    }
}
