//! The types of access, as the table on the form shows them: from the same policy as the permissions (S-48).

use crate::access::{Family, Module, Roles};
use crate::staff::ADMINISTRATOR;
use iis_model::organization::SiteKind;

crate::words::words! {
    /// Which of the two an applicant is (S-7).
    UserKind {
        /// Clinics, hospitals, pharmacies, health departments.
        General = "general", "General user: clinic, hospital, pharmacy, health department";
        /// Schools, childcares, Head Starts.
        School = "school", "School user: school, childcare, Head Start";
    }
}

impl UserKind {
    /// Whether sites of this kind are offered.
    pub const fn fits(self, kind: SiteKind) -> bool {
        kind.is_school() == matches!(self, Self::School)
    }

    /// Whether the role may be asked for.
    pub fn may_ask_for(self, role: &str) -> bool {
        role == ADMINISTRATOR || (role == "school-read-only") == (self == Self::School)
    }
}

/// What is said where a type of access is of the other kind of user (S-7).
pub(super) const OF_THE_OTHER_KIND: &str =
    "This type of access does not fit your choice of general or school user.";
/// What is said to somebody who vaccinates and asks for Patient Look-Up (S-56).
pub(super) const FOR_LOOKING_ONLY: &str =
    "Who vaccinates chooses another type of access: Clinic Access, or vaccine coordinator.";

/// Whether a type of access can be asked for by somebody of this kind, who vaccinates or not: what no check can mend later.
/// The error says what to choose.
pub fn fits(kind: UserKind, vaccinates: bool, role: &str) -> Result<(), &'static str> {
    if role.is_empty() {
        return Err("Choose the type of access.");
    }
    if !kind.may_ask_for(role) {
        return Err(OF_THE_OTHER_KIND);
    }
    if vaccinates && role == "patient-look-up" {
        return Err(FOR_LOOKING_ONLY);
    }
    Ok(())
}

/// What is said of a type of access that is not on the form: a role of the state, or none at all.
pub(super) const NOT_OFFERED: &str = "This type of access cannot be asked for. Choose one of the table.";

/// Whether a role can be asked for: see [`access_types`].
pub(super) fn is_offered(roles: &Roles, role: &str) -> bool {
    access_types(roles).iter().any(|row| &*row.role == role)
}

/// A type of access: a row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessType {
    /// The role's name in the policy.
    pub role: Box<str>,
    /// Its three letters.
    pub code: Box<str>,
    /// What it is called.
    pub title: Box<str>,
    /// If you are …
    pub purpose: Box<str>,
    /// … you will have access to.
    pub modules: Vec<&'static str>,
}

/// What may be asked for on the public form: the roles of those outside, and the function of the site administrator, which an
/// enrollment gives to the first one. Roles of the state are granted by a state administrator only (S-61).
pub fn access_types(roles: &Roles) -> Vec<AccessType> {
    let mut types: Vec<_> = roles
        .of_people()
        .filter(|(_, role)| role.family == Family::Outside)
        .map(|(name, role)| AccessType {
            role: name.into(),
            code: role.code.as_str().into(),
            title: role.title.as_str().into(),
            purpose: role.purpose.as_str().into(),
            modules: modules(&role.modules),
        })
        .collect();
    types.sort_by_key(|row| ORDER.iter().position(|code| *code == &*row.code).unwrap_or(ORDER.len()));
    types
}

/// The order of the source table (requirements 6.2), and then the function that is added to a person.
const ORDER: [&str; 8] = ["PVC", "BVC", "CLN", "ENR", "LKP", "SCH", "HDD", "SAD"];

/// The four modules of the source table: Orders is part of Inventory Management, Interfaces of Clinic Tools, rosters of
/// Patient Management.
fn modules(of: &[Module]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for module in of {
        let name = match module {
            Module::Patients | Module::Schools => "Patient Management",
            Module::Inventory | Module::Orders => "Inventory Management",
            Module::Clinic => "Clinic Tools",
            Module::Reports => "Reports",
            Module::Admin => "Accounts of the organization",
            _ => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{UserKind, access_types, fits};
    use crate::access::Roles;
    use iis_model::organization::SiteKind;

    #[test]
    fn s48_the_table_of_types_comes_from_the_policy() {
        let roles = Roles::built_in().expect("the policy of this repository");
        let types = access_types(&roles);
        let codes: Vec<&str> = types.iter().map(|row| &*row.code).collect();
        assert_eq!(codes, ["PVC", "BVC", "CLN", "ENR", "LKP", "SCH", "HDD", "SAD"]);
        let modules =
            |code: &str| types.iter().find(|row| &*row.code == code).expect("a type").modules.join(", ");
        assert_eq!(modules("PVC"), "Patient Management, Inventory Management, Clinic Tools, Reports");
        assert_eq!(modules("CLN"), "Patient Management, Reports");
        assert_eq!(modules("SAD"), "Accounts of the organization");
        assert_eq!(modules("LKP"), "Patient Management, Reports");
        assert!(types.iter().all(|row| !row.purpose.is_empty()));
    }

    #[test]
    fn s61_no_role_of_the_state_is_offered_on_the_public_form() {
        let roles = Roles::built_in().expect("the policy of this repository");
        for row in access_types(&roles) {
            assert!(!["help-desk", "data-quality", "auditor", "system-administrator"].contains(&&*row.role));
        }
    }

    #[test]
    fn s7_the_choice_of_general_or_school_user_decides_sites_and_roles() {
        for kind in SiteKind::ALL {
            assert_eq!(UserKind::School.fits(*kind), kind.is_school(), "{}", kind.code());
            assert_ne!(UserKind::School.fits(*kind), UserKind::General.fits(*kind), "{}", kind.code());
        }
        assert!(
            UserKind::School.may_ask_for("school-read-only")
                && !UserKind::School.may_ask_for("clinic-access")
        );
        assert!(
            UserKind::General.may_ask_for("clinic-access")
                && !UserKind::General.may_ask_for("school-read-only")
        );
    }

    #[test]
    fn s7_s56_what_does_not_go_together_is_refused_at_once() {
        #[rustfmt::skip]
        let table = [
            // kind            vaccinates  role                 goes together
            (UserKind::General, true,  "clinic-access",    true),
            (UserKind::General, false, "patient-look-up",  true),
            (UserKind::General, true,  "patient-look-up",  false),
            (UserKind::General, false, "school-read-only", false),
            (UserKind::School,  false, "school-read-only", true),
            (UserKind::School,  true,  "clinic-access",    false),
            (UserKind::General, true,  "",                 false),
        ];
        for (kind, vaccinates, role, together) in table {
            assert_eq!(fits(kind, vaccinates, role).is_ok(), together, "{kind:?} {vaccinates} {role}");
        }
    }

    #[test]
    fn s58_a_school_based_health_center_is_a_clinic() {
        assert!(UserKind::General.fits(SiteKind::SchoolHealthCenter));
        assert!(!UserKind::School.fits(SiteKind::SchoolHealthCenter));
    }
}
