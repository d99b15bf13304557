//! Which days count, and how much of the time between two moments lies on them.

use iis_model::{Date, Timestamp};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use std::collections::BTreeSet;

/// The days on which the Help Desk works, in the jurisdiction's time zone.
#[derive(Debug, Clone)]
pub struct Calendar {
    holidays: BTreeSet<Date>,
    zone: TimeZone,
}

impl Calendar {
    /// Monday to Friday without these days.
    pub fn new(holidays: impl IntoIterator<Item = Date>, zone: TimeZone) -> Self {
        Self { holidays: holidays.into_iter().collect(), zone }
    }

    /// Whether somebody works on the day.
    pub fn is_business_day(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.holidays.contains(&day)
    }

    /// How much of the time from one moment to another lies on business days. A business day is 24 hours long, so that
    /// what comes in on Monday at nine is one day old on Tuesday at nine.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let mut counted = SignedDuration::ZERO;
        let mut at = from;
        while at < to {
            let day = self.day_of(at);
            let Some(end) = self.end_of(day).filter(|end| *end > at) else { break };
            let until = end.min(to);
            if self.is_business_day(day) {
                counted += until.duration_since(at);
            }
            at = until;
        }
        counted
    }

    /// The moment at which so much business time has passed since another.
    pub fn after(&self, from: Timestamp, mut business: SignedDuration) -> Timestamp {
        let mut at = from;
        loop {
            let day = self.day_of(at);
            let Some(end) = self.end_of(day).filter(|end| *end > at) else { return at };
            if self.is_business_day(day) {
                let left = end.duration_since(at);
                if business < left {
                    return at.saturating_add(business).unwrap_or(Timestamp::MAX);
                }
                business -= left;
            }
            at = end;
        }
    }

    fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    fn end_of(&self, day: Date) -> Option<Timestamp> {
        let next = day.checked_add(1.day()).ok()?;
        next.to_zoned(self.zone.clone()).ok().map(|start| start.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::Calendar;
    use iis_model::Timestamp;
    use jiff::SignedDuration;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    fn calendar() -> Calendar {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        Calendar::new([date(2026, 11, 26)], zone)
    }

    /// A moment of New York in November 2026, where the 2nd is a Monday; UTC is five hours ahead.
    fn at(day: i8, hour: i8) -> Timestamp {
        let zone = TimeZone::get("America/New_York").expect("a zone");
        date(2026, 11, day).at(hour, 0, 0, 0).to_zoned(zone).expect("a moment").timestamp()
    }

    #[test]
    fn only_business_days_count() {
        #[rustfmt::skip]
        let table = [
            // from        to          hours that count
            (at(2, 9),   at(2, 10),   1),
            (at(2, 9),   at(3, 9),    24),
            (at(6, 16),  at(9, 9),    8 + 9),      // Friday afternoon to Monday morning
            (at(7, 9),   at(8, 9),    0),          // a weekend
            (at(25, 16), at(27, 9),   8 + 9),      // over Thanksgiving
            (at(2, 10),  at(2, 9),    0),
        ];
        for (from, to, hours) in table {
            assert_eq!(calendar().between(from, to), SignedDuration::from_hours(hours), "{from} {to}");
        }
    }

    #[test]
    fn a_moment_later_is_a_business_moment_later() {
        #[rustfmt::skip]
        let table = [
            // from        business hours    moment
            (at(2, 9),   24,               at(3, 9)),
            (at(6, 16),  24,               at(9, 16)),
            (at(6, 16),  8,                at(9, 0)),     // Friday is used up; the next business moment begins Monday
            (at(7, 12),  24,               at(10, 0)),
            (at(25, 16), 24,               at(27, 16)),
            (at(30, 9),  24,               Timestamp::from_second(at(30, 9).as_second() + 86_400).expect("a moment")),
        ];
        for (from, hours, to) in table {
            assert_eq!(calendar().after(from, SignedDuration::from_hours(hours)), to, "{from}");
        }
    }

    #[test]
    fn the_night_the_clocks_change_lies_on_a_sunday_and_does_not_count() {
        // 2026-11-01 is the end of daylight saving time
        let zone = TimeZone::get("America/New_York").expect("a zone");
        let friday = date(2026, 10, 30).at(12, 0, 0, 0).to_zoned(zone).expect("a moment").timestamp();
        assert_eq!(calendar().between(friday, at(2, 12)), SignedDuration::from_hours(24));
    }
}
