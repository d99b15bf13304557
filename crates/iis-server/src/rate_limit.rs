//! How often somebody may fail: a leaky bucket for each address or name, in memory, bounded.

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Buckets kept at one time; when there are more, the emptiest go.
const MOST_BUCKETS: usize = 10_000;

/// Failures that drain away at a steady rate.
#[derive(Debug)]
pub struct FailureLimit {
    per_minute: u32,
    buckets: Mutex<BTreeMap<Box<str>, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Milli-failures still counted at `at`.
    level: i64,
    at: Timestamp,
}

impl FailureLimit {
    /// At most `per_minute` failures a minute for one key; as many may come at once.
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute, buckets: Mutex::default() }
    }

    /// Whether the key has failed too often to be heard now.
    pub fn exhausted(&self, key: &str, now: Timestamp) -> bool {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.get(key).is_some_and(|bucket| self.level(*bucket, now) >= i64::from(self.per_minute) * 1000)
    }

    /// Counts a failure.
    pub fn failed(&self, key: &str, now: Timestamp) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let level = buckets.get(key).map_or(0, |bucket| self.level(*bucket, now)) + 1000;
        buckets.insert(key.into(), Bucket { level, at: now });
        if buckets.len() > MOST_BUCKETS {
            buckets.retain(|_, bucket| self.level(*bucket, now) > 1000);
        }
        while buckets.len() > MOST_BUCKETS {
            buckets.pop_first();
        }
    }

    fn level(&self, bucket: Bucket, now: Timestamp) -> i64 {
        let millis = (now.as_millisecond() - bucket.at.as_millisecond()).max(0);
        (bucket.level - millis.saturating_mul(i64::from(self.per_minute)) / 60).max(0)
    }
}

/// The key of an address: IPv6 clients own a whole /64.
pub fn address_key(address: IpAddr) -> Box<str> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string().into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FailureLimit, MOST_BUCKETS, address_key};
    use jiff::Timestamp;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + millis).expect("in range")
    }

    #[test]
    fn a_key_that_fails_too_often_waits_and_is_heard_again() {
        let limit = FailureLimit::new(3);
        for n in 0..3 {
            assert!(!limit.exhausted("a", at(0)), "{n} failures are allowed");
            limit.failed("a", at(0));
        }
        assert!(limit.exhausted("a", at(0)));
        assert!(!limit.exhausted("b", at(0)), "another key is not touched");
        // one failure drains away in 20 s
        assert!(limit.exhausted("a", at(19_000 / 1000)));
        assert!(!limit.exhausted("a", at(20_000)));
    }

    #[test]
    fn memory_is_bounded_and_the_clock_may_jump_back() {
        let limit = FailureLimit::new(3);
        for n in 0..MOST_BUCKETS + 50 {
            limit.failed(&n.to_string(), at(0));
        }
        assert!(limit.buckets.lock().expect("not poisoned").len() <= MOST_BUCKETS);
        limit.failed("a", at(0));
        assert!(!limit.exhausted("a", at(-3_600_000)));
    }

    #[test]
    fn ipv6_neighbors_share_a_bucket() {
        #[rustfmt::skip]
        let table = [
            ("192.0.2.7",        "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8::1",      "2001:db8:0:0::/64"),
            ("2001:db8::ffff",   "2001:db8:0:0::/64"),
        ];
        for (address, key) in table {
            assert_eq!(&*address_key(address.parse().expect("an address")), key);
        }
    }
}
