//! Showing that one reads the mail of an account, before its first second factor is added: whoever knows the password alone
//! binds none (decision 0047).

use super::told::address_of;
use super::{Account, Attempt, second_factor, stopping};
use crate::sessions::Session;
use crate::{Arrival, Context, Failure};
use iis_model::access::Channel;
use iis_model::{AccountId, Timestamp};
use iis_store::{AuditEntry, StoreError, Tx, account, passkey, session};

/// What is said to whoever would add a first second factor before that.
pub(super) const SHOW_FIRST: Failure = Failure::Rule(
    "Nothing was added. Show first that you read the mail of your account: have a code mailed, and type it.",
);

/// What is said where the session ended while its form was on its way.
pub(super) const SIGNED_OUT: Failure =
    Failure::Rule("Nothing was changed: you were signed out meanwhile. Sign in again.");

/// Whether a code that is mailed comes before a second factor: the account has none, it has an address, letters arrive, and in
/// this session nobody showed lately that they read what is sent there. For pages, which ask before a form is filled in; what
/// adds a factor asks by itself.
pub async fn is_owed(cx: &Context, session: &Session, now: Timestamp) -> Result<bool, Failure> {
    let asks = Asks::of(cx, session, now);
    Ok(cx.store.read(move |tx| asks.is_owed(tx)).await?)
}

/// What is known of a session before the store is asked: handed into the transaction that adds a factor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asks {
    account: AccountId,
    token_sha256: [u8; 32],
    /// No letter arrives, or the mailbox was shown.
    is_settled: bool,
}

impl Asks {
    pub(super) fn of(cx: &Context, session: &Session, now: Timestamp) -> Self {
        let is_settled = !cx.letters_arrive || session.has_shown_mailbox(now);
        Self { account: session.account.id, token_sha256: session.token_sha256, is_settled }
    }

    /// Holds the account until the end of the transaction. False: the session is over, since somebody ended it or took back what
    /// opens the account at this moment; then nothing is to be bound to it.
    pub(super) fn hold(self, tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, StoreError> {
        account::hold(tx, self.account)?;
        Ok(session::get(tx, &self.token_sha256, now)?.is_some())
    }

    /// What goes with an account's first second factor. The session has shown it: whoever adds it has it at hand; later ones
    /// prove nothing, so that nobody keeps a session proved by adding more. And the account's other sessions end: the password
    /// alone opened them, and whoever knows only that is to bind no factor beside the owner's. To be called before the factor
    /// is there.
    pub(super) fn first_added(self, tx: &mut Tx<'_>, cx: &Context, at: Timestamp) -> Result<(), StoreError> {
        if self.has_factor(tx)? {
            return Ok(());
        }
        session::delete_others(tx, self.account, &self.token_sha256)?;
        stopping::end(tx, cx, self.account, at)?;
        session::proved(tx, &self.token_sha256, at)
    }

    /// Whether the mailbox must be shown first.
    pub(super) fn is_owed(self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        Ok(!self.is_settled && !self.has_factor(tx)? && address_of(tx, self.account)?.is_some())
    }

    fn has_factor(self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        Ok(second_factor::has_app(tx, self.account)? || !passkey::of_account(tx, self.account)?.is_empty())
    }
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
