//! Letters to the owner of an account, when something changes by which it is opened.
//!
//! They are written in the transaction of the change. An account without an address for mail gets none. There is no limit to
//! their number: only whoever is in, or staff, brings one about, and a limit would let an intruder fill it up first.

use crate::Context;
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link, WayIn};
use iis_model::{AccountId, EmailAddress, Timestamp};
use iis_store::{StoreError, Tx, outbox, worker};

/// The address for mail of an account's owner, if there is one.
pub(super) fn address_of(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<EmailAddress>, StoreError> {
    Ok(worker::of_account(tx, id)?.and_then(|row| row.email.parse().ok()))
}

/// A moment as letters tell it, in the jurisdiction's time.
pub(super) fn moment(cx: &Context, at: Timestamp) -> Box<str> {
    at.to_zoned(cx.identity.zone.clone()).strftime("%m/%d/%Y %I:%M %p %Z").to_string().into()
}

/// Tells the owner what changed.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    cx: &Context,
    id: AccountId,
    change: WayIn,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(address) = address_of(tx, id)? else { return Ok(()) };
    let letter = Letter::WayInChanged {
        change,
        at: moment(cx, at),
        account: Link::to(cx, &["account"]),
        help: Link::to(cx, &["help", "tickets", "new"]),
    };
    outbox::insert(tx, &letter.to(cx, &address, at).map_err(inside)?)
}
