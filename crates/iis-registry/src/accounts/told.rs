//! Letters to the owner of an account, when something changes by which it is opened.
//!
//! They are written in the transaction of the change. An account without an address for mail gets none. Of one kind of change
//! there are so many letters within an hour and no more; the last one says so, and what gets none stands in the audit.

use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link, WayIn};
use crate::{Context, Failure};
use iis_model::access::{Actor, Channel};
use iis_model::{AccountId, EmailAddress, Timestamp};
use iis_store::{AuditEntry, StoreError, Tx, account, outbox, worker};
use jiff::SignedDuration;

/// The most letters about one kind of change of an account within [`COUNTED`].
const MOST: i64 = 10;
/// See [`MOST`].
const COUNTED: SignedDuration = SignedDuration::from_hours(1);

/// The address for mail of an account's owner, if there is one.
pub(crate) fn address_of(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<EmailAddress>, StoreError> {
    Ok(worker::of_account(tx, id)?.and_then(|row| row.email.parse().ok()))
}

/// The same for a page that need not ask for it.
pub async fn address(cx: &Context, id: AccountId) -> Result<Option<EmailAddress>, Failure> {
    Ok(cx.store.read(move |tx| address_of(tx, id)).await?)
}

/// The same for a user name, while its password is chosen.
pub async fn address_of_user(cx: &Context, user: &str) -> Result<Option<EmailAddress>, Failure> {
    let user = user.to_lowercase();
    let read = cx.store.read(move |tx| match account::by_name(tx, &user)? {
        Some(row) => address_of(tx, row.id),
        None => Ok(None),
    });
    Ok(read.await?)
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
    let letter = |is_last| {
        let letter = Letter::WayInChanged {
            change,
            at: moment(cx, at),
            account: Link::to(cx, &["account"]),
            help: Link::to(cx, &["help", "tickets", "new"]),
            is_last,
        };
        letter.to(cx, &address, at).map_err(inside)
    };
    let mail = letter(false)?;
    let since = at.saturating_sub(COUNTED).unwrap_or(Timestamp::MIN);
    let written = outbox::written_about(tx, &mail, since)?;
    if written >= MOST {
        let entry = AuditEntry::by(&Actor::Registry, Channel::Internal, "leave-out-letter", at);
        return tx.audit(&entry.detail(format!("account {}: {}", id.0, change.happened())));
    }
    outbox::insert(tx, &if written + 1 == MOST { letter(true)? } else { mail })
}
