//! The second factor of an account: an authenticator app, and recovery codes for the day it is lost; a mailed code as the last
//! resort (requirements Z-2). Passkeys: [`super::passkeys`].
//!
//! The app's secret is sealed under the registry's key outside the database; of recovery codes only hashes are kept.

use super::mailbox::{Asks, SHOW_FIRST, SIGNED_OUT};
use super::stopping;
use super::told::{address_of, tell};
use super::totp::{SECRET_BYTES, base32, step_of, step_of_code};
use super::{Account, Attempt};
use crate::enrollment::standing::inside;
use crate::mail::{Code, Letter, WayIn, knock};
use crate::number_key::NumberKey;
use crate::sessions::Session;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Channel, Granted};
use iis_model::{AccountId, Timestamp};
use iis_store::passkey::{self, PasskeyRow};
use iis_store::second_factor::{self, SecondFactorRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, issuer_subject, session, way_back};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

/// How many recovery codes are given.
pub const CODES: usize = 10;

/// Random bytes of a recovery code: 120 bits, written as 24 letters and digits. So many may be kept under a plain hash (OWASP
/// ASVS 5.0.0, 6.5.2: from 112 bits).
pub const CODE_BYTES: usize = 15;

/// Chance for a second factor, drawn by the caller.
pub struct Drawn {
    /// What the seal is made with.
    pub nonce: [u8; 16],
    /// The recovery codes.
    pub codes: [[u8; CODE_BYTES]; CODES],
}

/// A second factor as its owner sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Since when there is one.
    pub added_at: Timestamp,
    /// Recovery codes that were not used.
    pub codes_left: i64,
}

/// What somebody may show after the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ways {
    /// A code of an app, or a recovery code.
    pub app: bool,
    /// A passkey.
    pub passkeys: Passkeys,
    /// A code that is mailed: where there is one of the others, and an address.
    pub mail: bool,
}

impl Ways {
    /// Whether the password alone is not enough.
    pub fn is_any(self) -> bool {
        self.app || self.passkeys != Passkeys::None
    }

    /// Whether there is a passkey that works.
    pub fn has_passkey(self) -> bool {
        self.passkeys == Passkeys::Usable
    }
}

/// The passkeys of an account as a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Passkeys {
    /// There is none.
    #[default]
    None,
    /// All were stopped: they open nothing, and still the password alone is not enough.
    Stopped,
    /// At least one works.
    Usable,
}

impl Passkeys {
    fn of(held: &[PasskeyRow]) -> Self {
        if held.iter().any(|one| one.stopped_at.is_none()) {
            Self::Usable
        } else if held.is_empty() {
            Self::None
        } else {
            Self::Stopped
        }
    }
}

/// The second factors of an account.
pub async fn ways(cx: &Context, id: AccountId) -> Result<Ways, Failure> {
    let read = cx.store.read(move |tx| {
        let app = has_app(tx, id)?;
        let passkeys = Passkeys::of(&passkey::of_account(tx, id)?);
        let ways = Ways { app, passkeys, mail: false };
        Ok(Ways { mail: ways.is_any() && address_of(tx, id)?.is_some(), ..ways })
    });
    Ok(read.await?)
}

/// Whether there is an authenticator app.
pub(super) fn has_app(tx: &mut Tx<'_>, id: AccountId) -> Result<bool, StoreError> {
    Ok(second_factor::get(tx, id)?.is_some())
}

/// So long a mailed code works, in minutes.
const CODE_MINUTES: i64 = 10;

