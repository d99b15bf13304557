//! When a user name is heard again after failed sign-ins (requirements Z-1).
//!
//! Five failures within 15 minutes lock a name for half an hour; each further lock within a day lasts twice as long,
//! up to four hours. So the owner of an account gets in again after a while, and who guesses gets fewer than a
//! hundred guesses a day.

use iis_model::Timestamp;
use jiff::SignedDuration;

/// So many failures lock a name …
pub const MOST_FAILURES: usize = 5;

/// … when they come within this time.
pub const WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// How long the first lock lasts.
pub const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(30);

/// No lock lasts longer.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(4);

/// After this time a failure is forgotten.
pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A lock after failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock {
    /// When it began: with the last of the failures.
    pub began: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// When the lock ends that these failures of one name brought about, if it is locked at `now`: see [`lock_of`].
pub fn locked_until(failures: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    lock_of(failures, now).map(|lock| lock.until)
}

/// The lock that these failures of one name brought about, if it is locked at `now`. The failures are in the order in which they
/// came.
pub fn lock_of(failures: &[Timestamp], now: Timestamp) -> Option<Lock> {
    let (mut recent, mut lasts, mut lock) = (Vec::with_capacity(MOST_FAILURES), LOCKED_FOR, None);
    for at in failures.iter().copied().filter(|at| now.duration_since(*at) < REMEMBERED) {
        recent.retain(|earlier: &Timestamp| at.duration_since(*earlier) < WITHIN);
        recent.push(at);
        if recent.len() >= MOST_FAILURES {
            recent.clear();
            let until = at.saturating_add(lasts).unwrap_or(Timestamp::MAX);
            lock = Some(Lock { began: at, until });
            lasts = LONGEST.min(lasts.saturating_add(lasts));
        }
    }
    lock.filter(|lock| now < lock.until)
}

#[cfg(test)]
mod tests {
    use super::locked_until;
    use iis_model::Timestamp;

    fn minute(minute: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + 60 * minute).expect("a moment")
    }

    #[test]
    fn five_failures_within_a_quarter_of_an_hour_lock_and_each_lock_lasts_longer() {
        let five = |at: i64| [at; 5];
        #[rustfmt::skip]
        let table: [(&str, Vec<i64>, i64, Option<i64>); 9] = [
            // what                        failed at                                 asked  locked until
            ("four",                       vec![0, 0, 1, 1],                           2,   None),
            ("five",                       vec![0, 0, 1, 1, 2],                        3,   Some(32)),
            ("five, over",                 vec![0, 0, 1, 1, 2],                       32,   None),
            ("five, slowly",               vec![0, 4, 8, 12, 15],                     16,   None),
            ("the last five count",        vec![0, 13, 13, 14, 15, 16],               17,   Some(46)),
            ("a second lock",              [five(0), five(31)].concat(),              32,   Some(91)),
            ("a third lock",               [five(0), five(31), five(91)].concat(),    92,   Some(211)),
            ("a day later, all forgotten", [five(0), five(31)].concat(),            1500,   None),
            ("no lock beyond four hours",  [five(0), five(31), five(91), five(211), five(451), five(700)].concat(),
                                                                                     701,   Some(940)),
        ];
        for (what, failures, now, until) in table {
            let failures: Vec<_> = failures.into_iter().map(minute).collect();
            assert_eq!(locked_until(&failures, minute(now)), until.map(minute), "{what}");
        }
    }

    #[test]
    fn who_guesses_all_day_gets_fewer_than_a_hundred_guesses() {
        let mut failures = Vec::new();
        for second in 0..24 * 60 * 60 {
            let now = Timestamp::from_second(1_000_000 + second).expect("a moment");
            if locked_until(&failures, now).is_none() {
                failures.push(now);
            }
        }
        assert_eq!(failures.len(), 45);
    }
}
