//! Accounts of people: sign-in state, lock-out, roles.
//!
//! Passwords are hashed and verified by the server's bounded pool; here only their PHC strings pass through.
//! Source: requirements Z-1 and 3.3.

use crate::access::Roles;
use crate::{Arrival, Context, Failure};
use iis_model::{AccountId, SiteId, Timestamp};
use iis_store::account::{self, AccountRow, NewAccount, RoleRow};
use iis_store::{Lane, StoreError, Tx, session};
use jiff::SignedDuration;

/// After this many failures in a row the account is locked for a while.
pub const MOST_FAILURES: i64 = 5;

/// How long a lock after failures lasts.
pub const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(30);

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It may.
    Active,
    /// Locked by staff until staff unlocks it.
    Locked,
}

/// A role, at a site or at none in particular.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAssignment {
    /// The role's name in `policy/roles.toml`.
    pub role: Box<str>,
    /// The site it holds at.
    pub site_id: Option<SiteId>,
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
    /// No sign-in before this moment, after too many failures.
    pub locked_until: Option<Timestamp>,
    /// Whether the password must be changed first.
    pub must_change: bool,
    /// The last good sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Its roles.
    pub roles: Vec<RoleAssignment>,
}

impl Account {
    /// Whether it may be used at all.
    pub fn is_usable(&self) -> bool {
        self.status == Status::Active
    }

    /// Whether nobody may sign in now.
    pub fn is_locked_at(&self, at: Timestamp) -> bool {
        !self.is_usable() || self.locked_until.is_some_and(|until| at < until)
    }

    fn read(tx: &mut Tx<'_>, row: AccountRow) -> Result<Self, StoreError> {
        let roles = account::roles(tx, row.id)?.into_iter().map(|role| RoleAssignment {
            role: role.role,
            site_id: (role.site_id.0 != 0).then_some(role.site_id),
        });
        Ok(Self {
            id: row.id,
            name: row.name,
            display_name: row.display_name,
            status: if &*row.status == "active" { Status::Active } else { Status::Locked },
            locked_until: row.locked_until,
            must_change: row.must_change,
            last_sign_in_at: row.last_sign_in_at,
            roles: roles.collect(),
        })
    }

    #[cfg(test)]
    pub(crate) fn for_test(roles: &[&str]) -> Self {
        let assignment = |role: &&str| RoleAssignment { role: (*role).into(), site_id: None };
        Self {
            id: AccountId(1),
            name: "somebody".into(),
            display_name: "Some Body".into(),
            status: Status::Active,
            locked_until: None,
            must_change: false,
            last_sign_in_at: None,
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

/// The account of a user name, for signing in.
pub async fn find_for_sign_in(cx: &Context, name: &str) -> Result<Option<SignIn>, Failure> {
    let name = name.trim().to_lowercase();
    let found = cx.store.read(move |tx| {
        let Some(row) = account::by_name(tx, &name)? else { return Ok(None) };
        let password_hash = row.password_hash.clone();
        Ok(Some(SignIn { account: Account::read(tx, row)?, password_hash }))
    });
    Ok(found.await?)
}

/// The account of an id.
pub async fn get(cx: &Context, id: AccountId) -> Result<Option<Account>, Failure> {
    let found = cx.store.read(move |tx| account::get(tx, id)?.map(|row| Account::read(tx, row)).transpose());
    Ok(found.await?)
}

/// Notes a good sign-in.
pub async fn signed_in(cx: &Context, id: AccountId, arrival: Arrival) -> Result<(), Failure> {
    Ok(cx.store.write(Lane::Web, move |tx| account::signed_in(tx, id, arrival.at)).await?)
}

/// Notes a failed sign-in, and locks the account for a while when there were too many in a row.
pub async fn sign_in_failed(cx: &Context, id: AccountId, arrival: Arrival) -> Result<(), Failure> {
    let noted = cx.store.write(Lane::Web, move |tx| {
        let Some(row) = account::get(tx, id)? else { return Ok(()) };
        let lock = (row.failed + 1) % MOST_FAILURES == 0;
        let until = if lock { arrival.at.saturating_add(LOCKED_FOR).ok() } else { row.locked_until };
        account::sign_in_failed(tx, id, until)
    });
    Ok(noted.await?)
}

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

/// Makes an account. A taken name or an unknown role is refused in words.
pub async fn add(cx: &Context, user: NewUser, arrival: Arrival) -> Result<AccountId, Failure> {
    check_roles(&cx.roles, &user.roles)?;
    let id = AccountId(cx.store.ids().take()?);
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
        account::set_roles(tx, id, &rows(&user.roles))
    });
    match added.await {
        Err(error) if error.is_constraint("account_name") => {
            Err(Failure::Rule("This user name is taken. Choose another."))
        }
        other => Ok(other.map(|()| id)?),
    }
}

fn check_roles(roles: &Roles, assignments: &[RoleAssignment]) -> Result<(), Failure> {
    let known =
        |assignment: &RoleAssignment| &*assignment.role != "sender" && roles.get(&assignment.role).is_some();
    if assignments.iter().all(known) {
        Ok(())
    } else {
        Err(Failure::Rule("There is no such role. The roles are listed in policy/roles.toml."))
    }
}

fn rows(roles: &[RoleAssignment]) -> Vec<RoleRow> {
    roles
        .iter()
        .map(|assignment| RoleRow {
            role: assignment.role.clone(),
            site_id: assignment.site_id.unwrap_or(SiteId(0)),
        })
        .collect()
}

/// Sets a password; all sessions of the account end, and so does a lock after failures.
pub async fn set_password(
    cx: &Context,
    id: AccountId,
    password_hash: Box<str>,
    must_change: bool,
) -> Result<(), Failure> {
    let set = cx.store.write(Lane::Web, move |tx| {
        account::set_password(tx, id, &password_hash, must_change)?;
        session::delete_of_account(tx, id)
    });
    Ok(set.await?)
}

/// Locks or unlocks an account; locking ends its sessions.
pub async fn set_status(cx: &Context, id: AccountId, status: Status) -> Result<(), Failure> {
    let set = cx.store.write(Lane::Web, move |tx| match status {
        Status::Active => account::set_status(tx, id, "active"),
        Status::Locked => {
            account::set_status(tx, id, "disabled")?;
            session::delete_of_account(tx, id)
        }
    });
    Ok(set.await?)
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
