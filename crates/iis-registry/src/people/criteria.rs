//! What a search box means, and whether it is enough to search with.
//!
//! Requirements P-7: (last name + first name or initial + date of birth) or an identifier. Browsing by one field is
//! refused. The box understands `ortega, maya 2/11/24`, `maya ortega 02112024`, a registry number, a record number.

use iis_matching::patient::normalize::{fold_identifier, fold_name};
use iis_model::{Date, RegistryNumber};
use jiff::civil::date;
use serde::{Deserialize, Serialize};

/// What somebody searches for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Criteria {
    /// Last name, as typed.
    pub last: String,
    /// First name or initial, as typed.
    pub first: String,
    /// Date of birth.
    pub born_on: Option<Date>,
    /// Registry number or medical record number, as typed.
    pub number: String,
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
}

impl Criteria {
    /// What is missing, if anything.
    pub fn missing(&self) -> Option<Missing> {
        if !fold_identifier(&self.number).is_empty() {
            return None;
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
    /// beside a number too (requirements 6.3, Patient Look-Up).
    pub fn missing_of_full(&self) -> Option<Missing> {
        if !fold_identifier(&self.number).is_empty() {
            return self.born_on.is_none().then_some(Missing::BornOn);
        }
        let is_initial = fold_name(&self.first).chars().count() < 2;
        self.missing().or(is_initial.then_some(Missing::First))
    }

    /// The registry number, if the number is one.
    pub fn registry_number(&self) -> Option<RegistryNumber> {
        self.number.trim().parse().ok()
    }

    /// Understands what was typed into the one search box; two-digit years are the latest that are not after `today`.
    pub fn understand(text: &str, today: Date) -> Self {
        let text = text.trim();
        if let Some(criteria) = Self::number_only(text) {
            return criteria;
        }
        let (words, born_on) = take_date(text, today);
        let (last, first) = match words.split_once(',') {
            Some((last, first)) => (last.trim().to_owned(), first.trim().to_owned()),
            None => given_first(&words),
        };
        Self { last, first, born_on, number: String::new() }
    }

    /// One word with a digit in it that is not a date is a number.
    fn number_only(text: &str) -> Option<Self> {
        let one_word = !text.contains([' ', ',']);
        let has_digit = text.bytes().any(|b| b.is_ascii_digit());
        let is_date = read_date(text, date(9999, 12, 31)).is_some() && text.len() <= 8;
        (one_word && has_digit && !is_date).then(|| Self { number: text.to_owned(), ..Self::default() })
    }
}

/// `maya ortega`, `maya de la cruz`: the first word is the given name.
fn given_first(words: &str) -> (String, String) {
    match words.split_once(' ') {
        Some((first, last)) => (last.trim().to_owned(), first.to_owned()),
        None => (words.to_owned(), String::new()),
    }
}

/// Takes the word that is a date out of the text; the rest keeps its order.
fn take_date(text: &str, today: Date) -> (String, Option<Date>) {
    let mut born_on = None;
    let mut rest = Vec::new();
    for word in text.split_whitespace() {
        match read_date(word.trim_matches(','), today) {
            Some(found) if born_on.is_none() => {
                born_on = Some(found);
                if word.ends_with(',') {
                    rest.push(",");
                }
            }
            _ => rest.push(word),
        }
    }
    (rest.join(" ").replace(" ,", ","), born_on)
}

/// A date as people type it: `3/2/26`, `03/02/2026`, `03022026`, `030226`, `2026-03-02`.
///
/// A two-digit year is the latest that is not after `latest`.
pub fn read_date(text: &str, latest: Date) -> Option<Date> {
    let digits =
        |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i16>().ok()).flatten();
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let (year, month, day) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => (digits(y)?, digits(m)?, digits(d)?),
        [m, d, y] if m.len() <= 2 && d.len() <= 2 && (y.len() == 2 || y.len() == 4) => {
            (digits(y)?, digits(m)?, digits(d)?)
        }
        [all] if (all.len() == 6 || all.len() == 8) && all.is_ascii() => {
            (digits(&all[4..])?, digits(&all[..2])?, digits(&all[2..4])?)
        }
        _ => return None,
    };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    if year >= 100 {
        return Date::new(year, month, day).ok();
    }
    let century = latest.year() / 100 * 100;
    let this = Date::new(century + year, month, day).ok();
    this.filter(|date| *date <= latest).or_else(|| Date::new(century - 100 + year, month, day).ok())
}

