//! Accounts for signing in, and their roles.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    INSERT = "INSERT INTO account (id, name, display_name, password_hash, status, created_at, \
              last_sign_in_at, must_change) VALUES ($1, $2, $3, $4, $5, $6, NULL, $7)";
    BY_NAME = "SELECT id, name, display_name, password_hash, status, created_at, \
               last_sign_in_at, must_change, reopened_at FROM account WHERE name = $1";
    GET = "SELECT id, name, display_name, password_hash, status, created_at, \
           last_sign_in_at, must_change, reopened_at FROM account WHERE id = $1";
    LIST = "SELECT id, name, display_name, password_hash, status, created_at, \
            last_sign_in_at, must_change, reopened_at FROM account WHERE name > $1 ORDER BY name LIMIT $2";
    OWNED = "SELECT a.id, a.name, a.display_name, COALESCE(w.name, ''), COALESCE(w.email, '') FROM account a \
             LEFT JOIN account_worker b ON b.account_id = a.id LEFT JOIN worker w ON w.id = b.worker_id \
             WHERE a.name > $1 ORDER BY a.name LIMIT $2";
    KEEP_FORMER = "INSERT INTO former_password (account_id, n, password_hash) \
                   SELECT a.id, (SELECT COALESCE(MAX(f.n), 0) + 1 FROM former_password f WHERE f.account_id = $1), a.password_hash \
                   FROM account a WHERE a.id = $1 AND a.password_hash <> $2";
    FORGET_FORMER = "DELETE FROM former_password WHERE account_id = $1 \
                     AND n <= (SELECT MAX(f.n) FROM former_password f WHERE f.account_id = $1) - $2";
    FORMER = "SELECT password_hash FROM former_password WHERE account_id = $1 ORDER BY n DESC";
    SET_PASSWORD = "UPDATE account SET password_hash = $2, must_change = $3, mailbox_at = NULL WHERE id = $1";
    SET_STATUS = "UPDATE account SET status = $2 WHERE id = $1";
    REOPEN = "UPDATE account SET status = 'active', reopened_at = $2 WHERE id = $1";
    SET_DISPLAY_NAME = "UPDATE account SET display_name = $2 WHERE id = $1";
    /// Changes nothing, and locks the row: SQLite has one writer, and on PostgreSQL the second one waits here.
    HOLD = "UPDATE account SET status = status WHERE id = $1";
    SET_MAILBOX = "UPDATE account SET mailbox_at = $2 WHERE id = $1";
    MAILBOX = "SELECT mailbox_at FROM account WHERE id = $1 AND mailbox_at IS NOT NULL";
    SIGNED_IN = "UPDATE account SET last_sign_in_at = $2 WHERE id = $1";
}

/// An account to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Row key.
    pub id: AccountId,
    /// User name, folded to lower case.
    pub name: Box<str>,
    /// The name on screens.
    pub display_name: Box<str>,
    /// Argon2id, PHC form.
    pub password_hash: Box<str>,
    /// When.
    pub created_at: Timestamp,
    /// Whether the password must be changed at the next sign-in.
    pub must_change: bool,
}

/// An account as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Row key.
    pub id: AccountId,
    /// User name, folded.
    pub name: Box<str>,
    /// The name on screens.
    pub display_name: Box<str>,
    /// Argon2id, PHC form.
    pub password_hash: Box<str>,
    /// "active" or "disabled".
    pub status: Box<str>,
    /// Since when.
    pub created_at: Timestamp,
    /// The last good sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Whether the password must be changed at the next sign-in.
    pub must_change: bool,
    /// When staff last opened it again.
    pub reopened_at: Option<Timestamp>,
}
from_row!(AccountRow {
    id,
    name,
    display_name,
    password_hash,
    status,
    created_at,
    last_sign_in_at,
    must_change,
    reopened_at,
});

