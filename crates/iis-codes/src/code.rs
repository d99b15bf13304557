//! A code: what became of it, when and for whom it is used.

use crate::set::{Relation, named};
use iis_model::Date;

named! {
    /// What became of a code.
    Standing {
        /// In use.
        Active = "active",
        /// No longer given or made; right for doses of its time.
        Inactive = "inactive",
        /// Not used in the United States; right for doses given abroad.
        NonUs = "non-us",
        /// Announced, and not in use yet.
        Pending = "pending",
        /// Announced, and never used.
        NeverActive = "never-active",
        /// Replaced: understood, but not to be sent any more.
        Deprecated = "deprecated",
        /// In the base standard, and of no use here.
        Ignored = "ignored",
        /// Known and wrong.
        Invalid = "invalid",
    }
}

named! {
    /// What a vaccine code stands for.
    Kind {
        /// A vaccine.
        Vaccine = "vaccine",
        /// A group of vaccines, which of them is not known.
        Unspecified = "unspecified",
        /// A vaccine used abroad only.
        Foreign = "foreign",
        /// No vaccine: a globulin, a test, or nothing given.
        NotVaccine = "not-vaccine",
    }
}

/// The days on which a code is used; every bound is inclusive, and none means no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// Before it the code cannot be right.
    pub valid_from: Option<Date>,
    /// Before it the code is not to be expected.
    pub expected_from: Option<Date>,
    /// After it the code is not to be expected.
    pub expected_until: Option<Date>,
    /// After it the code cannot be right.
    pub valid_until: Option<Date>,
}

/// How a day, or an age, agrees with a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// As expected.
    Usual,
    /// Possible, and unusual.
    Unusual,
    /// Not possible.
    Impossible,
}

impl Window {
    /// How a day agrees with the window.
    pub fn fit(&self, day: Date) -> Fit {
        let before = |bound: Option<Date>| bound.is_some_and(|bound| day < bound);
        let after = |bound: Option<Date>| bound.is_some_and(|bound| day > bound);
        if before(self.valid_from) || after(self.valid_until) {
            Fit::Impossible
        } else if before(self.expected_from) || after(self.expected_until) {
            Fit::Unusual
        } else {
            Fit::Usual
        }
    }

    /// What is not said here is taken from `other`.
    pub(crate) fn fill(&mut self, other: &Self) {
        self.valid_from = self.valid_from.or(other.valid_from);
        self.expected_from = self.expected_from.or(other.expected_from);
        self.expected_until = self.expected_until.or(other.expected_until);
        self.valid_until = self.valid_until.or(other.valid_until);
    }
}

/// The ages, in whole months, at which a vaccine is given; inclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ages {
    /// The youngest.
    pub from_months: Option<u16>,
    /// The oldest.
    pub until_months: Option<u16>,
}

impl Ages {
    /// How an age in whole months agrees: one month beside the bounds is unusual, more is not possible.
    pub fn fit(&self, months: u16) -> Fit {
        let below = self.from_months.map_or(0, |from| from.saturating_sub(months));
        let above = self.until_months.map_or(0, |until| months.saturating_sub(until));
        match below.max(above) {
            0 => Fit::Usual,
            1 => Fit::Unusual,
            _ => Fit::Impossible,
        }
    }
}

/// A code of a compiled set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code as its set prints it.
    pub code: Box<str>,
    /// What it is called, in short.
    pub label: Box<str>,
    /// What it is called in full, where that is another name.
    pub name: Box<str>,
    /// What became of it.
    pub standing: Standing,
    /// When it is used.
    pub window: Window,
    /// At which ages it is given; of vaccines only.
    pub ages: Ages,
    /// What it stands for; of vaccines only.
    pub kind: Option<Kind>,
    /// The code to send instead.
    pub replaced_by: Option<Box<str>>,
    /// The codes of other sets that belong to it: the relation, and the place in the other set's list.
    pub(crate) links: Box<[(Relation, u32)]>,
}

#[cfg(test)]
mod tests {
    use super::{Ages, Fit, Window};
    use iis_model::Date;

    #[test]
    fn a_window_holds_its_own_bounds() {
        let day = |day| Some(Date::constant(2020, 1, day));
        let window =
            Window { valid_from: day(2), expected_from: day(4), expected_until: day(6), valid_until: day(8) };
        let fits = (1..=9).map(|day| window.fit(Date::constant(2020, 1, day)));
        let (no, odd, yes) = (Fit::Impossible, Fit::Unusual, Fit::Usual);
        assert_eq!(fits.collect::<Vec<_>>(), [no, odd, odd, yes, yes, yes, odd, odd, no]);
        assert_eq!(Window::default().fit(Date::MIN), yes);
    }

    #[test]
    fn an_age_one_month_off_is_unusual() {
        let ages = Ages { from_months: Some(11), until_months: Some(15) };
        let table = [
            (9, Fit::Impossible),
            (10, Fit::Unusual),
            (11, Fit::Usual),
            (15, Fit::Usual),
            (16, Fit::Unusual),
            (17, Fit::Impossible),
        ];
        for (months, fit) in table {
            assert_eq!(ages.fit(months), fit, "{months}");
        }
    }
}
