//! Confirming: twice a year an organization's site administrator says which of its users are still there; who is not
//! confirmed in time goes inactive (requirements 3.3).

use super::administrators::{administers, administrators_of, is_last_administrator};
use crate::access::as_registry;
use crate::accounts::told::address_of;
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link};
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Permission};
use iis_model::{AccountId, OrganizationId, Timestamp};
use iis_store::{AuditEntry, Lane, StoreError, Tx, account, outbox, role_assignment, session, worker};
use jiff::{Span, ToSpan};
use std::collections::BTreeSet;

/// Asks about everybody who was confirmed too long ago, by a letter to the site administrators of their organizations; says
/// about how many.
pub async fn ask_organizations(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let months: Span = i64::from(cx.settled.recertify_months).months();
    let before = before(cx, arrival, months);
    let cx2 = cx.clone();
    let asked = cx.store.write(Lane::Bulk, move |tx| {
        let due = worker::due(tx, before)?;
        let mut organizations = BTreeSet::new();
        for account in &due {
            worker::ask(tx, *account, arrival.at)?;
            let held = role_assignment::of_account(tx, *account)?;
            organizations.extend(held.into_iter().filter_map(|held| held.organization_id));
        }
        for organization in organizations {
            ask_administrators(tx, &cx2, organization, arrival.at)?;
        }
        Ok(due.len())
    });
    Ok(asked.await?)
}

/// Writes to each site administrator of an organization for whom somebody besides themselves waits.
fn ask_administrators(
    tx: &mut Tx<'_>,
    cx: &Context,
    organization: OrganizationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let asked = worker::asked_in(tx, organization)?;
    for one in administrators_of(tx, organization)? {
        let users = asked.iter().filter(|account| **account != one.account).count();
        let Some(email) = one.email.filter(|_| users > 0) else { continue };
        let letter = Letter::ConfirmUsers { users, link: Link::to(cx, &["admin", "accounts"]) };
        outbox::insert(tx, &letter.to(cx, &email, at).map_err(inside)?)?;
    }
    Ok(())
}

/// How many users of somebody's organizations wait for being confirmed; oneself does not count.
pub async fn to_confirm(cx: &Context, administrator: AccountId) -> Result<usize, Failure> {
    let own = administers(cx, administrator).await?;
    let read = cx.store.read(move |tx| {
        let mut asked = BTreeSet::new();
        for organization in &own {
            asked.extend(worker::asked_in(tx, *organization)?);
        }
        asked.remove(&administrator);
        Ok(asked.len())
    });
    Ok(read.await?)
}

/// Writes to somebody whose access has ended, where an address is known.
pub(super) fn tell_ended(
    tx: &mut Tx<'_>,
    cx: &Context,
    id: AccountId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(address) = address_of(tx, id)? else { return Ok(()) };
    let letter = Letter::AccessEnded { link: Link::to(cx, &["request-access"]) };
    outbox::insert(tx, &letter.to(cx, &address, at).map_err(inside)?)
}

/// Said to whoever would confirm themselves.
const OWN: Failure = Failure::Rule(
    "Another site administrator confirms you, or the Help Desk. The last site administrator of an organization stays without it.",
);

/// The organization says that the user is still there: somebody else of it.
pub async fn confirm(
    cx: &Context,
    granted: &Granted,
    account: AccountId,
    arrival: Arrival,
) -> Result<(), Failure> {
    if granted.actor().account_id() == Some(account) {
        return Err(OWN);
    }
    let entry =
        AuditEntry::of(granted, arrival.at).action("confirm-user").detail(format!("account {}", account.0));
    let confirmed = cx.store.write(Lane::Web, move |tx| {
        worker::confirm(tx, account, arrival.at)?;
        tx.audit(&entry)
    });
    Ok(confirmed.await?)
}

/// Ends the access of those about whom was asked long enough ago; says of how many. An organization's last site
/// administrator stays: who else would confirm the others.
pub async fn end_unconfirmed(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let before = before(cx, arrival, i64::from(cx.settled.recertify_grace_days).days());
    let entry =
        AuditEntry::of(&as_registry(Permission::RecertifyUsers), arrival.at).action("end-unconfirmed");
    let cx2 = cx.clone();
    let ended = cx.store.write(Lane::Bulk, move |tx| {
        let (mut ended, mut after) = (0, AccountId(i64::MIN));
        loop {
            let page = worker::overdue(tx, before, after)?;
            let Some(last) = page.last() else { return Ok(ended) };
            after = *last;
            for id in page {
                let Some(row) = account::get(tx, id)? else { continue };
                if is_last_administrator(tx, id)? {
                    continue;
                }
                account::set_status(tx, id, "disabled")?;
                tell_ended(tx, &cx2, id, arrival.at)?;
                session::delete_of_account(tx, id)?;
                tx.audit(&entry.clone().detail(format!("user {}", row.name)))?;
                ended += 1;
            }
        }
    });
    Ok(ended.await?)
}

fn before(cx: &Context, arrival: Arrival, span: Span) -> Timestamp {
    let now = arrival.at.to_zoned(cx.identity.zone.clone());
    now.checked_sub(span).map_or(Timestamp::MIN, |earlier| earlier.timestamp())
}
