//! How far an account's permission reaches: the cells of its roles at the places where it holds them, together.

use super::{Cell, Family, Role, Roles, Scope};
use crate::accounts::{Account, RoleAssignment};
use iis_model::access::{Condition, Permission, Place, Reach, Sight, Within};
use iis_model::{AccountId, OrganizationId};

/// What an account holds of a permission.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) reach: Reach,
    pub(super) condition: Option<Condition>,
    pub(super) sight: Sight,
}

/// What the account holds of the permission; nothing: it does not have it, or has it nowhere.
///
/// Reaches of several assignments add up. A condition of one of them holds for all, unless another one reaches
/// everything without it.
pub(super) fn held(roles: &Roles, account: &Account, permission: Permission) -> Option<Held> {
    if !account.is_usable() {
        return None;
    }
    let cells: Vec<(&RoleAssignment, Cell)> = roles.holding(account, permission).collect();
    let everywhere = |cell: &Cell| cell.scope == Scope::State;
    let condition = if cells.iter().any(|(_, cell)| everywhere(cell) && cell.condition.is_none()) {
        None
    } else {
        cells.iter().find_map(|(_, cell)| cell.condition)
    };
    let reach = if cells.iter().any(|(_, cell)| everywhere(cell)) {
        Reach::Everything
    } else {
        let mut within: Vec<_> =
            cells.iter().filter_map(|(held, cell)| within(account.id, held, cell.scope)).collect();
        within.sort_unstable();
        within.dedup();
        Reach::Within(within.into())
    };
    let is_nowhere = !reach.is_everything() && reach.stretches().is_empty();
    let held =
        || Held { sight: sight(roles, account, cells.iter().map(|(held, _)| *held)), reach, condition };
    (!is_nowhere).then(held)
}

/// The places whose patients are an account's own, when it may open others too: the purpose is asked for those
/// (requirements Y-4). Nothing: the role belongs to the state, or reaches nobody else.
pub(crate) fn own_panel(roles: &Roles, account: &Account) -> Option<Reach> {
    let opens = |role: &Role| role.cell(Permission::ViewPerson);
    let held: Vec<_> = roles.held_by(account).filter(|(_, role)| opens(role).is_some()).collect();
    let is_everybodys = |role: &Role| opens(role).is_some_and(|cell| cell.scope == Scope::State);
    if held.iter().any(|(_, role)| role.family == Family::State && is_everybodys(role))
        || !held.iter().any(|(_, role)| is_everybodys(role))
    {
        return None;
    }
    let own = held.iter().filter_map(|(held, role)| match opens(role)?.scope {
        Scope::State => within(account.id, held, Scope::Clinic),
        scope => within(account.id, held, scope),
    });
    Some(Reach::Within(own.collect()))
}

/// The stretch of a cell at the place of the assignment; none where the two do not go together.
fn within(account: AccountId, held: &RoleAssignment, scope: Scope) -> Option<Within> {
    match (scope, held.place) {
        (Scope::Own, _) => Some(Within::Own(account)),
        (Scope::Clinic | Scope::Panel, Place::Site(site)) => Some(Within::Clinic(site)),
        (Scope::Clinic | Scope::Panel, Place::Organization(organization)) => {
            Some(Within::Organization(organization))
        }
        (Scope::School, Place::Site(school)) => Some(Within::School(school)),
        (Scope::Jurisdiction, Place::Jurisdiction(jurisdiction)) => Some(Within::Jurisdiction(jurisdiction)),
        (Scope::Organization, _) => held.organization_id.map(Within::Organization),
        // nobody is in a sample before an interface project draws one
        _ => None,
    }
}

