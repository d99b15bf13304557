//! Setting up: organizations and sites, and the first start of a registry.

use crate::names::{composed, is_name_of_place, is_plain};
use crate::{Arrival, Context, Failure};
use iis_model::access::{Permission, Place};
use iis_model::organization::SiteKind;
use iis_model::{OrganizationId, SiteId};
use iis_store::organization::{self, OrganizationRow};
use iis_store::site::{self, SiteRow};
use iis_store::{Lane, account, setting};

/// An organization with its sites, to be made.
#[derive(Debug, Clone)]
pub struct NewOrganization {
    /// Its name.
    pub name: Box<str>,
    /// Its sites.
    pub sites: Vec<NewSite>,
}

/// A site to be made.
#[derive(Debug, Clone)]
pub struct NewSite {
    /// The code by which messages name it.
    pub code: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// Its number at the vaccine program.
    pub pin: Option<Box<str>>,
}

/// Makes organizations with their sites, all or none; returns the ids of the sites in the order given.
pub async fn add_organizations(cx: &Context, new: Vec<NewOrganization>) -> Result<Vec<SiteId>, Failure> {
    let ids = cx.store.ids();
    let mut rows: Vec<(OrganizationRow, Vec<SiteRow>)> = Vec::with_capacity(new.len());
    for organization in new {
        let id = OrganizationId(ids.take()?);
        let mut sites = Vec::with_capacity(organization.sites.len());
        for site in organization.sites {
            check_site(&site)?;
            sites.push(site_row(SiteId(ids.take()?), id, site));
        }
        rows.push((OrganizationRow { id, name: organization.name, status: "active".into() }, sites));
    }
    let site_ids = rows.iter().flat_map(|(_, sites)| sites.iter().map(|row| row.site.id)).collect();
    let added = cx.store.write(Lane::Web, move |tx| {
        for (row, sites) in &rows {
            organization::put(tx, row)?;
            sites.iter().try_for_each(|site| site::put(tx, site))?;
        }
        Ok(())
    });
    match added.await {
        Err(error) if error.is_constraint("site_code") => Err(Failure::Rule("A site of this code exists.")),
        other => Ok(other.map(|()| site_ids)?),
    }
}

/// A site's code is what messages carry (MSH-4, MSH-22, RXA-11.4): 1 to 40 letters, digits, dots, dashes and underscores,
/// so that no delimiter of HL7 is in it. A PIN is looked up the same way.
pub(crate) fn check_site(new: &NewSite) -> Result<(), Failure> {
    if !is_name_of_place(&new.name) {
        return Err(Failure::Rule(
            "A site's name is one line of 1 to 120 characters that are seen, no word of it in two scripts.",
        ));
    }
    check_codes(&new.code, new.pin.as_deref())
}

/// The code and the PIN alone: see [`check_site`].
pub(crate) fn check_codes(code: &str, pin: Option<&str>) -> Result<(), Failure> {
    let is_code = |code: &str| is_plain(code, 1..=40);
    if !is_code(code) {
        return Err(Failure::Rule("A site's code is 1 to 40 letters, digits, dots, dashes and underscores."));
    }
    if !pin.is_none_or(is_code) {
        return Err(Failure::Rule("A site's PIN is 1 to 40 letters, digits, dots, dashes and underscores."));
    }
    Ok(())
}

pub(crate) fn site_row(id: SiteId, organization_id: OrganizationId, new: NewSite) -> SiteRow {
    let takes_ownership = matches!(new.kind, SiteKind::Clinic | SiteKind::Hospital);
    SiteRow {
        site: iis_model::organization::Site {
            id,
            organization_id,
            code: new.code,
            name: composed(&new.name).into(),
            pin: new.pin,
            kind: new.kind,
        },
        takes_ownership,
        status: "active".into(),
    }
}

/// Whether the registry has no account yet: its first start.
pub async fn is_first_start(cx: &Context) -> Result<bool, Failure> {
    Ok(cx.store.read(|tx| Ok(account::list(tx, "", 1)?.is_empty())).await?)
}

/// The name under which the hash of the set-up link's token is kept.
const SETUP_TOKEN: &str = "setup-token-sha256";

/// Keeps the hash of the one-time set-up link's token; an earlier link no longer holds.
pub async fn keep_setup_token(cx: &Context, hash: String) -> Result<(), Failure> {
    Ok(cx.store.write(Lane::Web, move |tx| setting::put(tx, SETUP_TOKEN, &hash)).await?)
}

/// Whether this is the hash of the set-up link's token, and no account exists yet.
pub async fn is_setup_token(cx: &Context, hash: String) -> Result<bool, Failure> {
    let known =
        cx.store.read(|tx| Ok((setting::get(tx, SETUP_TOKEN)?, account::list(tx, "", 1)?.is_empty())));
    let (kept, first) = known.await?;
    Ok(first && kept.is_some_and(|kept| *kept == *hash))
}

/// Makes the first administrator; the set-up link holds no longer, because an account exists.
pub async fn first_administrator(
    cx: &Context,
    mut user: crate::accounts::NewUser,
    arrival: Arrival,
) -> Result<(), Failure> {
    if !is_first_start(cx).await? {
        return Err(Failure::Rule(
            "The registry is set up already. Sign in, or ask an administrator for an account.",
        ));
    }
    let role = crate::accounts::RoleAssignment::new("system-administrator", Place::State);
    user.roles = vec![role];
    let granted = crate::access::as_registry(Permission::ManageAccounts);
    crate::accounts::add(cx, &granted, user, arrival).await.map(|_| ())
}
