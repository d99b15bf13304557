//! Dates, also those with an unknown day or month.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A calendar date of which the day, or the month and the day, may be unknown.
///
/// Prints and parses as ISO 8601 with reduced precision: `2020`, `2020-01`, `2020-01-15`. Orders by its first
/// possible day, then the less precise first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    first: Date,
    precision: Precision,
}

/// How much of a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// The whole date.
    Day,
}

/// The text is not a calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a calendar date")]
pub struct NotADate;

impl PartialDate {
    /// A whole date.
    pub const fn day(date: Date) -> Self {
        Self { first: date, precision: Precision::Day }
    }

    /// A month whose day is unknown.
    pub fn month(year: i16, month: i8) -> Result<Self, NotADate> {
        let first = Date::new(year, month, 1).map_err(|_| NotADate)?;
        Ok(Self { first, precision: Precision::Month })
    }

    /// A year of which nothing more is known.
    pub fn year(year: i16) -> Result<Self, NotADate> {
        let first = Date::new(year, 1, 1).map_err(|_| NotADate)?;
        Ok(Self { first, precision: Precision::Year })
    }

    /// The whole date, if it is known.
    pub fn full(&self) -> Option<Date> {
        (self.precision == Precision::Day).then_some(self.first)
    }

    /// How much is known.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The first day that it can be.
    pub fn first_day(&self) -> Date {
        self.first
    }

    /// The last day that it can be.
    pub fn last_day(&self) -> Date {
        match self.precision {
            Precision::Day => self.first,
            Precision::Month => self.first.last_of_month(),
            Precision::Year => self.first.last_of_year(),
        }
    }
}

impl Ord for PartialDate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.first, self.precision).cmp(&(other.first, other.precision))
    }
}

impl PartialOrd for PartialDate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self::day(date)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.first.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", self.first.month())?;
        }
        if self.precision == Precision::Day {
            write!(f, "-{:02}", self.first.day())?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let number = |range: std::ops::Range<usize>| -> Result<i16, NotADate> {
            let digits = text.get(range).ok_or(NotADate)?;
            if digits.bytes().all(|b| b.is_ascii_digit()) {
                digits.parse().map_err(|_| NotADate)
            } else {
                Err(NotADate)
            }
        };
        let two = |range| i8::try_from(number(range)?).map_err(|_| NotADate);
        let separated = |at: usize| text.as_bytes().get(at) == Some(&b'-');
        match text.len() {
            4 => Self::year(number(0..4)?),
            7 if separated(4) => Self::month(number(0..4)?, two(5..7)?),
            10 if separated(4) && separated(7) => {
                Date::new(number(0..4)?, two(5..7)?, two(8..10)?).map(Self::day).map_err(|_| NotADate)
            }
            _ => Err(NotADate),
        }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::PartialDate;

    #[test]
    fn what_prints_parses_and_nothing_else_does() {
        for text in ["2020", "2020-02", "2020-02-29", "0001-01-01"] {
            let date: PartialDate = text.parse().expect("a date of the table");
            assert_eq!(date.to_string(), text);
        }
        for text in ["", "20", "2021-02-29", "2020-13", "2020-1-1", "+202", "2020/01/01", "２０２０"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_unknown_day_reaches_from_the_first_to_the_last_of_the_month() {
        let february: PartialDate = "2020-02".parse().expect("a month");
        assert_eq!(february.first_day().to_string(), "2020-02-01");
        assert_eq!(february.last_day().to_string(), "2020-02-29");
        assert_eq!(february.full(), None);
    }
}