/// A role of the state sees protected records of everybody, others those of their own organizations (requirements Y-2).
fn sight<'a>(
    roles: &Roles,
    account: &Account,
    assignments: impl Iterator<Item = &'a RoleAssignment>,
) -> Sight {
    let sees_all =
        |role: &Role| role.cell(Permission::ViewProtected).is_some_and(|c| c.scope == Scope::State);
    if roles.of(account).any(sees_all) {
        return Sight::All;
    }
    let mut own: Vec<OrganizationId> =
        assignments.filter_map(|assignment| assignment.organization_id).collect();
    own.sort_unstable();
    own.dedup();
    Sight::Organizations(own.into())
}

#[cfg(test)]
mod tests {
    use super::{Held, held};
    use crate::access::Roles;
    use crate::accounts::{Account, RoleAssignment, Standing};
    use iis_model::access::{Condition, Permission, Place, Reach, Within};
    use iis_model::{AccountId, JurisdictionId, OrganizationId, SiteId};

    const OWN: SiteId = SiteId(1);
    const ORGANIZATION: OrganizationId = OrganizationId(10);

    fn at(role: &str, place: Place) -> RoleAssignment {
        let organization_id = match place {
            Place::Site(_) => Some(ORGANIZATION),
            Place::Organization(id) => Some(id),
            Place::State | Place::Jurisdiction(_) => None,
        };
        RoleAssignment { organization_id, ..RoleAssignment::new(role, place) }
    }

    fn of(assignments: &[(&str, Place)], permission: Permission) -> Option<(Reach, Option<Condition>)> {
        let roles = Roles::built_in().expect("the policy of this repository");
        let mut account = Account::for_test(&[]);
        account.roles = assignments.iter().map(|(role, place)| at(role, *place)).collect();
        held(&roles, &account, permission).map(|Held { reach, condition, .. }| (reach, condition))
    }

    #[test]
    fn a_permission_reaches_as_far_as_the_role_says_at_the_place_where_it_is_held() {
        let within = |stretch| Some((Reach::Within([stretch].into()), None));
        let everything = |condition| Some((Reach::Everything, condition));
        let (site, organization) = (Place::Site(OWN), Place::Organization(ORGANIZATION));
        let county = Place::Jurisdiction(JurisdictionId(7));
        #[rustfmt::skip]
        let table = [
            ("clinic-access",              site,         Permission::SearchPersons,      everything(None)),
            ("clinic-access",              site,         Permission::ChangeDemographics, within(Within::Clinic(OWN))),
            ("clinic-access",              organization, Permission::ChangeDemographics, within(Within::Organization(ORGANIZATION))),
            ("clinic-access",              Place::State, Permission::ChangeDemographics, None),
            ("patient-look-up",            site,         Permission::SearchPersons,      everything(Some(Condition::Strict))),
            ("school-read-only",           site,         Permission::ViewPerson,         within(Within::School(OWN))),
            ("school-read-only",           county,       Permission::ViewPerson,         None),
            ("health-department-read-only", county,      Permission::ViewPerson,         within(Within::Jurisdiction(JurisdictionId(7)))),
            ("health-department-read-only", site,        Permission::ViewPerson,         None),
            ("site-administrator",         site,         Permission::ApproveAccounts,    within(Within::Organization(ORGANIZATION))),
            ("site-administrator",         site,         Permission::ViewPerson,         None),
            ("quality-improvement",        site,         Permission::ViewPerson,         within(Within::Clinic(OWN))),
            ("quality-improvement",        Place::State, Permission::ViewPerson,         None),
            ("interface-analyst",          Place::State, Permission::ViewPerson,         None),
            ("clinic-access",              site,         Permission::WriteTickets,       within(Within::Own(AccountId(1)))),
        ];
        for (role, place, permission, expected) in table {
            assert_eq!(of(&[(role, place)], permission), expected, "{role} {permission:?}");
        }
    }

