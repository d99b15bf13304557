//! The forms of primitive data types, and the forms that conformance statements name.
//!
//! Source: HL7 2.5.1 chapter 2A (DT, DTM, NM, SI); immunization guide 1.5, chapter 4 (`TS_Z`, `TS_NZ`, `TS_M`, OID).

use crate::er7::time::eight_digits;

/// A primitive data type as far as its form can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Primitive {
    /// Anything.
    Text,
    /// A decimal number (NM).
    Number,
    /// A whole number from 0 (SI).
    Sequence,
    /// A date: year, month or day (DT).
    Date,
    /// A date and time, as precise as it is (DTM).
    DateTime,
}

impl Primitive {
    /// By the name of the data type.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "NM" => Self::Number,
            "SI" => Self::Sequence,
            "DT" | "DT_D" => Self::Date,
            "DTM" => Self::DateTime,
            _ => Self::Text,
        }
    }

    /// Whether the text has the form.
    #[inline]
    pub(super) fn holds(self, text: &[u8]) -> bool {
        match self {
            Self::Text => true,
            Self::Number => is_number(text),
            Self::Sequence => !text.is_empty() && digits(text),
            Self::Date => matches!(text.len(), 4 | 6 | 8) && is_calendar(text),
            Self::DateTime => is_date_time(text),
        }
    }

    /// What it should be, for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Sequence => "a whole number",
            Self::Date => "a calendar date (YYYYMMDD)",
            Self::DateTime => "a calendar date, with or without a time (YYYYMMDD[HHMM[SS]][+/-ZZZZ])",
        }
    }
}

/// A form that a conformance statement asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// At least the month; a time without a zone may follow the day.
    Month,
    /// At least the day; a time without a zone may follow.
    Day,
    /// To the second, with a zone.
    Moment,
    /// An ISO object identifier.
    Oid,
}

impl Form {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "month" => Self::Month,
            "day" => Self::Day,
            "moment" => Self::Moment,
            "oid" => Self::Oid,
            _ => return None,
        })
    }

    pub(super) fn holds(self, text: &[u8]) -> bool {
        match self {
            Self::Month => text.len() == 6 && is_calendar(text) || Self::Day.holds(text),
            Self::Day => {
                text.len() >= 8 && is_date_time(text) && !text.contains(&b'+') && !text.contains(&b'-')
            }
            Self::Moment => is_moment(text),
            Self::Oid => is_oid(text),
        }
    }

    /// What it should be, for people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Month => "at least year and month, without a zone (YYYYMM)",
            Self::Day => "at least year, month and day, without a zone (YYYYMMDD)",
            Self::Moment => "a time to the second with its zone (YYYYMMDDHHMMSS+/-ZZZZ)",
            Self::Oid => "an ISO object identifier",
        }
    }
}

fn digits(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_digit)
}

fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(text);
    let mut points = text.iter().filter(|&&b| b == b'.');
    let has_one_at_most = points.nth(1).is_none();
    has_one_at_most
        && text.iter().any(u8::is_ascii_digit)
        && text.iter().all(|&b| b.is_ascii_digit() || b == b'.')
}

/// The number that so many digits make; the caller has seen that they are digits.
fn value(text: &[u8]) -> u32 {
    text.iter().fold(0, |value, &b| value * 10 + u32::from(b - b'0'))
}

