//! How often a refusal is written into the audit: once an hour for one account at one address, and what came in between is
//! counted in the next row. Whoever lets a program try every address fills no disk.

use iis_model::{AccountId, Timestamp};
use iis_registry::access::refusals::Why;
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The same is noted once in this time.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// So long after a note that could not be written the next refusal of its kind is noted.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// Kinds of refusals remembered at one time, and so the most rows in [`EVERY`].
const MOST: usize = 10_000;

/// What was refused lately.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<BTreeMap<Kind, Noted>>);

/// Whose refusal, why, at which address.
type Kind = (AccountId, Why, Box<str>);

#[derive(Debug, Clone, Copy)]
struct Noted {
    at: Timestamp,
    passed_over: u32,
}

impl Refusals {
    /// Whether a refusal is to be noted now, with how many like it were passed over since the last note.
    pub fn notable(&self, account: AccountId, why: Why, address: &str, now: Timestamp) -> Option<u32> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account, why, Box::from(address));
        if let Some(noted) = known.get_mut(&key)
            && now.duration_since(noted.at) < EVERY
        {
            noted.passed_over = noted.passed_over.saturating_add(1);
            return None;
        }
        let passed_over = known.remove(&key).map_or(0, |noted| noted.passed_over);
        if known.len() >= MOST {
            known.retain(|_, noted| now.duration_since(noted.at) < EVERY);
        }
        if known.len() >= MOST {
            return None;
        }
        known.insert(key, Noted { at: now, passed_over: 0 });
        Some(passed_over)
    }

    /// The note could not be written: the next refusal of its kind after [`AGAIN`] is noted, and counts this one.
    pub fn was_not_noted(
        &self,
        account: AccountId,
        why: Why,
        address: &str,
        passed_over: u32,
        now: Timestamp,
    ) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(noted) = known.get_mut(&(account, why, Box::from(address))) {
            noted.at = now.saturating_sub(EVERY - AGAIN).unwrap_or(Timestamp::MIN);
            noted.passed_over = noted.passed_over.saturating_add(passed_over).saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Refusals};
    use iis_model::{AccountId, Timestamp};
    use iis_registry::access::refusals::Why::{Absent, NotPermitted};

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_772_445_600 + 60 * minutes).expect("a moment")
    }

    #[test]
    fn the_same_is_noted_once_an_hour_with_what_came_in_between() {
        let refusals = Refusals::default();
        let (one, other) = (AccountId(1), AccountId(2));
        #[rustfmt::skip]
        let table = [
            // minute  who    why          address            noted
            (0,        one, NotPermitted,   "GET /admin/mail",  Some(0)),
            (0,        one, NotPermitted,   "GET /admin/mail",  None),
            (0,        one, NotPermitted,   "GET /admin/audit", Some(0)),
            (0,        one, Absent,       "GET /admin/mail",  Some(0)),
            (1,        other, NotPermitted, "GET /admin/mail",  Some(0)),
            (59,       one, NotPermitted,   "GET /admin/mail",  None),
            (60,       one, NotPermitted,   "GET /admin/mail",  Some(2)),
            (61,       one, NotPermitted,   "GET /admin/mail",  None),
            (200,      one, NotPermitted,   "GET /admin/mail",  Some(1)),
        ];
        for (minute, who, why, address, noted) in table {
            assert_eq!(refusals.notable(who, why, address, at(minute)), noted, "{minute} {who:?} {address}");
        }
    }

    #[test]
    fn a_note_that_a_busy_store_did_not_take_is_tried_a_minute_later_and_counts_what_it_missed() {
        let refusals = Refusals::default();
        let (who, address) = (AccountId(1), "GET /admin/mail");
        assert_eq!(refusals.notable(who, NotPermitted, address, at(0)), Some(0));
        refusals.was_not_noted(who, NotPermitted, address, 0, at(0));
        assert_eq!(
            refusals.notable(who, NotPermitted, address, at(0)),
            None,
            "not at once: the store is busy"
        );
        assert_eq!(refusals.notable(who, NotPermitted, address, at(1)), Some(2));
        refusals.was_not_noted(who, NotPermitted, address, 2, at(1));
        assert_eq!(
            refusals.notable(who, NotPermitted, address, at(2)),
            Some(3),
            "nothing is lost by failing twice"
        );
        assert_eq!(
            refusals.notable(who, NotPermitted, address, at(3)),
            None,
            "once it is written, once an hour"
        );
    }

    #[test]
    fn who_tries_everything_leaves_so_many_rows_and_no_more() {
        let refusals = Refusals::default();
        let noted = |minute| {
            let tries = (0..2 * MOST)
                .map(|n| refusals.notable(AccountId(1), NotPermitted, &n.to_string(), at(minute)));
            tries.flatten().count()
        };
        assert_eq!(noted(0), MOST);
        assert_eq!(noted(30), 0);
        assert_eq!(noted(61), MOST, "an hour later there is room again");
    }
}
