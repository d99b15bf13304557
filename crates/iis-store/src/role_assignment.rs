//! Roles of accounts, each at a place.

use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, user_confirmation};
use iis_model::access::Place;
use iis_model::{AccountId, JurisdictionId, OrganizationId, SiteId, Timestamp};

sql! {
    OF_ACCOUNT = "SELECT r.role, r.place_kind, r.place_id, s.organization_id, c.is_locked, r.organization_id \
                  FROM role_assignment r \
                  LEFT JOIN site s ON s.id = r.place_id AND r.place_kind = 'site' \
                  LEFT JOIN closed_site c ON c.site_id = s.id \
                  WHERE r.account_id = $1 ORDER BY r.role, r.place_kind, r.place_id";
    HOLDERS = "SELECT account_id FROM role_assignment WHERE place_kind = $1 AND place_id = $2 AND role = $3 \
               ORDER BY account_id";
    HOLDERS_IN = "SELECT DISTINCT r.account_id FROM role_assignment r JOIN account a ON a.id = r.account_id \
                  LEFT JOIN site s ON s.id = r.place_id AND r.place_kind = 'site' \
                  WHERE r.role = $1 AND a.status = 'active' \
                  AND ((r.place_kind = 'organization' AND r.place_id = $2) OR s.organization_id = $2) \
                  ORDER BY r.account_id";
    REMOVE = "DELETE FROM role_assignment WHERE account_id = $1 AND role = $2 AND place_kind = $3 AND place_id = $4";
    SET_THROUGH = "UPDATE role_assignment SET organization_id = $5 \
                   WHERE account_id = $1 AND role = $2 AND place_kind = $3 AND place_id = $4";
    ADD = "INSERT INTO role_assignment (account_id, role, place_kind, place_id) VALUES ($1, $2, $3, $4)";
}

/// What a place lets its people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// All that the role says.
    #[default]
    Open,
    /// Reading: the enrollment of the site lapsed or was suspended a short while ago.
    ReadOnly,
    /// Nothing.
    Locked,
}

impl Standing {
    /// Of a site: whether its people are locked out of it; nothing: it is not closed.
    pub(crate) fn of_closed(is_locked: Option<bool>) -> Self {
        match is_locked {
            None => Self::Open,
            Some(false) => Self::ReadOnly,
            Some(true) => Self::Locked,
        }
    }
}

/// A role of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAssignmentRow {
    /// The role's name in `policy/roles.toml`.
    pub role: Box<str>,
    /// Where it is held.
    pub place: Place,
    /// The organization of the place, if it is a site or an organization.
    pub organization_id: Option<OrganizationId>,
    /// What the place lets its people do.
    pub standing: Standing,
    /// The organization through which it was approved, if the place is none of an organization.
    pub through: Option<OrganizationId>,
}

impl RoleAssignmentRow {
    /// Whether it is an organization's to confirm and to end: held at a place of it, or approved through it.
    pub fn is_of(&self, organization: OrganizationId) -> bool {
        self.organization_id.or(self.through) == Some(organization)
    }
}

impl FromRow for RoleAssignmentRow {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let (kind, id, of_site): (Box<str>, i64, Option<OrganizationId>) =
            (row.get(1)?, row.get(2)?, row.get(3)?);
        let (place, organization_id) = match &*kind {
            "site" => (Place::Site(SiteId(id)), of_site),
            "organization" => (Place::Organization(OrganizationId(id)), Some(OrganizationId(id))),
            "jurisdiction" => (Place::Jurisdiction(JurisdictionId(id)), None),
            _ => (Place::State, None),
        };
        let standing = Standing::of_closed(row.get(4)?);
        Ok(Self { role: row.get(0)?, place, organization_id, standing, through: row.get(5)? })
    }
}

fn columns(place: Place) -> (&'static str, i64) {
    match place {
        Place::State => ("state", 0),
        Place::Site(id) => ("site", id.0),
        Place::Organization(id) => ("organization", id.0),
        Place::Jurisdiction(id) => ("jurisdiction", id.0),
    }
}

/// The roles of an account, by name and place.
pub fn of_account(tx: &mut Tx<'_>, id: AccountId) -> Result<Vec<RoleAssignmentRow>, StoreError> {
    tx.all(&OF_ACCOUNT, vals![id])
}

/// The accounts that hold a role at exactly this place.
pub fn holders(tx: &mut Tx<'_>, place: Place, role: &str) -> Result<Vec<AccountId>, StoreError> {
    let (kind, id) = columns(place);
    tx.all(&HOLDERS, vals![kind, id, role])
}

/// The active accounts that hold a role at an organization or at a site of it.
pub fn holders_in(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    role: &str,
) -> Result<Vec<AccountId>, StoreError> {
    tx.all(&HOLDERS_IN, vals![role, organization])
}

/// Gives the account these roles and no others. Those that stay keep through whom they were approved.
pub fn set(
    tx: &mut Tx<'_>,
    id: AccountId,
    roles: &[(Box<str>, Place)],
    at: Timestamp,
) -> Result<(), StoreError> {
    let is = |held: &RoleAssignmentRow, (role, place): &(Box<str>, Place)| {
        held.role == *role && held.place == *place
    };
    let before = of_account(tx, id)?;
    for gone in before.iter().filter(|held| !roles.iter().any(|one| is(held, one))) {
        let (kind, place_id) = columns(gone.place);
        tx.exec(&REMOVE, vals![id, &gone.role, kind, place_id])?;
    }
    for new in roles.iter().filter(|one| !before.iter().any(|held| is(held, one))) {
        let (kind, place_id) = columns(new.1);
        tx.exec(&ADD, vals![id, &new.0, kind, place_id])?;
    }
    user_confirmation::follow(tx, id, at)
}

/// Notes through which organization a role was approved that is held at none of its places.
pub fn approved_through(
    tx: &mut Tx<'_>,
    id: AccountId,
    (role, place): &(Box<str>, Place),
    organization: OrganizationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (kind, place_id) = columns(*place);
    tx.exec(&SET_THROUGH, vals![id, role, kind, place_id, organization])?;
    user_confirmation::follow(tx, id, at)
}
