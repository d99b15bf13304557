//! What was typed into a form when the session had ended, for the account that typed it.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    PUT = "INSERT INTO draft (account_id, address, at, nonce, sealed) VALUES ($1, $2, $3, $4, $5) \
           ON CONFLICT (account_id, address) DO UPDATE SET at = excluded.at, nonce = excluded.nonce, \
           sealed = excluded.sealed";
    GET = "SELECT at, nonce, sealed FROM draft WHERE account_id = $1 AND address = $2 AND at > $3";
    OF_ACCOUNT = "SELECT address, at, nonce, sealed FROM draft WHERE account_id = $1 AND at > $2 ORDER BY at DESC, address";
    DELETE = "DELETE FROM draft WHERE account_id = $1 AND address = $2";
    ADDRESSES = "SELECT address FROM draft WHERE account_id = $1 ORDER BY at DESC, address";
    DELETE_BEFORE = "DELETE FROM draft WHERE at <= $1";
}

/// A draft as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// When the form was sent.
    pub at: Timestamp,
    /// Drawn for this draft.
    pub nonce: Box<[u8]>,
    /// What was typed, sealed.
    pub sealed: Box<[u8]>,
}
from_row!(DraftRow { at, nonce, sealed });

/// Keeps a draft in place of an earlier one of the same form; of each account at most `most`, the latest.
pub fn put(
    tx: &mut Tx<'_>,
    account: AccountId,
    address: &str,
    row: &DraftRow,
    most: usize,
) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![account, address, row.at, &row.nonce, &row.sealed])?;
    let kept: Vec<Box<str>> = tx.all(&ADDRESSES, vals![account])?;
    kept.iter().skip(most).try_for_each(|address| delete(tx, account, address))
}

/// The draft of a form, if it was sent after `since`.
pub fn get(
    tx: &mut Tx<'_>,
    account: AccountId,
    address: &str,
    since: Timestamp,
) -> Result<Option<DraftRow>, StoreError> {
    tx.one(&GET, vals![account, address, since])
}

/// The drafts of an account that were sent after `since`, by their forms, the latest first.
pub fn of_account(
    tx: &mut Tx<'_>,
    account: AccountId,
    since: Timestamp,
) -> Result<Vec<(Box<str>, DraftRow)>, StoreError> {
    let rows: Vec<Listed> = tx.all(&OF_ACCOUNT, vals![account, since])?;
    let parted = |row: Listed| (row.address, DraftRow { at: row.at, nonce: row.nonce, sealed: row.sealed });
    Ok(rows.into_iter().map(parted).collect())
}

/// A draft with the form that it is of.
struct Listed {
    address: Box<str>,
    at: Timestamp,
    nonce: Box<[u8]>,
    sealed: Box<[u8]>,
}
from_row!(Listed { address, at, nonce, sealed });

/// Forgets the draft of a form.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, address: &str) -> Result<(), StoreError> {
    tx.exec(&DELETE, vals![account, address])
}

/// Forgets what was sent at a moment or before it; says how many.
pub fn delete_before(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_BEFORE, vals![at])
}
