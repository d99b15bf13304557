//! The users of organizations, each said to be still there by each of its organizations for itself. There is a row for every
//! organization at whose places an account holds a role, or through which one was approved.

use crate::account::AccountRow;
use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, role_assignment};
use iis_model::{AccountId, OrganizationId, Timestamp};
use std::collections::BTreeSet;

sql! {
    NOTE = "INSERT INTO user_confirmation (account_id, organization_id, confirmed_at, asked_at) VALUES ($1, $2, $3, NULL)";
    DELETE = "DELETE FROM user_confirmation WHERE account_id = $1 AND organization_id = $2";
    OF_ACCOUNT = "SELECT account_id, organization_id, confirmed_at, asked_at FROM user_confirmation WHERE account_id = $1";
    GET = "SELECT account_id, organization_id, confirmed_at, asked_at FROM user_confirmation \
           WHERE account_id = $1 AND organization_id = $2";
    CONFIRM = "UPDATE user_confirmation SET confirmed_at = $3, asked_at = NULL WHERE account_id = $1 AND organization_id = $2";
    UNANSWERED = "SELECT organization_id FROM user_confirmation WHERE account_id = $1 AND asked_at IS NOT NULL \
                  ORDER BY organization_id";
    ASK = "UPDATE user_confirmation SET asked_at = $3 WHERE account_id = $1 AND organization_id = $2 AND asked_at IS NULL";
    DUE = "SELECT u.account_id, u.organization_id, u.confirmed_at, u.asked_at FROM user_confirmation u \
           JOIN account a ON a.id = u.account_id WHERE u.confirmed_at < $1 AND u.asked_at IS NULL AND a.status = 'active' \
           AND (u.account_id > $2 OR (u.account_id = $2 AND u.organization_id > $3)) \
           ORDER BY u.account_id, u.organization_id LIMIT 500";
    UNASK = "UPDATE user_confirmation SET asked_at = NULL WHERE account_id = $1 AND organization_id = $2";
    OVERDUE = "SELECT u.account_id, u.organization_id, u.confirmed_at, u.asked_at FROM user_confirmation u \
               JOIN account a ON a.id = u.account_id WHERE u.asked_at < $1 AND a.status = 'active' \
               AND (u.account_id > $2 OR (u.account_id = $2 AND u.organization_id > $3)) \
               ORDER BY u.account_id, u.organization_id LIMIT 500";
    ASKED_IN = "SELECT u.account_id FROM user_confirmation u JOIN account a ON a.id = u.account_id \
                WHERE u.organization_id = $1 AND u.asked_at IS NOT NULL AND a.status = 'active' ORDER BY u.account_id";
    USERS_OF = "SELECT a.id, a.name, a.display_name, a.password_hash, a.status, a.created_at, \
                a.last_sign_in_at, a.must_change, a.reopened_at FROM user_confirmation u \
                JOIN account a ON a.id = u.account_id WHERE u.organization_id = $1 ORDER BY a.name";
}

/// What an organization last said of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmation {
    /// The user.
    pub account_id: AccountId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// When it last said that the user is still there.
    pub confirmed_at: Timestamp,
    /// Since when it is asked again.
    pub asked_at: Option<Timestamp>,
}
from_row!(Confirmation { account_id, organization_id, confirmed_at, asked_at });

/// Brings the rows of an account in line with its roles: an organization that is new to it has confirmed it now.
pub(crate) fn follow(tx: &mut Tx<'_>, account: AccountId, at: Timestamp) -> Result<(), StoreError> {
    let held = role_assignment::of_account(tx, account)?;
    let now: BTreeSet<_> =
        held.into_iter().filter_map(|held| held.organization_id.or(held.through)).collect();
    let said: Vec<Confirmation> = tx.all(&OF_ACCOUNT, vals![account])?;
    let before: BTreeSet<_> = said.into_iter().map(|said| said.organization_id).collect();
    for gone in before.difference(&now) {
        tx.exec(&DELETE, vals![account, *gone])?;
    }
    for new in now.difference(&before) {
        tx.exec(&NOTE, vals![account, *new, at])?;
    }
    Ok(())
}

/// What an organization last said of a user; none: it is none of its users.
pub fn get(
    tx: &mut Tx<'_>,
    account: AccountId,
    organization: OrganizationId,
) -> Result<Option<Confirmation>, StoreError> {
    tx.one(&GET, vals![account, organization])
}

/// The organization says that the user is still there. False: it is none of its users.
pub fn confirm(
    tx: &mut Tx<'_>,
    account: AccountId,
    organization: OrganizationId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.count(&CONFIRM, vals![account, organization, at])? == 1)
}

/// The organizations that are asked about an account and have not answered.
pub fn unanswered_of(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<OrganizationId>, StoreError> {
    tx.all(&UNANSWERED, vals![account])
}

/// An organization is asked from now on whether a user is still there.
pub fn ask(
    tx: &mut Tx<'_>,
    account: AccountId,
    organization: OrganizationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&ASK, vals![account, organization, at])
}

/// The organization is not asked any more: nobody of it could answer.
pub fn unask(tx: &mut Tx<'_>, account: AccountId, organization: OrganizationId) -> Result<(), StoreError> {
    tx.exec(&UNASK, vals![account, organization])
}

/// Active users last confirmed before a moment and not asked about yet, after one of them: at most 500.
pub fn due(
    tx: &mut Tx<'_>,
    before: Timestamp,
    after: (AccountId, OrganizationId),
) -> Result<Vec<Confirmation>, StoreError> {
    tx.all(&DUE, vals![before, after.0, after.1])
}

/// Active users asked about before a moment and not confirmed since, after one of them: at most 500.
pub fn overdue(
    tx: &mut Tx<'_>,
    before: Timestamp,
    after: (AccountId, OrganizationId),
) -> Result<Vec<Confirmation>, StoreError> {
    tx.all(&OVERDUE, vals![before, after.0, after.1])
}

/// Active users of an organization that is asked about them.
pub fn asked_in(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Vec<AccountId>, StoreError> {
    tx.all(&ASKED_IN, vals![organization])
}

/// The accounts of an organization's users, by user name.
pub fn users_of(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<Vec<AccountRow>, StoreError> {
    tx.all(&USERS_OF, vals![organization])
}
