//! Taking somebody off a staff list, and what ends with that place (S-53).

use super::ADMINISTRATOR;
use super::confirming::tell_ended;
use super::listing::{Position, about_entry};
use super::users::keep_only;
use crate::access::{Family, Roles};
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Place};
use iis_model::{AccountId, OrganizationId, SiteId, Timestamp};
use iis_store::role_assignment::RoleAssignmentRow;
use iis_store::worker::{self, StaffRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, account, role_assignment, site};
use std::sync::Arc;

/// What ended with a place on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenOff {
    /// The person had no access that ends with it.
    NoAccess,
    /// All access at the site.
    All,
    /// The role of this position; the person stands on the list in another one as well, and keeps what goes with that.
    OfPosition,
    /// Nothing: the person stands on the list in another position.
    Nothing,
}

/// Takes somebody off a site's staff list. The role that goes with the position ends with it (S-49, S-50, S-54); when no other
/// entry there remains, all roles that the person's accounts have at the site, and an account without any role is closed.
pub async fn take_off(
    cx: &Context,
    granted: &Granted,
    site: SiteId,
    entry: i64,
    arrival: Arrival,
) -> Result<TakenOff, Failure> {
    let by: Box<str> = granted.actor().label().1.into();
    let audit = AuditEntry::of(granted, arrival.at).action("take-off-staff").at_site(site);
    let (roles, cx2) = (Arc::clone(&cx.roles), cx.clone());
    let taken = cx.store.write(Lane::Web, move |tx| {
        let Some(row) = worker::of_site(tx, site)?.into_iter().find(|row| row.id == entry) else {
            return Ok(None);
        };
        let ending = Ending::of(tx, &roles, site, &row)?;
        worker::end(tx, entry, &by, arrival.at)?;
        for (account, ends) in ending.roles.iter().filter(|(_, ends)| !ends.is_empty()) {
            let kept = kept_besides(tx, *account, site, ends)?;
            keep_only(tx, &cx2, *account, kept, arrival.at)?;
            tell_ended(tx, &cx2, *account, arrival.at)?;
        }
        let about = about_entry(tx, site, (entry, row.worker_id))?;
        let ended = ending.named(tx)?;
        tx.audit(&audit.clone().detail(format!("{about}, {}{ended}", row.position)))?;
        Ok(Some(ending.taken()))
    });
    taken.await?.ok_or(Failure::Rule("This person is not on the list."))
}

/// What would end with a place on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndsWithPlace {
    /// How much of the access at the site.
    pub taken: TakenOff,
    /// The roles.
    pub roles: Vec<Box<str>>,
    /// The user names of accounts that are closed, since no other role is left.
    pub closed: Vec<Box<str>>,
}

/// What would end with a place on a site's list; none: there is no such place.
pub async fn what_take_off_ends(
    cx: &Context,
    site: SiteId,
    entry: i64,
) -> Result<Option<EndsWithPlace>, Failure> {
    let roles = Arc::clone(&cx.roles);
    let read = cx.store.read(move |tx| {
        let Some(row) = worker::of_site(tx, site)?.into_iter().find(|row| row.id == entry) else {
            return Ok(None);
        };
        let ending = Ending::of(tx, &roles, site, &row)?;
        let (taken, mut closed) = (ending.taken(), Vec::new());
        for (account, ends) in ending.roles.iter().filter(|(_, ends)| !ends.is_empty()) {
            if kept_besides(tx, *account, site, ends)?.is_empty() {
                closed.extend(account::get(tx, *account)?.map(|row| row.name));
            }
        }
        let roles = ending.roles.into_iter().flat_map(|(_, ends)| ends).collect();
        Ok(Some(EndsWithPlace { taken, roles, closed }))
    });
    Ok(read.await?)
}

/// What ends with a place on a site's list.
struct Ending {
    /// Whether the person has another place on it.
    remains: bool,
    /// The accounts with access there that the list can end, each with its roles that end.
    roles: Vec<(AccountId, Vec<Box<str>>)>,
}