    #[test]
    fn s59_several_assignments_of_one_account_add_up() {
        let nurse = [("school-read-only", Place::Site(SiteId(2))), ("clinic-access", Place::Site(OWN))];
        assert_eq!(of(&nurse, Permission::ViewPerson), Some((Reach::Everything, None)));
        let roster = Reach::Within([Within::School(SiteId(2))].into());
        assert_eq!(of(&nurse, Permission::KeepRoster), Some((roster, None)));
        let clinics = [("clinic-access", Place::Site(OWN)), ("clinic-access", Place::Site(SiteId(3)))];
        let both = Reach::Within([Within::Clinic(OWN), Within::Clinic(SiteId(3))].into());
        assert_eq!(of(&clinics, Permission::ChangeDose), Some((both, None)));
    }

    #[test]
    fn a_closed_site_lets_its_people_read_and_a_locked_one_nothing_and_other_sites_stay() {
        let roles = Roles::built_in().expect("the policy of this repository");
        let other = SiteId(3);
        let may = |standing, and_other: bool, permission| {
            let mut account = Account::for_test(&[]);
            account.roles = vec![RoleAssignment { standing, ..at("clinic-access", Place::Site(OWN)) }];
            account.roles.extend(and_other.then(|| at("clinic-access", Place::Site(other))));
            held(&roles, &account, permission).map(|held| held.reach)
        };
        let (reading, writing) = (Permission::ViewPerson, Permission::ChangeDose);
        let asking = Permission::WriteTickets;
        let there = Some(Reach::Within([Within::Clinic(other)].into()));
        #[rustfmt::skip]
        let table = [
            // standing             other  permission  reach
            (Standing::Open,        false, writing,    Some(Reach::Within([Within::Clinic(OWN)].into()))),
            (Standing::ReadOnly,    false, reading,    Some(Reach::Everything)),
            (Standing::ReadOnly,    false, writing,    None),
            (Standing::ReadOnly,    true,  writing,    there.clone()),
            (Standing::ReadOnly,    false, asking,     Some(Reach::Within([Within::Own(AccountId(1))].into()))),
            (Standing::Locked,      false, asking,     None),
            (Standing::Locked,      false, reading,    None),
            (Standing::Locked,      false, writing,    None),
            (Standing::Locked,      true,  reading,    Some(Reach::Everything)),
            (Standing::Locked,      true,  writing,    there),
        ];
        for (standing, and_other, permission, expected) in table {
            assert_eq!(
                may(standing, and_other, permission),
                expected,
                "{standing:?} {and_other} {permission:?}"
            );
        }
    }

    #[test]
    fn a_deed_is_done_at_sites_that_are_open_and_where_the_role_allows_it() {
        let roles = Roles::built_in().expect("the policy of this repository");
        let mut account = Account::for_test(&[]);
        let held = |role, site, standing| RoleAssignment { standing, ..at(role, Place::Site(SiteId(site))) };
        account.roles = vec![
            held("clinic-access", 1, Standing::Locked),
            held("clinic-access", 2, Standing::ReadOnly),
            held("patient-look-up", 3, Standing::Open),
            held("clinic-access", 4, Standing::Open),
        ];
        let sites = |permission| -> Vec<_> {
            roles.holding(&account, permission).filter_map(|(held, _)| held.site_id()).collect()
        };
        assert_eq!(sites(Permission::EnterAdministeredDose), [SiteId(4)]);
        assert_eq!(sites(Permission::ViewPerson), [SiteId(2), SiteId(3), SiteId(4)]);
        assert_eq!(sites(Permission::Operate), []);
    }

    #[test]
    fn a_condition_holds_for_all_unless_something_reaches_everything_without_it() {
        let strict = Some((Reach::Everything, Some(Condition::Strict)));
        let (look_up, school) = (("patient-look-up", Place::State), ("school-read-only", Place::Site(OWN)));
        assert_eq!(of(&[look_up, school], Permission::SearchPersons), strict);
        let clinic = ("clinic-access", Place::Site(OWN));
        assert_eq!(of(&[look_up, clinic], Permission::SearchPersons), Some((Reach::Everything, None)));
    }
}
