//! The way back after a lock-out (requirement S-14): a letter to the owner of the account with the time, the address from
//! which it was tried, and a link through which the owner signs in all the same.
//!
//! What is tried through the link is counted for the link alone. So whoever locks an account by guessing keeps its owner
//! out no longer than the mail takes.

use super::lock::{Lock, locked_until};
use super::sign_in::name_key;
use super::told::{address_of, moment};
use super::{Account, Attempt};
use crate::cases::Keys;
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link, knock};
use crate::{Arrival, Context, Failure};
use iis_model::{AccountId, Timestamp};
use iis_store::{StoreError, Tx, account, sign_in_failure, way_back};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

/// So long a link works: as long as failures are remembered.
pub const WORKS: SignedDuration = SignedDuration::from_hours(24);

/// Writes the letter of a lock, where the account's owner has an address; `from`: whence the last failure came, and none where the
/// Help Desk sends the letter again. False: there is no address, or too many were written.
pub(super) fn write(
    tx: &mut Tx<'_>,
    cx: &Context,
    keys: &Keys,
    id: AccountId,
    (lock, from): (Lock, Option<&str>),
    at: Timestamp,
) -> Result<bool, StoreError> {
    let Some(address) = address_of(tx, id)? else { return Ok(false) };
    let key = keys.key(&["way-back", &id.0.to_string(), &at.as_microsecond().to_string()]);
    way_back::put(tx, &hash(key.as_str()), id, at.saturating_add(WORKS).unwrap_or(Timestamp::MAX))?;
    let letter = Letter::LockedOut {
        at: moment(cx, lock.began),
        from: from.map(Into::into),
        until: moment(cx, lock.until),
        link: Link::to(cx, &["sign-in", "back", key.as_str()]),
    };
    knock(tx, &letter.to(cx, &address, at).map_err(inside)?)
}

/// Whose way back a link is, unless it is over or was used.
pub async fn account_of(cx: &Context, token: &str, arrival: Arrival) -> Result<Option<Account>, Failure> {
    let key = hash(token);
    let found = cx.store.read(move |tx| {
        let Some(id) = way_back::get(tx, &key, arrival.at)? else { return Ok(None) };
        account::get(tx, id)?.map(|row| Account::read(tx, row)).transpose()
    });
    Ok(found.await?)
}

/// Until when an account is locked after failures; none: it is not.
pub async fn locked(cx: &Context, account: &Account, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let key = name_key(&account.name);
    let failures = cx.store.read(move |tx| sign_in_failure::of_name(tx, &key)).await?;
    let moments: Vec<_> = failures.into_iter().map(|(_, at)| at).collect();
    Ok(locked_until(&moments, now))
}

impl Attempt {
    /// Somebody who opened the link of a letter wants to sign in. Failures count for the link alone.
    pub fn by_way_back(account: &Account, token: &str, from: &str, arrival: Arrival) -> Self {
        Self::counted_apart("sign-in", account, &format!("way back {token}"), from, arrival).forgetting_all()
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
