//! Dates and times of messages (data types TS, DT, DTM).
//!
//! Source: HL7 2.5.1, 2.A.21 DTM: `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`.

use iis_model::{Date, PartialDate, Timestamp};
use jiff::civil::{DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The date of a time stamp, as precise as it is; a time of day and a zone may follow it and are passed over.
pub fn date(text: &str) -> Option<PartialDate> {
    if let Some((year, month, day)) = eight_digits(text.as_bytes()) {
        let (year, month, day) = (year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
        return Date::new(year, month, day).ok().map(PartialDate::day);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let tail = text.get(digits..)?;
    let tail_is_time = tail.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'+' | b'-' | b':'));
    if !tail.is_empty() && (digits < 8 || !tail_is_time) {
        return None;
    }
    let year = number(text, 0, 4);
    let two = |at| number(text, at, at + 2).and_then(|n| i8::try_from(n).ok());
    match digits {
        4 => PartialDate::year(year?).ok(),
        6 => PartialDate::month(year?, two(4)?).ok(),
        8.. => Date::new(year?, two(4)?, two(6)?).ok().map(PartialDate::day),
        _ => None,
    }
}

/// The numbers of four, two and two digits, if the text is eight digits and no more: looked at all at once.
#[inline]
pub(crate) fn eight_digits(text: &[u8]) -> Option<(u32, u32, u32)> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    const ABOVE_NINE: u64 = 0x7676_7676_7676_7676;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let values = u64::from_le_bytes(text.try_into().ok()?) ^ ZEROS;
    if (values | values.wrapping_add(ABOVE_NINE)) & HIGH != 0 {
        return None;
    }
    let [century, _, year, _, month, _, day, _] = (values * 10 + (values >> 8)).to_le_bytes().map(u32::from);
    Some((century * 100 + year, month, day))
}

/// A moment, and what had to be supposed about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub at: Timestamp,
    /// How its zone was written.
    pub zone: Zone,
}

/// How the zone of a time stamp was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// As it should: `-0500`.
    Given,
    /// With three digits or a colon: `-500`, `-05:00`.
    Malformed,
    /// Not at all: the sender's zone was supposed.
    Missing,
}

/// A time stamp to at least the day; without a zone it is in `zone`.
pub fn moment(text: &str, zone: &TimeZone) -> Option<Moment> {
    let (clock, offset) = match text.find(['+', '-']) {
        Some(at) => (text.get(..at)?, Some(text.get(at..)?)),
        None => (text, None),
    };
    let civil = civil(clock)?;
    let Some(offset) = offset else {
        let at = zone.to_ambiguous_zoned(civil).compatible().ok()?.timestamp();
        return Some(Moment { at, zone: Zone::Missing });
    };
    let (seconds, zone) = offset_seconds(offset)?;
    let at = Offset::from_seconds(seconds).ok()?.to_timestamp(civil).ok()?;
    Some(Moment { at, zone })
}

fn civil(clock: &str) -> Option<DateTime> {
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > 14 {
        return None;
    }
    let two = |at: usize| {
        if whole.len() < at + 2 {
            Some(0)
        } else {
            number(whole, at, at + 2).and_then(|n| i8::try_from(n).ok())
        }
    };
    let millis = fraction.bytes().chain(*b"000").take(3).fold(0, |sum, b| sum * 10 + i32::from(b - b'0'));
    // A leap second is the last one of its minute.
    let time = Time::new(two(8)?, two(10)?, two(12)?.min(59), millis * 1_000_000).ok()?;
    Some(date(whole)?.full()?.to_datetime(time))
}

