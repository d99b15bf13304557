//! What somebody searches for, and whether it is enough to search with.
//!
//! Requirements P-7: (last name + first name or initial + date of birth) or an identifier. Browsing by one field is
//! refused. A telephone number is shared by a household, so it is enough only with a birth date or a first name.

use iis_matching::patient::normalize::contact;
use iis_matching::patient::normalize::{fold_identifier, fold_name};
use iis_model::{Date, RegistryNumber};
use serde::{Deserialize, Serialize};

/// What somebody searches for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Criteria {
    /// Last name, as typed.
    pub last: String,
    /// First name or initial, as typed.
    pub first: String,
    /// Nothing says which of the names is the first and which the last: they were typed one after the other.
    pub in_any_order: bool,
    /// Date of birth.
    pub born_on: Option<Date>,
    /// Registry number or medical record number, as typed.
    pub number: String,
    /// Telephone number, as typed.
    pub phone: String,
}

/// What is missing before a search may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nothing at all was given.
    Everything,
    /// The last name.
    Last,
    /// The first name or its initial.
    First,
    /// The date of birth.
    BornOn,
    /// The birth date or the first name, beside a telephone number.
    BesidePhone,
}

/// The most ways in which names in any order are read.
const MOST_READINGS: usize = 6;

impl Criteria {
    /// What is missing, if anything.
    pub fn missing(&self) -> Option<Missing> {
        if !fold_identifier(&self.number).is_empty() {
            return None;
        }
        if self.telephone().is_some() {
            let first = if self.in_any_order { &self.last } else { &self.first };
            let is_enough = self.born_on.is_some() || fold_name(first).chars().count() > 1;
            return (!is_enough).then_some(Missing::BesidePhone);
        }
        let (last, first) = (fold_name(&self.last), fold_name(&self.first));
        match (last.is_empty(), first.is_empty(), self.born_on) {
            (true, true, None) => Some(Missing::Everything),
            (true, _, _) => Some(Missing::Last),
            (_, true, _) => Some(Missing::First),
            (_, _, None) => Some(Missing::BornOn),
            _ => None,
        }
    }

    /// What is missing for somebody who searches with full criteria only: whole first name and birth date, the birth date
    /// beside a number too (requirements 6.3, Patient Look-Up). A telephone number is none of theirs.
    pub fn missing_of_full(&self) -> Option<Missing> {
        if !fold_identifier(&self.number).is_empty() {
            return self.born_on.is_none().then_some(Missing::BornOn);
        }
        let without_phone = Self { phone: String::new(), ..self.clone() };
        let is_initial = fold_name(&self.first).chars().count() < 2;
        without_phone.missing().or(is_initial.then_some(Missing::First))
    }

    /// The registry number, if the number is one.
    pub fn registry_number(&self) -> Option<RegistryNumber> {
        self.number.trim().parse().ok()
    }

    /// The telephone number, if there is one.
    pub(crate) fn telephone(&self) -> Option<u64> {
        contact::phone(&self.phone)
    }

    /// The number read as a telephone number: ten digits may be either.
    pub(crate) fn with_number_as_phone(&self) -> Option<Self> {
        contact::phone(&self.number)?;
        let other = Self { phone: self.number.clone(), number: String::new(), ..self.clone() };
        other.missing().is_none().then_some(other)
    }

    /// Whether whole names and the birth date are given: enough to look for whoever resembles.
    pub(crate) fn has_names(&self) -> bool {
        Self { number: String::new(), phone: String::new(), ..self.clone() }.missing().is_none()
    }

    /// The pairs of last and first name that may be meant, the likeliest first.
    pub(crate) fn readings(&self) -> Vec<(String, String)> {
        let mut readings = vec![(self.last.clone(), self.first.clone())];
        if self.in_any_order {
            let words: Vec<&str> =
                self.first.split_whitespace().chain(self.last.split_whitespace()).collect();
            if let [only] = words.as_slice() {
                readings.push((String::new(), (*only).to_owned()));
            }
            for split in 1..words.len() {
                let (before, after) = (words[..split].join(" "), words[split..].join(" "));
                readings.extend([(after.clone(), before.clone()), (before, after)]);
            }
        }
        let mut seen = Vec::new();
        readings.retain(|reading| {
            !seen.contains(reading) && {
                seen.push(reading.clone());
                true
            }
        });
        readings.truncate(MOST_READINGS);
        readings
    }
}

#[cfg(test)]
mod tests {
    use super::{Criteria, Missing};
    use jiff::civil::date;

    #[test]
    fn browsing_is_refused() {
        let today = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            // typed                        missing                      for who looks up only
            ("",                            Some(Missing::Everything),   Some(Missing::Everything)),
            ("*",                           Some(Missing::Everything),   Some(Missing::Everything)),
            ("ortega",                      Some(Missing::First),        Some(Missing::First)),
            ("2/11/24",                     Some(Missing::Last),         Some(Missing::Last)),
            ("maya ortega",                 Some(Missing::BornOn),       Some(Missing::BornOn)),
            ("m ortega 2/11/24",            None,                        Some(Missing::First)),
            ("maya ortega 2/11/24",         None,                        None),
            ("A17",                         None,                        Some(Missing::BornOn)),
            ("A17 2/11/24",                 None,                        None),
            ("(202) 555-0140",              Some(Missing::BesidePhone),  Some(Missing::Everything)),
            ("202-555-0140 2/11/24",        None,                        Some(Missing::Last)),
            ("maya 202.555.0140",           None,                        Some(Missing::First)),
            ("maya, 202.555.0140",          Some(Missing::BesidePhone),  Some(Missing::First)),
            (", maya 202.555.0140",         None,                        Some(Missing::Last)),
            (", m 202.555.0140",            Some(Missing::BesidePhone),  Some(Missing::Last)),
        ];
        for (typed, missing, of_full) in table {
            let criteria = Criteria::understand(typed, today);
            assert_eq!((criteria.missing(), criteria.missing_of_full()), (missing, of_full), "{typed}");
        }
    }

    #[test]
    fn names_without_a_comma_are_read_in_either_order() {
        let read = |typed: &str| Criteria::understand(typed, date(2026, 3, 2)).readings();
        let pair = |last: &str, first: &str| (last.to_owned(), first.to_owned());
        assert_eq!(read("ortega, maya"), [pair("ortega", "maya")]);
        assert_eq!(read("maya ortega"), [pair("ortega", "maya"), pair("maya", "ortega")]);
        let three = read("ana maria ortega");
        assert_eq!(three[0], pair("maria ortega", "ana"));
        assert!(three.contains(&pair("ortega", "ana maria")) && three.contains(&pair("ana maria", "ortega")));
        assert_eq!(read("a b c d e f g h").len(), 6);
    }
}
