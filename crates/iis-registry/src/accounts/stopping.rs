//! An address for mail that waits for its link ends: with whatever ends the sessions of the account, by a link that the address on
//! record got, by its owner, or by the Help Desk. And for a while it is known from where an owner moved the address, so that whoever
//! was robbed of it hears what the Help Desk does (decision 0059).

use super::address::{HELD_BACK, accounts_of_owner, hash, write};
use super::helping::{entry, help};
use super::told::address_of;
use crate::mail::OnRecord;
use crate::sessions::Session;
use crate::staff::persons;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Channel, Granted};
use iis_model::{AccountId, EmailAddress, Timestamp};
use iis_store::{
    AuditEntry, Lane, StoreError, Tx, account, address_change, address_moved, address_stop, worker,
};

const NOTHING_WAITS: Failure =
    Failure::Rule("No address waits for its confirmation any more. Nothing was changed.");

/// Ends what waits for any account of this owner, and tells the address that holds. False: nothing waited.
///
/// Whoever takes a password, sessions or factors away, or closes the account, calls this: a link that somebody had mailed before
/// opens nothing after it.
pub(crate) fn end(tx: &mut Tx<'_>, cx: &Context, id: AccountId, at: Timestamp) -> Result<bool, StoreError> {
    let mut has_ended = false;
    for own in accounts_of_owner(tx, id)? {
        account::hold(tx, own)?; // who opens the link, or asks for another one, at this moment is faster or waits
        has_ended |= address_change::of(tx, own, at)?.is_some();
        address_change::delete_of(tx, own)?;
        address_stop::delete_of(tx, own)?;
    }
    if has_ended && let Some(to) = address_of(tx, id)? {
        write(tx, cx, &to, OnRecord::AddressEnded, at)?;
    }
    Ok(has_ended)
}

/// The user name for whose account a link ends what waits, while it works.
pub async fn is_link(cx: &Context, token: &str, arrival: Arrival) -> Result<Option<Box<str>>, Failure> {
    let key = hash(token);
    let read = cx.store.read(move |tx| {
        let Some(id) = address_stop::get(tx, &key, arrival.at)? else { return Ok(None) };
        Ok(account::get(tx, id)?.map(|row| row.name))
    });
    Ok(read.await?)
}

/// Whoever reads the mail of the address on record ends what waits, without signing in. False: the link was used, or is over.
pub async fn by_link(cx: &Context, token: &str, arrival: Arrival) -> Result<bool, Failure> {
    let (cx2, key) = (cx.clone(), hash(token));
    let entry = arrival.by_nobody("stop-address");
    let stopped = cx.store.write(Lane::Web, move |tx| {
        let Some(id) = address_stop::get(tx, &key, arrival.at)? else { return Ok(false) };
        let Some(owned) = account::get(tx, id)? else { return Ok(false) };
        let has_ended = end(tx, &cx2, id, arrival.at)?;
        if has_ended {
            tx.audit(&entry.clone().detail(format!("user {}", owned.name)))?;
        }
        Ok(has_ended)
    });
    Ok(stopped.await?)
}

/// The owner ends what waits, signed in.
pub async fn by_owner(cx: &Context, session: &Session, arrival: Arrival) -> Result<(), Failure> {
    let (cx2, id) = (cx.clone(), session.account.id);
    let entry = AuditEntry::by(&session.account.actor(), Channel::Web, "stop-address", arrival.at);
    let stopped = cx.store.write(Lane::Web, move |tx| {
        if !end(tx, &cx2, id, arrival.at)? {
            return Ok(Err(NOTHING_WAITS));
        }
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    stopped.await?
}

/// The Help Desk ends what waits: its owner calls and knows nothing of it.
pub async fn at_desk(cx: &Context, granted: &Granted, user: &str, arrival: Arrival) -> Result<(), Failure> {
    let deed = move |tx: &mut Tx<'_>, cx: &Context, granted: &Granted, account: &super::Account| {
        if !end(tx, cx, account.id, arrival.at)? {
            return Ok(Err(NOTHING_WAITS));
        }
        tx.audit(&entry(granted, "stop-address", &account.name, "", arrival))?;
        Ok(Ok(()))
    };
    help(cx, granted, user, arrival, deed).await
}

/// An address that the owner of an account left behind within [`HELD_BACK`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The address of before.
    pub email: EmailAddress,
    /// When another one took its place.
    pub at: Timestamp,
}

/// What the owner of an account left behind lately, the latest first.
pub(super) fn left(tx: &mut Tx<'_>, id: AccountId, now: Timestamp) -> Result<Vec<Left>, StoreError> {
    let since = now.saturating_sub(HELD_BACK).unwrap_or(Timestamp::MIN);
    let (Some(owner), Some(owned)) = (worker::of_account(tx, id)?, account::get(tx, id)?) else {
        return Ok(Vec::new());
    };
    // what a coordinator corrected before there was an account is nobody's to be told
    let moved = address_moved::of(tx, owner.id, since.max(owned.created_at))?.into_iter();
    let by_owner = moved.filter(|row| row.clerk_id.is_none());
    Ok(by_owner
        .filter_map(|row| Some(Left { email: row.email_before.parse().ok()?, at: row.moved_at }))
        .collect())
}

/// Whether the Help Desk may give an address back at once: it is the one from which everything began within [`HELD_BACK`], the owner's
/// session moved it, and no clerk ever gave it within the time that is known.
pub(super) fn can_be_given_back(
    tx: &mut Tx<'_>,
    id: AccountId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(owner) = worker::of_account(tx, id)? else { return Ok(false) };
    let moved = persons::moved(tx, owner.id, now)?; // the latest first
    let since = now.saturating_sub(HELD_BACK).unwrap_or(Timestamp::MIN);
    let lately: Vec<_> = moved.iter().filter(|row| row.moved_at > since).collect();
    let Some(first) = lately.last() else { return Ok(false) };
    // what stood before the first move of these days was given by a clerk, if the move before that one was a clerk's
    let before = moved.get(lately.len());
    let is_by_owner = lately.iter().all(|row| row.clerk_id.is_none());
    let is_of_clerk = before.is_some_and(|row| row.clerk_id.is_some());
    Ok(is_by_owner && !is_of_clerk && *first.email_before == *email.as_str())
}

/// Tells the addresses that the owner left behind lately that the Help Desk helps the account: whoever was robbed of it reads the
/// mail there.
pub(super) fn tell_left(
    tx: &mut Tx<'_>,
    cx: &Context,
    id: AccountId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let holds = address_of(tx, id)?;
    for one in left(tx, id, at)? {
        if holds.as_ref() != Some(&one.email) {
            write(tx, cx, &one.email, OnRecord::HelpedElsewhere, at)?;
        }
    }
    Ok(())
}