/// Mails a code to somebody whose password was right, for the day when app and passkey are out of reach, or before the first
/// of them is added. False: there is no
/// address, or too many were mailed. Wrong codes count as failed attempts.
pub async fn mail_code(
    cx: &Context,
    account: &Account,
    code: Code,
    arrival: Arrival,
) -> Result<bool, Failure> {
    let (cx2, id) = (cx.clone(), account.id);
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "mail-sign-in-code", arrival.at);
    let until = arrival.at.saturating_add(SignedDuration::from_mins(CODE_MINUTES)).unwrap_or(Timestamp::MAX);
    let mailed = cx.store.write(Lane::Web, move |tx| {
        let Some(address) = address_of(tx, id)? else { return Ok(false) };
        let hash = hash(&format!("mailed {}", code.as_str()));
        let letter = Letter::SignInCode { code: code.clone(), minutes: CODE_MINUTES };
        if !knock(tx, &letter.to(&cx2, &address, arrival.at).map_err(inside)?)? {
            return Ok(false);
        }
        way_back::put_code(tx, id, &hash, until)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    Ok(mailed.await?)
}

/// The authenticator app of an account, if it has one.
pub async fn state(cx: &Context, id: AccountId) -> Result<Option<State>, Failure> {
    let read = cx.store.read(move |tx| {
        let Some(row) = second_factor::get(tx, id)? else { return Ok(None) };
        Ok(Some(State { added_at: row.added_at, codes_left: second_factor::codes_left(tx, id)? }))
    });
    Ok(read.await?)
}

/// Gives one's own account a second factor, in place of the one it has, if the code shows that the app knows the secret.
/// Returns the recovery codes, which are shown once. Before the first factor of all the mailbox is shown in this session
/// ([`super::mailbox`]): refused without that. With it the account's other sessions end.
pub async fn add(
    cx: &Context,
    session: &Session,
    secret: [u8; SECRET_BYTES],
    typed: &str,
    drawn: Drawn,
    arrival: Arrival,
) -> Result<Option<Vec<String>>, Failure> {
    let Some(step) = step_of_code(&secret, typed, arrival.at, step_of(arrival.at) - 2) else {
        return Ok(None);
    };
    let (key, account, asks) = (key(cx)?, &session.account, Asks::of(cx, session, arrival.at));
    let codes: Vec<String> = drawn.codes.iter().map(|code| base32(code)).collect();
    let hashes: Vec<[u8; 32]> = codes.iter().map(|code| hash(code)).collect();
    let row = SecondFactorRow {
        account_id: account.id,
        nonce: drawn.nonce.into(),
        sealed: key.sealed(account.id, &drawn.nonce, secret).into(),
        last_step: step,
        added_at: arrival.at,
    };
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "add-second-factor", arrival.at);
    let cx2 = cx.clone();
    let added = cx.store.write(Lane::Web, move |tx| {
        if !asks.hold(tx, arrival.at)? {
            return Ok(Err(SIGNED_OUT));
        }
        if asks.is_owed(tx)? {
            return Ok(Err(SHOW_FIRST));
        }
        asks.first_added(tx, &cx2, arrival.at)?;
        let change = if has_app(tx, row.account_id)? { WayIn::AppReplaced } else { WayIn::AppAdded };
        second_factor::put(tx, &row, &hashes)?;
        tell(tx, &cx2, row.account_id, change, arrival.at)?;
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    added.await?.map(|()| Some(codes))
}

/// Takes the second factors of an account away, passkeys too: its owner lost them and told the help desk. All sessions end.
pub async fn forget(
    cx: &Context,
    granted: &Granted,
    account: &Account,
    arrival: Arrival,
) -> Result<(), Failure> {
    let entry = AuditEntry::of(granted, arrival.at).action("forget-second-factor");
    let (cx2, id, entry) = (cx.clone(), account.id, entry.detail(format!("user {}", account.name)));
    let forgotten = cx.store.write(Lane::Web, move |tx| {
        take_away(tx, &cx2, id, arrival.at)?;
        tx.audit(&entry)
    });
    Ok(forgotten.await?)
}

/// The same in a transaction.
pub(super) fn take_away(
    tx: &mut Tx<'_>,
    cx: &Context,
    id: AccountId,
    at: Timestamp,
) -> Result<(), StoreError> {
    second_factor::delete(tx, id)?;
    passkey::delete_of(tx, id)?;
    issuer_subject::delete_of(tx, id)?;
    way_back::delete_code(tx, id)?;
    session::delete_of_account(tx, id)?;
    stopping::end(tx, cx, id, at)?;
    tell(tx, cx, id, WayIn::SecondFactorsTaken, at)
}

/// Whether what was typed is a code of the account's app, or one of its recovery codes. Either counts once; a wrong one
/// counts as a failed attempt.
pub async fn prove(
    cx: &Context,
    attempt: &Attempt,
    account: &Account,
    typed: &str,
    arrival: Arrival,
) -> Result<bool, Failure> {
    let (cx2, key, id, typed) = (cx.clone(), key(cx)?.clone(), account.id, typed.to_owned());
    let proved = cx.store.write_for_readers(move |tx| {
        if take(tx, &key, id, &typed, arrival.at)? {
            return Ok(true);
        }
        let is_recovery = use_recovery_code(tx, id, &typed)?;
        if is_recovery {
            let left = second_factor::codes_left(tx, id)?;
            tell(tx, &cx2, id, WayIn::RecoveryCodeUsed { left }, arrival.at)?;
        }
        Ok(is_recovery)
    });
    let proved = proved.await?;
    if !proved {
        attempt.failed(cx).await?;
    }
    Ok(proved)
}

/// Whether it is the mailed code, or one of the app.
fn take(
    tx: &mut Tx<'_>,
    key: &NumberKey,
    id: AccountId,
    typed: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    if use_mailed_code(tx, id, typed, at)? {
        return Ok(true);
    }
    let Some(row) = second_factor::get(tx, id)? else { return Ok(false) };
    let sealed = <[u8; SECRET_BYTES]>::try_from(&*row.sealed);
    let Ok(sealed) = sealed else { return Ok(false) };
    let secret = key.sealed(id, &row.nonce, sealed);
    if let Some(step) = step_of_code(&secret, typed, at, row.last_step) {
        return second_factor::take_step(tx, id, step);
    }
    Ok(false)
}

/// Uses the mailed code up, if it is the one that was typed.
pub(super) fn use_mailed_code(
    tx: &mut Tx<'_>,
    id: AccountId,
    typed: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    way_back::use_code(tx, id, &hash(&format!("mailed {digits}")), at)
}

fn use_recovery_code(tx: &mut Tx<'_>, id: AccountId, typed: &str) -> Result<bool, StoreError> {
    let code: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    second_factor::use_code(tx, id, &hash(&code.to_uppercase()))
}

fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}

fn key(cx: &Context) -> Result<&std::sync::Arc<NumberKey>, Failure> {
    cx.number_key.as_ref().ok_or(Failure::Rule("There is no key under which a second factor can be kept."))
}
