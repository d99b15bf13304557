//! Separation of duties (requirements 6.4, last paragraph): what takes two people takes two.

use super::{Family, Refused, Roles};
use crate::Failure;
use crate::accounts::RoleAssignment;
use iis_model::AccountId;
use iis_model::access::{Actor, Granted, Permission};

/// Refuses whoever decides about something of their own: a request, an order, an export, a second opinion.
///
/// `prepared_by` is who asked for it or prepared it.
pub fn another_person(granted: &Granted, prepared_by: AccountId) -> Result<(), Failure> {
    if granted.is_of(prepared_by) {
        return Err(Failure::Rule("Somebody else has to decide this: nobody approves their own."));
    }
    Ok(())
}

/// Said to whoever would help an account of their own.
pub(crate) const OWN_ACCOUNT: Failure =
    Failure::Rule("This is your own account: a colleague does this, or you do it under Your account.");

/// Refuses whoever would do something with their own account that is staff's to do.
pub(crate) fn another_account(granted: &Granted, account: AccountId) -> Result<(), Failure> {
    if granted.is_of(account) { Err(OWN_ACCOUNT) } else { Ok(()) }
}

/// Whether the holder of this grant may give the account these roles instead of those it has.
///
/// Nobody changes their own roles. Roles of the state take the permission to manage the state's accounts, all others that
/// to manage accounts (S-61). The operator on the server's own command line may both.
pub fn may_grant(
    roles: &Roles,
    granted: &Granted,
    account: Option<AccountId>,
    before: &[RoleAssignment],
    after: &[RoleAssignment],
) -> Result<(), Failure> {
    if account.is_some_and(|id| granted.is_of(id)) {
        return Err(Failure::Rule("Somebody else has to do this: nobody changes their own roles."));
    }
    let is_same = |a: &RoleAssignment, b: &RoleAssignment| a.role == b.role && a.place == b.place;
    let given = after.iter().filter(|new| !before.iter().any(|old| is_same(old, new)));
    let taken = before.iter().filter(|old| !after.iter().any(|new| is_same(old, new)));
    for changed in given.chain(taken) {
        let family = roles.get(&changed.role).map(|role| role.family);
        let needed = match family {
            Some(Family::Outside) => Permission::ManageAccounts,
            Some(Family::State) => Permission::ManageStateAccounts,
            Some(Family::Machine) | None => {
                return Err(Failure::Rule(
                    "There is no such role. The roles are listed in policy/roles.toml.",
                ));
            }
        };
        let is_operator = matches!(granted.actor(), Actor::Registry);
        if !is_operator && granted.permission() != needed {
            return Err(Refused.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{another_person, may_grant};
    use crate::Failure;
    use crate::access::{Caller, Roles, authorize, operator};
    use crate::accounts::{Account, RoleAssignment};
    use iis_model::AccountId;
    use iis_model::access::{Channel, Granted, Permission, Place};

    const THEM: Option<AccountId> = Some(AccountId(2));

    fn roles() -> Roles {
        Roles::built_in().expect("the policy of this repository")
    }

    fn as_role(role: &str, permission: Permission) -> Granted {
        let account = Account::for_test(&[role]); // account 1
        authorize(&roles(), Caller::Account(&account), permission, Channel::Web, "").expect("permitted")
    }

    fn role(name: &str) -> Vec<RoleAssignment> {
        vec![RoleAssignment::new(name, Place::State)]
    }

    #[test]
    fn nobody_approves_their_own_and_nobody_grants_to_themselves() {
        let desk = as_role("help-desk", Permission::ManageAccounts);
        assert!(another_person(&desk, AccountId(2)).is_ok());
        assert!(another_person(&desk, AccountId(1)).is_err());
        let own = may_grant(&roles(), &desk, Some(AccountId(1)), &[], &role("clinic-access"));
        assert!(matches!(own, Err(Failure::Rule(_))));
    }

    #[test]
    fn s61_roles_of_the_state_are_granted_by_a_system_administrator_alone() {
        let desk = as_role("help-desk", Permission::ManageAccounts);
        let admin = as_role("system-administrator", Permission::ManageStateAccounts);
        let shell = operator(Permission::ManageAccounts).expect("the operator may");
        #[rustfmt::skip]
        let table = [
            // who     grants              may
            (&desk,   "clinic-access",     true),
            (&desk,   "site-administrator", true),
            (&desk,   "data-quality",      false),
            (&desk,   "help-desk",         false),
            (&admin,  "data-quality",      true),
            (&admin,  "clinic-access",     false),
            (&shell,  "data-quality",      true),
            (&shell,  "clinic-access",     true),
            (&shell,  "sender",            false),
            (&shell,  "no-such-role",      false),
        ];
        for (granted, name, may) in table {
            let grants = may_grant(&roles(), granted, THEM, &[], &role(name));
            assert_eq!(grants.is_ok(), may, "{:?} {name}", granted.actor());
            let takes = may_grant(&roles(), granted, THEM, &role(name), &[]);
            assert_eq!(takes.is_ok(), may, "{:?} {name}", granted.actor());
        }
    }

    #[test]
    fn roles_that_stay_take_no_permission() {
        let desk = as_role("help-desk", Permission::ManageAccounts);
        let before = role("data-quality");
        let after = [role("data-quality"), role("clinic-access")].concat();
        assert!(may_grant(&roles(), &desk, THEM, &before, &after).is_ok());
    }
}
