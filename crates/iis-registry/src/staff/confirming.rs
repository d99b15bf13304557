//! Confirming: twice a year an organization's site administrator says which of its users are still there; who is not
//! confirmed in time goes inactive (requirements 3.3).

use super::administrators::{administers, administrators_of, has_another, present_administrators};
use super::users::{keep_only, parted};
use crate::access::as_registry;
use crate::accounts::stopping;
use crate::accounts::told::address_of;
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link};
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Permission};
use iis_model::{AccountId, OrganizationId, Timestamp};
use iis_store::user_confirmation::{self, Confirmation};
use iis_store::{AuditEntry, Lane, StoreError, Tx, account, organization, outbox, session};
use jiff::{Span, ToSpan};
use std::collections::{BTreeMap, BTreeSet};

/// Before every user of every organization.
const FIRST: (AccountId, OrganizationId) = (AccountId(i64::MIN), OrganizationId(i64::MIN));

/// A page of users, after one of them.
type Page = Result<Vec<Confirmation>, StoreError>;

/// All of those of whom pages are read.
fn all(mut page: impl FnMut((AccountId, OrganizationId)) -> Page) -> Page {
    let (mut found, mut after) = (Vec::new(), FIRST);
    loop {
        let read = page(after)?;
        let Some(last) = read.last() else { return Ok(found) };
        after = (last.account_id, last.organization_id);
        found.extend(read);
    }
}

/// Asks about everybody who was confirmed too long ago, by a letter to the site administrators of their organizations, and tells
/// those who are asked about; says about how many. Where no site administrator besides the user could answer nobody is asked, and
/// nobody's access ends for it: see [`unanswered`].
pub async fn ask_organizations(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let cx2 = cx.clone();
    let asked = cx.store.write(Lane::Bulk, move |tx| {
        let (mut organizations, mut asked) = (BTreeSet::new(), 0);
        for one in all(|after| user_confirmation::due(tx, due_before(&cx2, arrival), after))? {
            let Confirmation { account_id, organization_id, .. } = one;
            if parted(tx, &cx2.roles, account_id, organization_id)?.0.is_empty() {
                // a role of the state at a site is none that the organization answers for
                user_confirmation::confirm(tx, account_id, organization_id, arrival.at)?;
                continue;
            }
            if !has_another(tx, organization_id, account_id, arrival.at)? {
                continue;
            }
            user_confirmation::ask(tx, account_id, organization_id, arrival.at)?;
            tell_asked_about(tx, &cx2, account_id, arrival.at)?;
            organizations.insert(organization_id);
            asked += 1;
        }
        for organization in organizations {
            ask_administrators(tx, &cx2, organization, arrival.at)?;
        }
        Ok(asked)
    });
    Ok(asked.await?)
}

/// An organization that would be asked about users, and has no site administrator who could answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// The organization.
    pub organization: Box<str>,
    /// How many users nobody confirms.
    pub users: usize,
}

/// The organizations where nobody says who is still there, by name: work for the Help Desk.
pub async fn unanswered(cx: &Context, arrival: Arrival) -> Result<Vec<Unanswered>, Failure> {
    let cx2 = cx.clone();
    let read = cx.store.read(move |tx| {
        let mut users: BTreeMap<OrganizationId, usize> = BTreeMap::new();
        for one in all(|after| user_confirmation::due(tx, due_before(&cx2, arrival), after))? {
            *users.entry(one.organization_id).or_default() += 1;
        }
        let mut found = Vec::new();
        for (id, users) in users {
            if present_administrators(tx, id, arrival.at)?.is_empty() {
                let name = organization::get(tx, id)?.map(|row| row.name).unwrap_or_default();
                found.push(Unanswered { organization: name, users });
            }
        }
        found.sort_by(|a, b| a.organization.cmp(&b.organization));
        Ok(found)
    });
    Ok(read.await?)
}

fn due_before(cx: &Context, arrival: Arrival) -> Timestamp {
    let months: Span = i64::from(cx.settled.recertify_months).months();
    before(cx, arrival, months)
}

/// Tells somebody that the organization is asked, and until when it can answer.
fn tell_asked_about(tx: &mut Tx<'_>, cx: &Context, id: AccountId, at: Timestamp) -> Result<(), StoreError> {
    let Some(address) = address_of(tx, id)? else { return Ok(()) };
    let days = i64::from(cx.settled.recertify_grace_days).days();
    let until = at.to_zoned(cx.identity.zone.clone()).date().saturating_add(days);
    let letter = Letter::AskedAbout { until, link: Link::to(cx, &["help", "tickets", "new"]) };
    outbox::insert(tx, &letter.to(cx, &address, at).map_err(inside)?)
}

