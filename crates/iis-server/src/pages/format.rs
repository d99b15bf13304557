//! How dates, ages, names, telephone numbers and numbers print on screen. One place serves all pages.
//!
//! Dates are `MM/DD/YYYY`; an unknown day prints as `??` and says so. Source: screens section 2.4.

use iis_model::country::{Country, is_united_states};
use iis_model::date::Precision;
use iis_model::person::{Address, PersonName, Telecom};
use iis_model::{Date, PartialDate, RegistryNumber, Timestamp};
use jiff::tz::TimeZone;
use jiff::{SpanRound, Unit};

/// `03/02/2026`
pub(crate) fn date(date: Date) -> String {
    date.strftime("%m/%d/%Y").to_string()
}

/// `Monday, March 2, 2026`
pub(crate) fn long_date(date: Date) -> String {
    date.strftime("%A, %B %-d, %Y").to_string()
}

/// `03/02/2026`, `03/??/2024 (day unknown)`, `??/??/2024 (only the year is known)`
#[expect(clippy::trivially_copy_pass_by_ref, reason = "records hold it behind `Given::get`, which lends")]
pub(crate) fn partial_date(date: &PartialDate) -> String {
    let first = date.first_day();
    match date.precision() {
        Precision::Day => self::date(first),
        Precision::Month => format!("{} (day unknown)", first.strftime("%m/??/%Y")),
        Precision::Year => format!("{} (only the year is known)", first.strftime("??/??/%Y")),
    }
}

/// `03/02/2026 10:14 AM EST`, in the jurisdiction's zone.
pub(crate) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%m/%d/%Y %-I:%M %p %Z").to_string()
}

/// `2:45 PM`, in the jurisdiction's zone.
pub(crate) fn time_of_day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-I:%M %p").to_string()
}

/// Exact age: `2 years 19 days`, below two years in months and days: `12 months 1 day`, on the first day `day of birth`.
///
/// `None` when `on` is before the birth.
pub(crate) fn age(born: Date, on: Date) -> Option<String> {
    if on < born {
        return None;
    }
    if on == born {
        return Some("day of birth".to_owned());
    }
    let (years, months, days) = completed(born, on);
    let parts = if years < 2 {
        vec![count(years * 12 + months, "month"), count(days, "day")]
    } else {
        vec![count(years, "year"), count(months, "month"), count(days, "day")]
    };
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// The distance to a birthday where it matters for the dose: `1 day before 1st birthday`, `on 4th birthday`.
///
/// Said in the week before the birthdays at which minimum ages and school rules turn.
pub(crate) fn birthday_distance(born: Date, on: Date) -> Option<String> {
    TURNING_POINTS.into_iter().find_map(|nth| {
        let year = born.year().checked_add(nth)?;
        let birthday = Date::new(year, born.month(), born.day()).or_else(|_| Date::new(year, 3, 1)).ok()?;
        match on.until((Unit::Day, birthday)).ok()?.get_days() {
            0 => Some(format!("on {} birthday", ordinal(nth))),
            days @ 1..=7 => {
                Some(format!("{} before {} birthday", count(i64::from(days), "day")?, ordinal(nth)))
            }
            _ => None,
        }
    })
}

/// 1st: MMR, varicella, hepatitis A; 4th: the doses before school; 7th: `DTaP` or Tdap; 11th and 16th: Tdap, `MenACWY`.
const TURNING_POINTS: [i16; 5] = [1, 4, 7, 11, 16];

/// Completed years, months and days between two days, the first not after the second.
fn completed(from: Date, to: Date) -> (i64, i64, i64) {
    let span = from.until((Unit::Year, to)).unwrap_or_default();
    (i64::from(span.get_years()), i64::from(span.get_months()), i64::from(span.get_days()))
}

/// `1 day`, `3 days`; nothing for none.
fn count(number: i64, noun: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{number} {noun}s")),
    }
}

/// `1 dose`, `14 doses`, `no doses`
pub(crate) fn counted(number: i64, noun: &str) -> String {
    count(number, noun).unwrap_or_else(|| format!("no {noun}s"))
}