fn offset_seconds(offset: &str) -> Option<(i32, Zone)> {
    let (sign, digits) = offset.split_at(1);
    let without_colon: Cow<'_, str> =
        if digits.contains(':') { digits.replace(':', "").into() } else { digits.into() };
    let zone = if digits.len() == 4 { Zone::Given } else { Zone::Malformed };
    if !without_colon.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match without_colon.len() {
        4 => (without_colon.get(..2)?, without_colon.get(2..)?),
        3 => (without_colon.get(..1)?, without_colon.get(1..)?),
        1 | 2 => (&*without_colon, "0"),
        _ => return None,
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = hours * 3600 + minutes * 60;
    (hours <= 14 && minutes < 60).then_some((if sign == "-" { -seconds } else { seconds }, zone))
}

fn number(text: &str, from: usize, to: usize) -> Option<i16> {
    let digits = text.get(from..to)?;
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

/// Writes a date as a message does: `2020`, `202001`, `20200115`.
pub fn write_date(date: PartialDate) -> String {
    let mut text = date.to_string();
    text.retain(|c| c != '-');
    text
}

/// Writes a moment with its zone: `20260301101500.000-0500`.
pub fn write_moment(at: Timestamp, offset: Offset) -> String {
    let local = offset.to_datetime(at);
    let (d, t) = (local.date(), local.time());
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let mut text = String::with_capacity(24);
    let _ = write!(text, "{:04}{:02}{:02}", d.year(), d.month(), d.day());
    let _ = write!(text, "{:02}{:02}{:02}.{:03}", t.hour(), t.minute(), t.second(), t.millisecond());
    let _ = write!(text, "{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60);
    text
}

#[cfg(test)]
mod tests {
    use super::{Zone, date, moment, write_date, write_moment};
    use jiff::tz::{Offset, TimeZone};

    #[test]
    fn dates_are_read_as_precise_as_they_are() {
        #[rustfmt::skip]
        let table = [
            ("20200229",                 Some("2020-02-29")),
            ("20200229103000",           Some("2020-02-29")),
            ("20200229103000.123-0500",  Some("2020-02-29")),
            ("202002",                   Some("2020-02")),
            ("2020",                     Some("2020")),
            ("20210229",                 None), // not a leap year
            ("20201301",                 None),
            ("2020022",                  None),
            ("00000000",                 None),
            ("2020-02-29",               None),
            ("02/29/2020",               None),
            ("DOB",                      None),
            ("",                         None),
            ("20200229x",                None),
            ("２０２００２２９",         None),
        ];
        for (text, read) in table {
            assert_eq!(date(text).map(|d| d.to_string()).as_deref(), read, "{text}");
            if let Some(date) = date(text) {
                assert!(text.starts_with(&write_date(date)), "{text}");
            }
        }
    }

    #[test]
    fn moments_know_how_their_zone_was_written() {
        let chicago = TimeZone::fixed(Offset::constant(-6));
        #[rustfmt::skip]
        let table = [
            ("20260301101500-0500",      Some(("2026-03-01T15:15:00Z", Zone::Given))),
            ("20260301101500.25+0530",   Some(("2026-03-01T04:45:00.25Z", Zone::Given))),
            ("20260301101500-500",       Some(("2026-03-01T15:15:00Z", Zone::Malformed))),
            ("20260301101500-05:00",     Some(("2026-03-01T15:15:00Z", Zone::Malformed))),
            ("20260301101500",           Some(("2026-03-01T16:15:00Z", Zone::Missing))),
            ("20260301",                 Some(("2026-03-01T06:00:00Z", Zone::Missing))),
            ("20260301101560",           Some(("2026-03-01T16:15:59Z", Zone::Missing))),
            ("20260301251500",           None),
            ("202603",                   None),
            ("20260301101500-9900",      None),
            ("20260301101500-",          None),
            ("now",                      None),
        ];
        for (text, read) in table {
            let read = read.map(|(at, zone)| (at.to_owned(), zone));
            assert_eq!(moment(text, &chicago).map(|m| (m.at.to_string(), m.zone)), read, "{text}");
        }
    }

    #[test]
    fn a_moment_that_is_written_is_read_back() {
        let at = "2026-03-01T15:15:00.25Z".parse().expect("a moment");
        let text = write_moment(at, Offset::constant(-5));
        assert_eq!(text, "20260301101500.250-0500");
        assert_eq!(moment(&text, &TimeZone::UTC).map(|m| m.at), Some(at));
    }
}
