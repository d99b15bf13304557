//! What was typed survives the end of a session (screens section 2.3), and being asked who one is before a deed of weight.
//!
//! A form that comes when its session is over is kept for whose session it was, sealed under the registry's key outside
//! the database, and given back on the same form once that person has signed in again; so is one whose sender has to show again who
//! they are. Nobody else gets it; it is forgotten after half a day. Without the key nothing is kept.

use crate::accounts::{self, Account};
use crate::number_key::NumberKey;
use crate::{Arrival, Context, Failure};
use iis_model::access::Channel;
use iis_model::{AccountId, Timestamp};
use iis_store::draft::{self, DraftRow};
use iis_store::session::SessionRow;
use iis_store::{AuditEntry, session};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// So long a draft is kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(12);
/// The most drafts of one account.
pub const MOST: usize = 20;

/// The fields of a form, as typed.
pub type Fields = BTreeMap<String, String>;

/// A form that came after its session had ended, or too late after its sender showed who they are.
#[derive(Debug, Clone)]
pub struct Late {
    /// The hash of the session's token.
    pub token_sha256: [u8; 32],
    /// The token that its forms carried.
    pub csrf: String,
    /// Where the form is.
    pub address: String,
    /// What was typed.
    pub fields: Fields,
}

/// Keeps a form whose session is over; whether it was kept. A form that does not carry the token of that session is
/// nobody's.
pub async fn keep(cx: &Context, late: Late, arrival: Arrival) -> Result<bool, Failure> {
    let token = late.token_sha256;
    match cx.store.read(move |tx| session::ended(tx, &token, arrival.at)).await? {
        Some(ended) => keep_of(cx, ended, late, arrival).await,
        None => Ok(false),
    }
}

/// Keeps a form whose session goes on, and whose sender has to show again who they are; whether it was kept.
pub async fn keep_unproved(cx: &Context, late: Late, arrival: Arrival) -> Result<bool, Failure> {
    let token = late.token_sha256;
    match cx.store.read(move |tx| session::get(tx, &token, arrival.at)).await? {
        Some(open) => keep_of(cx, open, late, arrival).await,
        None => Ok(false),
    }
}

async fn keep_of(cx: &Context, whose: SessionRow, late: Late, arrival: Arrival) -> Result<bool, Failure> {
    let Some(key) = cx.number_key.clone() else { return Ok(false) };
    let hash = |token: &str| <[u8; 32]>::from(Sha256::digest(token.as_bytes())); // tells nothing by the time it takes
    if whose.stage.is_some() || hash(&whose.csrf) != hash(&late.csrf) {
        return Ok(false);
    }
    let Some(account) = accounts::get(cx, whose.account_id).await?.filter(Account::is_usable) else {
        return Ok(false);
    };
    let text = serde_json::to_vec(&late.fields).unwrap_or_default();
    let nonce: Vec<u8> = arrival.random.iter().flat_map(|word| word.to_be_bytes()).collect();
    let sealed = key.draft_sealed(account.id, &nonce, &text);
    let row = DraftRow { at: arrival.at, nonce: nonce.into(), sealed: sealed.into() };
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "keep-draft", arrival.at);
    let kept = cx.store.write_for_readers(move |tx| {
        draft::put(tx, account.id, &late.address, &row, MOST)?;
        tx.audit(&entry)
    });
    kept.await?;
    Ok(true)
}

/// What an account typed into the form of this address, and when.
pub async fn kept(
    cx: &Context,
    account: AccountId,
    address: &str,
    now: Timestamp,
) -> Result<Option<(Timestamp, Fields)>, Failure> {
    let Some(key) = cx.number_key.clone() else { return Ok(None) };
    let address = address.to_owned();
    let since = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    let row = cx.store.read(move |tx| draft::get(tx, account, &address, since)).await?;
    let opened = row.and_then(|row| Some((row.at, open(&key, account, &row)?)));
    Ok(opened)
}

/// A form that was not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where the form is sent.
    pub address: String,
    /// When it came.
    pub at: Timestamp,
    /// What was typed.
    pub fields: Fields,
}

/// The forms that an account did not finish, the latest first.
pub async fn of_account(cx: &Context, account: AccountId, now: Timestamp) -> Result<Vec<Draft>, Failure> {
    let Some(key) = cx.number_key.clone() else { return Ok(Vec::new()) };
    let since = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    let rows = cx.store.read(move |tx| draft::of_account(tx, account, since)).await?;
    let opened = |(address, row): (Box<str>, DraftRow)| {
        Some(Draft { address: address.into(), at: row.at, fields: open(&key, account, &row)? })
    };
    Ok(rows.into_iter().filter_map(opened).collect())
}

/// What is not as it was sealed is nothing.
fn open(key: &NumberKey, account: AccountId, row: &DraftRow) -> Option<Fields> {
    serde_json::from_slice(&key.draft_opened(account, &row.nonce, &row.sealed)?).ok()
}

/// Forgets the draft of a form that was sent.
pub async fn forget(cx: &Context, account: AccountId, address: &str) -> Result<(), Failure> {
    let address = address.to_owned();
    let there = cx.store.read({
        let address = address.clone();
        move |tx| draft::get(tx, account, &address, Timestamp::MIN)
    });
    if there.await?.is_some() {
        cx.store.write_for_readers(move |tx| draft::delete(tx, account, &address)).await?;
    }
    Ok(())
}

/// Forgets drafts that nobody came back for; says how many.
pub async fn clear_away(cx: &Context, now: Timestamp) -> Result<u64, Failure> {
    let old = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    Ok(cx.store.write_for_readers(move |tx| draft::delete_before(tx, old)).await?)
}
