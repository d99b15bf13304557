//! What is known of a request, gathered from the store for the gates.

use super::applicant::Applicant;
use super::deciding::{Alone, administers_alone};
use super::gates::{ByLicense, Facts, License, Listed, Site};
use super::provisioning::is_locked;
use super::types::access_types;
use super::{Application, Request};
use crate::access::Roles;
use crate::enrollment::{self, Enrollment};
use crate::sites::{folded, only};
use crate::staff::{ADMINISTRATOR, Position, administrators_of, has_other_primary, is_administered};
use crate::training::missing_courses;
use iis_model::{JurisdictionId, SiteId, Timestamp};
use iis_store::site::{self, SiteRow};
use iis_store::{StoreError, Tx, closed_site, jurisdiction, worker};

/// Gathers the facts.
pub(super) fn facts(
    tx: &mut Tx<'_>,
    roles: &Roles,
    request: &Request,
    now: Timestamp,
) -> Result<Facts, StoreError> {
    let Application { user_kind, vaccinates, role, administrator, .. } = &request.body;
    let site = request.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
    let applicant = Applicant::of(tx, request)?;
    let who = applicant.worker();
    let (mut listed, mut works_at_program_site) = (Listed::No, false);
    let known = match request.received_at {
        Some(_) => applicant.possibly(tx, request)?,
        None => who.into_iter().collect(), // a draft tells nobody who stands on which list
    };
    for person in known {
        for entry in worker::of_worker(tx, person)? {
            if Some(person) == who && Some(entry.site_id) == request.site_id {
                listed = Listed::Yes;
            }
            let there = site::get(tx, entry.site_id)?;
            works_at_program_site |= there.is_some_and(|row| row.site.pin.is_some());
        }
    }
    let has_administrator = match &site {
        _ if request.received_at.is_none() => true, // a draft tells nobody who administers
        Some(row) => administrators_of(tx, row.site.organization_id)?
            .iter()
            .any(|known| known.is_called(administrator)),
        None => false,
    };
    let asks_organization = match &site {
        Some(row) if request.received_at.is_some() => match administers_alone(tx, request, now)? {
            Alone::Moved => true,
            Alone::Administrator => &**role == ADMINISTRATOR,
            Alone::No => &**role == ADMINISTRATOR && !is_administered(tx, row.site.organization_id, now)?,
        },
        _ => false,
    };
    Ok(Facts {
        is_confirmed: request.body.confirmed_at.is_some(),
        is_named_otherwise: applicant == Applicant::NamedOtherwise,
        is_listed_elsewhere: request.received_at.is_some()
            && matches!(applicant, Applicant::ListedElsewhere(_)),
        missing_courses: missing_courses(tx, &request.email, role)?,
        user_kind: *user_kind,
        vaccinates: *vaccinates,
        role: role.clone(),
        is_offered: access_types(roles).iter().any(|row| row.role == *role),
        site: site.map(|row| site_facts(tx, row, who)).transpose()?,
        names_administrator: !administrator.trim().is_empty(),
        was_sent_in: request.received_at.is_some(),
        has_administrator,
        listed,
        works_at_program_site,
        license: license(&request.body),
        knows_jurisdiction: jurisdiction_named(tx, &request.body.jurisdiction)?.is_some(),
        is_jurisdiction_verified: request.body.jurisdiction_verified.is_some(),
        by_license: match request.received_at {
            Some(_) => applicant.by_license(request),
            None => ByLicense::Nobody, // a draft tells nobody who has an account
        },
        asks_organization,
        is_account_closed: request.received_at.is_some() && is_locked(tx, request)?,
        is_administrator_verified: request.body.administrator_verified.is_some(),
    })
}

/// The only jurisdiction of this name, in whatever case.
pub(super) fn jurisdiction_named(tx: &mut Tx<'_>, typed: &str) -> Result<Option<JurisdictionId>, StoreError> {
    let wanted = folded(typed);
    let all = jurisdiction::list(tx)?;
    Ok(only(all.into_iter().filter(|row| !wanted.is_empty() && folded(&row.name) == wanted))
        .map(|row| row.id))
}

/// Licenses with which somebody may look patients up without giving vaccines (S-55).
const LOOKS_UP: [&str; 4] = ["MD", "DO", "PA", "APRN"];

fn license(body: &Application) -> License {
    let kind: String = body.license_kind.chars().filter(char::is_ascii_alphabetic).collect();
    match (&*body.license_number, &body.license_verified) {
        ("", _) => License::None,
        _ if !LOOKS_UP.iter().any(|known| known.eq_ignore_ascii_case(&kind)) => License::OfAnotherKind,
        (_, None) => License::Given,
        (_, Some(_)) => License::Verified,
    }
}

fn site_facts(tx: &mut Tx<'_>, row: SiteRow, who: Option<i64>) -> Result<Site, StoreError> {
    Ok(Site {
        has_other_primary: has_other_primary(tx, row.site.id, who)?,
        is_enrolled: is_enrolled(tx, &row)?,
        keeps_list: row.site.pin.is_some() || has_coordinator(tx, row.site.id)?,
        is_program: row.site.pin.is_some(),
        name: row.site.name,
        kind: row.site.kind,
    })
}

/// Whether a coordinator of the site is on record.
fn has_coordinator(tx: &mut Tx<'_>, id: SiteId) -> Result<bool, StoreError> {
    let coordinates = [Position::PrimaryCoordinator.word(), Position::BackupCoordinator.word()];
    Ok(worker::of_site(tx, id)?.iter().any(|entry| coordinates.contains(&&*entry.position)))
}

/// Whether a site is enrolled: it is one of the registry's, and no enrollment of it stands otherwise.
fn is_enrolled(tx: &mut Tx<'_>, row: &SiteRow) -> Result<bool, StoreError> {
    use enrollment::State::{Lapsed, Suspended, Withdrawn};
    if &*row.status != "active" || closed_site::get(tx, row.site.id)?.is_some() {
        return Ok(false);
    }
    let latest = Enrollment::of_site(tx, row.site.id)?;
    let stands = latest.filter(|case| !case.is_first_of_known_site()).map(|case| case.state);
    Ok(!matches!(stands, Some(Suspended | Lapsed | Withdrawn)))
}
