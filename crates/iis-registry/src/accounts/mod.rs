//! Accounts of people: sign-in state, lock-out, roles.
//!
//! Passwords are hashed and verified by the server's bounded pool; here only their PHC strings pass through.
//! Source: requirements Z-1 and 3.3.

pub mod address;
pub mod correcting;
pub mod helping;
mod keeping;
pub mod lock;
pub mod mailbox;
pub mod passkeys;
pub mod second_factor;
mod sign_in;
pub mod single_sign_on;
pub mod stopping;
pub(crate) mod told;
pub mod totp;
pub mod user_agreement;
pub mod way_back;

pub use keeping::{
    NewUser, USER_NAME_RULE, add, former_passwords, is_user_name, reset_password, set_roles, set_status,
};
pub use sign_in::{Admission, Attempt, Heard};
pub use told::{address as address_of, address_of_user};

use crate::{Context, Failure};
use iis_model::access::{Actor, Place};
use iis_model::{AccountId, OrganizationId, SiteId, Timestamp};
use iis_store::account::{self, AccountRow};
use iis_store::role_assignment::RoleAssignmentRow;
pub use iis_store::role_assignment::Standing;
use iis_store::{StoreError, Tx, closed_site, role_assignment};
use jiff::SignedDuration;

/// After so long without a sign-in staff must open an account again (requirements Z-4).
pub const INACTIVE_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It may.
    Active,
    /// Locked by staff until staff unlocks it.
    Locked,
}

/// A role at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAssignment {
    /// The role's name in `policy/roles.toml`.
    pub role: Box<str>,
    /// Where it is held.
    pub place: Place,
    /// The organization of the place, when it has one: known of what is stored, empty in what is about to be.
    pub organization_id: Option<OrganizationId>,
    /// What the place lets its people do: known of what is stored.
    pub standing: Standing,
    /// Held at an organization of which a site is closed: the same role at each of its sites, with what that lets its
    /// people do. Empty where all are open.
    pub at_sites: Vec<RoleAssignment>,
    /// Held at an organization: its sites. See [`Self::sites`].
    pub of_organization: Vec<SiteId>,
}

impl RoleAssignment {
    /// A role to be held at a place.
    pub fn new(role: &str, place: Place) -> Self {
        Self {
            role: role.into(),
            place,
            organization_id: None,
            standing: Standing::Open,
            at_sites: Vec::new(),
            of_organization: Vec::new(),
        }
    }

    /// A role to be held at a site, or at none in particular.
    pub fn at_site(role: &str, site: Option<SiteId>) -> Self {
        Self::new(role, site.map_or(Place::State, Place::Site))
    }

    /// What it comes to now: itself, or the same at each site of an organization that is not open as a whole.
    pub fn now(&self) -> &[Self] {
        if self.at_sites.is_empty() { std::slice::from_ref(self) } else { &self.at_sites }
    }

    fn read(tx: &mut Tx<'_>, row: RoleAssignmentRow) -> Result<Self, StoreError> {
        let sites = match row.place {
            Place::Organization(organization) => closed_site::in_organization(tx, organization)?,
            _ => Vec::new(),
        };
        let at = |(site, standing)| Self {
            organization_id: row.organization_id,
            standing,
            ..Self::new(&row.role, Place::Site(site))
        };
        let of_organization = sites.iter().map(|(site, _)| *site).collect();
        let are_open = sites.iter().all(|(_, standing)| *standing == Standing::Open);
        let at_sites = if are_open { Vec::new() } else { sites.into_iter().map(at).collect() };
        let RoleAssignmentRow { role, place, organization_id, standing, .. } = row;
        Ok(Self { role, place, organization_id, standing, at_sites, of_organization })
    }

    /// The site, if it is held at one.
    pub fn site_id(&self) -> Option<SiteId> {
        match self.place {
            Place::Site(id) => Some(id),
            _ => None,
        }
    }

