//! The sites of whoever asks: where they work, where a permission holds, which of them are closed.

use super::Visitor;
use iis_model::SiteId;
use iis_model::access::Permission;
use iis_registry::Failure;
use iis_registry::accounts::{RoleAssignment, Standing};
use iis_registry::directory::{directory, directory_of};

impl Visitor {
    /// The sites of one's own at which this permission holds now: not those that are closed for it.
    pub(crate) fn own_sites(&self, permission: Permission) -> impl Iterator<Item = SiteId> {
        let roles = &self.app.registry.roles;
        let account = self.session.as_deref().map(|session| &session.account).into_iter();
        let held = account.flat_map(move |account| roles.holding(account, permission));
        held.flat_map(|(assignment, _)| assignment.sites().iter().copied())
    }

    /// Whether this person asks the Help Desk, and is not the Help Desk.
    pub(super) fn has_own_tickets(&self) -> bool {
        self.may(Permission::WriteTickets) && !self.may(Permission::AnswerTickets)
    }

    /// Whether this permission holds, and at a site of one's own.
    pub(super) fn may_at_site(&self, permission: Permission) -> bool {
        self.may(permission) && self.own_sites(permission).next().is_some()
    }

    /// The site of one's own that the address names; without that, of the first role that is bound to one that is open, or to
    /// one where its people still read.
    pub(super) async fn site(&self) -> Result<String, Failure> {
        let Some(session) = &self.session else { return Ok(String::new()) };
        let held = || self.app.registry.roles.held_by(&session.account).map(|(assignment, _)| assignment);
        let mut open = held().filter(|assignment| assignment.standing == Standing::Open);
        let first = |assignment: &RoleAssignment| assignment.sites().first().copied();
        let own = open.find_map(first).or_else(|| held().find_map(first));
        let Some(id) = own else { return Ok(String::new()) };
        let sites = held().flat_map(|assignment| assignment.sites().iter().copied());
        let names = directory_of(&self.app.registry, &self.arrival, sites).await?;
        let wanted = self.asked("site");
        let mut all = held().flat_map(RoleAssignment::sites);
        let is_meant =
            |id: &&SiteId| names.site(**id).is_some_and(|site| site.code.eq_ignore_ascii_case(&wanted));
        let named = if wanted.is_empty() { None } else { all.find(is_meant).copied() };
        Ok(names.site(named.unwrap_or(id)).map(|site| site.name.to_string()).unwrap_or_default())
    }

    /// The sites at which this person's roles hold only for reading, or not at all: said on every page.
    pub(super) async fn closed_sites(&self) -> Result<Vec<String>, Failure> {
        let Some(session) = &self.session else { return Ok(Vec::new()) };
        let held = session.account.roles.iter().flat_map(RoleAssignment::now);
        let mut closed: Vec<_> =
            held.filter(|held| held.standing != Standing::Open).filter_map(RoleAssignment::site_id).collect();
        if closed.is_empty() {
            return Ok(Vec::new());
        }
        closed.sort_unstable();
        closed.dedup();
        let names = directory(&self.app.registry, &self.arrival).await?;
        Ok(closed.into_iter().filter_map(|id| names.site(id)).map(|site| site.name.to_string()).collect())
    }

    /// The sites of one's own, also those of an organization at which a role is held as a whole.
    pub(crate) fn sites(&self) -> Vec<SiteId> {
        let Some(session) = &self.session else { return Vec::new() };
        let held = session.account.roles.iter().flat_map(RoleAssignment::now);
        let mut sites: Vec<_> = held.flat_map(RoleAssignment::sites).copied().collect();
        sites.sort_unstable();
        sites.dedup();
        sites
    }
}
