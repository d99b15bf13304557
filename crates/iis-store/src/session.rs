//! Sessions of people who are signed in, found by the hash of their cookie's token.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    INSERT = "INSERT INTO session (token_sha256, account_id, csrf, created_at, seen_at, expires_at, channel_info, \
              stage, proved_at, counted_as, mailbox_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    GET = "SELECT token_sha256, account_id, csrf, created_at, seen_at, expires_at, channel_info, stage, proved_at, counted_as, \
           mailbox_at \
           FROM session WHERE token_sha256 = $1 AND expires_at > $2";
    ENDED = "SELECT token_sha256, account_id, csrf, created_at, seen_at, expires_at, channel_info, stage, proved_at, counted_as, \
           mailbox_at \
             FROM session WHERE token_sha256 = $1 AND expires_at <= $2";
    OF_ACCOUNT = "SELECT token_sha256, account_id, csrf, created_at, seen_at, expires_at, channel_info, stage, proved_at, counted_as, \
           mailbox_at \
                  FROM session WHERE account_id = $1 AND expires_at > $2 ORDER BY created_at DESC, token_sha256";
    SET_STAGE = "UPDATE session SET stage = $2 WHERE token_sha256 = $1";
    RENEW = "UPDATE session SET token_sha256 = $2, proved_at = $3 WHERE token_sha256 = $1";
    SET_MAILBOX = "UPDATE session SET mailbox_at = $2 WHERE token_sha256 = $1";
    PROVED = "UPDATE session SET proved_at = $2 WHERE token_sha256 = $1";
    SEEN = "UPDATE session SET seen_at = $2, expires_at = $3 WHERE token_sha256 = $1 AND expires_at > $2";
    DELETE = "DELETE FROM session WHERE token_sha256 = $1";
    END = "UPDATE session SET expires_at = created_at WHERE token_sha256 = $1";
    END_OTHERS = "UPDATE session SET expires_at = created_at WHERE account_id = $1 AND token_sha256 <> $2 AND expires_at > $3";
    DELETE_OF_ACCOUNT = "DELETE FROM session WHERE account_id = $1";
    DELETE_OTHERS = "DELETE FROM session WHERE account_id = $1 AND token_sha256 <> $2";
    DELETE_EXPIRED = "DELETE FROM session WHERE expires_at <= $1";
}

/// A session.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the cookie's token.
    pub token_sha256: [u8; 32],
    /// Whose it is.
    pub account_id: AccountId,
    /// The token that forms must carry.
    pub csrf: Box<str>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// The first moment at which it is over: the earlier of idle and absolute end, as the caller computes it.
    pub expires_at: Timestamp,
    /// From where: browser and address, for the account's own list.
    pub channel_info: Box<str>,
    /// What is owed before it opens anything else; none: nothing.
    pub stage: Option<Box<str>>,
    /// When its owner last showed who they are; none: when it began.
    pub proved_at: Option<Timestamp>,
    /// Under what its wrong codes are counted; none: under the user name.
    pub counted_as: Option<[u8; 32]>,
    /// When its owner showed that they read the mail of the account; none: they did not.
    pub mailbox_at: Option<Timestamp>,
}
from_row!(SessionRow {
    token_sha256,
    account_id,
    csrf,
    created_at,
    seen_at,
    expires_at,
    channel_info,
    stage,
    proved_at,
    counted_as,
    mailbox_at,
});

impl std::fmt::Debug for SessionRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionRow").field("account_id", &self.account_id).finish_non_exhaustive()
    }
}

/// Adds a session.
pub fn insert(tx: &mut Tx<'_>, row: &SessionRow) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            &row.token_sha256,
            row.account_id,
            &row.csrf,
            row.created_at,
            row.seen_at,
            row.expires_at,
            &row.channel_info,
            row.stage.as_deref(),
            row.proved_at,
            row.counted_as.as_ref(),
            row.mailbox_at
        ],
    )
}

/// The session of a token, unless it is over.
pub fn get(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    now: Timestamp,
) -> Result<Option<SessionRow>, StoreError> {
    tx.one(&GET, vals![token_sha256, now])
}

/// The session of a token that is over and not yet cleared away: whose form comes late.
pub fn ended(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    now: Timestamp,
) -> Result<Option<SessionRow>, StoreError> {
    tx.one(&ENDED, vals![token_sha256, now])
}

/// The sessions of an account that are not over, the newest first.
pub fn of_account(tx: &mut Tx<'_>, id: AccountId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
    tx.all(&OF_ACCOUNT, vals![id, now])
}

/// Sets what the session owes.
pub fn set_stage(tx: &mut Tx<'_>, token_sha256: &[u8; 32], stage: Option<&str>) -> Result<(), StoreError> {
    tx.exec(&SET_STAGE, vals![token_sha256, stage])
}

/// Notes when the owner showed that they read the mail of the account.
pub fn set_mailbox(tx: &mut Tx<'_>, token_sha256: &[u8; 32], at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&SET_MAILBOX, vals![token_sha256, at])
}

/// Notes when the owner showed again who they are, and gives the session another token in place of its own.
pub fn renew(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    another_sha256: &[u8; 32],
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&RENEW, vals![token_sha256, another_sha256, at])
}

/// Notes that the owner of the session showed who they are.
pub fn proved(tx: &mut Tx<'_>, token_sha256: &[u8; 32], at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&PROVED, vals![token_sha256, at])
}

/// Notes that the session was used, and moves its end, unless it is over by then.
pub fn seen(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&SEEN, vals![token_sha256, at, expires_at])
}

/// Ends a session.
pub fn delete(tx: &mut Tx<'_>, token_sha256: &[u8; 32]) -> Result<(), StoreError> {
    tx.exec(&DELETE, vals![token_sha256])
}

/// Ends a session from elsewhere, and leaves it known whose it was: a form that was being filled in comes later. Its end lies at its
/// beginning, so that no request on the way moves it.
pub fn end(tx: &mut Tx<'_>, token_sha256: &[u8; 32]) -> Result<(), StoreError> {
    tx.exec(&END, vals![token_sha256])
}

/// The same of all sessions of an account but this one; says how many were open.
pub fn end_others(
    tx: &mut Tx<'_>,
    id: AccountId,
    token_sha256: &[u8; 32],
    now: Timestamp,
) -> Result<u64, StoreError> {
    tx.count(&END_OTHERS, vals![id, token_sha256, now])
}

/// Ends all sessions of an account.
pub fn delete_of_account(tx: &mut Tx<'_>, id: AccountId) -> Result<(), StoreError> {
    tx.exec(&DELETE_OF_ACCOUNT, vals![id])
}

/// Ends all sessions of an account but this one, and says how many.
pub fn delete_others(tx: &mut Tx<'_>, id: AccountId, token_sha256: &[u8; 32]) -> Result<u64, StoreError> {
    tx.count(&DELETE_OTHERS, vals![id, token_sha256])
}

/// Removes sessions that are over, and says how many.
pub fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_EXPIRED, vals![now])
}
