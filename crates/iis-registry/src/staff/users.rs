//! The users of an organization: who holds a role at its places or got one through it, what would end with somebody, and the
//! end of it.

use super::administrators::{ADMINISTRATOR, has_another};
use super::confirming::tell_ended;
use super::taking_off::take_off_all;
use crate::access::{Family, Roles};
use crate::accounts::stopping;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Place};
use iis_model::{AccountId, OrganizationId, Timestamp};
use iis_store::account::AccountRow;
use iis_store::role_assignment::RoleAssignmentRow;
use iis_store::{
    AuditEntry, Lane, StoreError, Tx, account, role_assignment, session, site, user_confirmation, worker,
};
use std::sync::Arc;

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
    /// Roles here or through here, each with its place.
    pub roles: Vec<(Box<str>, Place)>,
    /// The last good sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When the organization last said that the person is still there.
    pub confirmed_at: Option<Timestamp>,
    /// Since when it is asked whether the person is still there.
    pub asked_at: Option<Timestamp>,
}

impl User {
    fn read(tx: &mut Tx<'_>, row: AccountRow, organization: OrganizationId) -> Result<Self, StoreError> {
        let held = role_assignment::of_account(tx, row.id)?.into_iter();
        let here = held.filter(|held| held.is_of(organization)).map(|held| (held.role, held.place));
        let said = user_confirmation::get(tx, row.id, organization)?;
        Ok(Self {
            account: row.id,
            roles: here.collect(),
            name: row.name,
            display_name: row.display_name,
            is_active: &*row.status == "active",
            last_sign_in_at: row.last_sign_in_at,
            confirmed_at: said.map(|said| said.confirmed_at),
            asked_at: said.and_then(|said| said.asked_at),
        })
    }
}

/// The users of an organization, by user name.
pub async fn users_of(cx: &Context, organization: OrganizationId) -> Result<Vec<User>, Failure> {
    let roles = Arc::clone(&cx.roles);
    let read = cx.store.read(move |tx| {
        let mut users = Vec::new();
        for row in user_confirmation::users_of(tx, organization)? {
            let user = User::read(tx, row, organization)?;
            // whom the state alone gave a role here is the state's to confirm and to end
            let is_the_states =
                !user.roles.is_empty() && !user.roles.iter().any(|(role, _)| is_outside(&roles, role));
            users.extend((!is_the_states).then_some(user));
        }
        Ok(users)
    });
    Ok(read.await?)
}

/// Whether a role is one of an organization's own people.
fn is_outside(roles: &Roles, role: &str) -> bool {
    roles.get(role).is_some_and(|known| known.family == Family::Outside)
}

/// What ends with a user of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ends {
    /// The user, with the roles that end.
    pub user: User,
    /// The sites whose staff list the person is taken off, by name.
    pub lists: Vec<Box<str>>,
    /// Whether the account is closed, since no other role is left.
    pub closes: bool,
    /// Why it cannot be done now.
    pub refusal: Option<&'static str>,
}

/// What would end with a user of an organization; none: it is none of its users.
pub async fn what_ends(
    cx: &Context,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Ends>, Failure> {
    let roles = Arc::clone(&cx.roles);
    let read = cx.store.read(move |tx| {
        if user_confirmation::get(tx, account, organization)?.is_none() {
            return Ok(None);
        }
        let Some(row) = account::get(tx, account)? else { return Ok(None) };
        let mut user = User::read(tx, row, organization)?;
        let (gone, kept) = parted(tx, &roles, account, organization)?;
        let refusal = refusal(tx, &gone, (organization, account), now)?;
        user.roles = gone.into_iter().map(|held| (held.role, held.place)).collect();
        let mut lists = Vec::new();
        if let Some(owner) = worker::of_account(tx, account)? {
            for entry in worker::of_worker(tx, owner.id)? {
                let there = site::get(tx, entry.site_id)?;
                let there = there.filter(|row| row.site.organization_id == organization);
                lists.extend(there.map(|row| row.site.name));
            }
        }
        lists.dedup();
        Ok(Some(Ends { closes: kept.is_empty(), user, lists, refusal }))
    });
    Ok(read.await?)
}

/// The roles of an account that an organization can end, and the others.
pub(super) fn parted(
    tx: &mut Tx<'_>,
    roles: &Roles,
    account: AccountId,
    organization: OrganizationId,
) -> Result<(Vec<RoleAssignmentRow>, Vec<RoleAssignmentRow>), StoreError> {
    let held = role_assignment::of_account(tx, account)?.into_iter();
    Ok(held.partition(|held| held.is_of(organization) && is_outside(roles, &held.role)))
}

/// Why these roles cannot end now.
fn refusal(
    tx: &mut Tx<'_>,
    gone: &[RoleAssignmentRow],
    (organization, account): (OrganizationId, AccountId),
    now: Timestamp,
) -> Result<Option<&'static str>, StoreError> {
    const LAST: &str = "This is the organization’s last site administrator who can sign in. Name another one first: open a ticket, \
                        category Add a role, and ask for Site Administrator.";
    if gone.is_empty() {
        return Ok(Some("This user has no role that your organization can end."));
    }
    let administers = gone.iter().any(|held| &*held.role == ADMINISTRATOR);
    Ok((administers && !has_another(tx, organization, account, now)?).then_some(LAST))
}

/// Ends a user of an organization: the roles at its sites or through it and the places on their staff lists, and the account
/// when no role is left. The last site administrator is not ended before there is another who can sign in.
pub async fn end_user(
    cx: &Context,
    granted: &Granted,
    organization: OrganizationId,
    account_id: AccountId,
    arrival: Arrival,
) -> Result<(), Failure> {
    let entry = AuditEntry::of(granted, arrival.at)
        .action("end-user")
        .detail(format!("account {}, organization {}", account_id.0, organization.0));
    let (cx2, by): (_, Box<str>) = (cx.clone(), granted.actor().label().1.into());
    let ended = cx.store.write(Lane::Web, move |tx| {
        let (gone, kept) = parted(tx, &cx2.roles, account_id, organization)?;
        if let Some(why) = refusal(tx, &gone, (organization, account_id), arrival.at)? {
            return Ok(Some(why));
        }
        tell_ended(tx, &cx2, account_id, arrival.at)?;
        take_off_all(tx, account_id, organization, (&by, arrival.at))?;
        keep_only(tx, &cx2, account_id, kept, arrival.at)?;
        tx.audit(&entry)?;
        Ok(None)
    });
    ended.await?.map_or(Ok(()), |why| Err(Failure::Rule(why)))
}

/// Leaves an account these roles and no others; without any it is closed. Its sessions end.
pub(super) fn keep_only(
    tx: &mut Tx<'_>,
    cx: &Context,
    account: AccountId,
    kept: Vec<RoleAssignmentRow>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let kept: Vec<_> = kept.into_iter().map(|held| (held.role, held.place)).collect();
    role_assignment::set(tx, account, &kept, at)?;
    if kept.is_empty() {
        account::set_status(tx, account, "disabled")?;
    }
    session::delete_of_account(tx, account)?;
    stopping::end(tx, cx, account, at).map(drop)
}
