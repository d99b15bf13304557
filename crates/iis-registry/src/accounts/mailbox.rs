//! Showing that one reads the mail of an account, before its first second factor is added: whoever knows the password alone
//! binds none (decision 0047).

use super::told::address_of;
use super::{Account, Attempt, second_factor};
use crate::sessions::Session;
use crate::{Arrival, Context, Failure};
use iis_model::Timestamp;
use iis_model::access::Channel;
use iis_store::{AuditEntry, passkey, session};

/// Whether a code that is mailed comes before a second factor: the account has none, it has an address, and in this session
/// nobody showed lately that they read what is sent there.
pub async fn is_owed(cx: &Context, session: &Session, now: Timestamp) -> Result<bool, Failure> {
    if session.has_shown_mailbox(now) {
        return Ok(false);
    }
    let id = session.account.id;
    let read = cx.store.read(move |tx| {
        let has_none = !second_factor::has_app(tx, id)? && passkey::of_account(tx, id)?.is_empty();
        Ok(has_none && address_of(tx, id)?.is_some())
    });
    Ok(read.await?)
}

/// Whether what was typed is the code that was mailed; then the session knows. A wrong one counts as a failed attempt.
pub async fn show(
    cx: &Context,
    attempt: &Attempt,
    account: &Account,
    (token_sha256, typed): ([u8; 32], &str),
    arrival: Arrival,
) -> Result<bool, Failure> {
    let (id, typed) = (account.id, typed.to_owned());
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "show-mailbox", arrival.at);
    let shown = cx.store.write_for_readers(move |tx| {
        let is_right = second_factor::use_mailed_code(tx, id, &typed, arrival.at)?;
        if is_right {
            session::set_mailbox(tx, &token_sha256, arrival.at)?;
            tx.audit(&entry)?;
        }
        Ok(is_right)
    });
    let shown = shown.await?;
    if !shown {
        attempt.failed(cx).await?;
    }
    Ok(shown)
}
