//! The assessment date, which knows until when the answer holds.

use crate::dates::Day;
use std::cell::Cell;

/// The date of the question.
///
/// Every comparison of a rule with that date goes through [`Assessment::reached`], which
/// remembers the nearest later day at which a comparison would come out otherwise. Until
/// the day before it, the same question has the same answer.
#[derive(Debug)]
pub(crate) struct Assessment {
    on: Day,
    changes_on: Cell<Day>,
}

impl Assessment {
    pub(crate) const fn new(on: Day) -> Self {
        Self { on, changes_on: Cell::new(Day::NEVER) }
    }

    /// The date itself, for saying it. Rules compare through [`Self::reached`].
    pub(crate) const fn on(&self) -> Day {
        self.on
    }

    /// Whether the assessment date is `day` or later.
    #[inline]
    pub(crate) fn reached(&self, day: Day) -> bool {
        let is_reached = day <= self.on;
        if !is_reached && day < self.changes_on.get() {
            self.changes_on.set(day);
        }
        is_reached
    }

    /// The first day on which a comparison made so far comes out otherwise.
    pub(crate) fn changes_on(&self) -> Option<Day> {
        Some(self.changes_on.get()).filter(|day| *day < Day::OPEN_END)
    }
}

#[cfg(test)]
mod tests {
    use super::Assessment;
    use crate::dates::Day;

    #[test]
    fn remembers_the_nearest_day_that_was_not_reached() {
        let assessment = Assessment::new(Day::from_number(10));
        assert!(assessment.reached(Day::from_number(10)));
        assert_eq!(assessment.changes_on(), None);
        assert!(!assessment.reached(Day::from_number(20)));
        assert!(!assessment.reached(Day::from_number(11)));
        assert!(!assessment.reached(Day::from_number(30)));
        assert_eq!(assessment.changes_on(), Some(Day::from_number(11)));
    }
}
