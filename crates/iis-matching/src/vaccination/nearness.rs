//! How far apart the dates of two reports are, given how dates go wrong.

use iis_model::date::Precision;
use iis_model::{Date, PartialDate};

/// Reports further apart than this never meet: under the 24 days that a 28-day interval allows with its grace.
pub(super) const WINDOW_DAYS: u32 = 23;

/// A date with day and month swapped counts as so many days away.
const SWAPPED_DAYS: u32 = 4;

/// A date that was set to the first of its month counts as so many days away.
const FIRST_OF_MONTH_DAYS: u32 = 6;

/// Days between two dates, where a usual mistake explains more than the days do.
pub(super) fn distance_days(a: PartialDate, b: PartialDate) -> u32 {
    match (a.full(), b.full()) {
        (Some(a), Some(b)) => between_days(a, b),
        _ if a == b => 0,
        _ if a.precision() != Precision::Year && b.precision() != Precision::Year && same_month(a, b) => {
            FIRST_OF_MONTH_DAYS
        }
        _ => u32::MAX,
    }
}

/// Whether the dates are of one day in two years that follow one another: a year mistyped, or a birthday's visits.
pub(super) fn is_a_year_off(a: PartialDate, b: PartialDate) -> bool {
    let (Some(a), Some(b)) = (a.full(), b.full()) else { return false };
    (a.year() - b.year()).abs() == 1 && a.month() == b.month() && a.day() == b.day()
}

fn between_days(a: Date, b: Date) -> u32 {
    let days = (a - b).get_days().unsigned_abs();
    let swapped = a.year() == b.year() && a.month() == b.day() && a.day() == b.month();
    let first = a.year() == b.year() && a.month() == b.month() && (a.day() == 1 || b.day() == 1);
    let explained = if swapped {
        SWAPPED_DAYS
    } else if first {
        FIRST_OF_MONTH_DAYS
    } else {
        days
    };
    days.min(explained)
}

fn same_month(a: PartialDate, b: PartialDate) -> bool {
    let (a, b) = (a.first_day(), b.first_day());
    a.year() == b.year() && a.month() == b.month()
}

#[cfg(test)]
mod tests {
    use super::distance_days;

    #[test]
    fn usual_mistakes_are_near() {
        #[rustfmt::skip]
        let table = [
            ("2021-01-20", "2021-01-20", 0),
            ("2021-01-20", "2021-01-27", 7),
            ("2018-11-09", "2018-09-11", 4),        // day and month swapped
            ("2021-01-01", "2021-01-29", 6),        // first of the month
            ("2021-01-01", "2021-01-03", 2),        // nearer than that
            ("2020-12-30", "2021-01-02", 3),
            ("2021-01",    "2021-01-29", 6),        // day unknown
            ("2021-01",    "2021-01",    0),
            ("2021",       "2021-01-29", u32::MAX), // month unknown
        ];
        for (a, b, days) in table {
            let (a, b) = (a.parse().expect("a date"), b.parse().expect("a date"));
            assert_eq!((distance_days(a, b), distance_days(b, a)), (days, days), "{a} {b}");
        }
    }
}
