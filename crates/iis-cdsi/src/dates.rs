//! Dates and durations: CDSi Logic Specification 4.6, section 3.4 (CALCDT-1 to CALCDT-6).
//!
//! The schedule counts in a way of its own. Years and months are applied first and
//! change only year and month; a date that then does not exist moves **forward** to the
//! first of the next month, where date libraries usually stop at the last day; weeks and
//! days are added last, as plain day counts. So 31 August plus six months is 1 March,
//! and 31 January 2000 plus "6 months - 4 days" is 27 July 2000.

use std::fmt;

/// A calendar day, kept as the count of days since 1 January 1970.
///
/// Comparing and adding days is integer arithmetic; civil dates are made only where a
/// duration holds years or months. The default, day 0, is a filler.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(i32);

impl Day {
    /// The begin of a stretch of time whose begin is not given: 1 January 1900.
    pub const OPEN_BEGIN: Self = Self::from_civil(1900, 1, 1);
    /// The end of a stretch of time whose end is not given: 31 December 2999.
    pub const OPEN_END: Self = Self::from_civil(2999, 12, 31);

    /// The day of a civil date of the Gregorian calendar. The date must exist.
    #[must_use]
    pub const fn from_civil(year: i32, month: i32, day: i32) -> Self {
        // Years run from March, so that the leap day is the last of its year.
        let shifted_year = if month <= 2 { year - 1 } else { year };
        let era = shifted_year.div_euclid(400);
        let year_of_era = shifted_year.rem_euclid(400);
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month (1 to 12) and day of month.
    #[must_use]
    pub const fn to_civil(self) -> (i32, i32, i32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    /// Before every day.
    pub(crate) const ALWAYS_BEFORE: Self = Self(i32::MIN);
    /// After every day.
    pub(crate) const NEVER: Self = Self(i32::MAX);

    /// The day with this number, counted from 1 January 1970, held within some 13,000 years
    /// of it, so that no counting can run over.
    #[must_use]
    pub const fn from_number(number: i32) -> Self {
        match number {
            ..-5_000_000 => Self(-5_000_000),
            5_000_001.. => Self(5_000_000),
            _ => Self(number),
        }
    }

    /// The count of days since 1 January 1970.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// Whole days added (or taken away): CALCDT-3 and CALCDT-4.
    #[must_use]
    pub const fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Whole years added: CALCDT-1, with CALCDT-5 for 29 February.
    #[must_use]
    pub const fn plus_years(self, years: i32) -> Self {
        plus_months(self.to_civil(), 12 * years)
    }

    /// Days from `earlier` to this day.
    #[must_use]
    pub const fn days_since(self, earlier: Self) -> i32 {
        self.0.saturating_sub(earlier.0)
    }

    /// A duration added by CALCDT-1 to CALCDT-6.
    #[must_use]
    pub const fn plus(self, duration: Duration) -> Self {
        let months = duration.total_months();
        let day = if months == 0 { self } else { plus_months(self.to_civil(), months) };
        day.plus_days(duration.total_days())
    }

    /// Reads `YYYY-MM-DD`, and `YYYYMMDD` as the series tables write it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        let dashed = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        if digits.len() != 8 || !digits.is_ascii() || !(dashed || text.len() == 8) {
            return None;
        }
        let year = digits[..4].parse().ok()?;
        let month = digits[4..6].parse().ok()?;
        let day = digits[6..].parse().ok()?;
        Self::checked(year, month, day)
    }

    /// The day of a civil date, if that date exists.
    #[must_use]
    pub fn checked(year: i32, month: i32, day: i32) -> Option<Self> {
        let exists = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        exists.then(|| Self::from_civil(year, month, day))
    }

    /// The same day as a date of `jiff`, held within the years that type knows.
    #[must_use]
    pub fn date(self) -> jiff::civil::Date {
        let (year, month, day) = self.to_civil();
        let narrow = |n: i32| i8::try_from(n).ok();
        match (i16::try_from(year).ok(), narrow(month), narrow(day)) {
            (Some(year), Some(month), Some(day)) => {
                jiff::civil::Date::new(year, month, day).unwrap_or(jiff::civil::Date::MAX)
            }
            _ => jiff::civil::Date::MAX,
        }
    }
}

impl From<jiff::civil::Date> for Day {
    fn from(date: jiff::civil::Date) -> Self {
        Self::from_civil(date.year().into(), date.month().into(), date.day().into())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.to_civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// CALCDT-1, CALCDT-2 and CALCDT-5: only year and month change; a date that does not
/// exist becomes the first of the next month.
pub(crate) const fn plus_months((year, month, day): (i32, i32, i32), months: i32) -> Day {
    let month_count = year * 12 + (month - 1) + months;
    let (year, month) = (month_count.div_euclid(12), month_count.rem_euclid(12) + 1);
    if day > 28 && day > days_in_month(year, month) {
        // The first of the next month is the day behind the last of this one.
        return Day::from_civil(year, month, days_in_month(year, month)).plus_days(1);
    }
    Day::from_civil(year, month, day)
}

/// The number of days of a month.
pub(crate) const fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A duration of the schedule: years, months, weeks and days, each with its sign.
///
/// The units are kept apart, so that "28 days" prints as it was given and not as "4 weeks".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration {
    /// Years, applied first (CALCDT-6).
    pub years: i16,
    /// Months, applied with the years.
    pub months: i16,
    /// Weeks of seven days.
    pub weeks: i16,
    /// Days, applied last.
    pub days: i16,
}

impl Duration {
    /// A number of whole days.
    #[must_use]
    pub const fn of_days(days: i16) -> Self {
        Self { years: 0, months: 0, weeks: 0, days }
    }