    /// The sites at which it is held: one, all of an organization, or none in particular.
    pub fn sites(&self) -> &[SiteId] {
        match &self.place {
            Place::Site(id) => std::slice::from_ref(id),
            _ => &self.of_organization,
        }
    }
}

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Row key.
    pub id: AccountId,
    /// User name, lower case.
    pub name: Box<str>,
    /// The name on screens.
    pub display_name: Box<str>,
    /// Whether it may be used.
    pub status: Status,
    /// Whether the password must be changed first.
    pub must_change: bool,
    /// The last good sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// The last good sign-in, or when it was made or opened again by staff.
    pub in_use_since: Timestamp,
    /// Its roles.
    pub roles: Vec<RoleAssignment>,
}

impl Account {
    /// Whether it may be used at all.
    pub fn is_usable(&self) -> bool {
        self.status == Status::Active
    }

    /// Whether nobody signed in for so long that staff must open it again (requirements Z-4).
    pub fn is_inactive(&self, now: Timestamp) -> bool {
        now.duration_since(self.in_use_since) >= INACTIVE_AFTER
    }

    /// Who acts, in the audit.
    pub fn actor(&self) -> Actor {
        Actor::Account { id: self.id, name: self.name.clone() }
    }

    pub(crate) fn read(tx: &mut Tx<'_>, row: AccountRow) -> Result<Self, StoreError> {
        let roles = role_assignment::of_account(tx, row.id)?;
        let roles = roles.into_iter().map(|row| RoleAssignment::read(tx, row)).collect::<Result<_, _>>()?;
        Ok(Self {
            id: row.id,
            name: row.name,
            display_name: row.display_name,
            status: if &*row.status == "active" { Status::Active } else { Status::Locked },
            must_change: row.must_change,
            last_sign_in_at: row.last_sign_in_at,
            in_use_since: row
                .created_at
                .max(row.last_sign_in_at.max(row.reopened_at).unwrap_or(row.created_at)),
            roles,
        })
    }

    #[cfg(test)]
    pub(crate) fn for_test(roles: &[&str]) -> Self {
        let assignment = |role: &&str| RoleAssignment::new(role, Place::State);
        Self {
            id: AccountId(1),
            name: "somebody".into(),
            display_name: "Some Body".into(),
            status: Status::Active,
            must_change: false,
            last_sign_in_at: None,
            in_use_since: Timestamp::UNIX_EPOCH,
            roles: roles.iter().map(assignment).collect(),
        }
    }
}

/// What a sign-in needs: the account and its password's hash. The rest of the program never sees the hash.
#[derive(Clone)]
pub struct SignIn {
    /// The account.
    pub account: Account,
    /// Argon2id, PHC form.
    pub password_hash: Box<str>,
}

/// The account of a user name.
pub async fn find(cx: &Context, name: &str) -> Result<Option<Account>, Failure> {
    let name = name.trim().to_lowercase();
    let found =
        cx.store.read(move |tx| account::by_name(tx, &name)?.map(|row| Account::read(tx, row)).transpose());
    Ok(found.await?)
}

/// The account of an id.
pub async fn get(cx: &Context, id: AccountId) -> Result<Option<Account>, Failure> {
    let found = cx.store.read(move |tx| account::get(tx, id)?.map(|row| Account::read(tx, row)).transpose());
    Ok(found.await?)
}

/// All accounts, by name.
pub async fn list(cx: &Context) -> Result<Vec<Account>, Failure> {
    const PAGE: i64 = 500;
    let listed = cx.store.read(|tx| {
        let (mut accounts, mut after) = (Vec::new(), String::new());
        loop {
            let page = account::list(tx, &after, PAGE)?;
            let Some(last) = page.last() else { return Ok(accounts) };
            after = last.name.to_string();
            for row in page {
                accounts.push(Account::read(tx, row)?);
            }
        }
    });
    Ok(listed.await?)
}
