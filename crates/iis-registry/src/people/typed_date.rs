//! Dates as people type them.

use iis_model::Date;
use jiff::civil::date;

/// A date as people type it: `3/2/26`, `03/02/2026`, `3.2.2026`, `03022026`, `030226`, `2026-03-02`, `2026/3/2`,
/// `20260302`.
///
/// A two-digit year is the latest that is not after `latest`. Eight digits are month, day, year wherever that is a day:
/// no month is called 19 or 20, so years first are never mistaken.
pub fn read_date(text: &str, latest: Date) -> Option<Date> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let (year, month, day) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => (y, m, d),
        [m, d, y] if m.len() <= 2 && d.len() <= 2 && (y.len() == 2 || y.len() == 4) => (y, m, d),
        [all] if (all.len() == 6 || all.len() == 8) && all.is_ascii() => {
            return read(&all[4..], number(&all[..2])?, number(&all[2..4])?, latest).or_else(|| {
                let is_long = all.len() == 8;
                is_long.then(|| read(&all[..4], number(&all[4..6])?, number(&all[6..])?, latest)).flatten()
            });
        }
        _ => return None,
    };
    read(year, number(month)?, number(day)?, latest)
}

/// `feb`, `February`: which month.
pub(super) fn month_of(word: &str) -> Option<i16> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.trim_matches(['.', ',']).to_lowercase();
    let is = |month: &str| {
        *month == *word
            || (word.len() == 3 && month.starts_with(&*word))
            || (word == "sept" && month == "september")
    };
    let at = MONTHS.iter().position(|month| is(month))?;
    i16::try_from(at + 1).ok()
}

/// `11 Feb 2024`, `Feb 11, 2024`: three words that are a date.
pub(super) fn read_words(words: [&str; 3], latest: Date) -> Option<Date> {
    let bare = |word: &str| word.trim_matches([',', '.']).to_owned();
    let year = bare(words[2]);
    if year.len() != 2 && year.len() != 4 {
        return None;
    }
    let (month, day) = match (month_of(words[0]), month_of(words[1])) {
        (Some(month), None) => (month, bare(words[1])),
        (None, Some(month)) => (month, bare(words[0])),
        _ => return None,
    };
    let day = day.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()); // 11th
    read(&year, month, number(day)?, latest)
}

fn read(year: &str, month: i16, day: i16, latest: Date) -> Option<Date> {
    let (of_year, month, day) = (number(year)?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    if year.len() > 2 {
        return Date::new(of_year, month, day).ok();
    }
    let century = latest.year() / 100 * 100;
    let this = Date::new(century + of_year, month, day).ok();
    this.filter(|date| *date <= latest).or_else(|| Date::new(century - 100 + of_year, month, day).ok())
}

/// Digits alone, few of them.
fn number(part: &str) -> Option<i16> {
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()
}

/// Whether this is written like a date of the calendar that has no such day: `02/30/2024`, `13/1/24`, `25.12.2025`,
/// `2024-02-30`.
///
/// Numbers joined by dashes otherwise than years first are left alone: record numbers are written so.
pub fn is_impossible_date(text: &str) -> bool {
    let lengths = |separator: char| text.split(separator).map(str::len).collect::<Vec<_>>();
    let has_form = matches!(lengths('/').as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 2 | 4])
        || matches!(lengths('.').as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 2 | 4])
        || matches!(lengths('-').as_slice(), [4, 1..=2, 1..=2]);
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    has_form && text.split(['/', '.', '-']).all(is_number) && read_date(text, date(9999, 12, 31)).is_none()
}

#[cfg(test)]
mod tests {
    use super::{is_impossible_date, read_date, read_words};
    use jiff::civil::date;

    #[test]
    fn a_date_that_does_not_exist_is_told_from_a_number() {
        for impossible in [
            "02/30/2024",
            "2/30/24",
            "13/01/2024",
            "00/10/2024",
            "2024-02-30",
            "2023-2-29",
            "2024/13/1",
            "25.12.2025",
            "25.12.25",
            "2025.25.12",
        ] {
            assert!(is_impossible_date(impossible), "{impossible}");
        }
        for other in [
            "02/29/2024",
            "2024-02-29",
            "12.25.2025",
            "12-34-56",
            "12-34-5678",
            "A17-22",
            "A7.12.2025",
            "123.45.67",
            "1.2",
            "02302024",
            "1/2",
            "//",
            "..",
            "",
        ] {
            assert!(!is_impossible_date(other), "{other}");
        }
    }

    #[test]
    fn two_digit_years_are_not_in_the_future() {
        let latest = date(2026, 3, 2);
        assert_eq!(read_date("3/2/26", latest), Some(latest));
        assert_eq!(read_date("3/3/26", latest), Some(date(1926, 3, 3)));
        assert_eq!(read_date("13/2/26", latest), None);
        assert_eq!(read_date("03020026", latest), Some(date(26, 3, 2)), "a year of four digits is that year");
        assert_eq!(read_date("3/2/126", latest), None);
        assert_eq!(read_date("é12345", latest), None);
    }

    #[test]
    fn a_date_is_spelled_in_many_ways() {
        let (latest, born) = (date(2026, 3, 2), Some(date(2024, 2, 11)));
        for text in [
            "2/11/24",
            "02/11/2024",
            "2.11.2024",
            "02112024",
            "021124",
            "2024-02-11",
            "2024/2/11",
            "20240211",
        ] {
            assert_eq!(read_date(text, latest), born, "{text}");
        }
        for words in [["Feb", "11,", "2024"], ["11", "february", "2024"], ["Feb.", "11th", "24"]] {
            assert_eq!(read_words(words, latest), born, "{words:?}");
        }
        for words in
            [["May", "Ortega", "2024"], ["April", "May", "24"], ["Feb", "30", "2024"], ["1", "2", "2024"]]
        {
            assert_eq!(read_words(words, latest), None, "{words:?}");
        }
    }
}
