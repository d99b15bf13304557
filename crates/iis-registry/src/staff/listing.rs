//! Staff lists: the coordinator adds people, which lets them ask for Clinic Access; taking one off ends that person's access
//! at the site (S-53).

use super::administrators::ADMINISTRATOR;
use super::confirming::tell_ended;
use super::correcting::{NOT_TOGETHER, check};
use super::persons::{is_of_site_alone, settled};
use super::users::keep_only;
use crate::access::{Family, Roles};
use crate::names::is_same_person;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Place};
use iis_model::{AccountId, EmailAddress, OrganizationId, SiteId, Timestamp};
use iis_store::role_assignment::RoleAssignmentRow;
use iis_store::worker::{self, StaffRow, WorkerRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, account, role_assignment, site};
use std::sync::Arc;

crate::words::words! {
    /// What somebody is at a site.
    Position {
        /// Works there.
        Staff = "staff", "Clinic staff";
        /// Gives vaccines.
        Vaccinator = "vaccinator", "Gives vaccines";
        /// Answers for public vaccine.
        PrimaryCoordinator = "primary-coordinator", "Primary vaccine coordinator";
        /// Does so when the primary is absent.
        BackupCoordinator = "backup-coordinator", "Backup vaccine coordinator";
        /// Signs agreements.
        SigningPhysician = "signing-physician", "Signing physician";
    }
}

/// Somebody to be put on a list.
#[derive(Debug, Clone)]
pub struct Listing {
    /// Name.
    pub name: Box<str>,
    /// Address for mail.
    pub email: EmailAddress,
    /// What the person is there.
    pub position: Position,
    /// Kind of license; empty: none.
    pub license_kind: Box<str>,
    /// Its number.
    pub license_number: Box<str>,
}

/// Somebody on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The entry: for taking the person off.
    pub entry: i64,
    /// Name.
    pub name: Box<str>,
    /// Address for mail.
    pub email: Box<str>,
    /// What the person is there.
    pub position: Position,
    /// Since when.
    pub listed_at: Timestamp,
    /// By whom.
    pub listed_by: Box<str>,
    /// What ends when the person is taken off: user names with access here.
    pub users: Vec<Box<str>>,
}

/// The staff list of a site, by name.
pub async fn staff_of(cx: &Context, site: SiteId) -> Result<Vec<Listed>, Failure> {
    let roles = Arc::clone(&cx.roles);
    let read = cx.store.read(move |tx| {
        let mut listed = Vec::new();
        for row in worker::of_site(tx, site)? {
            let mut users = Vec::new();
            for account in users_at(tx, &roles, row.worker_id, site)? {
                users.extend(account::get(tx, account)?.map(|row| row.name));
            }
            listed.push(Listed {
                entry: row.id,
                name: row.name,
                email: row.email,
                position: Position::of_word(&row.position).unwrap_or(Position::Staff),
                listed_at: row.listed_at,
                listed_by: row.listed_by,
                users,
            });
        }
        Ok(listed)
    });
    Ok(read.await?)
}

/// Puts somebody on a site's staff list.
pub async fn list(
    cx: &Context,
    granted: &Granted,
    site: SiteId,
    new: Listing,
    arrival: Arrival,
) -> Result<(), Failure> {
    check(&new.name, &new.license_kind, &new.license_number)?;
    let (worker_id, entry_id) = (cx.store.ids().take()?, cx.store.ids().take()?);
    let by: Box<str> = granted.actor().label().1.into();
    let audit = AuditEntry::of(granted, arrival.at).action("list-staff").at_site(site);
    let listed = cx.store.write(Lane::Web, move |tx| {
        let word = new.position.word();
        let worker = match may_be_listed(tx, (site, worker_id), &new, arrival.at)? {
            Ok(worker) => worker,
            Err(why) => {
                let detail = format!("site {}, as {word}", site.0);
                tx.audit(&audit.clone().detail(detail).result("refused"))?;
                return Ok(Some(why));
            }
        };
        worker::list(tx, entry_id, site, worker, word, (&by, arrival.at))?;
        let about = about_entry(tx, site, (entry_id, worker))?;
        tx.audit(&audit.clone().detail(format!("{about}, as {word}")))?;
        Ok(None)
    });
    match listed.await? {
        None => Ok(()),
        Some(why) => Err(Failure::Rule(why)),
    }
}

