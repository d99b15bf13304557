//! Passkeys of accounts, and the questions that they answer.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    INSERT = "INSERT INTO passkey (credential_id, account_id, name, credential, added_at) VALUES ($1, $2, $3, $4, $5)";
    GET = "SELECT credential_id, account_id, name, credential, added_at, used_at, stopped_at FROM passkey \
           WHERE credential_id = $1";
    OF_ACCOUNT = "SELECT credential_id, account_id, name, credential, added_at, used_at, stopped_at FROM passkey \
                  WHERE account_id = $1 ORDER BY added_at, credential_id";
    USED = "UPDATE passkey SET credential = $2, used_at = $3 \
            WHERE credential_id = $1 AND credential = $4 AND stopped_at IS NULL";
    STOP = "UPDATE passkey SET stopped_at = $2 WHERE credential_id = $1 AND stopped_at IS NULL";
    NAME = "UPDATE passkey SET name = $3 WHERE account_id = $1 AND credential_id = $2";
    DELETE = "DELETE FROM passkey WHERE account_id = $1 AND credential_id = $2";
    DELETE_OF = "DELETE FROM passkey WHERE account_id = $1";
    ASK = "INSERT INTO passkey_question (word_sha256, account_id, purpose, state, valid_until) VALUES ($1, $2, $3, $4, $5)";
    QUESTIONS = "SELECT COUNT(*) FROM passkey_question WHERE account_id IS NULL";
    QUESTION = "SELECT account_id, purpose, state FROM passkey_question WHERE word_sha256 = $1 AND valid_until > $2";
    ANSWERED = "DELETE FROM passkey_question WHERE word_sha256 = $1";
    DELETE_EXPIRED = "DELETE FROM passkey_question WHERE valid_until <= $1";
}

/// A passkey of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyRow {
    /// By what its device knows it.
    pub credential_id: Box<[u8]>,
    /// Whose it is.
    pub account_id: AccountId,
    /// What its owner calls it.
    pub name: Box<str>,
    /// The public half and the counter, as the library that checks them writes it.
    pub credential: Box<str>,
    /// Since when.
    pub added_at: Timestamp,
    /// The last time it was used.
    pub used_at: Option<Timestamp>,
    /// Since when it opens nothing, because there seems to be a copy of it.
    pub stopped_at: Option<Timestamp>,
}
from_row!(PasskeyRow { credential_id, account_id, name, credential, added_at, used_at, stopped_at });

/// A question to a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionRow {
    /// Whose passkeys may answer; none: whoever has one.
    pub account_id: Option<AccountId>,
    /// For what it was asked.
    pub purpose: Box<str>,
    /// What the library needs to check the answer.
    pub state: Box<str>,
}
from_row!(QuestionRow { account_id, purpose, state });

/// Adds a passkey that was not used yet; its id is no other's.
pub fn insert(tx: &mut Tx<'_>, row: &PasskeyRow) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![&row.credential_id, row.account_id, &row.name, &row.credential, row.added_at])
}

/// The passkey of an id.
pub fn get(tx: &mut Tx<'_>, credential_id: &[u8]) -> Result<Option<PasskeyRow>, StoreError> {
    tx.one(&GET, vals![credential_id])
}

/// The passkeys of an account, the oldest first.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<PasskeyRow>, StoreError> {
    tx.all(&OF_ACCOUNT, vals![account])
}

/// Notes that a passkey was used, with its counter as it is now; false: somebody else used it since it was read.
pub fn used(tx: &mut Tx<'_>, read: &PasskeyRow, credential: &str, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.count(&USED, vals![&read.credential_id, credential, at, &read.credential])? == 1)
}

/// Stops a passkey: it stays in its owner's list and opens nothing; false: it was stopped already.
pub fn stop(tx: &mut Tx<'_>, credential_id: &[u8], at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.count(&STOP, vals![credential_id, at])? == 1)
}

/// Gives a passkey of an account another name; false: it has none with this id.
pub fn rename(
    tx: &mut Tx<'_>,
    account: AccountId,
    credential_id: &[u8],
    name: &str,
) -> Result<bool, StoreError> {
    Ok(tx.count(&NAME, vals![account, credential_id, name])? == 1)
}

/// Removes a passkey of an account; false: it has none with this id.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, credential_id: &[u8]) -> Result<bool, StoreError> {
    Ok(tx.count(&DELETE, vals![account, credential_id])? == 1)
}

/// Removes all passkeys of an account.
pub fn delete_of(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    tx.exec(&DELETE_OF, vals![account])
}

/// Keeps a question.
pub fn ask(
    tx: &mut Tx<'_>,
    word_sha256: &[u8; 32],
    row: &QuestionRow,
    valid_until: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&ASK, vals![word_sha256, row.account_id, &row.purpose, &row.state, valid_until])
}

/// How many questions to whoever has a passkey are kept.
pub fn questions(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    Ok(tx.one(&QUESTIONS, vals![])?.unwrap_or(0))
}

/// Takes a question that may still be answered: each is answered once, rightly or wrongly.
pub fn take(
    tx: &mut Tx<'_>,
    word_sha256: &[u8; 32],
    now: Timestamp,
) -> Result<Option<QuestionRow>, StoreError> {
    let row: Option<QuestionRow> = tx.one(&QUESTION, vals![word_sha256, now])?;
    // who deletes it answers: of two at the same moment one
    let is_ours = row.is_some() && tx.count(&ANSWERED, vals![word_sha256])? == 1;
    Ok(row.filter(|_| is_ours))
}

/// Removes questions that are over, and says how many.
pub fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_EXPIRED, vals![now])
}
