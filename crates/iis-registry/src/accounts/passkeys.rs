//! Passkeys of an account (requirement Z-2): kept, named, removed, and the questions that they answer.
//!
//! The cryptography is the server's, as that of passwords is: here only what it writes passes through. A passkey asks its
//! owner for a finger or a number, and so is two factors at once. An answer cannot be guessed, so wrong ones lock nobody:
//! whoever guesses passwords, or sends rubbish, does not keep the owner of a passkey out.

use super::mailbox::{Asks, SHOW_FIRST, SIGNED_OUT};
use super::told::tell;
use super::{Account, Attempt, second_factor, stopping};
use crate::mail::WayIn;
use crate::names::is_showable;
use crate::sessions::Session;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Channel};
use iis_model::{AccountId, Timestamp};
use iis_store::passkey::{self, PasskeyRow, QuestionRow};
use iis_store::{AuditEntry, Lane, account};
use jiff::SignedDuration;

pub use iis_store::passkey::PasskeyRow as Passkey;
pub use iis_store::passkey::QuestionRow as Question;

/// The most passkeys of an account.
pub const MOST: usize = 20;

/// The most questions that are open at one time to whoever has a passkey. Those to somebody who is known are not counted:
/// strangers who ask without end keep nobody from the second step.
const MOST_QUESTIONS: i64 = 20_000;

/// So long a question may be answered: as long as browsers wait for their owner.
const ANSWERED_WITHIN: SignedDuration = SignedDuration::from_mins(5);

const NAME_RULE: Failure = Failure::Rule("Give the passkey a name of 1 to 120 characters.");

/// For what a passkey is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be added.
    Add,
    /// To sign in: instead of the password, or after it.
    SignIn,
    /// To show again who one is.
    Prove,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::SignIn => "sign-in",
            Self::Prove => "prove",
        }
    }
}

/// The passkeys of an account, the oldest first; those that were stopped too.
pub async fn of_account(cx: &Context, id: AccountId) -> Result<Vec<Passkey>, Failure> {
    Ok(cx.store.read(move |tx| passkey::of_account(tx, id)).await?)
}

/// The passkey of an id, unless it was stopped.
pub async fn find(cx: &Context, credential_id: Box<[u8]>) -> Result<Option<Passkey>, Failure> {
    let found = cx.store.read(move |tx| passkey::get(tx, &credential_id)).await?;
    Ok(found.filter(|row| row.stopped_at.is_none()))
}

/// Keeps a question under the hash of its word; `state` is what the server needs to check the answer. False: too many are
/// open.
pub async fn ask(
    cx: &Context,
    word_sha256: [u8; 32],
    (whose, purpose): (Option<AccountId>, Purpose),
    state: String,
    arrival: Arrival,
) -> Result<bool, Failure> {
    let row = QuestionRow { account_id: whose, purpose: purpose.word().into(), state: state.into() };
    let until = arrival.at.saturating_add(ANSWERED_WITHIN).unwrap_or(Timestamp::MAX);
    let kept = cx.store.write_for_readers(move |tx| {
        passkey::delete_expired(tx, arrival.at)?;
        if row.account_id.is_none() && passkey::questions(tx)? >= MOST_QUESTIONS {
            return Ok(false);
        }
        passkey::ask(tx, &word_sha256, &row, until)?;
        Ok(true)
    });
    Ok(kept.await?)
}

/// Takes the question of this word, if it was asked for this purpose and may still be answered. Each is answered once.
pub async fn take(
    cx: &Context,
    word_sha256: [u8; 32],
    purpose: Purpose,
    arrival: Arrival,
) -> Result<Option<Question>, Failure> {
    let taken = cx.store.write_for_readers(move |tx| passkey::take(tx, &word_sha256, arrival.at)).await?;
    Ok(taken.filter(|question| &*question.purpose == purpose.word()))
}

/// A passkey as the server made it out of the answer of a browser.
#[derive(Debug, Clone)]
pub struct Made {
    /// By what its device knows it.
    pub credential_id: Box<[u8]>,
    /// What is kept of it.
    pub credential: Box<str>,
}

/// Adds a passkey to one's own account. Before the first second factor of all the mailbox is shown in this session
/// ([`super::mailbox`]): refused without that. With it the account's other sessions end.
pub async fn add(
    cx: &Context,
    session: &Session,
    made: Made,
    name: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let (name, account, asks) = (shown(name)?, &session.account, Asks::of(cx, session, arrival.at));
    let row = PasskeyRow {
        credential_id: made.credential_id,
        account_id: account.id,
        name: name.clone(),
        credential: made.credential,
        added_at: arrival.at,
        used_at: None,
        stopped_at: None,
    };
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "add-passkey", arrival.at).detail(name);
    let cx2 = cx.clone();
    let added = cx.store.write(Lane::Web, move |tx| {
        if !asks.hold(tx, arrival.at)? {
            return Ok(Err(SIGNED_OUT));
        }
        if asks.is_owed(tx)? {
            return Ok(Err(SHOW_FIRST));
        }
        if passkey::of_account(tx, row.account_id)?.len() >= MOST {
            return Ok(Err(Failure::Rule("An account has at most 20 passkeys. Remove one first.")));
        }
        asks.first_added(tx, &cx2, arrival.at)?;
        passkey::insert(tx, &row)?;
        tell(tx, &cx2, row.account_id, WayIn::PasskeyAdded, arrival.at)?;
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    match added.await {
        Ok(outcome) => outcome,
        Err(error) if error.is_constraint("passkey_pkey") => {
            Err(Failure::Rule("This passkey is in use already."))
        }
        Err(error) => Err(error.into()),
    }
}

fn shown(name: &str) -> Result<Box<str>, Failure> {
    let name = name.trim();
    if is_showable(name) { Ok(name.into()) } else { Err(NAME_RULE) }
}

/// Gives a passkey of one's own another name; false: there is none with this id.
pub async fn rename(
    cx: &Context,
    account: &Account,
    credential_id: Box<[u8]>,
    name: &str,
    arrival: Arrival,
) -> Result<bool, Failure> {
    let (id, name) = (account.id, shown(name)?);
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "name-passkey", arrival.at);
    let renamed = cx.store.write(Lane::Web, move |tx| {
        let renamed = passkey::rename(tx, id, &credential_id, &name)?;
        if renamed {
            tx.audit(&entry.clone().detail(name.clone()))?;
        }
        Ok(renamed)
    });
    Ok(renamed.await?)
}