/// Who is put on a list; why nobody is.
fn may_be_listed(
    tx: &mut Tx<'_>,
    (site, worker_id): (SiteId, i64),
    new: &Listing,
    at: Timestamp,
) -> Result<Result<i64, &'static str>, StoreError> {
    let worker = match known_or_new(tx, (site, worker_id), new, at)? {
        Ok(worker) => worker,
        refused => return Ok(refused),
    };
    let there = worker::of_site(tx, site)?;
    if there.iter().any(|row| row.worker_id == worker && *row.position == *new.position.word()) {
        return Ok(Err("This person is on the list already."));
    }
    if new.position == Position::PrimaryCoordinator && lists_other_primary(tx, site, Some(worker))? {
        return Ok(Err(
            "The site has a primary vaccine coordinator: exactly one. Take that person off first.",
        ));
    }
    Ok(Ok(worker))
}

/// Who stands on a list, for the audit: the entry, and the user names of the person. No name and no address.
fn about_entry(tx: &mut Tx<'_>, site: SiteId, (entry, worker): (i64, i64)) -> Result<String, StoreError> {
    let mut about = format!("site {}, entry {entry}", site.0);
    for account in worker::accounts_of(tx, worker)? {
        if let Some(row) = account::get(tx, account)? {
            about = format!("{about}, user {}", row.name);
        }
    }
    Ok(about)
}

/// Said of an address that stands on the site's own list, and nowhere else, under another name.
const CORRECT_IT: &str =
    "This e-mail address stands on this list under another name. Correct that entry, or check the address.";

/// The person of the address, or a new one; why not. What other sites know of the person is not this site's to change.
fn known_or_new(
    tx: &mut Tx<'_>,
    (site, id): (SiteId, i64),
    new: &Listing,
    at: Timestamp,
) -> Result<Result<i64, &'static str>, StoreError> {
    if let Some(known) = settled(tx, new.email.as_str())? {
        if !is_same_person(&known.name, &new.name) {
            let is_own = is_of_site_alone(tx, known.id, site)?;
            return Ok(Err(if is_own { CORRECT_IT } else { NOT_TOGETHER }));
        }
        let is_same = worker::plain(&known.license_kind) == worker::plain(&new.license_kind)
            && worker::plain(&known.license_number) == worker::plain(&new.license_number);
        if new.license_number.is_empty() || is_same {
            return Ok(Ok(known.id));
        }
        if !is_of_site_alone(tx, known.id, site)? && !known.license_number.is_empty() {
            return Ok(Err(
                "This license cannot be put on record here. Leave it out; if it is right, open a ticket: the Help Desk corrects it.",
            ));
        }
        worker::set_license(tx, known.id, &new.license_kind, &new.license_number)?;
        return Ok(Ok(known.id));
    }
    let row = WorkerRow {
        id,
        name: new.name.trim().into(),
        email: new.email.as_str().into(),
        license_kind: new.license_kind.clone(),
        license_number: new.license_number.clone(),
        created_at: at,
    };
    worker::insert(tx, &row)?;
    Ok(Ok(id))
}

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
            keep_only(tx, *account, kept, arrival.at)?;
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

impl Position {
    /// The position that a role rests on, where it rests on one.
    pub(crate) fn of_role(role: &str) -> Option<Self> {
        match role {
            PRIMARY => Some(Self::PrimaryCoordinator),
            "backup-vaccine-coordinator" => Some(Self::BackupCoordinator),
            "enrollment-only" => Some(Self::SigningPhysician),
            _ => None,
        }
    }
}

/// The role of which a site has exactly one holder (S-49).
pub(crate) const PRIMARY: &str = "primary-vaccine-coordinator";

/// Whether somebody else than this person stands on a site's list as its primary coordinator.
fn lists_other_primary(tx: &mut Tx<'_>, site: SiteId, who: Option<i64>) -> Result<bool, StoreError> {
    let is_other =
        |row: &StaffRow| &*row.position == Position::PrimaryCoordinator.word() && Some(row.worker_id) != who;
    Ok(worker::of_site(tx, site)?.iter().any(is_other))
}

/// Whether somebody else than this person is the primary coordinator of a site: on its list, or by the role (S-49).
pub(crate) fn has_other_primary(tx: &mut Tx<'_>, site: SiteId, who: Option<i64>) -> Result<bool, StoreError> {
    if lists_other_primary(tx, site, who)? {
        return Ok(true);
    }
    for account in role_assignment::holders(tx, Place::Site(site), PRIMARY)? {
        let is_active = account::get(tx, account)?.is_some_and(|row| &*row.status == "active");
        if is_active && (who.is_none() || worker::of_account(tx, account)?.map(|row| row.id) != who) {
            return Ok(true);
        }
    }
    Ok(false)
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
fn users_at(
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
