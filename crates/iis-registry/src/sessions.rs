//! Sessions of people who are signed in (requirements Z-3): 15 minutes idle, 12 hours at most.

use crate::accounts::{self, Account};
use crate::{Arrival, Context, Failure};
use iis_model::{AccountId, Timestamp};
use iis_store::session::{self, SessionRow};
use iis_store::{Lane, StoreError};
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

/// Opens a session for a token, of which only the hash is known here.
pub async fn open(
    cx: &Context,
    account_id: AccountId,
    token_sha256: [u8; 32],
    csrf: Box<str>,
    from: Box<str>,
    arrival: Arrival,
) -> Result<(), Failure> {
    let row = SessionRow {
        token_sha256,
        account_id,
        csrf,
        created_at: arrival.at,
        seen_at: arrival.at,
        expires_at: end(arrival.at, arrival.at),
        channel_info: from,
    };
    Ok(cx.store.write(Lane::Web, move |tx| session::insert(tx, &row)).await?)
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
        let noted =
            cx.store.write(Lane::Web, move |tx| session::seen(tx, &token_sha256, arrival.at, expires_at));
        match noted.await {
            Ok(()) | Err(StoreError::ReadOnly) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(Session { account, csrf: row.csrf, expires_at }))
}

fn end(created_at: Timestamp, seen_at: Timestamp) -> Timestamp {
    let after = |at: Timestamp, span| at.saturating_add(span).unwrap_or(Timestamp::MAX);
    after(created_at, ABSOLUTE).min(after(seen_at, IDLE))
}

/// Ends a session.
pub async fn close(cx: &Context, token_sha256: [u8; 32]) -> Result<(), Failure> {
    Ok(cx.store.write(Lane::Web, move |tx| session::delete(tx, &token_sha256)).await?)
}

/// Ends all sessions of an account.
pub async fn close_all(cx: &Context, account_id: AccountId) -> Result<(), Failure> {
    Ok(cx.store.write(Lane::Web, move |tx| session::delete_of_account(tx, account_id)).await?)
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
