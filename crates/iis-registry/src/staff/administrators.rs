//! The site administrators of an organization: who they are, and who of them can sign in.

use super::{PRIMARY, Position};
use crate::accounts::Account;
use crate::names::is_same_person;
use crate::requests::provisioning::NO_PASSWORD;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Place};
use iis_model::{AccountId, EmailAddress, OrganizationId, Timestamp};
use iis_store::role_assignment::Standing;
use iis_store::{
    AuditEntry, Lane, StoreError, Tx, account, closed_site, password_link, role_assignment, site, worker,
};
use std::collections::BTreeSet;

/// The role that approves the accounts of an organization.
pub(crate) const ADMINISTRATOR: &str = "site-administrator";

/// Where a role is held that somebody gets at a place: that of a site administrator at the organization, so that it outlasts each of its
/// sites and reaches those that join later (requirements 6.3).
pub(crate) fn held_at(tx: &mut Tx<'_>, role: &str, place: Place) -> Result<Place, StoreError> {
    let Place::Site(site) = place else { return Ok(place) };
    let owner = if role == ADMINISTRATOR { site::get(tx, site)? } else { None };
    Ok(owner.map_or(place, |row| Place::Organization(row.site.organization_id)))
}

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

/// The site administrators of an organization who can sign in: a password was set, and they did so lately. One who never came, or
/// comes no more, would leave the organization with nobody.
pub(super) fn present_administrators(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Vec<Administrator>, StoreError> {
    let mut present = Vec::new();
    for one in administrators_of(tx, organization)? {
        let Some(row) = account::get(tx, one.account)? else { continue };
        let has_password = &*row.password_hash != NO_PASSWORD;
        if has_password && !Account::read(tx, row)?.is_inactive(now) {
            present.push(one);
        }
    }
    Ok(present)
}

/// The site administrators whom an organization has as far as the registry can know: who can sign in, who did so lately and whose
/// password was taken away since, or whose first link is on its way.
pub(crate) fn who_administer(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Vec<Administrator>, StoreError> {
    let mut there = Vec::new();
    for one in administrators_of(tx, organization)? {
        let Some(row) = account::get(tx, one.account)? else { continue };
        let came = &*row.password_hash != NO_PASSWORD || row.last_sign_in_at.is_some();
        let comes = came || password_link::waits(tx, one.account, now)?;
        if comes && !Account::read(tx, row)?.is_inactive(now) {
            there.push(one);
        }
    }
    Ok(there)
}

/// Whether there is one of them. Where there is, nobody becomes the first.
pub(crate) fn is_administered(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(!who_administer(tx, organization, now)?.is_empty())
}

/// The addresses of those who answer for an organization: the primary coordinators of its sites, and its site administrators.
pub(crate) fn who_answers(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
) -> Result<Vec<EmailAddress>, StoreError> {
    let mut addresses: BTreeSet<Box<str>> = BTreeSet::new();
    for (own, _) in closed_site::in_organization(tx, organization)? {
        let listed = worker::of_site(tx, own)?.into_iter();
        let primary = listed.filter(|entry| *entry.position == *Position::PrimaryCoordinator.word());
        addresses.extend(primary.map(|entry| entry.email));
    }
    for account in role_assignment::holders_in(tx, organization, PRIMARY)? {
        addresses.extend(worker::of_account(tx, account)?.map(|row| row.email));
    }
    let administrators = administrators_of(tx, organization)?.into_iter();
    addresses.extend(administrators.filter_map(|one| one.email.map(|email| email.as_str().into())));
    Ok(addresses.iter().filter_map(|email| email.parse().ok()).collect())
}

/// Whether an organization has a site administrator besides this one who can sign in.
pub(super) fn has_another(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    than: AccountId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(present_administrators(tx, organization, now)?.iter().any(|one| one.account != than))
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
        worker::bind(tx, account_id, row.id)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if bound.await? { Ok(()) } else { Err(Failure::Rule("Nobody of this address is on a staff list.")) }
}
