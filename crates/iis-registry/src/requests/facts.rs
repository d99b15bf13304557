//! What is known of a request, gathered from the store for the gates.

use super::gates::{Facts, License, Listed, Site};
use super::types::access_types;
use super::{Application, Request};
use crate::access::Roles;
use crate::enrollment::{self, Enrollment};
use crate::staff::{Position, administrators_of};
use crate::training::{Required, UserType};
use iis_model::{EmailAddress, JurisdictionId};
use iis_store::site::{self, SiteRow};
use iis_store::{StoreError, Tx, closed_site, jurisdiction, training, worker};

/// Gathers the facts.
pub(super) fn facts(tx: &mut Tx<'_>, roles: &Roles, request: &Request) -> Result<Facts, StoreError> {
    let Application { user_kind, vaccinates, role, administrator, .. } = &request.body;
    let site = request.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
    let who = worker_of(tx, request)?;
    let (mut listed, mut works_at_program_site) = (Listed::No, false);
    if let Some(worker_id) = who {
        for entry in worker::of_worker(tx, worker_id)? {
            if Some(entry.site_id) == request.site_id {
                listed = Listed::Yes;
            }
            let there = site::get(tx, entry.site_id)?;
            works_at_program_site |= there.is_some_and(|row| row.site.pin.is_some());
        }
    }
    let has_administrator = match &site {
        Some(row) => !administrators_of(tx, row.site.organization_id)?.is_empty(),
        None => false,
    };
    Ok(Facts {
        is_confirmed: request.body.confirmed_at.is_some(),
        missing_courses: missing_courses(tx, &request.email, role)?,
        user_kind: *user_kind,
        vaccinates: *vaccinates,
        role: role.clone(),
        is_offered: access_types(roles).iter().any(|row| row.role == *role),
        site: site.map(|row| site_facts(tx, row, who)).transpose()?,
        names_administrator: !administrator.trim().is_empty(),
        has_administrator,
        listed,
        works_at_program_site,
        license: license(&request.body),
        knows_jurisdiction: jurisdiction_named(tx, &request.body.jurisdiction)?.is_some(),
    })
}

/// The jurisdiction of this name, in whatever case.
pub(super) fn jurisdiction_named(tx: &mut Tx<'_>, typed: &str) -> Result<Option<JurisdictionId>, StoreError> {
    let wanted = folded(typed);
    let all = jurisdiction::list(tx)?;
    Ok(all.into_iter().find(|row| !wanted.is_empty() && folded(&row.name) == wanted).map(|row| row.id))
}

fn license(body: &Application) -> License {
    match (&*body.license_number, &body.license_verified) {
        ("", _) => License::None,
        (_, None) => License::Given,
        (_, Some(_)) => License::Verified,
    }
}

/// Who asks: the person of the address, or of the license with the same name.
fn worker_of(tx: &mut Tx<'_>, request: &Request) -> Result<Option<i64>, StoreError> {
    let same = |name: &str| folded(name) == folded(&request.body.name);
    if let Some(row) = worker::by_email(tx, request.email.as_str())?
        && same(&row.name)
    {
        return Ok(Some(row.id));
    }
    let Application { license_kind, license_number, .. } = &request.body;
    if license_number.is_empty() {
        return Ok(None);
    }
    let licensed = worker::by_license(tx, license_kind, license_number)?;
    Ok(licensed.into_iter().find(|row| same(&row.name)).map(|row| row.id))
}

/// A name for comparing: letters only, lower case.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

fn missing_courses(tx: &mut Tx<'_>, email: &EmailAddress, role: &str) -> Result<Vec<Box<str>>, StoreError> {
    let done = training::completions(tx, email.as_str())?;
    let required = Required::read(tx)?;
    let courses = required.of(UserType::of_role(role));
    if courses.is_empty() {
        return Ok(vec!["General User Course".into()]); // the library is empty: nobody can have taken it
    }
    Ok(courses
        .iter()
        .filter(|course| !done.iter().any(|(id, ..)| *id == course.id))
        .map(|course| course.title.clone())
        .collect())
}

fn site_facts(tx: &mut Tx<'_>, row: SiteRow, who: Option<i64>) -> Result<Site, StoreError> {
    let staff = worker::of_site(tx, row.site.id)?;
    let is_other_primary = |entry: &worker::StaffRow| {
        &*entry.position == Position::PrimaryCoordinator.word() && Some(entry.worker_id) != who
    };
    Ok(Site {
        has_other_primary: staff.iter().any(is_other_primary),
        is_enrolled: is_enrolled(tx, &row)?,
        is_program: row.site.pin.is_some(),
        name: row.site.name,
        kind: row.site.kind,
    })
}

/// Whether a site is enrolled: it is one of the registry's, and no enrollment of it stands otherwise.
fn is_enrolled(tx: &mut Tx<'_>, row: &SiteRow) -> Result<bool, StoreError> {
    if &*row.status != "active" || closed_site::get(tx, row.site.id)?.is_some() {
        return Ok(false);
    }
    for state in [enrollment::State::Suspended, enrollment::State::Lapsed, enrollment::State::Withdrawn] {
        if Enrollment::in_state(tx, state, 1_000)?.iter().any(|case| case.site_id == Some(row.site.id)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The site of a code or a name, in whatever case, of a kind that fits.
pub(super) fn site_named(tx: &mut Tx<'_>, typed: &str) -> Result<Option<SiteRow>, StoreError> {
    if let Some(found) = site::by_code(tx, typed.trim())? {
        return Ok(Some(found));
    }
    let wanted = folded(typed);
    let mut after = String::new();
    while !wanted.is_empty() {
        let page = site::list(tx, &after, 500)?;
        let Some(last) = page.last() else { break };
        after = last.site.code.to_string();
        if let Some(found) = page.into_iter().find(|row| folded(&row.site.name) == wanted) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
