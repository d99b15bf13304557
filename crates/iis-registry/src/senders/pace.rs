//! How fast a sender may send: as many messages a minute as are agreed, evenly, with a small advance.
//!
//! Nothing is lost: who is too fast is told when to come again, or is made to wait by whoever holds the connection. Each
//! process counts for itself. Batch files are not counted: they wait behind everybody anyhow.

use crate::Context;
use iis_model::organization::Sender;
use iis_model::{SenderId, Timestamp};
use jiff::SignedDuration;
use std::collections::HashMap;
use std::sync::PoisonError;

/// So far ahead of the agreed pace a sender may be.
const ADVANCE: SignedDuration = SignedDuration::from_secs(10);

/// When the next message of each sender would be due at the agreed pace.
#[derive(Debug, Default)]
pub(crate) struct Paces(HashMap<SenderId, Timestamp>);

impl Paces {
    /// Counts one message, or says how long to wait before it may come.
    fn admit(&mut self, id: SenderId, a_minute: u32, at: Timestamp) -> Result<(), SignedDuration> {
        let Some(interval) =
            SignedDuration::from_mins(1).checked_div(i32::try_from(a_minute).unwrap_or(i32::MAX))
        else {
            return Ok(()); // none is agreed
        };
        let due = self.0.get(&id).copied().unwrap_or(at).max(at);
        let ahead = due.duration_since(at);
        if ahead > ADVANCE {
            return Err(ahead - ADVANCE);
        }
        self.0.insert(id, due.saturating_add(interval).unwrap_or(due));
        Ok(())
    }
}

/// Counts one message of a sender, or says how long to wait before it may come.
pub fn admit(cx: &Context, sender: &Sender, at: Timestamp) -> Result<(), SignedDuration> {
    let a_minute = sender.profile.messages_a_minute;
    if a_minute == 0 {
        return Ok(());
    }
    cx.paces.lock().unwrap_or_else(PoisonError::into_inner).admit(sender.id, a_minute, at)
}

#[cfg(test)]
mod tests {
    use super::Paces;
    use iis_model::SenderId;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_sender_may_be_a_little_ahead_and_then_keeps_the_pace() {
        let at = |seconds: i64| Timestamp::from_second(1_772_445_600 + seconds).expect("a moment");
        let (one, other) = (SenderId(1), SenderId(2));
        let mut paces = Paces::default();
        // thirty a minute: one every two seconds, five of them in advance
        let at_once = (0..20).filter(|_| paces.admit(one, 30, at(0)).is_ok()).count();
        assert_eq!(at_once, 6);
        assert_eq!(paces.admit(one, 30, at(0)), Err(SignedDuration::from_secs(2)));
        assert_eq!(paces.admit(one, 30, at(1)), Err(SignedDuration::from_secs(1)));
        assert_eq!(paces.admit(one, 30, at(2)), Ok(()), "after waiting as told");
        assert_eq!(paces.admit(other, 30, at(2)), Ok(()), "others are not held up");
        let in_a_minute = (3..63).filter(|second| paces.admit(one, 30, at(*second)).is_ok()).count();
        assert_eq!(in_a_minute, 30);
        assert_eq!(paces.admit(one, 0, at(63)), Ok(()), "without a pace nobody waits");
    }
}
