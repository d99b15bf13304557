//! Dates as people type them at the desk: `3/2/26`, `03022026`, `t` for today, `t-3`, and with `??` for what is unknown.
//!
//! Source: screens section 2.4.

use iis_model::{Date, PartialDate};
use iis_registry::people::typed_date::read_date;
use jiff::ToSpan;

/// What is said of a date that cannot be read.
pub(in crate::pages) const UNREADABLE: &str = "Enter the date as MM/DD/YYYY, for example 03/02/2026.";

/// A whole date.
pub(in crate::pages) fn read_day(text: &str, today: Date) -> Option<Date> {
    let text = text.trim();
    let Some(back) = text.strip_prefix(['t', 'T']) else { return read_date(text, today) };
    if back.is_empty() {
        return Some(today);
    }
    let days: i32 = back.strip_prefix('-')?.trim().parse().ok()?;
    (0..=36_600).contains(&days).then(|| today.checked_sub(days.days()).ok()).flatten()
}

/// The day for which the lots of a visit are chosen: that of its doses, and today as long as none is readable or a day that is
/// still to come.
pub(in crate::pages) fn day_of_visit(text: &str, today: Date) -> Date {
    read_day(text, today).map_or(today, |on| on.min(today))
}

/// Nobody on record was born before: what says so is mistyped (`0820` for August 20).
const EARLIEST_YEAR: i16 = 1880;

/// A date of which the day, or the day and the month, may be unknown: `03/??/2024`, `3/2024`, `2024`.
pub(in crate::pages) fn read_partial(text: &str, today: Date) -> Option<PartialDate> {
    let text = text.trim();
    if let Some(day) = read_day(text, today) {
        return Some(PartialDate::day(day));
    }
    let is_unknown = |part: &&str| part.chars().all(|letter| letter == '?');
    let known: Vec<&str> = text.split('/').filter(|part| !is_unknown(part)).collect();
    let year = |text: &str| text.parse::<i16>().ok().filter(|year| text.len() == 4 && *year >= EARLIEST_YEAR);
    match known.as_slice() {
        [only] if text.matches('/').count() != 1 => PartialDate::year(year(only)?).ok(),
        [month, last] if text.matches('/').count() <= 2 => {
            PartialDate::month(year(last)?, month.parse().ok()?).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{day_of_visit, read_day, read_partial};
    use jiff::civil::date;

    #[test]
    fn lots_are_chosen_for_the_day_of_the_doses_and_never_for_one_to_come() {
        let today = date(2026, 3, 2);
        for (text, day) in [("", today), ("t-1", date(2026, 3, 1)), ("03/04/2026", today), ("soon", today)] {
            assert_eq!(day_of_visit(text, today), day, "{text}");
        }
    }

    #[test]
    fn days_are_read_as_they_are_typed() {
        let today = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            ("t",          Some(today)),
            ("T-3",        Some(date(2026, 2, 27))),
            ("t+1",        None),
            ("t--1",       None),
            ("t-99999999", None),
            ("030226",     Some(today)),
            ("3/2/26",     Some(today)),
            ("",           None),
        ];
        for (typed, read) in table {
            assert_eq!(read_day(typed, today), read, "{typed}");
        }
    }

    #[test]
    fn what_is_unknown_of_a_date_stays_unknown() {
        let today = date(2026, 3, 2);
        #[rustfmt::skip]
        let table = [
            ("03/??/2024", Some("2024-03")),
            ("3/2024",     Some("2024-03")),
            ("??/??/2024", Some("2024")),
            ("2024",       Some("2024")),
            ("04152024",   Some("2024-04-15")),
            ("13/2024",    None),
            ("0820",       None),
            ("3/0824",     None),
            ("??/15/2024", None),
            ("24",         None),
            ("??",         None),
            ("1/2/3/2024", None),
        ];
        for (typed, read) in table {
            assert_eq!(read_partial(typed, today).map(|date| date.to_string()).as_deref(), read, "{typed}");
        }
    }
}
