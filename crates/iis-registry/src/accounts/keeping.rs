//! Keeping accounts: making them, resetting passwords, locking. Each leaves an audit row in the same transaction.

use super::sign_in::name_key;
use super::stopping;
use super::told::tell;
use super::{Account, RoleAssignment, Status, second_factor};
use crate::access::duties;
use crate::mail::WayIn;
use crate::names::{is_plain, is_showable};
use crate::staff::{ask_anew, held_at};
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Place};
use iis_model::{AccountId, Timestamp};
use iis_store::account::{self, NewAccount};
use iis_store::{
    AuditEntry, Lane, StoreError, Tx, issuer_subject, passkey, password_link, role_assignment, session,
    sign_in_failure, way_back,
};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// User name.
    pub name: Box<str>,
    /// The name on screens.
    pub display_name: Box<str>,
    /// Argon2id, PHC form.
    pub password_hash: Box<str>,
    /// Whether the password must be changed at the first sign-in.
    pub must_change: bool,
    /// Its roles.
    pub roles: Vec<RoleAssignment>,
}

/// What [`is_user_name`] asks for, in words.
pub const USER_NAME_RULE: &str =
    "Use 3 to 60 letters, digits, dots, dashes and underscores for the user name.";

/// Whether an account can have this user name: one that every list shows and every sign-in can type.
pub fn is_user_name(name: &str) -> bool {
    is_plain(name, 3..=60)
}

/// Makes an account. A name against the rules, a taken name or an unknown role is refused in words.
pub async fn add(
    cx: &Context,
    granted: &Granted,
    user: NewUser,
    arrival: Arrival,
) -> Result<AccountId, Failure> {
    if !is_user_name(&user.name) {
        return Err(Failure::Rule(USER_NAME_RULE));
    }
    if !is_showable(&user.display_name) {
        return Err(Failure::Rule("The name on screens is one line of 1 to 120 characters."));
    }
    duties::may_grant(&cx.roles, granted, None, &[], &user.roles)?;
    let id = AccountId(cx.store.ids().take()?);
    let entry = entry(granted, "add-account", &user.name, arrival);
    let added = cx.store.write(Lane::Web, move |tx| {
        let row = NewAccount {
            id,
            name: user.name.clone(),
            display_name: user.display_name.clone(),
            password_hash: user.password_hash.clone(),
            created_at: arrival.at,
            must_change: user.must_change,
        };
        account::insert(tx, &row)?;
        let roles = rows(tx, &user.roles)?;
        role_assignment::set(tx, id, &roles, arrival.at)?;
        tx.audit(&entry)
    });
    match added.await {
        Err(error) if error.is_constraint("account_name") => {
            Err(Failure::Rule("This user name is taken. Choose another."))
        }
        other => Ok(other.map(|()| id)?),
    }
}

fn rows(tx: &mut Tx<'_>, roles: &[RoleAssignment]) -> Result<Vec<(Box<str>, Place)>, StoreError> {
    let mut rows = Vec::new();
    for RoleAssignment { role, place, .. } in roles {
        rows.push((role.clone(), held_at(tx, role, *place)?));
    }
    rows.sort();
    rows.dedup();
    Ok(rows)
}

/// Gives an account these roles and no others (S-59: a person has one account, with as many roles as needed).
///
/// Who may give which role is settled by [`duties::may_grant`]. Roles count at the next request.
pub async fn set_roles(
    cx: &Context,
    granted: &Granted,
    account: &Account,
    roles: Vec<RoleAssignment>,
    arrival: Arrival,
) -> Result<(), Failure> {
    duties::may_grant(&cx.roles, granted, Some(account.id), &account.roles, &roles)?;
    let id = account.id;
    let names: Vec<&str> = roles.iter().map(|assignment| &*assignment.role).collect();
    let detail = format!("user {}: {}", account.name, names.join(", "));
    let entry = AuditEntry::of(granted, arrival.at).action("set-roles").detail(detail);
    let set = cx.store.write(Lane::Web, move |tx| {
        let held = rows(tx, &roles)?;
        role_assignment::set(tx, id, &held, arrival.at)?;
        tx.audit(&entry)
    });
    Ok(set.await?)
}