/// Year, month or day of the calendar, from four, six or eight digits.
fn is_calendar(text: &[u8]) -> bool {
    const LONGEST: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (year, month, day) = match eight_digits(text) {
        Some(date) => date,
        None if text.len() >= 4 && digits(text) => {
            (value(&text[..4]), text.get(4..6).map_or(1, value), text.get(6..8).map_or(1, value))
        }
        _ => return false,
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let longest = LONGEST.get(month.wrapping_sub(1) as usize).copied().unwrap_or(0);
    year > 0 && (1..=longest).contains(&day) && (is_leap || month != 2 || day < 29)
}

/// `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`
fn is_date_time(text: &[u8]) -> bool {
    if text.len() == 8 {
        return is_calendar(text); // as most are; neither a time nor a zone has room in it
    }
    let clock = text.iter().position(|b| matches!(b, b'+' | b'-')).unwrap_or(text.len());
    let (clock, zone) = text.split_at(clock);
    let point = clock.iter().position(|&b| b == b'.').unwrap_or(clock.len());
    let (whole, fraction) = clock.split_at(point);
    let has_form = matches!(whole.len(), 4 | 6 | 8 | 10 | 12 | 14) && digits(whole);
    has_form
        && is_calendar(&whole[..whole.len().min(8)])
        && whole.get(8..10).is_none_or(|hour| value(hour) < 24)
        && whole.get(10..12).is_none_or(|minute| value(minute) < 60)
        && whole.get(12..14).is_none_or(|second| value(second) < 60)
        && (fraction.is_empty()
            || whole.len() == 14 && (2..=5).contains(&fraction.len()) && digits(&fraction[1..]))
        && (zone.is_empty() || zone.len() == 5 && digits(&zone[1..]))
}

fn is_moment(text: &[u8]) -> bool {
    let has_zone = text.len() >= 19 && matches!(text[text.len() - 5], b'+' | b'-');
    has_zone && text.iter().take(14).all(u8::is_ascii_digit) && is_date_time(text)
}

/// The first arc is 0, 1 or 2; none has a leading zero.
fn is_oid(text: &[u8]) -> bool {
    let mut arcs = text.split(|&b| b == b'.');
    arcs.next().is_some_and(|first| matches!(first, [b'0'..=b'2']))
        && arcs.all(|arc| !arc.is_empty() && digits(arc) && (arc.len() == 1 || arc[0] != b'0'))
}

#[cfg(test)]
mod tests {
    use super::{Form, Primitive};

    #[test]
    fn a_number_has_one_point_however_many_there_are() {
        for points in [2, 255, 256, 257, 70_000] {
            let text = ".".repeat(points);
            assert!(!Primitive::Number.holds(text.as_bytes()), "{points} points");
        }
    }

    #[test]
    fn primitive_data_types_have_their_forms() {
        use Primitive::{Date, DateTime, Number, Sequence};
        #[rustfmt::skip]
        let table = [
            (Number,   "0.5",                     true),
            (Number,   "-12",                     true),
            (Number,   ".5",                      true),
            (Number,   "",                        false),
            (Number,   ".",                       false),
            (Number,   "1.2.3",                   false),
            (Number,   "5mL",                     false),
            (Sequence, "12",                      true),
            (Sequence, "-1",                      false),
            (Sequence, "1.0",                     false),
            (Date,     "2020",                    true),
            (Date,     "20200229",                true),
            (Date,     "20210229",                false), // no leap year
            (Date,     "19000229",                false), // nor was this
            (Date,     "20000229",                true),
            (Date,     "20201301",                false),
            (Date,     "00000101",                false),
            (Date,     "2020022910",              false),
            (DateTime, "2020022910",              true),
            (DateTime, "20200229101500.25-0500",  true),
            (DateTime, "20200229101500.-0500",    false),
            (DateTime, "202002291015.25",         false),
            (DateTime, "20200229251500",          false),
            (DateTime, "20200229101500-500",      false),
            (DateTime, "202002291",               false),
            (DateTime, "2020-02-29",              false),
        ];
        for (primitive, text, holds) in table {
            assert_eq!(primitive.holds(text.as_bytes()), holds, "{primitive:?} {text}");
        }
    }

    #[test]
    fn statements_ask_for_forms() {
        #[rustfmt::skip]
        let table = [
            (Form::Month,  "202003",                true),
            (Form::Month,  "20200301",              true),
            (Form::Month,  "2020",                  false),
            (Form::Day,    "20200301",              true),
            (Form::Day,    "20200301101500",        true),
            (Form::Day,    "202003",                false),
            (Form::Day,    "20200301101500-0500",   false),
            (Form::Moment, "20200301101500-0500",   true),
            (Form::Moment, "20200301101500.123+0000", true),
            (Form::Moment, "202003011015-0500",     false),
            (Form::Moment, "20200301101500",        false),
            (Form::Oid,    "2.16.840.1.113883",     true),
            (Form::Oid,    "2.016",                 false),
            (Form::Oid,    "3.1",                   false),
            (Form::Oid,    "2.",                    false),
        ];
        for (form, text, holds) in table {
            assert_eq!(form.holds(text.as_bytes()), holds, "{form:?} {text}");
        }
    }
}
