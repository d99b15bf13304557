//! At which of one's own sites something is done: the address names it, `?site=CODE`; without that it is the first one. Where
//! somebody has several, the page offers them. A site that is not one's own looks absent.

use super::errors::NoPage;
use super::visitor::{Stop, Visitor, percent_encoded};
use iis_model::OrganizationId;
use iis_model::access::Permission;
use iis_model::organization::Site;
use iis_registry::directory::{Directory, directory_of};

/// The sites at which a permission of one's own holds, and which of them is meant.
pub(crate) struct OwnSites {
    /// The one that the address names, or the first.
    pub(crate) site: Site,
    all: Vec<Site>,
}

/// The sites of one's own within the reach of this permission; none: it is held at no site.
pub(crate) async fn own(visitor: &Visitor, permission: Permission) -> Result<Option<OwnSites>, Stop> {
    let granted = visitor.granted(permission)?;
    let held = visitor.own_sites(permission);
    let names = directory_of(&visitor.app.registry, &visitor.arrival, held).await;
    let names = names.map_err(|failure| visitor.failed(&failure))?;
    let mut all: Vec<Site> = Vec::new();
    for site in visitor.own_sites(permission).filter_map(|id| names.site(id)) {
        let is_new = all.iter().all(|known| known.id != site.id);
        if is_new && granted.reach().covers_site(site.id, site.organization_id) {
            all.push(site.clone());
        }
    }
    let wanted = visitor.asked("site");
    let is_meant = |site: &&Site| wanted.is_empty() || site.code.eq_ignore_ascii_case(&wanted);
    match all.iter().find(is_meant).cloned() {
        Some(site) => Ok(Some(OwnSites { site, all })),
        None if all.is_empty() => Ok(None),
        None => Err(visitor.no_page(NoPage::NotFound)),
    }
}

impl OwnSites {
    /// What the page at this address offers; nothing where there is one site alone.
    pub(crate) fn choice(&self, action: &'static str) -> Option<SiteChoice> {
        let one = |site: &Site| SiteOffer {
            code: site.code.to_string(),
            name: site.name.to_string(),
            is_chosen: site.id == self.site.id,
        };
        let mut sites: Vec<_> = self.all.iter().map(one).collect();
        sites.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
        (sites.len() > 1).then_some(SiteChoice { action, what: "Site", sites })
    }

    /// The organizations of one's own sites, each by one of them; nothing where there is one alone.
    pub(crate) fn choice_of_organization(
        &self,
        action: &'static str,
        names: &Directory,
    ) -> Option<SiteChoice> {
        let mut offers: Vec<(OrganizationId, SiteOffer)> = Vec::new();
        // the site that is meant stands for its organization, so that the choice keeps it
        for site in std::iter::once(&self.site).chain(&self.all) {
            if offers.iter().all(|(known, _)| *known != site.organization_id) {
                let offer = SiteOffer {
                    code: site.code.to_string(),
                    name: names.organization(site.organization_id).to_owned(),
                    is_chosen: site.organization_id == self.site.organization_id,
                };
                offers.push((site.organization_id, offer));
            }
        }
        let mut sites: Vec<_> = offers.into_iter().map(|(_, offer)| offer).collect();
        sites.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
        (sites.len() > 1).then_some(SiteChoice { action, what: "Organization", sites })
    }
}

/// A choice among the sites of one's own: a form that works without script.
#[derive(Debug, Clone)]
pub(crate) struct SiteChoice {
    pub(crate) action: &'static str,
    /// What is chosen: `Site`, or the organization of one.
    pub(crate) what: &'static str,
    pub(crate) sites: Vec<SiteOffer>,
}

/// A site that is offered.
#[derive(Debug, Clone)]
pub(crate) struct SiteOffer {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) is_chosen: bool,
}

/// An address of ours for this site: `/clinic/staff?site=NORTH`. What stands behind a question mark there stays.
pub(crate) fn at(address: &str, site: &Site) -> String {
    with_site(address, &site.code)
}

/// The same for the site that the address of the visitor names, if it names one.
pub(crate) fn carried(visitor: &Visitor, address: String) -> String {
    match visitor.asked("site") {
        wanted if wanted.is_empty() => address,
        wanted => with_site(&address, &wanted),
    }
}

fn with_site(address: &str, code: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    let (address, anchor) = address.split_at(address.find('#').unwrap_or(address.len()));
    format!("{address}{mark}site={}{anchor}", percent_encoded(code))
}

#[cfg(test)]
mod tests {
    use super::{SiteChoice, SiteOffer, with_site};

    impl SiteChoice {
        /// Two sites of this name, for the goldens.
        pub(in crate::pages) fn of_two(name: &str) -> Self {
            let one =
                |code: &str, is_chosen| SiteOffer { code: code.to_owned(), name: name.to_owned(), is_chosen };
            Self { action: "/clinic/staff", what: "Site", sites: vec![one("CEDAR", false), one(name, true)] }
        }
    }

    #[test]
    fn an_address_names_its_site_once_and_whole() {
        for (address, code, expected) in [
            ("/clinic/staff", "NORTH", "/clinic/staff?site=NORTH"),
            ("/clinic/staff?done=off", "A&B 1", "/clinic/staff?done=off&site=A%26B%201"),
            ("/clinic/staff#as-backup", "NORTH", "/clinic/staff?site=NORTH#as-backup"),
        ] {
            assert_eq!(with_site(address, code), expected);
        }
    }
}
