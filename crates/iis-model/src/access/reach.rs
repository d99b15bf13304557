//! How far a grant reaches: everything, or what lies within some places.
//!
//! Source: requirements 6.1. The words of `policy/roles.toml` become one of these when somebody asks for a permission
//! with the places of the own role assignments; the store's functions hold to it.

use crate::{AccountId, JurisdictionId, OrganizationId, SiteId};

/// Where a role is held: a role assignment is a role at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// Nowhere in particular: the state.
    State,
    /// A clinic, a school, another site.
    Site(SiteId),
    /// An organization with all its sites.
    Organization(OrganizationId),
    /// A county, a health district, a town.
    Jurisdiction(JurisdictionId),
}

/// One stretch of a reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Within {
    /// What this account made.
    Own(AccountId),
    /// This clinic: persons whom it reported, its own things.
    Clinic(SiteId),
    /// The students on the roster of this school, and its own things.
    School(SiteId),
    /// The residents of this jurisdiction.
    Jurisdiction(JurisdictionId),
    /// This organization: persons whom it reported, its sites and their things.
    Organization(OrganizationId),
}

/// How far a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Everybody, everywhere.
    Everything,
    /// What lies within one of these.
    Within(Box<[Within]>),
}

impl Reach {
    /// Whether it reaches everything.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// Its stretches; none when it reaches everything.
    pub fn stretches(&self) -> &[Within] {
        match self {
            Self::Everything => &[],
            Self::Within(stretches) => stretches,
        }
    }

    /// Whether a site of this organization lies within it.
    pub fn covers_site(&self, site: SiteId, organization: OrganizationId) -> bool {
        self.is_everything()
            || self.stretches().iter().any(|within| match within {
                Within::Clinic(own) | Within::School(own) => *own == site,
                Within::Organization(own) => *own == organization,
                Within::Own(_) | Within::Jurisdiction(_) => false,
            })
    }

    /// Whether the whole organization lies within it.
    pub fn covers_organization(&self, organization: OrganizationId) -> bool {
        self.is_everything() || self.stretches().contains(&Within::Organization(organization))
    }

    /// Whether what this account made lies within it.
    pub fn covers_account(&self, account: AccountId) -> bool {
        self.is_everything() || self.stretches().contains(&Within::Own(account))
    }
}

/// What else must hold for a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// Searches with full criteria, and always says why.
    Strict,
    /// Counts, no names.
    Aggregate,
    /// Only who holds a license to sign it.
    LicensedSigner,
    /// With everything about persons left out.
    WithoutPersons,
}

#[cfg(test)]
mod tests {
    use super::{Reach, Within};
    use crate::{AccountId, OrganizationId, SiteId};

    #[test]
    fn a_site_lies_within_itself_and_its_organization() {
        let (own, sister, others) = (
            (SiteId(1), OrganizationId(10)),
            (SiteId(2), OrganizationId(10)),
            (SiteId(3), OrganizationId(30)),
        );
        let within = |within: Within| Reach::Within([within].into());
        #[rustfmt::skip]
        let table = [
            // reach                                        own    sister others
            (Reach::Everything,                            [true,  true,  true]),
            (within(Within::Clinic(SiteId(1))),            [true,  false, false]),
            (within(Within::School(SiteId(1))),            [true,  false, false]),
            (within(Within::Organization(OrganizationId(10))), [true, true, false]),
            (within(Within::Own(AccountId(1))),            [false, false, false]),
            (Reach::Within(Box::default()),                [false, false, false]),
        ];
        for (reach, expected) in table {
            let covered =
                [own, sister, others].map(|(site, organization)| reach.covers_site(site, organization));
            assert_eq!(covered, expected, "{reach:?}");
        }
    }
}
