//! Organizations and their sites, kept one at a time by an operator. Each change leaves an audit row in the same
//! transaction. A sender needs a site, and a site an organization.

pub(crate) use crate::names::folded;
use crate::names::{composed, is_name_of_place, is_showable};
use crate::setup::{self, NewSite};
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::organization::Organization;
use iis_model::{OrganizationId, SiteId};
use iis_store::organization::{self, OrganizationRow};
use iis_store::site::{self, SiteRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx};

/// Rows read at a time.
const PAGE: i64 = 500;

/// Makes an organization. Its name is how people refer to it, so that no two have the same, in whatever case.
pub async fn add_organization(
    cx: &Context,
    granted: &Granted,
    name: &str,
    arrival: Arrival,
) -> Result<OrganizationId, Failure> {
    if !is_name_of_place(name) {
        return Err(Failure::Rule(
            "An organization's name is one line of 1 to 120 characters that are seen, no word of it in two scripts.",
        ));
    }
    let id = OrganizationId(cx.store.ids().take()?);
    let name = composed(name);
    let entry = AuditEntry::of(granted, arrival.at)
        .action("add-organization")
        .detail(format!("organization {}: {name}", id.0));
    let added = cx.store.write(Lane::Web, move |tx| {
        if named(tx, &name)?.is_some() {
            return Ok(false);
        }
        organization::put(tx, &OrganizationRow { id, name: name.as_str().into(), status: "active".into() })?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if added.await? { Ok(id) } else { Err(Failure::Rule("An organization of this name exists.")) }
}

/// Makes a site of an organization, in a town where one is said: both or nothing.
pub async fn add_site(
    cx: &Context,
    granted: &Granted,
    organization: &str,
    (new, town): (NewSite, Option<&str>),
    arrival: Arrival,
) -> Result<SiteId, Failure> {
    setup::check_site(&new)?;
    let town = town.map(town_of).transpose()?;
    let id = SiteId(cx.store.ids().take()?);
    let entry = AuditEntry::of(granted, arrival.at).action("add-site").detail(format!("site {}", new.code));
    let organization = organization.trim().to_owned();
    let added = cx.store.write(Lane::Web, move |tx| {
        let Some(owner) = named(tx, &organization)? else { return Ok(false) };
        site::put(tx, &setup::site_row(id, owner, new.clone()))?;
        if let Some(town) = &town {
            site::set_town(tx, id, town)?;
        }
        tx.audit(&entry)?;
        Ok(true)
    });
    match added.await {
        Ok(true) => Ok(id),
        Ok(false) => Err(Failure::Rule(
            "There is no organization of this name: openiis organization list shows them, organization add makes one.",
        )),
        Err(error) if error.is_constraint("site_code") => Err(Failure::Rule("A site of this code exists.")),
        Err(error) => Err(error.into()),
    }
}

fn town_of(typed: &str) -> Result<String, Failure> {
    if is_showable(typed) {
        Ok(typed.trim().to_owned())
    } else {
        Err(Failure::Rule("A town is one line of 1 to 120 characters."))
    }
}

/// Says in which town a site is, for people who look for their own.
pub async fn set_town(
    cx: &Context,
    granted: &Granted,
    code: &str,
    town: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let (code, town) = (code.to_owned(), town_of(town)?);
    let entry = AuditEntry::of(granted, arrival.at).action("set-town").detail(format!("site {code}"));
    let set = cx.store.write(Lane::Web, move |tx| {
        let Some(row) = site::by_code(tx, &code)? else { return Ok(false) };
        site::set_town(tx, row.site.id, &town)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if set.await? {
        Ok(())
    } else {
        Err(Failure::Rule("There is no site of this code: openiis site list shows them."))
    }
}

/// The organization of this name, in whatever case: as it is written, else by its letters and digits.
pub(crate) fn named(tx: &mut Tx<'_>, name: &str) -> Result<Option<OrganizationId>, StoreError> {
    let (wanted, written) = (folded(name), composed(name).to_lowercase());
    let rows = all(tx)?;
    let is_written_so = |row: &&OrganizationRow| composed(&row.name).to_lowercase() == written;
    let is_alike = |row: &&OrganizationRow| !wanted.is_empty() && folded(&row.name) == wanted;
    let found = rows.iter().find(is_written_so).or_else(|| rows.iter().find(is_alike));
    Ok(found.map(|row| row.id))
}

/// The sites whose names have the same letters and digits, each with its organization.
pub(crate) fn namesakes(tx: &mut Tx<'_>, name: &str) -> Result<Vec<SiteRow>, StoreError> {
    let wanted = folded(name);
    let (mut found, mut after) = (Vec::new(), String::new());
    while !wanted.is_empty() {
        let page = site::list(tx, &after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.site.code.to_string();
        found.extend(page.into_iter().filter(|row| folded(&row.site.name) == wanted));
    }
    Ok(found)
}

/// The only one there is; of two with one name neither is meant.
pub(crate) fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// The site of a code, or the only one of a name, in whatever case.
pub(crate) fn site_named(tx: &mut Tx<'_>, typed: &str) -> Result<Option<SiteRow>, StoreError> {
    if let Some(found) = site::by_code(tx, typed.trim())? {
        return Ok(Some(found));
    }
    Ok(only(namesakes(tx, typed)?.into_iter()))
}

fn all(tx: &mut Tx<'_>) -> Result<Vec<OrganizationRow>, StoreError> {
    let (mut rows, mut after) = (Vec::new(), OrganizationId(i64::MIN));
    loop {
        let page = organization::list(tx, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(rows) };
        after = last.id;
        rows.extend(page);
    }
}

/// All organizations, in the order in which they were made.
pub async fn organizations(cx: &Context) -> Result<Vec<Organization>, Failure> {
    let rows = cx.store.read(all).await?;
    Ok(rows.into_iter().map(|row| Organization { id: row.id, name: row.name }).collect())
}

/// All sites, by code.
pub async fn sites(cx: &Context) -> Result<Vec<iis_model::organization::Site>, Failure> {
    let listed = cx.store.read(|tx| {
        let (mut sites, mut after) = (Vec::new(), String::new());
        loop {
            let page: Vec<SiteRow> = site::list(tx, &after, PAGE)?;
            let Some(last) = page.last() else { return Ok(sites) };
            after = last.site.code.to_string();
            sites.extend(page.into_iter().map(|row| row.site));
        }
    });
    Ok(listed.await?)
}
