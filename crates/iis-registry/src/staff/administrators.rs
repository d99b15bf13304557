//! The site administrators of an organization, and its users: confirmed, or ended, but never the last administrator.

use super::confirming::tell_ended;
use super::listing::take_off_all;
use crate::access::Family;
use crate::names::is_same_person;
use crate::requests::provisioning::NO_PASSWORD;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Place};
use iis_model::{AccountId, EmailAddress, OrganizationId, Timestamp};
use iis_store::role_assignment::Standing;
use iis_store::worker::Bound;
use iis_store::{AuditEntry, Lane, StoreError, Tx, account, role_assignment, session, worker};
use std::sync::Arc;

/// The role that approves the accounts of an organization.
pub(super) const ADMINISTRATOR: &str = "site-administrator";

/// A site administrator of an organization: the account, and the address for mail where it is known.
#[derive(Debug, Clone)]
pub(crate) struct Administrator {
    pub(crate) account: AccountId,
    pub(crate) name: Box<str>,
    pub(crate) email: Option<EmailAddress>,
}

impl Administrator {
    /// Whether somebody means this one: by the name, or by the address.
    pub(crate) fn is_called(&self, typed: &str) -> bool {
        is_same_person(&self.name, typed)
            || self.email.as_ref().is_some_and(|email| email.as_str().eq_ignore_ascii_case(typed.trim()))
    }
}

/// The active site administrators of an organization.
pub(crate) fn administrators_of(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
) -> Result<Vec<Administrator>, StoreError> {
    let mut found = Vec::new();
    for account in role_assignment::holders_in(tx, organization, ADMINISTRATOR)? {
        let email = worker::of_account(tx, account)?.and_then(|row| row.email.parse().ok());
        let name = account::get(tx, account)?.map(|row| row.display_name).unwrap_or_default();
        found.push(Administrator { account, name, email });
    }
    Ok(found)
}