/// Gives an account a password for one use; all its sessions end, and so does a lock after failures.
///
/// What somebody else may have made of the password alone is taken back: sessions, links, codes that were mailed, the
/// connection with the state's sign-in. The second factors stay, since a reset must not be the way around them; the owner is
/// told which there are (decision 0047).
pub async fn reset_password(
    cx: &Context,
    granted: &Granted,
    account: &Account,
    password_hash: Box<str>,
    arrival: Arrival,
) -> Result<(), Failure> {
    let (cx2, id, name) = (cx.clone(), account.id, account.name.clone());
    let entry = entry(granted, "reset-password", &account.name, arrival);
    let set = cx.store.write(Lane::Web, move |tx| {
        account::set_password(tx, id, &password_hash, true)?;
        let (has_app, passkeys) = take_back(tx, &cx2, (id, &name), arrival.at)?;
        tell(tx, &cx2, id, WayIn::PasswordReset { has_app, passkeys }, arrival.at)?;
        tx.audit(&entry)
    });
    Ok(set.await?)
}

/// Takes back what the password alone may have made. What still opens the account, for its owner's letter: whether an app
/// does, and how many passkeys.
pub(super) fn take_back(
    tx: &mut Tx<'_>,
    cx: &Context,
    (id, name): (AccountId, &str),
    at: Timestamp,
) -> Result<(bool, usize), StoreError> {
    sign_in_failure::delete_of_name(tx, &name_key(name))?;
    // somebody else may have connected it
    issuer_subject::delete_of(tx, id)?;
    password_link::delete_of(tx, id)?;
    way_back::delete_of(tx, id)?;
    way_back::delete_code(tx, id)?;
    stopping::end(tx, cx, id, at)?;
    session::delete_of_account(tx, id)?;
    let held = passkey::of_account(tx, id)?;
    let passkeys = held.iter().filter(|one| one.stopped_at.is_none()).count();
    Ok((second_factor::has_app(tx, id)?, passkeys))
}

/// The hashes of the passwords that the account of a user name had before, the latest first: none of them is chosen again
/// (requirements Z-1). Also that which a reset took away.
pub async fn former_passwords(cx: &Context, user: &str) -> Result<Vec<Box<str>>, Failure> {
    let user = user.to_lowercase();
    let read = cx.store.read(move |tx| match account::by_name(tx, &user)? {
        Some(row) => account::former_passwords(tx, row.id),
        None => Ok(Vec::new()),
    });
    Ok(read.await?)
}

/// Locks or unlocks an account. Locking ends its sessions; unlocking also opens a lock after failures.
pub async fn set_status(
    cx: &Context,
    granted: &Granted,
    account: &Account,
    status: Status,
    arrival: Arrival,
) -> Result<(), Failure> {
    let (id, key) = (account.id, name_key(&account.name));
    let action = if status == Status::Locked { "lock-account" } else { "unlock-account" };
    let entry = entry(granted, action, &account.name, arrival);
    let cx2 = cx.clone();
    let set = cx.store.write(Lane::Web, move |tx| {
        match status {
            Status::Active => {
                account::reopen(tx, id, arrival.at)?;
                ask_anew(tx, &cx2, id, arrival.at)?;
                sign_in_failure::delete_of_name(tx, &key)?;
            }
            Status::Locked => {
                account::set_status(tx, id, "disabled")?;
                session::delete_of_account(tx, id)?;
                stopping::end(tx, &cx2, id, arrival.at)?;
            }
        }
        tx.audit(&entry)
    });
    Ok(set.await?)
}

fn entry(granted: &Granted, action: &'static str, user: &str, arrival: Arrival) -> AuditEntry {
    AuditEntry::of(granted, arrival.at).action(action).detail(format!("user {user}"))
}