/// Whether this is written like a date of the calendar that has no such day: `02/30/2024`, `13/1/24`, `2024-02-30`.
///
/// Numbers joined by dashes otherwise than years first are left alone: record numbers are written so.
pub fn is_impossible_date(text: &str) -> bool {
    let lengths = |separator: char| text.split(separator).map(str::len).collect::<Vec<_>>();
    let has_form = matches!(lengths('/').as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 2 | 4])
        || matches!(lengths('-').as_slice(), [4, 1..=2, 1..=2]);
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    has_form && text.split(['/', '-']).all(is_number) && read_date(text, date(9999, 12, 31)).is_none()
}

#[cfg(test)]
mod tests {
    use super::{Criteria, Missing, is_impossible_date, read_date};
    use jiff::civil::date;

    #[test]
    fn the_box_understands_how_people_write() {
        let today = date(2026, 3, 2);
        let born = Some(date(2024, 2, 11));
        #[rustfmt::skip]
        let table = [
            // typed                       last           first    born  number
            ("ortega, maya 2/11/24",       "ortega",      "maya",  born, ""),
            ("maya ortega 02112024",       "ortega",      "maya",  born, ""),
            ("02/11/2024 ortega, maya",    "ortega",      "maya",  born, ""),
            ("Maya de la Cruz 2024-02-11", "de la Cruz",  "Maya",  born, ""),
            ("ortega, 2/11/24 m",          "ortega",      "m",     born, ""),
            ("1234567897",                 "",            "",      None, "1234567897"),
            ("A17-22",                     "",            "",      None, "A17-22"),
            ("ortega",                     "ortega",      "",      None, ""),
            ("",                           "",            "",      None, ""),
        ];
        for (typed, last, first, born_on, number) in table {
            let found = Criteria::understand(typed, today);
            let expected =
                Criteria { last: last.into(), first: first.into(), born_on, number: number.into() };
            assert_eq!(found, expected, "{typed}");
        }
    }

    #[test]
    fn browsing_is_refused() {
        let today = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            ("",                     Some(Missing::Everything)),
            ("*",                    Some(Missing::Everything)),
            ("ortega",               Some(Missing::First)),
            ("2/11/24",              Some(Missing::Last)),
            ("maya ortega",          Some(Missing::BornOn)),
            ("m ortega 2/11/24",     None),
            ("A17",                  None),
        ];
        for (typed, missing) in table {
            assert_eq!(Criteria::understand(typed, today).missing(), missing, "{typed}");
        }
    }

    #[test]
    fn a_date_that_does_not_exist_is_told_from_a_number() {
        for impossible in
            ["02/30/2024", "2/30/24", "13/01/2024", "00/10/2024", "2024-02-30", "2023-2-29", "2024/13/1"]
        {
            assert!(is_impossible_date(impossible), "{impossible}");
        }
        for other in
            ["02/29/2024", "2024-02-29", "12-34-56", "12-34-5678", "A17-22", "02302024", "1/2", "//", ""]
        {
            assert!(!is_impossible_date(other), "{other}");
        }
    }

    #[test]
    fn two_digit_years_are_not_in_the_future() {
        let latest = date(2026, 3, 2);
        assert_eq!(read_date("3/2/26", latest), Some(latest));
        assert_eq!(read_date("3/3/26", latest), Some(date(1926, 3, 3)));
        assert_eq!(read_date("13/2/26", latest), None);
        assert_eq!(read_date("3/2/126", latest), None);
        assert_eq!(read_date("é12345", latest), None);
    }
}
