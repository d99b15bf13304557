//! The sender's own identifier: it attaches a report to the record it named before, unless the two contradict.
//!
//! Record numbers get reused, and clerks open the wrong chart. So the number alone never attaches: birth date and
//! first name must not contradict what the same number stood for (design page `decisions`, point *MRN*).

use super::normalize::{fold_name, is_placeholder};
use iis_model::{Date, Demographics};

/// What a record says that can contradict its number: the rest need not be kept for that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    born_on: Option<Date>,
    /// Folded given names that are no placeholders.
    given: Vec<Box<str>>,
}

impl Identity {
    /// Of what a record says.
    pub fn of(person: &Demographics) -> Self {
        let given = person.names.iter().filter_map(|name| name.get()).map(|name| fold_name(&name.given));
        let given = given.filter(|given| !is_placeholder(given)).map(Into::into).collect();
        Self { born_on: person.birth_date(), given }
    }

    /// Whether both can be about one person.
    ///
    /// What is missing or a placeholder contradicts nothing. A birth date may differ in one part or have day and month
    /// swapped (a correction); a first name may be an abbreviation or differ by a letter or two.
    pub fn may_be(&self, other: &Self) -> bool {
        let (a, b) = (&self.given, &other.given);
        let names_agree =
            || a.is_empty() || b.is_empty() || a.iter().any(|a| b.iter().any(|b| resembles(a, b)));
        birth_dates_agree(self.born_on, other.born_on) && names_agree()
    }
}

/// Whether a report can be about the same person as an earlier one under the same record number: [`Identity::may_be`].
pub fn may_be_same(reported: &Demographics, known: &Demographics) -> bool {
    Identity::of(reported).may_be(&Identity::of(known))
}

fn birth_dates_agree(a: Option<Date>, b: Option<Date>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return true };
    let differing =
        u8::from(a.year() != b.year()) + u8::from(a.month() != b.month()) + u8::from(a.day() != b.day());
    let swapped = a.year() == b.year() && a.month() == b.day() && a.day() == b.month();
    differing <= 1 || swapped
}

/// Whether one folded first name may stand for the other: equal, its beginning, or but for a letter or two.
pub fn resembles(a: &str, b: &str) -> bool {
    a == b || a.starts_with(b) || b.starts_with(a) || strsim::jaro_winkler(a, b) >= 0.84
}

#[cfg(test)]
mod tests {
    use super::may_be_same;
    use iis_model::testing::person;

    #[test]
    fn the_same_number_with_another_birth_date_or_first_name_is_somebody_else() {
        let known = person().called("DOE", "ANA").born("2020-01-15");
        #[rustfmt::skip]
        let table = [
            // family  given       born          may be the same
            ("DOE",   "ANA",      "2020-01-15", true),
            ("ROE",   "ANA",      "2020-01-15", true),   // a new family name
            ("DOE",   "Ana María","2020-01-15", true),   // more of the name
            ("DOE",   "BABYGIRL", "2020-01-15", true),   // no name yet
            ("DOE",   "ANA",      "2020-01-16", true),   // one part corrected
            ("DOE",   "ANA",      "2020-15-01", true),   // not a date: says nothing
            ("DOE",   "ANA",      "2020-01",    true),   // day unknown: says nothing
            ("DOE",   "ANA",      "2021-01-16", false),  // two parts
            ("DOE",   "BRUNO",    "2020-01-15", false),  // a twin under the wrong number
            ("ROE",   "MIGUEL",   "1987-06-02", false),  // the number was given out again
        ];
        for (family, given, born, same) in table {
            let mut reported = person().called(family, given);
            reported.born_on = born.parse().map(iis_model::Given::of).unwrap_or_default();
            assert_eq!(may_be_same(&reported, &known), same, "{family} {given} {born}");
            assert_eq!(may_be_same(&known, &reported), same, "symmetric: {family} {given} {born}");
        }
    }
}
