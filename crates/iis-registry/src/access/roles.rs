//! Roles as data: `policy/roles.toml`, checked when the program starts.

use super::Cell;
use crate::accounts::{Account, RoleAssignment, Standing};
use iis_model::SiteId;
use iis_model::access::{Permission, Verb};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The policy does not hold together: what is wrong, and with which role.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Not readable as a table of roles.
    #[error("policy/roles.toml cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// Two roles share a code.
    #[error("policy/roles.toml: the code {code} belongs to two roles")]
    CodeTwice {
        /// The code.
        code: String,
    },
    /// A role stands in for one that is not there.
    #[error("policy/roles.toml: {role} stands in for a role that is not there")]
    StandsInForNobody {
        /// The role.
        role: String,
    },
    /// The role of machine parties is missing.
    #[error("policy/roles.toml: there is no role `sender`")]
    NoSender,
}

/// Whom a role belongs to, and so who may grant it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// People outside: the help desk grants it after the approval of a site administrator.
    Outside,
    /// The state's own staff: only a system administrator grants it (S-61).
    State,
    /// Machines: nobody grants it to a person.
    Machine,
}

impl Family {
    /// Who grants such a role, in words.
    pub const fn granted_by(self) -> &'static str {
        match self {
            Self::Outside => "help desk, after the site administrator's approval",
            Self::State => "system administrator",
            Self::Machine => "nobody: it comes with a sender",
        }
    }
}

/// An item of the main navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Module {
    /// Patient Management.
    Patients,
    /// School rosters and compliance.
    Schools,
    /// Inventory Management.
    Inventory,
    /// Vaccine orders: part of Inventory Management.
    Orders,
    /// Clinic Tools.
    Clinic,
    /// Reports.
    Reports,
    /// HL7 interfaces: part of Clinic Tools.
    Interfaces,
    /// Help Desk.
    Help,
    /// Administration.
    Admin,
}

/// One role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Three letters, as in the source tables.
    pub code: String,
    /// What it is called on screen.
    pub title: String,
    /// Whom it is for, in a sentence.
    #[serde(rename = "for")]
    pub purpose: String,
    /// Whom it belongs to.
    pub family: Family,
    /// What its navigation shows.
    pub modules: Vec<Module>,
    /// The role whose work it does when that one is absent.
    #[serde(default, rename = "stands-in-for")]
    pub stands_in_for: Option<String>,
    may: BTreeMap<Permission, Cell>,
}

impl Role {
    /// How far the permission reaches in this role; nothing: the role does not have it.
    pub fn cell(&self, permission: Permission) -> Option<Cell> {
        self.may.get(&permission).copied()
    }

    /// Whether the role has the permission, however far it reaches.
    pub fn allows(&self, permission: Permission) -> bool {
        self.cell(permission).is_some()
    }

    /// The role's permissions, in the order of their table.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        self.may.keys().copied()
    }
}

/// All roles, by name.
#[derive(Debug, Clone)]
pub struct Roles {
    roles: BTreeMap<String, Role>,
}

/// The policy that ships with the program.
const BUILT_IN: &str = include_str!("../../../../policy/roles.toml");

