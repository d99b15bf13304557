//! What those hear who answer for an organization when the Help Desk decides in their place.

use super::Request;
use super::applicant::Applicant;
use crate::Context;
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link};
use crate::staff::{administrators_of, persons, who_answers};
use iis_model::{EmailAddress, Timestamp};
use iis_store::worker::{self, WorkerRow};
use iis_store::{StoreError, Tx, outbox, site};
use std::collections::BTreeSet;

/// Tells those who answer for vaccine at an organization who is to become its first site administrator, or became it, without one of
/// theirs deciding: the primary coordinators of its sites, and site administrators who cannot sign in.
pub(super) fn tell_organization(
    tx: &mut Tx<'_>,
    cx: &Context,
    case: &Request,
    (is_approved, is_moved): (bool, bool),
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else { return Ok(()) };
    let title = cx.roles.get(&case.body.role).map_or(&*case.body.role, |role| role.title.as_str());
    let role: Option<Box<str>> = is_moved.then(|| title.into());
    for email in told_of(tx, case, at)?.to {
        let link = Link::to(cx, &["help", "tickets", "new"]);
        let (name, site) = (case.body.name.clone(), row.site.name.clone());
        let letter = Letter::FirstAdministrator { name, site, role: role.clone(), is_approved, link };
        outbox::insert(tx, &letter.to(cx, &email, at).map_err(inside)?)?;
    }
    Ok(())
}

/// Who is told what the Help Desk decides after asking the organization.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Those who answer for the organization, besides the applicant; also where an address of theirs was moved away from lately by a
    /// clerk, and one of the applicant by whomever.
    pub(super) to: BTreeSet<EmailAddress>,
    /// Whether nobody is among them whose address stands as no clerk moved it: nobody is known to hear of it.
    pub(super) is_unheard: bool,
}

/// Everybody on record who is the applicant: by the address, and by the accounts that the request is for.
fn applicants(tx: &mut Tx<'_>, case: &Request) -> Result<Vec<WorkerRow>, StoreError> {
    let mut own = Vec::new();
    if let Some(person) = Applicant::of(tx, case)?.worker() {
        own.extend(worker::get(tx, person)?);
    }
    for account in case.body.adds_to.into_iter().chain(case.account_id) {
        own.extend(worker::of_account(tx, account)?);
    }
    Ok(own)
}

/// Finds out.
pub(super) fn told_of(tx: &mut Tx<'_>, case: &Request, now: Timestamp) -> Result<Told, StoreError> {
    let mut told = Told { is_unheard: true, ..Told::default() };
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else {
        return Ok(told);
    };
    let own = applicants(tx, case)?;
    for person in &own {
        let moved = persons::moved(tx, person.id, now)?; // by a clerk, or by whoever was signed in as them
        told.to.extend(moved.iter().filter_map(|row| row.email_before.parse().ok()));
    }
    let mut others = who_answers(tx, row.site.organization_id)?;
    others.retain(|email| *email != case.email && !own.iter().any(|person| *person.email == *email.as_str()));
    for email in others {
        let person = persons::of_address(tx, email.as_str())?;
        let moved = person.map(|row| persons::moved(tx, row.id, now)).transpose()?.unwrap_or_default();
        let by_clerks: Vec<_> = moved.into_iter().filter(|row| row.clerk_id.is_some()).collect();
        told.is_unheard &= !by_clerks.is_empty();
        told.to.extend(by_clerks.iter().filter_map(|row| row.email_before.parse().ok()));
        told.to.insert(email);
    }
    Ok(told)
}

/// Tells the only site administrator what the Help Desk approved in their name.
pub(super) fn tell_administrators(
    tx: &mut Tx<'_>,
    cx: &Context,
    case: &Request,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else { return Ok(()) };
    for one in administrators_of(tx, row.site.organization_id)? {
        let Some(email) = one.email else { continue };
        let (name, site) = (case.body.name.clone(), row.site.name.clone());
        let link = Link::to(cx, &["admin", "accounts"]);
        let letter = Letter::ApprovedByDesk { number: case.number, name, site, link };
        outbox::insert(tx, &letter.to(cx, &email, at).map_err(inside)?)?;
    }
    Ok(())
}
