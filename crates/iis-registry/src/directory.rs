//! Names of organizations, sites and senders, kept for a few seconds so that a record can say who reported.

use crate::{Arrival, Context, Failure};
use iis_model::access::Place;
use iis_model::organization::Site;
use iis_model::{JurisdictionId, OrganizationId, SenderId, SiteId};
use iis_store::{StoreError, Tx, jurisdiction, organization, sender, site};
use jiff::SignedDuration;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

/// Who is who.
#[derive(Debug, Default)]
pub struct Directory {
    organizations: HashMap<OrganizationId, Box<str>>,
    sites: HashMap<SiteId, Site>,
    senders: HashMap<SenderId, Box<str>>,
    jurisdictions: HashMap<JurisdictionId, Box<str>>,
}

/// After this time names are read again.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(5);

/// Rows read at a time.
const PAGE: i64 = 1_000;

impl Directory {
    /// The organization's name.
    pub fn organization(&self, id: OrganizationId) -> &str {
        self.organizations.get(&id).map_or("", |name| name)
    }

    /// The site.
    pub fn site(&self, id: SiteId) -> Option<&Site> {
        self.sites.get(&id)
    }

    /// All sites, in no order.
    pub fn sites(&self) -> impl Iterator<Item = &Site> {
        self.sites.values()
    }

    /// The name of the place where a role is held; empty for the state.
    pub fn place(&self, place: Place) -> &str {
        match place {
            Place::State => "",
            Place::Site(id) => self.site(id).map_or("", |site| &site.name),
            Place::Organization(id) => self.organization(id),
            Place::Jurisdiction(id) => self.jurisdictions.get(&id).map_or("", |name| name),
        }
    }

    /// The jurisdiction of this name, in whatever case.
    pub fn jurisdiction_named(&self, wanted: &str) -> Option<JurisdictionId> {
        let is_wanted = |name: &str| name.to_lowercase() == wanted.to_lowercase();
        self.jurisdictions.iter().find(|(_, name)| is_wanted(name)).map(|(id, _)| *id)
    }

    /// The organization of this name, in whatever case.
    pub fn organization_named(&self, wanted: &str) -> Option<OrganizationId> {
        let is_wanted = |name: &str| name.to_lowercase() == wanted.to_lowercase();
        self.organizations.iter().find(|(_, name)| is_wanted(name)).map(|(id, _)| *id)
    }

    /// The sender's name.
    pub fn sender(&self, id: SenderId) -> &str {
        self.senders.get(&id).map_or("", |name| name)
    }

    fn read(tx: &mut Tx<'_>) -> Result<Self, StoreError> {
        let mut directory = Self::default();
        let jurisdictions = jurisdiction::list(tx)?.into_iter().map(|row| (row.id, row.name));
        directory.jurisdictions.extend(jurisdictions);
        let mut after = OrganizationId(i64::MIN);
        loop {
            let page = organization::list(tx, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.id;
            directory.organizations.extend(page.into_iter().map(|row| (row.id, row.name)));
        }
        let mut after = String::new();
        loop {
            let page = site::list(tx, &after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.site.code.to_string();
            directory.sites.extend(page.into_iter().map(|row| (row.site.id, row.site)));
        }
        let mut after = String::new();
        loop {
            let page = sender::list(tx, &after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.sender.name.to_string();
            directory.senders.extend(page.into_iter().map(|access| (access.sender.id, access.sender.name)));
        }
        Ok(directory)
    }
}

/// The directory, at most a few seconds old.
pub async fn directory(cx: &Context, arrival: &Arrival) -> Result<Arc<Directory>, Failure> {
    let kept = cx.directory.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((_, directory)) = kept.filter(|(read_at, _)| arrival.at.duration_since(*read_at) < KEPT_FOR) {
        return Ok(directory);
    }
    read_again(cx, arrival).await
}

/// The same where these sites have to be known: one that was added a moment ago makes it read again.
pub async fn directory_of(
    cx: &Context,
    arrival: &Arrival,
    mut sites: impl Iterator<Item = SiteId>,
) -> Result<Arc<Directory>, Failure> {
    let kept = directory(cx, arrival).await?;
    if sites.all(|id| kept.site(id).is_some()) { Ok(kept) } else { read_again(cx, arrival).await }
}

async fn read_again(cx: &Context, arrival: &Arrival) -> Result<Arc<Directory>, Failure> {
    let read = Arc::new(cx.store.read(Directory::read).await?);
    *cx.directory.lock().unwrap_or_else(PoisonError::into_inner) = Some((arrival.at, Arc::clone(&read)));
    Ok(read)
}