/// An account with whose it is, for looking one up.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnedRow {
    /// Row key.
    pub id: AccountId,
    /// User name, folded.
    pub name: Box<str>,
    /// The name on screens.
    pub display_name: Box<str>,
    /// The owner's name on staff lists; empty: not known.
    pub owner: Box<str>,
    /// The owner's address for mail; empty: not known.
    pub email: Box<str>,
}
from_row!(OwnedRow { id, name, display_name, owner, email });

impl std::fmt::Debug for AccountRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountRow")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Adds an account. A name that exists is refused by `account_name`.
pub fn insert(tx: &mut Tx<'_>, row: &NewAccount) -> Result<(), StoreError> {
    let name = row.name.to_lowercase();
    tx.exec(
        &INSERT,
        vals![
            row.id,
            &name,
            &row.display_name,
            &row.password_hash,
            "active",
            row.created_at,
            row.must_change
        ],
    )
}

/// The account of a name, in either case.
pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<AccountRow>, StoreError> {
    tx.one(&BY_NAME, vals![name.to_lowercase()])
}

/// The account of this id.
pub fn get(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<AccountRow>, StoreError> {
    tx.one(&GET, vals![id])
}

/// Accounts after the name `after`, at most `limit`.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<AccountRow>, StoreError> {
    tx.all(&LIST, vals![after, limit])
}

/// Accounts after the name `after` with whose they are, at most `limit`.
pub fn owned(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<OwnedRow>, StoreError> {
    tx.all(&OWNED, vals![after, limit])
}

/// What stands for the hash of an account whose password nobody has set: no hash is like it.
pub const NO_PASSWORD: &str = "none";

/// So many passwords that were in force before are known (requirements Z-1).
pub const MOST_FORMER: i64 = 24;

/// The hashes of passwords that were in force before, the latest first.
pub fn former_passwords(tx: &mut Tx<'_>, id: AccountId) -> Result<Vec<Box<str>>, StoreError> {
    tx.all(&FORMER, vals![id])
}

/// Sets the password; the one that was in force is known from now on. That the link of a letter set an earlier one is forgotten.
pub fn set_password(tx: &mut Tx<'_>, id: AccountId, hash: &str, must_change: bool) -> Result<(), StoreError> {
    tx.exec(&KEEP_FORMER, vals![id, NO_PASSWORD])?;
    tx.exec(&FORGET_FORMER, vals![id, MOST_FORMER])?;
    tx.exec(&SET_PASSWORD, vals![id, hash, must_change])
}

/// Sets "active" or "disabled".
pub fn set_status(tx: &mut Tx<'_>, id: AccountId, status: &str) -> Result<(), StoreError> {
    tx.exec(&SET_STATUS, vals![id, status])
}

/// Opens the account again: days without a sign-in count from now.
pub fn reopen(tx: &mut Tx<'_>, id: AccountId, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&REOPEN, vals![id, at])
}

/// Sets the name on screens.
pub fn set_display_name(tx: &mut Tx<'_>, id: AccountId, name: &str) -> Result<(), StoreError> {
    tx.exec(&SET_DISPLAY_NAME, vals![id, name])
}

/// Holds an account until the transaction ends, so that of two changes that depend on what belongs to it the second one
/// reads what the first one left.
pub fn hold(tx: &mut Tx<'_>, id: AccountId) -> Result<(), StoreError> {
    tx.count(&HOLD, vals![id]).map(drop)
}

/// Notes a good sign-in.
pub fn signed_in(tx: &mut Tx<'_>, id: AccountId, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&SIGNED_IN, vals![id, at])
}

/// Notes that the link of a letter set the password: whoever did reads the mail of the account.
pub fn set_mailbox(tx: &mut Tx<'_>, id: AccountId, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&SET_MAILBOX, vals![id, at])
}

/// When the link of a letter set the password, for the first who asks; none: it did not.
pub fn take_mailbox(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<Timestamp>, StoreError> {
    let found = tx.one(&MAILBOX, vals![id])?;
    if found.is_some() {
        tx.exec(&SET_MAILBOX, vals![id, None::<Timestamp>])?;
    }
    Ok(found)
}
