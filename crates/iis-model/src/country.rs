//! Countries of addresses (ISO 3166-1, HL7 table 0399).

use std::sync::LazyLock;

/// A country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// Three letters, as messages and the record write it.
    pub code: &'static str,
    /// Two letters, as some senders write it.
    pub short_code: &'static str,
    /// Usual English name.
    pub name: &'static str,
}

/// The code of the United States, whose addresses have a state and a ZIP code.
pub const UNITED_STATES: &str = "USA";

static ALL: LazyLock<Box<[Country]>> = LazyLock::new(|| TABLE.lines().filter_map(Country::of_line).collect());

const TABLE: &str = include_str!("../../../data/countries/2023-09-06/countries.tsv");

impl Country {
    fn of_line(line: &'static str) -> Option<Self> {
        let (code, rest) = line.split_once('\t')?;
        let (short_code, name) = rest.split_once('\t')?;
        Some(Self { code, short_code, name })
    }

    /// All of them, in the order of their names.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The country of this code, of three letters or two, in capitals or not.
    pub fn of_code(text: &str) -> Option<&'static Self> {
        let is_it =
            |one: &&Self| one.code.eq_ignore_ascii_case(text) || one.short_code.eq_ignore_ascii_case(text);
        ALL.iter().find(is_it)
    }
}

/// Whether an address of this country needs what those of the United States need. Where no country is said, it is theirs.
pub fn is_united_states(country: &str) -> bool {
    country.is_empty() || Country::of_code(country).is_some_and(|known| known.code == UNITED_STATES)
}

#[cfg(test)]
mod tests {
    use super::{Country, is_united_states};
    use std::collections::BTreeSet;

    #[test]
    fn every_line_of_the_table_is_a_country_with_codes_of_its_own() {
        let codes: BTreeSet<_> = Country::all().iter().map(|one| one.code).collect();
        assert_eq!((Country::all().len(), codes.len()), (249, 249));
        let fits = |one: &Country| one.code.len() == 3 && one.short_code.len() == 2 && !one.name.is_empty();
        assert!(Country::all().iter().all(fits));
    }

    #[test]
    fn a_country_is_known_by_either_code() {
        for text in ["MEX", "mx", "Mex"] {
            assert_eq!(Country::of_code(text).map(|one| (one.code, one.name)), Some(("MEX", "Mexico")));
        }
        assert_eq!(Country::of_code("Mexico"), None);
        assert_eq!(["", "US", "usa", "MEX", "??"].map(is_united_states), [true, true, true, false, false]);
    }
}
