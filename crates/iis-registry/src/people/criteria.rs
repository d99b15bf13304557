//! What somebody searches for, and whether it is enough to search with.
//!
//! Requirements P-7: (last name + first name or initial + date of birth) or an identifier. Browsing by one field is
//! refused. A telephone number is shared by a household, so it is enough only with a birth date or a first name.

use super::understand::narrow;
use iis_matching::patient::normalize::contact;
use iis_matching::patient::normalize::{fold_identifier, fold_name};
use iis_model::telephone::international;
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
    /// The birth date, beside a number: for who searches with full criteria only.
    BesideNumber,
}

/// The most ways in which names in any order are read.
const MOST_READINGS: usize = 6;

impl Criteria {
    /// All that is missing; nothing: it is enough.
    pub fn missing(&self) -> Vec<Missing> {
        if !fold_identifier(&self.number).is_empty() {
            return Vec::new();
        }
        if self.telephone().is_some() {
            let first = if self.in_any_order { &self.last } else { &self.first };
            let is_enough = self.born_on.is_some() || fold_name(first).chars().count() > 1;
            return if is_enough { Vec::new() } else { vec![Missing::BesidePhone] };
        }
        let parts = [
            (fold_name(&self.last).is_empty(), Missing::Last),
            (fold_name(&self.first).is_empty(), Missing::First),
            (self.born_on.is_none(), Missing::BornOn),
        ];
        let missing: Vec<_> =
            parts.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, part)| part).collect();
        if missing.len() == parts.len() { vec![Missing::Everything] } else { missing }
    }

    /// All that is missing for somebody who searches with full criteria only: whole first name and birth date, the birth
    /// date beside a number too (requirements 6.3, Patient Look-Up). A telephone number is none of theirs.
    pub fn missing_of_full(&self) -> Vec<Missing> {
        if !fold_identifier(&self.number).is_empty() {
            return if self.born_on.is_none() { vec![Missing::BesideNumber] } else { Vec::new() };
        }
        let without_phone = Self { phone: String::new(), ..self.clone() };
        let mut missing = without_phone.missing();
        let is_initial = fold_name(&self.first).chars().count() == 1;
        if is_initial {
            let place = missing.iter().take_while(|part| **part == Missing::Last).count();
            missing.insert(place, Missing::First);
        }
        missing
    }

    /// The same with letters and digits of usual width.
    #[must_use]
    pub fn narrowed(self) -> Self {
        let narrowed = |text: String| text.chars().map(narrow).collect::<String>().trim().to_owned();
        Self {
            last: narrowed(self.last),
            first: narrowed(self.first),
            number: narrowed(self.number),
            phone: narrowed(self.phone),
            ..self
        }
    }

    /// The registry number, if the number is one.
    pub fn registry_number(&self) -> Option<RegistryNumber> {
        self.number.trim().parse().ok()
    }

    /// The telephone number, if there is one.
    pub(crate) fn telephone(&self) -> Option<u64> {
        match international(&self.phone) {
            Some((country, digits)) if country.is_empty() => contact::phone(&digits),
            Some((country, digits)) => contact::phone_abroad(&country, &digits),
            None => contact::phone(&self.phone),
        }
    }

    /// The number read as a telephone number: ten digits may be either, and so may more with what is dialed before them.
    pub(crate) fn with_number_as_phone(&self) -> Option<Self> {
        let other = Self { phone: self.number.clone(), number: String::new(), ..self.clone() };
        other.telephone()?;
        other.missing().is_empty().then_some(other)
    }

    /// Whether whole names and the birth date are given: enough to look for whoever resembles.
    pub(crate) fn has_names(&self) -> bool {
        Self { number: String::new(), phone: String::new(), ..self.clone() }.missing().is_empty()
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
        let (last, first, born, phone) =
            (Missing::Last, Missing::First, Missing::BornOn, Missing::BesidePhone);
        #[rustfmt::skip]
        let table: [(&str, &[Missing], &[Missing]); 15] = [
            // typed                        missing                      for who looks up only
            ("",                            &[Missing::Everything],      &[Missing::Everything]),
            ("*",                           &[Missing::Everything],      &[Missing::Everything]),
            ("ortega",                      &[first, born],              &[first, born]),
            ("2/11/24",                     &[last, first],              &[last, first]),
            ("maya ortega",                 &[born],                     &[born]),
            ("m ortega 2/11/24",            &[],                         &[first]),
            ("maya ortega 2/11/24",         &[],                         &[]),
            ("A17",                         &[],                         &[Missing::BesideNumber]),
            ("A17 2/11/24",                 &[],                         &[]),
            ("(202) 555-0140",              &[phone],                    &[Missing::Everything]),
            ("202-555-0140 2/11/24",        &[],                         &[last, first]),
            ("maya 202.555.0140",           &[],                         &[first, born]),
            ("maya, 202.555.0140",          &[phone],                    &[first, born]),
            (", maya 202.555.0140",         &[],                         &[last, born]),
            (", m 202.555.0140",            &[phone],                    &[last, first, born]),
        ];
        for (typed, missing, of_full) in table {
            let criteria = Criteria::understand(typed, today);
            assert_eq!(criteria.missing(), missing, "{typed}");
            assert_eq!(criteria.missing_of_full(), of_full, "{typed}");
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
