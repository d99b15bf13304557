//! User names that do not exist, counted like those that do: so a lock tells nobody whether an account exists.

use iis_model::Timestamp;
use iis_registry::accounts::{LOCKED_FOR, MOST_FAILURES};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Names kept at one time. Beyond that the oldest go: a lock of a name that nobody has protects nothing but a secret.
const MOST_NAMES: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Tries {
    failed: i64,
    last_at: Timestamp,
    locked_until: Option<Timestamp>,
}

static TRIES: LazyLock<Mutex<BTreeMap<String, Tries>>> = LazyLock::new(Mutex::default);

/// When the lock of a name that does not exist ends, if it is locked. Otherwise counts one more failure.
pub(super) fn locked_until(name: &str, now: Timestamp) -> Option<Timestamp> {
    let mut names = TRIES.lock().unwrap_or_else(PoisonError::into_inner);
    tried(&mut names, name.trim().to_lowercase(), now)
}

fn tried(names: &mut BTreeMap<String, Tries>, name: String, now: Timestamp) -> Option<Timestamp> {
    if names.len() >= MOST_NAMES {
        let oldest = names.iter().min_by_key(|(_, tries)| tries.last_at).map(|(name, _)| name.clone());
        oldest.map(|name| names.remove(&name));
    }
    let tries = names.entry(name).or_insert(Tries { failed: 0, last_at: now, locked_until: None });
    if let Some(until) = tries.locked_until.filter(|until| now < *until) {
        return Some(until);
    }
    tries.failed += 1;
    tries.last_at = now;
    tries.locked_until =
        if tries.failed % MOST_FAILURES == 0 { now.saturating_add(LOCKED_FOR).ok() } else { None };
    None
}

#[cfg(test)]
mod tests {
    use super::tried;
    use iis_model::Timestamp;
    use iis_registry::accounts::LOCKED_FOR;
    use std::collections::BTreeMap;

    #[test]
    fn a_name_that_nobody_has_is_locked_after_five_tries_for_half_an_hour() {
        let mut names = BTreeMap::new();
        let now = Timestamp::from_second(1_000_000).expect("a moment");
        for _ in 0..5 {
            assert_eq!(tried(&mut names, "nobody".into(), now), None);
        }
        let until = now + LOCKED_FOR;
        assert_eq!(tried(&mut names, "nobody".into(), now), Some(until));
        assert_eq!(tried(&mut names, "else".into(), now), None);
        assert_eq!(tried(&mut names, "nobody".into(), until), None);
    }
}