impl Ending {
    fn of(tx: &mut Tx<'_>, roles: &Roles, site: SiteId, row: &StaffRow) -> Result<Self, StoreError> {
        let is_other = |other: &StaffRow| other.worker_id == row.worker_id && other.id != row.id;
        let remains = worker::of_site(tx, site)?.iter().any(is_other);
        let rests_on_it =
            |role: &str| Position::of_role(role).is_some_and(|position| position.word() == &*row.position);
        let mut ending = Self { remains, roles: Vec::new() };
        for account in users_at(tx, roles, row.worker_id, site)? {
            let mut ends = listed_roles(tx, roles, account, site)?;
            ends.retain(|role| !remains || rests_on_it(role));
            ending.roles.push((account, ends));
        }
        Ok(ending)
    }

    /// Whose roles end, for the audit.
    fn named(&self, tx: &mut Tx<'_>) -> Result<String, StoreError> {
        let mut named = String::new();
        for (account, ends) in self.roles.iter().filter(|(_, ends)| !ends.is_empty()) {
            if let Some(row) = account::get(tx, *account)? {
                named = format!("{named}; ended of user {}: {}", row.name, ends.join(", "));
            }
        }
        Ok(named)
    }

    fn taken(&self) -> TakenOff {
        let ends_some = self.roles.iter().any(|(_, ends)| !ends.is_empty());
        match (self.roles.is_empty(), self.remains, ends_some) {
            (true, ..) => TakenOff::NoAccess,
            (false, false, _) => TakenOff::All,
            (false, true, true) => TakenOff::OfPosition,
            (false, true, false) => TakenOff::Nothing,
        }
    }
}

/// Ends the places of an account's owner on the lists of an organization's sites.
pub(super) fn take_off_all(
    tx: &mut Tx<'_>,
    account: AccountId,
    organization: OrganizationId,
    (by, at): (&str, Timestamp),
) -> Result<(), StoreError> {
    let Some(owner) = worker::of_account(tx, account)? else { return Ok(()) };
    for entry in worker::of_worker(tx, owner.id)? {
        let there = site::get(tx, entry.site_id)?;
        if there.is_some_and(|row| row.site.organization_id == organization) {
            worker::end(tx, entry.id, by, at)?;
        }
    }
    Ok(())
}

/// Whether a role at a site is the staff list's to end: not the site administrator's, which is the organization's, and none
/// that the state grants.
fn ends_with_the_list(roles: &Roles, role: &str) -> bool {
    role != ADMINISTRATOR && roles.get(role).is_some_and(|known| known.family == Family::Outside)
}

/// The accounts of a person with a role at a site that ends with the place on its list.
pub(super) fn users_at(
    tx: &mut Tx<'_>,
    roles: &Roles,
    worker_id: i64,
    site: SiteId,
) -> Result<Vec<AccountId>, StoreError> {
    let mut users = Vec::new();
    for account in worker::accounts_of(tx, worker_id)? {
        if !listed_roles(tx, roles, account, site)?.is_empty() {
            users.push(account);
        }
    }
    Ok(users)
}

/// The roles of an account at a site that end with the place on its list.
fn listed_roles(
    tx: &mut Tx<'_>,
    roles: &Roles,
    account: AccountId,
    site: SiteId,
) -> Result<Vec<Box<str>>, StoreError> {
    let held = role_assignment::of_account(tx, account)?.into_iter();
    let here = held.filter(|held| held.place == Place::Site(site)).map(|held| held.role);
    Ok(here.filter(|role| ends_with_the_list(roles, role)).collect())
}

/// What an account keeps when these roles of it at a site end.
fn kept_besides(
    tx: &mut Tx<'_>,
    account: AccountId,
    site: SiteId,
    ends: &[Box<str>],
) -> Result<Vec<RoleAssignmentRow>, StoreError> {
    let held = role_assignment::of_account(tx, account)?.into_iter();
    Ok(held.filter(|held| held.place != Place::Site(site) || !ends.contains(&held.role)).collect())
}
