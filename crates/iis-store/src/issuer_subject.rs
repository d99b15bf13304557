//! Who an account is at the issuer of the state's own sign-in.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    INSERT = "INSERT INTO issuer_subject (issuer, subject, account_id, shown_as, connected_at) VALUES ($1, $2, $3, $4, $5)";
    GET = "SELECT account_id FROM issuer_subject WHERE issuer = $1 AND subject = $2";
    OF_ACCOUNT = "SELECT issuer, shown_as, connected_at FROM issuer_subject WHERE account_id = $1";
    DELETE_OF = "DELETE FROM issuer_subject WHERE account_id = $1";
}

/// Somebody at an issuer: the pair is theirs alone, and for good (OpenID Connect Core 1.0, section 5.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The issuer's address.
    pub issuer: Box<str>,
    /// Its name for them.
    pub subject: Box<str>,
}

/// What an account is connected with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectedRow {
    /// The issuer's address.
    pub issuer: Box<str>,
    /// What the issuer called them when they connected: for their own eyes.
    pub shown_as: Box<str>,
    /// When.
    pub connected_at: Timestamp,
}
from_row!(ConnectedRow { issuer, shown_as, connected_at });

/// Connects an account. That somebody else has the subject is a broken constraint.
pub fn insert(
    tx: &mut Tx<'_>,
    who: &Subject,
    account: AccountId,
    shown_as: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![&*who.issuer, &*who.subject, account, shown_as, at])
}

/// Whose account it is.
pub fn get(tx: &mut Tx<'_>, who: &Subject) -> Result<Option<AccountId>, StoreError> {
    tx.one(&GET, vals![&*who.issuer, &*who.subject])
}

/// What an account is connected with.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<ConnectedRow>, StoreError> {
    tx.one(&OF_ACCOUNT, vals![account])
}

/// Disconnects an account; whether it was connected.
pub fn delete_of(tx: &mut Tx<'_>, account: AccountId) -> Result<bool, StoreError> {
    Ok(tx.count(&DELETE_OF, vals![account])? > 0)
}
