//! Sessions of people who are signed in (requirements Z-3): 15 minutes idle, 12 hours at most.

use crate::accounts::lock::REMEMBERED;
use crate::accounts::{self, Account};
use crate::{Arrival, Context, Failure};
use iis_model::access::Channel;
use iis_model::{AccountId, Timestamp};
use iis_store::session::{self, SessionRow};
use iis_store::{AuditEntry, sign_in_failure};
use jiff::SignedDuration;

/// A session ends after this time without a request.
pub const IDLE: SignedDuration = SignedDuration::from_mins(15);

/// A session ends after this time in any case.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);

/// The use of a session is written down at most this often.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who, as the account stands now.
    pub account: Account,
    /// The token that forms must carry.
    pub csrf: Box<str>,
    /// When it ends if nothing more is done.
    pub expires_at: Timestamp,
}

/// The row of a session that an account opens with a token, of which only the hash is known here.
pub fn new(
    account_id: AccountId,
    token_sha256: [u8; 32],
    csrf: Box<str>,
    from: Box<str>,
    arrival: Arrival,
) -> SessionRow {
    SessionRow {
        token_sha256,
        account_id,
        csrf,
        created_at: arrival.at,
        seen_at: arrival.at,
        expires_at: end(arrival.at, arrival.at),
        channel_info: from,
    }
}

/// The session of a token, unless it is over or its account may no longer be used.
pub async fn find(
    cx: &Context,
    token_sha256: [u8; 32],
    arrival: Arrival,
) -> Result<Option<Session>, Failure> {
    let Some(row) = cx.store.read(move |tx| session::get(tx, &token_sha256, arrival.at)).await? else {
        return Ok(None);
    };
    let Some(account) = accounts::get(cx, row.account_id).await?.filter(Account::is_usable) else {
        return Ok(None);
    };
    let expires_at = end(row.created_at, arrival.at);
    if arrival.at.duration_since(row.seen_at) >= NOTED_EVERY {
        cx.store
            .write_for_readers(move |tx| session::seen(tx, &token_sha256, arrival.at, expires_at))
            .await?;
    }
    Ok(Some(Session { account, csrf: row.csrf, expires_at }))
}

fn end(created_at: Timestamp, seen_at: Timestamp) -> Timestamp {
    let after = |at: Timestamp, span| at.saturating_add(span).unwrap_or(Timestamp::MAX);
    after(created_at, ABSOLUTE).min(after(seen_at, IDLE))
}

/// Ends a session: its owner signs out.
pub async fn close(
    cx: &Context,
    account: &Account,
    token_sha256: [u8; 32],
    from: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "sign-out", arrival.at);
    let entry = entry.detail(format!("from {from}"));
    let closed = cx.store.write_for_readers(move |tx| {
        session::delete(tx, &token_sha256)?;
        tx.audit(&entry)
    });
    Ok(closed.await?)
}

/// Forgets sessions that are over and failed sign-ins that no longer count; says how many.
pub async fn clear_away(cx: &Context, now: Timestamp) -> Result<(u64, u64), Failure> {
    let old = now.saturating_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
    let cleared = cx.store.write_for_readers(move |tx| {
        Ok((session::delete_expired(tx, now)?, sign_in_failure::delete_before(tx, old)?))
    });
    Ok(cleared.await?)
}

#[cfg(test)]
mod tests {
    use super::{ABSOLUTE, IDLE, end};
    use iis_model::Timestamp;

    #[test]
    fn a_session_ends_by_idling_or_after_its_day() {
        let began = Timestamp::from_second(0).expect("a moment");
        assert_eq!(end(began, began).duration_since(began), IDLE);
        let late = began + ABSOLUTE - IDLE / 3;
        assert_eq!(end(began, late).duration_since(began), ABSOLUTE);
    }
}