    /// Years and months together, in months.
    #[must_use]
    pub const fn total_months(self) -> i32 {
        self.years as i32 * 12 + self.months as i32
    }

    /// Weeks and days together, in days.
    #[must_use]
    pub const fn total_days(self) -> i32 {
        self.weeks as i32 * 7 + self.days as i32
    }

    /// Reads terms such as `5 months + 4 weeks` or `16 years - 4 months`.
    ///
    /// A unit may stand again (`28 days - 4 days`); a number may have four digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace().peekable();
        let mut duration = Self::default();
        let mut sign = 1;
        words.peek()?;
        while let Some(word) = words.next() {
            let number: i16 = word.parse().ok().filter(|n| (0..=9999).contains(n))?;
            let unit = match words.next()? {
                "year" | "years" => &mut duration.years,
                "month" | "months" => &mut duration.months,
                "week" | "weeks" => &mut duration.weeks,
                "day" | "days" => &mut duration.days,
                _ => return None,
            };
            *unit = unit.checked_add(sign * number)?;
            match words.next() {
                None => return Some(duration),
                Some("+") => sign = 1,
                Some("-") => sign = -1,
                Some(_) => return None,
            }
        }
        None
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms = [(self.years, "year"), (self.months, "month"), (self.weeks, "week"), (self.days, "day")];
        let mut is_first = true;
        for (number, unit) in terms.into_iter().filter(|(number, _)| *number != 0) {
            let plural = if number.abs() == 1 { "" } else { "s" };
            match (is_first, number < 0) {
                (true, false) => {}
                (true, true) => write!(f, "-")?,
                (false, false) => write!(f, " + ")?,
                (false, true) => write!(f, " - ")?,
            }
            write!(f, "{} {unit}{plural}", number.abs())?;
            is_first = false;
        }
        if is_first { write!(f, "0 days") } else { Ok(()) }
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Duration};
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a test writes dates that exist")
    }

    fn duration(text: &str) -> Duration {
        Duration::parse(text).expect("a test writes durations that parse")
    }

    #[test]
    fn adds_years_and_months_then_moves_forward_then_adds_weeks_and_days() {
        #[rustfmt::skip]
        let table = [
            // from        duration              gives
            ("2000-01-31", "6 months - 4 days",  "2000-07-27"), // CALCDT-6
            ("2001-03-31", "6 months",           "2001-10-01"), // CALCDT-5: 31 September
            ("2000-08-31", "6 months",           "2001-03-01"),
            ("2000-02-29", "1 year",             "2001-03-01"),
            ("2000-02-29", "4 years",            "2004-02-29"),
            ("2001-01-29", "1 month - 1 day",    "2001-02-28"), // forward first, then back
            ("2001-01-28", "1 month",            "2001-02-28"),
            ("2001-12-31", "2 months",           "2002-03-01"),
            ("2001-12-15", "1 month",            "2002-01-15"),
            ("2001-01-15", "4 weeks + 1 day",    "2001-02-13"),
            ("2010-05-10", "16 years - 4 months","2026-01-10"),
            ("2010-05-10", "0 days",             "2010-05-10"),
        ];
        for (from, text, gives) in table {
            assert_eq!(day(from).plus(duration(text)), day(gives), "{from} + {text}");
        }
    }

    #[test]
    fn reads_durations_and_refuses_rubbish() {
        for good in ["1 day", "12 months - 4 days", "5 months + 4 weeks", "16 years - 4 months"] {
            assert_eq!(duration(good).to_string(), good);
        }
        assert_eq!(duration("8 months + 1 days").to_string(), "8 months + 1 day");
        assert_eq!(duration("28 days - 4 days").to_string(), "24 days");
        for bad in ["", "months", "5", "5 moons", "5 months +", "5 months 4 weeks", "99999 days"] {
            assert_eq!(Duration::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn reads_only_dates_that_exist() {
        for bad in ["2023-02-29", "2023-13-01", "20230230", "2023-1-01", "0000-01-01", "äöüä-01-01"] {
            assert_eq!(Day::parse(bad), None, "{bad:?}");
        }
        assert_eq!(day("20240229"), day("2024-02-29"));
    }

    #[test]
    fn days_far_away_can_be_counted_with() {
        let long = Duration { years: 9999, months: 9999, weeks: 9999, days: 9999 };
        let back = Duration { years: -9999, months: -9999, weeks: -9999, days: -9999 };
        for number in [i32::MIN, -1, 0, i32::MAX] {
            let day = Day::from_number(number);
            assert!(day.plus(long) > day && day.plus(back) < day, "{day}");
            assert!(jiff::civil::Date::MIN <= day.date());
        }
    }

    proptest! {
        #[test]
        fn a_day_and_its_civil_date_are_the_same(number in -700_000..2_900_000i32) {
            let day = Day::from_number(number);
            let (y, m, d) = day.to_civil();
            prop_assert_eq!(Day::from_civil(y, m, d), day);
            if (1..=9999).contains(&y) {
                prop_assert_eq!(Day::from(day.date()), day);
                prop_assert_eq!(Day::parse(&day.to_string()), Some(day));
            }
        }

        #[test]
        fn a_later_day_plus_the_same_duration_is_never_earlier(
            number in 0..40_000i32, months in 0..1200i16, days in -10..40i16,
        ) {
            let duration = Duration { months, days, ..Duration::default() };
            let day = Day::from_number(number);
            prop_assert!(day.plus(duration) <= day.plus_days(1).plus(duration));
        }
    }
}