/// Whether an organization has a site administrator besides this one who can sign in: a password was set. One who never came
/// would leave the organization with nobody.
fn has_another(tx: &mut Tx<'_>, organization: OrganizationId, than: AccountId) -> Result<bool, StoreError> {
    for other in administrators_of(tx, organization)?.into_iter().filter(|other| other.account != than) {
        if account::get(tx, other.account)?.is_some_and(|row| &*row.password_hash != NO_PASSWORD) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an account is the only active site administrator of one of its organizations who can sign in.
pub(super) fn is_last_administrator(tx: &mut Tx<'_>, id: AccountId) -> Result<bool, StoreError> {
    for held in role_assignment::of_account(tx, id)?.into_iter().filter(|held| &*held.role == ADMINISTRATOR) {
        let Some(organization) = held.organization_id else { continue };
        if !has_another(tx, organization, id)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A user of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The account.
    pub account: AccountId,
    /// User name.
    pub name: Box<str>,
    /// The name on screens.
    pub display_name: Box<str>,
    /// Whether the account may be used.
    pub is_active: bool,
    /// Roles here, each with its place.
    pub roles: Vec<(Box<str>, Place)>,
    /// The last good sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When the person was last confirmed; none: the account is bound to nobody.
    pub confirmed_at: Option<Timestamp>,
    /// Since when it is asked whether the person is still there.
    pub asked_at: Option<Timestamp>,
}

/// The organizations whose site administrator somebody is, at a site that is not closed.
pub async fn administers(cx: &Context, account_id: AccountId) -> Result<Vec<OrganizationId>, Failure> {
    let read = cx.store.read(move |tx| {
        let roles = role_assignment::of_account(tx, account_id)?.into_iter();
        let held = roles.filter(|row| &*row.role == ADMINISTRATOR && row.standing == Standing::Open);
        let mut organizations: Vec<_> = held.filter_map(|row| row.organization_id).collect();
        organizations.dedup();
        Ok(organizations)
    });
    Ok(read.await?)
}

/// The users with a role at a site of an organization, by user name.
pub async fn users_of(cx: &Context, organization: OrganizationId) -> Result<Vec<User>, Failure> {
    Ok(cx.store.read(move |tx| users(tx, organization)).await?)
}

fn users(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Vec<User>, StoreError> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = account::list(tx, &after, 500)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = last.name.to_string();
        for row in page {
            let roles = role_assignment::of_account(tx, row.id)?.into_iter();
            let here = roles.filter(|held| held.organization_id == Some(organization));
            let here: Vec<_> = here.map(|held| (held.role, held.place)).collect();
            if here.is_empty() {
                continue;
            }
            let bound: Option<Bound> = worker::known(tx, row.id)?;
            found.push(User {
                account: row.id,
                name: row.name,
                display_name: row.display_name,
                is_active: &*row.status == "active",
                roles: here,
                last_sign_in_at: row.last_sign_in_at,
                confirmed_at: bound.as_ref().map(|bound| bound.confirmed_at),
                asked_at: bound.and_then(|bound| bound.asked_at),
            });
        }
    }
}

/// Ends a user of an organization: the roles at its sites and the places on their staff lists, and the account when no role is
/// left. The last site administrator is not ended before there is another who can sign in.
pub async fn end_user(
    cx: &Context,
    granted: &Granted,
    organization: OrganizationId,
    account_id: AccountId,
    arrival: Arrival,
) -> Result<(), Failure> {
    const LAST: &str = "This is the organization’s last site administrator. Name another one first: open a ticket, category Add a role.";
    let entry =
        AuditEntry::of(granted, arrival.at).action("end-user").detail(format!("account {}", account_id.0));
    let cx2 = cx.clone();
    let (roles, by): (_, Box<str>) = (Arc::clone(&cx.roles), granted.actor().label().1.into());
    let ended = cx.store.write(Lane::Web, move |tx| {
        let is_theirs = |role: &str| roles.get(role).is_some_and(|known| known.family == Family::Outside);
        let (gone, kept): (Vec<_>, Vec<_>) = role_assignment::of_account(tx, account_id)?
            .into_iter()
            .partition(|held| held.organization_id == Some(organization) && is_theirs(&held.role));
        let administers = gone.iter().any(|held| &*held.role == ADMINISTRATOR);
        if administers && !has_another(tx, organization, account_id)? {
            return Ok(Some(LAST));
        }
        if gone.is_empty() {
            return Ok(Some("This user has no role that your organization can end."));
        }
        let kept: Vec<_> = kept.into_iter().map(|held| (held.role, held.place)).collect();
        role_assignment::set(tx, account_id, &kept)?;
        tell_ended(tx, &cx2, account_id, arrival.at)?;
        take_off_all(tx, account_id, organization, (&by, arrival.at))?;
        if kept.is_empty() {
            account::set_status(tx, account_id, "disabled")?;
        }
        session::delete_of_account(tx, account_id)?;
        tx.audit(&entry)?;
        Ok(None)
    });
    ended.await?.map_or(Ok(()), |why| Err(Failure::Rule(why)))
}

/// Says whose account it is, by the address of somebody on a staff list: for accounts that staff made by hand.
pub async fn bind_account(
    cx: &Context,
    granted: &Granted,
    account_id: AccountId,
    email: &EmailAddress,
    arrival: Arrival,
) -> Result<(), Failure> {
    let email = email.clone();
    let entry = AuditEntry::of(granted, arrival.at)
        .action("bind-account")
        .detail(format!("account {}", account_id.0));
    let bound = cx.store.write(Lane::Web, move |tx| {
        let Some(row) = worker::by_email(tx, email.as_str())? else { return Ok(false) };
        worker::bind(tx, account_id, row.id, arrival.at)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if bound.await? { Ok(()) } else { Err(Failure::Rule("Nobody of this address is on a staff list.")) }
}
