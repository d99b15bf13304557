//! Letters that were written and leave later: rows of the transaction that is their reason.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    INSERT = "INSERT INTO outbox (id, kind, recipient, subject, body, holds_secret, state, created_at, attempts, try_at, \
              sent_at, trouble) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, 0, $7, NULL, '')";
    /// Codes that somebody waits for at a page go before other letters.
    NEXT_CODE = "SELECT id, attempts FROM outbox WHERE state = 'waiting' AND try_at <= $1 AND kind = 'sign-in-code' \
                 ORDER BY try_at, id LIMIT 8";
    NEXT = "SELECT id, attempts FROM outbox WHERE state = 'waiting' AND try_at <= $1 ORDER BY try_at, id LIMIT 8";
    CLAIM = "UPDATE outbox SET attempts = attempts + 1, try_at = $3 \
             WHERE id = $1 AND attempts = $2 AND state = 'waiting' \
             RETURNING id, kind, recipient, subject, body, holds_secret, state, created_at, attempts, try_at, \
             sent_at, trouble";
    LEFT = "UPDATE outbox SET state = $3, sent_at = $4, try_at = NULL, trouble = '', \
            body = CASE WHEN $5 THEN body ELSE '' END WHERE id = $1 AND attempts = $2 AND state = 'waiting'";
    FAILED = "UPDATE outbox SET state = $3, try_at = $4, trouble = $5 \
              WHERE id = $1 AND attempts = $2 AND state = 'waiting'";
    AGAIN = "UPDATE outbox SET state = 'waiting', attempts = 0, try_at = $2, trouble = '' \
             WHERE id = $1 AND state = 'given-up'";
    LIST = "SELECT id, kind, recipient, subject, body, holds_secret, state, created_at, attempts, try_at, sent_at, trouble \
            FROM outbox WHERE created_at < $1 OR (created_at = $1 AND id < $2) ORDER BY created_at DESC, id DESC LIMIT $3";
    WRITTEN_ABOUT = "SELECT COUNT(*) FROM outbox WHERE recipient = $1 AND kind = $2 AND subject = $3 AND created_at > $4";
    WRITTEN_TO = "SELECT COUNT(*) FROM outbox WHERE recipient = $1 AND kind = $2 AND created_at > $3";
    COUNTS = "SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state";
    DELETE_BEFORE = "DELETE FROM outbox WHERE created_at < $1 AND (state = 'sent' OR state = 'kept')";
}

/// A letter to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Row key.
    pub id: i64,
    /// Which letter it is.
    pub kind: &'static str,
    /// To whom.
    pub recipient: Box<str>,
    /// Its subject.
    pub subject: Box<str>,
    /// Its text.
    pub body: Box<str>,
    /// Whether the text holds a code or a link that opens something.
    pub holds_secret: bool,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A letter as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Row key.
    pub id: i64,
    /// Which letter it is.
    pub kind: Box<str>,
    /// To whom.
    pub recipient: Box<str>,
    /// Its subject.
    pub subject: Box<str>,
    /// Its text; empty when it held a secret and has left.
    pub body: Box<str>,
    /// Whether the text holds a secret.
    pub holds_secret: bool,
    /// "waiting", "sent", "kept" (by the built-in mailbox of a demonstration) or "given-up".
    pub state: Box<str>,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub try_at: Option<Timestamp>,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// Why the last try failed.
    pub trouble: Box<str>,
}
from_row!(MailRow {
    id,
    kind,
    recipient,
    subject,
    body,
    holds_secret,
    state,
    created_at,
    attempts,
    try_at,
    sent_at,
    trouble,
});

impl std::fmt::Debug for NewMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewMail").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for MailRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, kind, state, .. } = self;
        f.debug_struct("MailRow")
            .field("id", id)
            .field("kind", kind)
            .field("state", state)
            .finish_non_exhaustive()
    }
}

/// Adds a letter, in the same transaction as what it follows from.
pub fn insert(tx: &mut Tx<'_>, row: &NewMail) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![row.id, row.kind, &row.recipient, &row.subject, &row.body, row.holds_secret, row.created_at],
    )
}

/// Takes the letter that has waited longest, a code to sign in before all others; nobody else takes it before `until`.
pub fn claim(tx: &mut Tx<'_>, now: Timestamp, until: Timestamp) -> Result<Option<MailRow>, StoreError> {
    for next in [&NEXT_CODE, &NEXT] {
        for (id, attempts) in tx.all::<(i64, i64)>(next, vals![now])? {
            let claimed = tx.one(&CLAIM, vals![id, attempts, until])?;
            if claimed.is_some() {
                return Ok(claimed);
            }
        }
    }
    Ok(None)
}

/// The letter has left, or is kept by the built-in mailbox. False: somebody else has taken it meanwhile.
pub fn left(
    tx: &mut Tx<'_>,
    mail: &MailRow,
    state: &'static str,
    at: Timestamp,
    keep_body: bool,
) -> Result<bool, StoreError> {
    Ok(tx.count(&LEFT, vals![mail.id, mail.attempts, state, at, keep_body])? == 1)
}

/// The try failed: the letter is tried again at a moment, or given up.
pub fn failed(
    tx: &mut Tx<'_>,
    mail: &MailRow,
    try_at: Option<Timestamp>,
    trouble: &str,
) -> Result<bool, StoreError> {
    let state = if try_at.is_some() { "waiting" } else { "given-up" };
    Ok(tx.count(&FAILED, vals![mail.id, mail.attempts, state, try_at, trouble])? == 1)
}

/// Gives a letter that was given up another round of tries. False: it was not given up.
pub fn again(tx: &mut Tx<'_>, id: i64, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.count(&AGAIN, vals![id, at])? == 1)
}

/// Letters written before a moment (and with a smaller id at it), the latest first.
pub fn list(tx: &mut Tx<'_>, before: (Timestamp, i64), limit: i64) -> Result<Vec<MailRow>, StoreError> {
    tx.all(&LIST, vals![before.0, before.1, limit])
}

/// How many letters of a kind were written to somebody after a moment.
pub fn written_to(tx: &mut Tx<'_>, recipient: &str, kind: &str, after: Timestamp) -> Result<i64, StoreError> {
    Ok(tx.one(&WRITTEN_TO, vals![recipient, kind, after])?.unwrap_or(0))
}

/// How many letters like this one were written to the same person after a moment: of its kind, with its subject.
pub fn written_about(tx: &mut Tx<'_>, mail: &NewMail, after: Timestamp) -> Result<i64, StoreError> {
    let found = tx.one(&WRITTEN_ABOUT, vals![&mail.recipient, mail.kind, &mail.subject, after])?;
    Ok(found.unwrap_or(0))
}

/// How many letters there are in each state, by state.
pub fn counts(tx: &mut Tx<'_>) -> Result<Vec<(Box<str>, i64)>, StoreError> {
    tx.all(&COUNTS, &[])
}

/// Removes letters written before a moment that have left, and says how many.
pub fn delete_before(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_BEFORE, vals![at])
}
