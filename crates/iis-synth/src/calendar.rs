//! Days counted from 1970-01-01, so that ages and intervals are plain arithmetic.
//!
//! The conversion is Howard Hinnant's `civil_from_days` and `days_from_civil` for the proleptic Gregorian calendar.

use iis_model::Date;
use std::fmt;

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// The day with this year, month (1 to 12) and day of the month. A day after the month's last one counts on
    /// into the next month.
    pub fn new(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self(era * 146_097 + day_of_era - 719_468)
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn civil(self) -> (i32, i32, i32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        (year_of_era + era * 400 + i32::from(month <= 2), month, day)
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.civil().0
    }

    /// So many days later.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// So many calendar months later; a day that the month does not have becomes its last one.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let (year, month, day) = self.civil();
        let counted = year * 12 + (month - 1) + months;
        let (year, month) = (counted.div_euclid(12), counted.rem_euclid(12) + 1);
        Self::new(year, month, day.min(days_in_month(year, month)))
    }

    /// How many days from `earlier` to this one.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// How many full months from `earlier` to this one.
    pub fn months_since(self, earlier: Self) -> i32 {
        let (year, month, day) = self.civil();
        let (earlier_year, earlier_month, earlier_day) = earlier.civil();
        (year - earlier_year) * 12 + month - earlier_month - i32::from(day < earlier_day)
    }

    /// The last day of its month.
    #[must_use]
    pub fn last_of_month(self) -> Self {
        let (year, month, _) = self.civil();
        Self::new(year, month, days_in_month(year, month))
    }

    /// Moved to the next Monday if it is a Saturday or Sunday: clinics are closed.
    #[must_use]
    pub fn working_day(self) -> Self {
        // 1970-01-01 was a Thursday.
        match (self.0 + 3).rem_euclid(7) {
            5 => self.plus(2),
            6 => self.plus(1),
            _ => self,
        }
    }

    /// The day as a civil date.
    pub fn date(self) -> Date {
        let (year, month, day) = self.civil();
        let narrow = |number: i32| i8::try_from(number).unwrap_or(1);
        Date::new(i16::try_from(year).unwrap_or(1970), narrow(month), narrow(day)).unwrap_or(Date::ZERO)
    }

    /// The day written `YYYY-MM-DD`, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        let date: Date = text.parse().ok()?;
        Some(Self::from(date))
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self::new(i32::from(date.year()), i32::from(date.month()), i32::from(date.day()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn days_and_dates_agree_over_two_centuries() {
        for number in -36_000..36_000 {
            let day = Day(number);
            let (year, month, in_month) = day.civil();
            assert_eq!(Day::new(year, month, in_month), day);
            assert_eq!(Day::from(day.date()), day);
        }
        assert_eq!(Day::new(1970, 1, 1), Day(0));
    }

    #[test]
    fn months_are_counted_by_the_calendar() {
        #[rustfmt::skip]
        let table = [
            // from        months  later        months between
            ("2020-01-31",  1,     "2020-02-29", 0),
            ("2020-01-15",  1,     "2020-02-15", 1),
            ("2020-01-15", -1,     "2019-12-15", -1),
            ("2020-03-31", 18,     "2021-09-30", 17),
        ];
        for (from, months, later, between) in table {
            let from = Day::parse(from).expect("a date of the table");
            assert_eq!(from.plus_months(months).to_string(), later);
            assert_eq!(from.plus_months(months).months_since(from), between, "{from}");
        }
    }

    #[test]
    fn weekends_move_to_monday() {
        for (day, moved) in
            [("2026-11-20", "2026-11-20"), ("2026-11-21", "2026-11-23"), ("2026-11-22", "2026-11-23")]
        {
            assert_eq!(Day::parse(day).expect("a date").working_day().to_string(), moved);
        }
    }
}
