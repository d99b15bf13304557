//! Staff lists: the coordinator adds people, which lets them ask for Clinic Access (S-53).

use super::correcting::{NOT_TOGETHER, check};
use super::persons::{is_of_site_alone, settled};
use super::taking_off::users_at;
use crate::names::is_same_person;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Place};
use iis_model::{EmailAddress, SiteId, Timestamp};
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
pub(super) fn about_entry(
    tx: &mut Tx<'_>,
    site: SiteId,
    (entry, worker): (i64, i64),
) -> Result<String, StoreError> {
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
        if !may_put_license(tx, &known, site)? {
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

/// Whether a site's coordinator may put a license on record of somebody. Where there is one, as it corrects the entry: if the site
/// alone knows of the person. Where there is none, whoever answers for the person: the organization at which an account has a role, and
/// of somebody without an account the organization of all lists. For everybody else the Help Desk does (decision 0059).
fn may_put_license(tx: &mut Tx<'_>, known: &WorkerRow, site: SiteId) -> Result<bool, StoreError> {
    if !known.license_number.is_empty() {
        return is_of_site_alone(tx, known.id, site);
    }
    let Some(own) = site::get(tx, site)?.map(|row| row.site.organization_id) else { return Ok(false) };
    let accounts = worker::accounts_of(tx, known.id)?;
    if accounts.is_empty() {
        for entry in worker::of_worker(tx, known.id)? {
            if site::get(tx, entry.site_id)?.is_none_or(|row| row.site.organization_id != own) {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    for account in accounts {
        if role_assignment::of_account(tx, account)?.iter().any(|held| held.organization_id == Some(own)) {
            return Ok(true);
        }
    }
    Ok(false)
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
