//! What a user may do: one permission on one thing is asked for, and what comes back is the proof that the store's
//! calls on patient data demand. It says how far it reaches; what lies further is as if absent.
//!
//! Default deny. Source: requirements section 6 and Z-5.

mod cell;
pub mod duties;
pub mod held;
pub mod looking;
pub mod matrix;
pub(crate) mod protection;
pub(crate) mod reach;
pub mod refusals;
mod roles;

pub use cell::{CONDITIONS, Cell, Scope, condition_text};
pub use roles::{Family, Module, PolicyError, Role, Roles};

use crate::accounts::Account;
use iis_model::access::{Actor, Channel, Granted, Permission, Reach, Sight};
use iis_model::organization::Sender;

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Caller<'a> {
    /// Somebody signed in.
    Account(&'a Account),
    /// A sender, by its credential.
    Sender(&'a Sender),
    /// The operator on the server's own command line.
    Operator,
    /// Nobody.
    Nobody,
}

/// The permission was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not permitted")]
pub struct Refused;

/// Asks for one permission.
pub fn authorize(
    roles: &Roles,
    caller: Caller<'_>,
    permission: Permission,
    channel: Channel,
    purpose: &str,
) -> Result<Granted, Refused> {
    let (actor, allowed) = match caller {
        Caller::Account(account) => {
            let held = reach::held(roles, account, permission).ok_or(Refused)?;
            let granted = Granted::by_decision(account.actor(), permission, channel, purpose);
            let locks = reach::held(roles, account, Permission::LockPersons).is_some();
            let granted = if locks { granted.with_opted_out(true) } else { granted };
            let granted = granted.standing_in_at(roles.standing_in(account, permission));
            return Ok(granted.seeing(held.sight).reaching(held.reach, held.condition));
        }
        Caller::Sender(sender) => {
            let name = sender.name.clone();
            let actor = Actor::Sender { id: sender.id, name, organization_id: sender.organization_id };
            (actor, roles.sender_allows(permission) && profile_allows(sender, permission))
        }
        Caller::Operator => (Actor::Registry, !matches!(permission, Permission::ViewPerson)),
        Caller::Nobody => (Actor::Nobody, false),
    };
    if allowed { Ok(Granted::by_decision(actor, permission, channel, purpose)) } else { Err(Refused) }
}

/// The same grant over everybody, protected records too: what an emergency opens, for that one person.
pub(crate) fn in_emergency(granted: Granted) -> Granted {
    granted.seeing(Sight::All).reaching(Reach::Everything, None)
}

/// The same grant for what the line reads of whoever a report is matched with, and tells nobody: also of who opted out.
pub(crate) fn in_the_line(granted: Granted) -> Granted {
    granted.with_opted_out(true)
}

/// The proof for the operator on the server's own command line, who may do everything there but look at a person.
pub fn operator(permission: Permission) -> Result<Granted, Refused> {
    match permission {
        Permission::ViewPerson | Permission::SearchPersons => Err(Refused),
        _ => Ok(Granted::by_decision(Actor::Registry, permission, Channel::CommandLine, "")),
    }
}

/// The proof for the registry's own work: rebuilding, jobs.
pub(crate) fn as_registry(permission: Permission) -> Granted {
    Granted::by_decision(Actor::Registry, permission, Channel::Internal, "")
}

fn profile_allows(sender: &Sender, permission: Permission) -> bool {
    match permission {
        Permission::SubmitReports => sender.profile.may_submit,
        Permission::QueryRecords => sender.profile.may_query,
        Permission::ReportCompletions => sender.profile.may_report_completions,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, Roles, authorize};
    use crate::accounts::Account;
    use iis_model::access::{Channel, Permission};

    fn may(role: &str, permission: Permission) -> bool {
        let roles = Roles::built_in().expect("the policy of this repository");
        let account = Account::for_test(&[role]);
        authorize(&roles, Caller::Account(&account), permission, Channel::Web, "").is_ok()
    }

    #[test]
    fn patient_data_is_for_those_whose_role_says_so() {
        #[rustfmt::skip]
        let table = [
            // role                    views persons
            ("clinic-access",          true),
            ("help-desk",              true),
            ("enrollment-only",        false),
            ("site-administrator",     false),
            ("system-administrator",   false),
            ("auditor",                false),
            ("no-such-role",           false),
        ];
        for (role, views) in table {
            assert_eq!(may(role, Permission::ViewPerson), views, "{role}");
        }
    }

    #[test]
    fn a_locked_account_and_nobody_may_nothing() {
        let roles = Roles::built_in().expect("the policy of this repository");
        let mut account = Account::for_test(&["clinic-access"]);
        account.status = crate::accounts::Status::Locked;
        for permission in Permission::ALL {
            for caller in [Caller::Account(&account), Caller::Nobody] {
                assert!(authorize(&roles, caller, *permission, Channel::Web, "").is_err(), "{permission:?}");
            }
        }
    }
}