/// Removes a passkey of one's own; false: there is none with this id. Where everybody needs a second factor, the last one
/// stays.
pub async fn remove(
    cx: &Context,
    account: &Account,
    credential_id: Box<[u8]>,
    is_second_factor_required: bool,
    arrival: Arrival,
) -> Result<bool, Failure> {
    let (cx2, id) = (cx.clone(), account.id);
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "remove-passkey", arrival.at);
    let removed = cx.store.write(Lane::Web, move |tx| {
        account::hold(tx, id)?;
        let held = passkey::of_account(tx, id)?;
        let Some(gone) = held.iter().find(|one| one.credential_id == credential_id) else {
            return Ok(Ok(false));
        };
        let stay = held.iter().any(|one| one.stopped_at.is_none() && one.credential_id != credential_id);
        let is_last = gone.stopped_at.is_none() && !stay && !second_factor::has_app(tx, id)?;
        if is_last && is_second_factor_required {
            tx.audit(&entry.clone().result("refused"))?;
            return Ok(Err(Failure::Rule(
                "This is your only second factor, and everybody needs one here. Add another passkey or an authenticator \
                 app first.",
            )));
        }
        passkey::delete(tx, id, &credential_id)?;
        stopping::end(tx, &cx2, id, arrival.at)?;
        tell(tx, &cx2, id, WayIn::PasskeyRemoved, arrival.at)?;
        tx.audit(&entry.clone().detail(gone.name.clone()))?;
        Ok(Ok(true))
    });
    removed.await?
}

/// Notes that a passkey was used, with its counter as it is now. False: it was used or stopped meanwhile.
pub async fn used(
    cx: &Context,
    read: Passkey,
    credential: Box<str>,
    arrival: Arrival,
) -> Result<bool, Failure> {
    let noted = cx.store.write_for_readers(move |tx| {
        let is_stopped = passkey::get(tx, &read.credential_id)?.is_none_or(|row| row.stopped_at.is_some());
        Ok(!is_stopped && passkey::used(tx, &read, &credential, arrival.at)?)
    });
    Ok(noted.await?)
}

/// Stops a passkey whose counter went back: somebody seems to have a copy. It opens nothing from now on; its owner gets a
/// letter that says how to get in, and sees why in the list.
pub async fn stop(cx: &Context, row: &Passkey, from: &str, arrival: Arrival) -> Result<(), Failure> {
    let (cx2, id, whose) = (cx.clone(), row.credential_id.clone(), row.account_id);
    let entry = AuditEntry::by(&Actor::Registry, Channel::Internal, "stop-passkey", arrival.at);
    let entry =
        entry.detail(format!("account {}, {}: its counter went back, from {from}", whose.0, row.name));
    let stopped = cx.store.write_for_readers(move |tx| {
        if passkey::stop(tx, &id, arrival.at)? {
            tell(tx, &cx2, whose, WayIn::PasskeyStopped, arrival.at)?;
            tx.audit(&entry)?;
        }
        Ok(())
    });
    Ok(stopped.await?)
}

impl Attempt {
    /// The owner of a passkey wants to sign in with it. Nothing is counted.
    pub fn by_passkey(account: &Account, from: &str, arrival: Arrival) -> Self {
        Self::counted_apart("sign-in-by-passkey", account, &key(account), from, arrival)
    }

    /// Somebody who is signed in shows again with a passkey who they are.
    pub fn to_prove_by_passkey(account: &Account, from: &str, arrival: Arrival) -> Self {
        Self::counted_apart("prove-by-passkey", account, &key(account), from, arrival)
    }
}

/// Nothing is counted under it; a text with a space is nobody's user name.
fn key(account: &Account) -> String {
    format!("passkey of {}", account.name)
}

/// Writes down that a passkey was refused; `whose`: the account, where it is known.
pub async fn refused(
    cx: &Context,
    whose: Option<&Account>,
    why: &'static str,
    from: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let user = whose.map_or("unknown", |account| &*account.name);
    let nobody = Actor::Nobody;
    let entry = AuditEntry::by(&nobody, Channel::Web, "refuse-passkey", arrival.at);
    let entry = entry.result("failed").detail(format!("user {user}, from {from}: {why}"));
    Ok(cx.store.write_for_readers(move |tx| tx.audit(&entry)).await?)
}