/// The text with a capital first letter.
pub(crate) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The text with a small first letter: for use inside a sentence.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn ordinal(nth: i16) -> String {
    let ending = match (nth % 10, nth % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{nth}{ending}")
}

/// `ORTEGA, Maya R. Jr`: for lists and headings of records.
pub(crate) fn name_in_list(name: &PersonName) -> String {
    let given = join(&[&name.given, &name.middle, &name.suffix]);
    match (name.family.is_empty(), given.is_empty()) {
        (false, false) => format!("{}, {given}", name.family.to_uppercase()),
        (false, true) => name.family.to_uppercase(),
        (true, false) => given,
        (true, true) => "Name unknown".to_owned(),
    }
}

/// `Maya R. Ortega Jr`: in sentences.
pub(crate) fn name_in_sentence(name: &PersonName) -> String {
    let whole = join(&[&name.given, &name.middle, &name.family, &name.suffix]);
    if whole.is_empty() { "Name unknown".to_owned() } else { whole }
}

/// `…3771`: enough to tell two open records apart, not enough to look one up.
pub(crate) fn number_tail(number: RegistryNumber) -> String {
    let digits = number.to_string();
    format!("…{}", &digits[digits.len() - 4..])
}

/// `(202) 555-0140`, `(202) 555-0140 ext. 12`, an e-mail address, or the digits as they are.
pub(crate) fn telecom(telecom: &Telecom) -> String {
    if !telecom.email.is_empty() {
        return telecom.email.to_string();
    }
    let digits = &telecom.digits;
    let number = match (digits.len(), digits.bytes().all(|b| b.is_ascii_digit())) {
        _ if !telecom.country.is_empty() => format!("+{} {digits}", telecom.country),
        (10, true) => format!("({}) {}-{}", &digits[..3], &digits[3..6], &digits[6..]),
        (7, true) => format!("{}-{}", &digits[..3], &digits[3..]),
        _ => digits.to_string(),
    };
    if telecom.extension.is_empty() { number } else { format!("{number} ext. {}", telecom.extension) }
}

/// `12 Alder St Apt 2, Calder, WI 53703`; abroad with the country: `Calle 5, Oaxaca, 68000, Mexico`
pub(crate) fn address(address: &Address) -> String {
    let street = join(&[&address.street, &address.other]);
    let state = join(&[&address.state, &address.zip]);
    let abroad = if is_united_states(&address.country) { "" } else { &address.country };
    let country = Country::of_code(abroad).map_or(abroad, |known| known.name);
    [street.as_str(), &address.city, &state, country]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// How long ago, in the largest whole unit: `3 days ago`, `2 months ago`, `today`.
pub(crate) fn ago(on: Date, today: Date) -> String {
    let rounding = SpanRound::new().largest(Unit::Year).relative(on);
    let span = on.until((Unit::Day, today)).and_then(|span| span.round(rounding)).unwrap_or_default();
    let units = [(i64::from(span.get_years()), "year"), (i64::from(span.get_months()), "month")];
    let largest = units.into_iter().find_map(|(number, noun)| count(number, noun));
    match largest.or_else(|| count(i64::from(span.get_days()), "day")) {
        Some(text) => format!("{text} ago"),
        None => "today".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{address, age, ago, birthday_distance, name_in_list, number_tail, partial_date, telecom};
    use iis_model::person::{Address, PersonName, Telecom};
    use iis_model::{Date, RegistryNumber};
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date written in a test")
    }

    #[test]
    fn age_is_exact_to_the_day() {
        #[rustfmt::skip]
        let table = [
            // born          on            age
            ("2024-02-11", "2024-02-11", Some("day of birth")),
            ("2024-02-11", "2024-02-12", Some("1 day")),
            ("2024-02-11", "2024-03-10", Some("28 days")),
            ("2024-02-11", "2024-03-11", Some("1 month")),
            ("2024-02-11", "2025-02-10", Some("11 months 30 days")),
            ("2024-02-11", "2025-02-11", Some("12 months")),
            ("2024-02-11", "2026-02-10", Some("23 months 30 days")),
            ("2024-02-11", "2026-02-11", Some("2 years")),
            ("2024-02-11", "2026-03-02", Some("2 years 19 days")),
            ("2024-02-29", "2025-02-28", Some("11 months 30 days")), // the birthday is March 1
            ("2024-02-11", "2024-02-10", None),
        ];
        for (born, on, expected) in table {
            assert_eq!(age(day(born), day(on)).as_deref(), expected, "{born} {on}");
        }
    }

    #[test]
    fn the_last_week_before_a_birthday_is_said() {
        #[rustfmt::skip]
        let table = [
            // born          on            distance
            ("2024-02-11", "2025-02-10", Some("1 day before 1st birthday")),
            ("2024-02-11", "2025-02-11", Some("on 1st birthday")),
            ("2024-02-11", "2025-02-12", None),
            ("2024-02-11", "2025-02-04", Some("7 days before 1st birthday")),
            ("2024-02-11", "2025-02-03", None),
            ("2024-02-11", "2028-02-09", Some("2 days before 4th birthday")),
            ("2024-02-29", "2025-02-28", Some("1 day before 1st birthday")),
            ("2024-02-11", "2027-02-09", None), // nothing turns on the 3rd
        ];
        for (born, on, expected) in table {
            assert_eq!(birthday_distance(day(born), day(on)).as_deref(), expected, "{born} {on}");
        }
    }

    #[test]
    fn an_unknown_day_shows_as_unknown() {
        let print = |text: &str| partial_date(&text.parse().expect("a date of the table"));
        assert_eq!(print("2024-03-02"), "03/02/2024");
        assert_eq!(print("2024-03"), "03/??/2024 (day unknown)");
        assert_eq!(print("2024"), "??/??/2024 (only the year is known)");
    }

    #[test]
    fn names_numbers_and_addresses_print_as_people_write_them() {
        let name = PersonName {
            family: "Ortega".into(),
            given: "Maya".into(),
            middle: "R.".into(),
            ..Default::default()
        };
        assert_eq!(name_in_list(&name), "ORTEGA, Maya R.");
        assert_eq!(name_in_list(&PersonName::default()), "Name unknown");
        let phone = |digits: &str| telecom(&Telecom { digits: digits.into(), ..Default::default() });
        assert_eq!(phone("2025550140"), "(202) 555-0140");
        assert_eq!(phone("5550140"), "555-0140");
        assert_eq!(phone("+4930123"), "+4930123");
        let abroad = Telecom { country: "44".into(), digits: "2079460958".into(), ..Default::default() };
        assert_eq!(telecom(&abroad), "+44 2079460958");
        let home = Address {
            street: "12 Alder St".into(),
            city: "Calder".into(),
            zip: "53703".into(),
            ..Default::default()
        };
        assert_eq!(address(&home), "12 Alder St, Calder, 53703");
        let at = |country: &str| address(&Address { country: country.into(), ..home.clone() });
        assert_eq!(at("USA"), "12 Alder St, Calder, 53703");
        assert_eq!(at("MEX"), "12 Alder St, Calder, 53703, Mexico");
        assert_eq!(at("Mexiko"), "12 Alder St, Calder, 53703, Mexiko");
        assert_eq!(number_tail(RegistryNumber::from_random(1)).chars().count(), 5);
    }

    #[test]
    fn how_long_ago_is_said_in_the_largest_unit() {
        #[rustfmt::skip]
        let table = [
            ("2026-03-02", "today"), ("2026-03-01", "1 day ago"), ("2026-02-01", "1 month ago"), ("2023-03-03", "2 years ago"),
        ];
        for (on, expected) in table {
            assert_eq!(ago(day(on), day("2026-03-02")), expected, "{on}");
        }
    }

    proptest! {
        /// Whatever was stored, printing an age neither panics nor prints a negative number.
        #[test]
        fn any_two_days_have_an_age_or_none(a in -300_000_i32..300_000, b in -300_000_i32..300_000) {
            let start = Date::constant(2000, 1, 1);
            let at = |days: i32| start.saturating_add(jiff::Span::new().days(days));
            let printed = age(at(a), at(b));
            prop_assert_eq!(printed.is_some(), a <= b);
            prop_assert!(!printed.unwrap_or_default().contains('-'));
            let _ = birthday_distance(at(a), at(b));
        }
    }
}
