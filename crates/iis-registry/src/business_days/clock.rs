//! The clock of a case: it runs on business days from receipt, and stands while somebody outside has to mend something.

use super::Calendar;
use iis_model::Timestamp;
use jiff::SignedDuration;

/// What was promised, in business days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// From here on somebody should look.
    pub amber_days: u16,
    /// From here on it is late.
    pub red_days: u16,
}

/// How a case stands against its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// There is time.
    OnTime,
    /// Due before the target is passed.
    DueSoon,
    /// Later than promised.
    Late,
}

/// A case's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    received: Timestamp,
    pauses: Vec<(Timestamp, Option<Timestamp>)>,
    stopped: Option<Timestamp>,
}

impl Clock {
    /// Started at receipt.
    pub fn started(received: Timestamp) -> Self {
        Self { received, pauses: Vec::new(), stopped: None }
    }

    /// Stands from this moment on. A clock that stands goes on standing.
    pub fn pause(&mut self, at: Timestamp) {
        if !self.is_paused() {
            self.pauses.push((at, None));
        }
    }

    /// Runs again.
    pub fn resume(&mut self, at: Timestamp) {
        if let Some((_, end @ None)) = self.pauses.last_mut() {
            *end = Some(at);
        }
    }

    /// Has ended: the case is decided.
    pub fn stop(&mut self, at: Timestamp) {
        self.stopped.get_or_insert(at);
    }

    /// Whether it stands.
    pub fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|(_, end)| end.is_none())
    }

    /// Business time without the pauses.
    pub fn counted(&self, calendar: &Calendar, now: Timestamp) -> SignedDuration {
        let now = self.stopped.unwrap_or(now);
        let paused: SignedDuration = self
            .pauses
            .iter()
            .map(|(from, to)| calendar.between(*from, to.unwrap_or(now).min(now)))
            .fold(SignedDuration::ZERO, |sum, pause| sum + pause);
        calendar.between(self.received, now) - paused
    }

    /// Business time with the pauses.
    pub fn unpaused(&self, calendar: &Calendar, now: Timestamp) -> SignedDuration {
        calendar.between(self.received, self.stopped.unwrap_or(now))
    }

    /// How it stands against a target.
    pub fn standing(&self, calendar: &Calendar, target: Target, now: Timestamp) -> Standing {
        let counted = self.counted(calendar, now);
        match counted {
            counted if counted > days(target.red_days) => Standing::Late,
            counted if counted > days(target.amber_days) => Standing::DueSoon,
            _ => Standing::OnTime,
        }
    }

    /// The moment at which the target is passed, if the clock runs from now on.
    pub fn due(&self, calendar: &Calendar, target: Target, now: Timestamp) -> Timestamp {
        let left = days(target.red_days) - self.counted(calendar, now);
        if left.is_negative() { now } else { calendar.after(now, left) }
    }
}

fn days(days: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(days))
}

#[cfg(test)]
mod tests {
    use super::{Clock, Standing, Target};
    use crate::business_days::Calendar;
    use iis_model::Timestamp;
    use jiff::SignedDuration;
    use jiff::tz::TimeZone;

    const TARGET: Target = Target { amber_days: 1, red_days: 2 };

    /// An hour after Monday 2026-03-02, midnight, in UTC.
    fn hour(hours: i64) -> Timestamp {
        let monday: Timestamp = "2026-03-02T00:00:00Z".parse().expect("a moment");
        monday + SignedDuration::from_hours(hours)
    }

    fn calendar() -> Calendar {
        Calendar::new([], TimeZone::UTC)
    }

    #[test]
    fn amber_after_one_business_day_and_red_after_two() {
        let clock = Clock::started(hour(9));
        #[rustfmt::skip]
        let table = [
            // now            standing
            (hour(9),        Standing::OnTime),
            (hour(33),       Standing::OnTime),   // exactly one day
            (hour(34),       Standing::DueSoon),
            (hour(57),       Standing::DueSoon),  // exactly two
            (hour(58),       Standing::Late),
        ];
        for (now, standing) in table {
            assert_eq!(clock.standing(&calendar(), TARGET, now), standing, "{now}");
        }
        assert_eq!(clock.due(&calendar(), TARGET, hour(10)), hour(57));
        let friday = Clock::started(hour(4 * 24 + 9));
        assert_eq!(
            friday.standing(&calendar(), TARGET, hour(7 * 24 + 8)),
            Standing::OnTime,
            "a weekend between"
        );
    }

    #[test]
    fn it_stands_while_returned_and_says_both_times() {
        let mut clock = Clock::started(hour(0));
        clock.pause(hour(10));
        clock.pause(hour(12)); // it stands already
        assert!(clock.is_paused());
        assert_eq!(clock.counted(&calendar(), hour(40)), SignedDuration::from_hours(10));
        clock.resume(hour(40));
        clock.resume(hour(41)); // it runs already
        assert_eq!(clock.counted(&calendar(), hour(42)), SignedDuration::from_hours(12));
        assert_eq!(clock.unpaused(&calendar(), hour(42)), SignedDuration::from_hours(42));
        clock.stop(hour(50));
        assert_eq!(clock.counted(&calendar(), hour(90)), SignedDuration::from_hours(20));
        assert_eq!(clock.unpaused(&calendar(), hour(90)), SignedDuration::from_hours(50));
    }
}