impl Roles {
    /// Reads and checks a policy.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let roles: BTreeMap<String, Role> = toml::from_str(text)?;
        let mut codes = BTreeSet::new();
        for role in roles.values() {
            if !codes.insert(&role.code) {
                return Err(PolicyError::CodeTwice { code: role.code.clone() });
            }
        }
        let lonely =
            |role: &&Role| role.stands_in_for.as_ref().is_some_and(|other| !roles.contains_key(other));
        if let Some(role) = roles.values().find(lonely) {
            return Err(PolicyError::StandsInForNobody { role: role.code.clone() });
        }
        if !roles.contains_key("sender") {
            return Err(PolicyError::NoSender);
        }
        Ok(Self { roles })
    }

    /// The policy that ships with the program.
    pub fn built_in() -> Result<Self, PolicyError> {
        Self::parse(BUILT_IN)
    }

    /// A role by its name.
    pub fn get(&self, name: &str) -> Option<&Role> {
        self.roles.get(name)
    }

    /// All roles, those of machines too, by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Role)> {
        self.roles.iter().map(|(name, role)| (name.as_str(), role))
    }

    /// All roles that a person can have, by name.
    pub fn of_people(&self) -> impl Iterator<Item = (&str, &Role)> {
        self.all().filter(|(_, role)| role.family != Family::Machine)
    }

    /// The role assignments of an account, each with its role. One at a site that is locked to its people is none.
    pub fn held_by<'a>(
        &'a self,
        account: &'a Account,
    ) -> impl Iterator<Item = (&'a RoleAssignment, &'a Role)> {
        let now = account.roles.iter().flat_map(RoleAssignment::now);
        let open = now.filter(|held| held.standing != Standing::Locked);
        let known = open.filter_map(|held| Some((held, self.get(&held.role)?)));
        known.filter(|(_, role)| role.family != Family::Machine)
    }

    /// The role assignments by which an account has a permission now, each with how far it reaches. While a site is
    /// closed, what is held there only reads, renews its enrollment, ends users and writes to the Help Desk.
    pub fn holding<'a>(
        &'a self,
        account: &'a Account,
        permission: Permission,
    ) -> impl Iterator<Item = (&'a RoleAssignment, Cell)> {
        let now =
            account.roles.iter().flat_map(RoleAssignment::now).filter(move |held| match held.standing {
                Standing::Open => true,
                Standing::ReadOnly => {
                    permission.goes_on_while_closed() || matches!(permission.verb(), Verb::Read | Verb::Run)
                }
                Standing::Locked => permission.renews(),
            });
        let known = now.filter_map(|held| Some((held, self.get(&held.role)?)));
        let of_people = known.filter(|(_, role)| role.family != Family::Machine);
        of_people.filter_map(move |(held, role)| Some((held, role.cell(permission)?)))
    }

    /// The sites at which an account holds a permission to change something by standing in for another role alone (S-50).
    pub(super) fn standing_in(&self, account: &Account, permission: Permission) -> Box<[SiteId]> {
        if matches!(permission.verb(), Verb::Read | Verb::Run) {
            return Box::default();
        }
        let stands_in =
            |held: &RoleAssignment| self.get(&held.role).is_some_and(|role| role.stands_in_for.is_some());
        let held: Vec<_> = self.holding(account, permission).map(|(held, _)| held).collect();
        let (backups, own): (Vec<_>, Vec<_>) = held.into_iter().partition(|held| stands_in(held));
        let is_own = |site: &SiteId| own.iter().any(|held| held.sites().contains(site));
        let sites = backups.iter().flat_map(|held| held.sites()).copied().filter(|site| !is_own(site));
        // a site may be held twice: by itself and through its organization
        sites.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The sites at which an account holds a role that others stand in for.
    pub fn stood_in_for<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = SiteId> + 'a {
        let is_stood_in_for =
            |role: &str| self.roles.values().any(|other| other.stands_in_for.as_deref() == Some(role));
        self.held_by(account)
            .filter(move |(held, _)| is_stood_in_for(&held.role))
            .flat_map(|(held, _)| held.sites().iter().copied())
    }

    /// The roles of an account.
    pub fn of<'a>(&'a self, account: &'a Account) -> impl Iterator<Item = &'a Role> {
        self.held_by(account).map(|(_, role)| role)
    }

    /// The navigation of an account, in its fixed order.
    pub fn modules_of(&self, account: &Account) -> Vec<Module> {
        let mut modules: Vec<_> = self.of(account).flat_map(|role| role.modules.iter().copied()).collect();
        modules.sort_unstable();
        modules.dedup();
        modules
    }

    pub(super) fn sender_allows(&self, permission: Permission) -> bool {
        self.get("sender").is_some_and(|role| role.allows(permission))
    }
}

#[cfg(test)]
mod tests {
    use super::{PolicyError, Roles};

    #[test]
    fn the_built_in_policy_holds_together() {
        let roles = Roles::built_in().expect("the policy of this repository");
        assert_eq!(roles.of_people().count(), 17);
    }

    #[test]
    fn a_policy_with_unknown_words_or_two_equal_codes_is_refused() {
        let role = |code: &str, permission: &str| {
            format!(
                "code='{code}'\ntitle='t'\nfor='f'\nfamily='state'\nmodules=[]\nmay={{{permission}='state'}}\n"
            )
        };
        let sender = format!("[sender]\n{}", role("SND", "submit-reports"));
        let twice = format!("{sender}[other]\n{}", role("SND", "view-person"));
        assert!(matches!(Roles::parse(&twice), Err(PolicyError::CodeTwice { .. })));
        let lonely = format!("{sender}[other]\nstands-in-for='nobody'\n{}", role("OTH", "view-person"));
        assert!(matches!(Roles::parse(&lonely), Err(PolicyError::StandsInForNobody { .. })));
        let unknown = format!("{sender}[other]\n{}", role("OTH", "do-anything"));
        assert!(matches!(Roles::parse(&unknown), Err(PolicyError::Unreadable(_))));
        assert!(matches!(Roles::parse(""), Err(PolicyError::NoSender)));
    }
}