/// Asks the organizations anew that had not answered when an account was closed: whoever opens it again knows that its owner called, and
/// not that the organization still wants the access. They have the whole time once more, and are written to, and so is the owner.
pub(crate) fn ask_anew(
    tx: &mut Tx<'_>,
    cx: &Context,
    id: AccountId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut is_asked = false;
    for organization in user_confirmation::unanswered_of(tx, id)? {
        user_confirmation::unask(tx, id, organization)?;
        if has_another(tx, organization, id, at)? {
            user_confirmation::ask(tx, id, organization, at)?;
            ask_administrators(tx, cx, organization, at)?;
            is_asked = true;
        }
    }
    if is_asked { tell_asked_about(tx, cx, id, at) } else { Ok(()) }
}

/// Writes to each site administrator of an organization for whom somebody besides themselves waits.
fn ask_administrators(
    tx: &mut Tx<'_>,
    cx: &Context,
    organization: OrganizationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let asked = user_confirmation::asked_in(tx, organization)?;
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
            asked.extend(user_confirmation::asked_in(tx, *organization)?);
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

/// Writes to somebody who was not confirmed in time.
fn tell_unconfirmed(
    tx: &mut Tx<'_>,
    cx: &Context,
    id: AccountId,
    is_closed: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(address) = address_of(tx, id)? else { return Ok(()) };
    let letter = Letter::NotConfirmed { is_closed, link: Link::to(cx, &["help", "tickets", "new"]) };
    outbox::insert(tx, &letter.to(cx, &address, at).map_err(inside)?)
}

/// Said to whoever would confirm themselves.
const OWN: Failure = Failure::Rule(
    "Another site administrator of the organization confirms you; nobody does so for themselves. Its only one stays without it.",
);

/// An organization says that a user is still there: somebody else of it, and for itself alone.
pub async fn confirm(
    cx: &Context,
    granted: &Granted,
    organization: OrganizationId,
    account: AccountId,
    arrival: Arrival,
) -> Result<(), Failure> {
    const NOT_THEIRS: Failure = Failure::Rule("This is no user of your organization any more.");
    if granted.actor().account_id() == Some(account) {
        return Err(OWN);
    }
    let entry = AuditEntry::of(granted, arrival.at)
        .action("confirm-user")
        .detail(format!("account {}, organization {}", account.0, organization.0));
    let confirmed = cx.store.write(Lane::Web, move |tx| {
        let is_theirs = user_confirmation::confirm(tx, account, organization, arrival.at)?;
        tx.audit(&if is_theirs { entry.clone() } else { entry.clone().result("refused") })?;
        Ok(is_theirs)
    });
    if confirmed.await? { Ok(()) } else { Err(NOT_THEIRS) }
}

/// Ends the access of those whom an organization was asked about long enough ago, at that organization; says of how many. Whoever
/// has a role elsewhere keeps that; whoever has none goes inactive with the roles, which the Help Desk opens again. Where nobody
/// could answer meanwhile, nothing ends, and the question is put again when there is somebody.
pub async fn end_unconfirmed(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let before = before(cx, arrival, i64::from(cx.settled.recertify_grace_days).days());
    let cx2 = cx.clone();
    let ended = cx.store.write(Lane::Bulk, move |tx| {
        let mut ended = 0;
        for one in all(|after| user_confirmation::overdue(tx, before, after))? {
            ended += usize::from(end_overdue(tx, &cx2, one, arrival.at)?);
        }
        Ok(ended)
    });
    Ok(ended.await?)
}

/// Ends the access of one user at one organization; whether there was some that could end.
fn end_overdue(tx: &mut Tx<'_>, cx: &Context, one: Confirmation, at: Timestamp) -> Result<bool, StoreError> {
    let Confirmation { account_id, organization_id, .. } = one;
    let Some(row) = account::get(tx, account_id)? else { return Ok(false) };
    let (gone, kept) = parted(tx, &cx.roles, account_id, organization_id)?;
    if gone.is_empty() {
        return Ok(false);
    }
    if !has_another(tx, organization_id, account_id, at)? {
        user_confirmation::unask(tx, account_id, organization_id)?;
        return Ok(false);
    }
    tell_unconfirmed(tx, cx, account_id, kept.is_empty(), at)?;
    if kept.is_empty() {
        account::set_status(tx, account_id, "disabled")?;
        session::delete_of_account(tx, account_id)?;
        stopping::end(tx, cx, account_id, at)?;
    } else {
        keep_only(tx, cx, account_id, kept, at)?;
    }
    let entry = AuditEntry::of(&as_registry(Permission::RecertifyUsers), at).action("end-unconfirmed");
    tx.audit(&entry.detail(format!("user {}, organization {}", row.name, organization_id.0)))?;
    Ok(true)
}

fn before(cx: &Context, arrival: Arrival, span: Span) -> Timestamp {
    let now = arrival.at.to_zoned(cx.identity.zone.clone());
    now.checked_sub(span).map_or(Timestamp::MIN, |earlier| earlier.timestamp())
}
