//! What those hear who answer for an organization when the Help Desk decides in their place.

use super::Request;
use crate::Context;
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link};
use crate::staff::{administrators_of, who_answers};
use iis_model::{EmailAddress, Timestamp};
use iis_store::{StoreError, Tx, outbox, site, worker};

/// Tells those who answer for vaccine at an organization who is to become its first site administrator, or became it, without one of
/// theirs deciding: the primary coordinators of its sites, and site administrators who cannot sign in.
pub(super) fn tell_organization(
    tx: &mut Tx<'_>,
    cx: &Context,
    case: &Request,
    is_approved: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else { return Ok(()) };
    for email in told_of(tx, case)? {
        let link = Link::to(cx, &["help", "tickets", "new"]);
        let (name, site) = (case.body.name.clone(), row.site.name.clone());
        let letter = Letter::FirstAdministrator { name, site, is_approved, link };
        outbox::insert(tx, &letter.to(cx, &email, at).map_err(inside)?)?;
    }
    Ok(())
}

/// Who is told of a first site administrator: those who answer for the organization, besides the applicant.
pub(super) fn told_of(tx: &mut Tx<'_>, case: &Request) -> Result<Vec<EmailAddress>, StoreError> {
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else {
        return Ok(Vec::new());
    };
    let account = case.account_id.map(|id| worker::of_account(tx, id)).transpose()?.flatten();
    let own: [Option<Box<str>>; 2] = [Some(case.email.as_str().into()), account.map(|row| row.email)];
    let mut others = who_answers(tx, row.site.organization_id)?;
    others.retain(|email| !own.iter().flatten().any(|own| **own == *email.as_str()));
    Ok(others)
}

/// Tells the only site administrator what the Help Desk approved in their name, or in a name like theirs.
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
