//! What the Help Desk does for an account whose owner calls: finds it, says in which state it is, mails a link that sets another
//! password, unlocks it, opens it again, takes lost second factors away (requirements 3.3 and 6.4).
//!
//! Nobody does so for an account of their own, and an account with a role of the state is a system administrator's to help.
//! A password link goes to the address that is known and to nobody else (decision 0055); who changed that address lately mails
//! none (decision 0059).

use super::address::{self, may_help};
use super::correcting::Owner;
use super::keeping::take_back;
use super::lock::{lock_of, locked_until};
use super::sign_in::name_key;
use super::stopping::{self, Left, left, tell_left};
use super::told::{address_of, tell};
use super::way_back;
use super::{Account, Status, second_factor};
use crate::access::{Family, Refused, Roles, duties};
use crate::cases::Keys;
use crate::mail::{WayIn, may_ask};
use crate::names::is_showable;
use crate::requests::provisioning::{NO_PASSWORD, mail_password_link};
use crate::staff::ask_anew;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Granted, Permission};
use iis_model::{AccountId, EmailAddress, Timestamp};
use iis_store::account::OwnedRow;
use iis_store::{
    AuditEntry, Lane, StoreError, Tx, account, address_change, passkey, sign_in_failure, worker,
};

/// The most accounts that a search shows. Where more fit, these come first by user name.
pub const MOST_FOUND: usize = 25;

/// How an account stands for whoever would sign in with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its owner can sign in.
    Open,
    /// It has no password: the link that sets one was not used.
    NoPassword,
    /// Locked after failures, until then.
    LockedOut(Timestamp),
    /// Nobody signed in for 90 days.
    Inactive,
    /// Locked by staff, or nobody confirmed its owner.
    Closed,
    /// Its last role has ended.
    Ended,
}

/// An account as the Help Desk sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The account.
    pub account: Account,
    /// Where its letters go.
    pub email: Option<EmailAddress>,
    /// How it stands.
    pub standing: Standing,
    /// Whether it has an authenticator app.
    pub has_app: bool,
    /// Its passkeys that were not stopped.
    pub passkeys: usize,
    /// What is on record of its owner.
    pub owner: Owner,
    /// An address that waits until its link is opened.
    pub awaits: Option<EmailAddress>,
    /// Who of the Help Desk changed the address so lately that another one helps.
    pub changed_by: Vec<AccountId>,
    /// What its owner had before and changed within that time, the latest first.
    pub left: Vec<Left>,
}

impl Known {
    fn read(tx: &mut Tx<'_>, row: account::AccountRow, now: Timestamp) -> Result<Self, StoreError> {
        let has_password = &*row.password_hash != NO_PASSWORD;
        let failures = sign_in_failure::of_name(tx, &name_key(&row.name))?;
        let failures: Vec<_> = failures.into_iter().map(|(_, at)| at).collect();
        let account = Account::read(tx, row)?;
        let standing = match locked_until(&failures, now) {
            _ if !account.is_usable() && account.roles.is_empty() => Standing::Ended,
            _ if !account.is_usable() => Standing::Closed,
            _ if account.is_inactive(now) => Standing::Inactive,
            Some(until) => Standing::LockedOut(until),
            None if !has_password => Standing::NoPassword,
            None => Standing::Open,
        };
        let held = passkey::of_account(tx, account.id)?;
        Ok(Self {
            email: address_of(tx, account.id)?,
            standing,
            has_app: second_factor::has_app(tx, account.id)?,
            passkeys: held.iter().filter(|one| one.stopped_at.is_none()).count(),
            owner: Owner::read(tx, &account)?,
            awaits: address_change::of(tx, account.id, now)?.and_then(|row| row.email.parse().ok()),
            changed_by: address::changed_by(tx, account.id, now)?,
            left: left(tx, account.id, now)?,
            account,
        })
    }
}

/// The accounts that somebody may mean who calls: by user name, by address for mail, or by the beginnings of words of the name.
pub async fn found(cx: &Context, typed: &str, now: Timestamp) -> Result<Vec<Known>, Failure> {
    const PAGE: i64 = 500;
    let wanted = typed.trim().to_lowercase();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let read = cx.store.read(move |tx| {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = account::owned(tx, &after, PAGE)?;
            let Some(last) = page.last() else { return Ok(found) };
            after = last.name.to_string();
            for row in page.iter().filter(|row| is_meant(&wanted, row)) {
                if found.len() == MOST_FOUND {
                    return Ok(found);
                }
                found.extend(account::get(tx, row.id)?.map(|row| Known::read(tx, row, now)).transpose()?);
            }
        }
    });
    Ok(read.await?)
}

fn is_meant(wanted: &str, row: &OwnedRow) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase)
            .filter(|word| !word.is_empty())
            .collect()
    };
    let known: Vec<_> =
        [&row.display_name, &row.owner, &row.name].into_iter().flat_map(|text| words(text)).collect();
    let typed = words(wanted);
    let is_begun = |word: &String| known.iter().any(|one| one.starts_with(word.as_str()));
    *row.name == *wanted || *row.email == *wanted || !typed.is_empty() && typed.iter().all(is_begun)
}

/// An account by its user name.
pub async fn known(cx: &Context, user: &str, now: Timestamp) -> Result<Option<Known>, Failure> {
    let user = user.trim().to_lowercase();
    let read = cx
        .store
        .read(move |tx| account::by_name(tx, &user)?.map(|row| Known::read(tx, row, now)).transpose());
    Ok(read.await?)
}

/// The permission that helping this account takes.
pub fn needed(roles: &Roles, account: &Account) -> Permission {
    let is_of_state = |role: &str| roles.get(role).is_some_and(|known| known.family == Family::State);
    if account.roles.iter().any(|held| is_of_state(&held.role)) {
        Permission::ManageStateAccounts
    } else {
        Permission::ManageAccounts
    }
}

const NO_ADDRESS: Failure = Failure::Rule(
    "No e-mail address of the account’s owner is on record, so nothing can be mailed. Give one below; it holds once its owner \
     opened the link that is mailed there. Until then the operator of the registry helps, on the server’s command line.",
);
const NO_MORE_NOW: Failure =
    Failure::Rule("Nothing was sent: several messages of this kind left for this address within an hour.");
pub(crate) const SAY_WHY: Failure =
    Failure::Rule("Say why, in one line of at most 120 characters: it is kept in the audit.");

/// The account as it stands in this transaction, for whoever may help it: another one's, and of the kind that is theirs.
fn helped(
    tx: &mut Tx<'_>,
    cx: &Context,
    granted: &Granted,
    user: &str,
) -> Result<Result<Account, Failure>, StoreError> {
    let Some(row) = account::by_name(tx, user)? else { return Ok(Err(Refused.into())) };
    account::hold(tx, row.id)?;
    let Some(row) = account::get(tx, row.id)? else { return Ok(Err(Refused.into())) }; // as it stands now that it is held
    let account = Account::read(tx, row)?;
    let is_operator = matches!(granted.actor(), Actor::Registry);
    if !is_operator && granted.permission() != needed(&cx.roles, &account) {
        return Ok(Err(Failure::Rule(
            "Accounts of the state’s staff are a system administrator’s to help, all others the Help Desk’s.",
        )));
    }
    if let Err(refused) = duties::another_account(granted, account.id) {
        return Ok(Err(refused));
    }
    let own = granted.actor().account_id().map(|id| worker::of_account(tx, id)).transpose()?.flatten();
    let theirs = worker::of_account(tx, account.id)?;
    let is_same = own.is_some_and(|own| theirs.is_some_and(|theirs| theirs.id == own.id));
    Ok(if is_same { Err(duties::OWN_ACCOUNT) } else { Ok(account) })
}

pub(super) fn entry(
    granted: &Granted,
    action: &'static str,
    user: &str,
    reason: &str,
    arrival: Arrival,
) -> AuditEntry {
    let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    AuditEntry::of(granted, arrival.at).action(action).detail(format!("user {user}{why}"))
}

/// Does something for an account whose owner calls, where whoever does it may; in one transaction with its audit row. What is
/// refused leaves a row too.
pub(super) async fn help(
    cx: &Context,
    granted: &Granted,
    user: &str,
    arrival: Arrival,
    deed: impl Fn(&mut Tx<'_>, &Context, &Granted, &Account) -> Result<Result<(), Failure>, StoreError>
    + Send
    + Sync
    + 'static,
) -> Result<(), Failure> {
    let (cx2, granted, user): (_, _, Box<str>) = (cx.clone(), granted.clone(), user.into());
    let done = cx.store.write(Lane::Web, move |tx| {
        let done = match helped(tx, &cx2, &granted, &user)? {
            Ok(account) => deed(tx, &cx2, &granted, &account)?,
            Err(refused) => Err(refused),
        };
        if let Err(Failure::Rule(_)) = &done {
            let refused = AuditEntry::of(&granted, arrival.at).action("help-account").result("refused");
            tx.audit(&refused.detail(format!("user {user}")))?;
        }
        Ok(done)
    });
    done.await?
}

/// Mails the link that sets a password, to the address that is known. A password that is there opens nothing from then on, and
/// what somebody else may have made of it is taken back; second factors stay. `token` is a secret that the server drew.
pub async fn mail_link(
    cx: &Context,
    granted: &Granted,
    user: &str,
    token: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let token: Box<str> = token.into();
    let deed = move |tx: &mut Tx<'_>, cx: &Context, granted: &Granted, account: &Account| {
        if !account.is_usable() || account.is_inactive(arrival.at) {
            return Ok(Err(Failure::Rule("The account is closed. Open it again first.")));
        }
        let Some(email) = address_of(tx, account.id)? else { return Ok(Err(NO_ADDRESS)) };
        if let Err(refused) = may_help(tx, granted, account.id, arrival.at)? {
            return Ok(Err(refused));
        }
        if !may_ask(tx, cx, &email, "set-password", arrival.at)? {
            return Ok(Err(NO_MORE_NOW));
        }
        let has_password =
            account::get(tx, account.id)?.is_some_and(|row| &*row.password_hash != NO_PASSWORD);
        if has_password {
            account::set_password(tx, account.id, NO_PASSWORD, false)?;
            let (has_app, passkeys) = take_back(tx, cx, (account.id, &account.name), arrival.at)?;
            tell(tx, cx, account.id, WayIn::PasswordTaken { has_app, passkeys }, arrival.at)?;
        }
        stopping::end(tx, cx, account.id, arrival.at)?;
        tell_left(tx, cx, account.id, arrival.at)?;
        let to = (account.id, account.name.clone(), &email);
        mail_password_link(tx, cx, to, !has_password, &token, arrival)?;
        let action = if has_password { "reset-password" } else { "mail-password-link" };
        tx.audit(&entry(granted, action, &account.name, "", arrival))?;
        Ok(Ok(()))
    };
    help(cx, granted, user, arrival, deed).await
}

/// Unlocks an account that failures locked: the way back is mailed to its owner once more (S-14); where no address is known the
/// lock ends.
pub async fn unlock(cx: &Context, granted: &Granted, user: &str, arrival: Arrival) -> Result<(), Failure> {
    let keys = Keys::of(cx, arrival).await?;
    let deed = move |tx: &mut Tx<'_>, cx: &Context, granted: &Granted, account: &Account| {
        let key = name_key(&account.name);
        let failures: Vec<_> = sign_in_failure::of_name(tx, &key)?.into_iter().map(|(_, at)| at).collect();
        let Some(lock) = lock_of(&failures, arrival.at) else {
            return Ok(Err(Failure::Rule("The account is not locked after failures.")));
        };
        if address_of(tx, account.id)?.is_none() {
            sign_in_failure::delete_of_name(tx, &key)?;
            tx.audit(&entry(granted, "unlock-account", &account.name, "", arrival))?;
            return Ok(Ok(()));
        }
        if let Err(refused) = may_help(tx, granted, account.id, arrival.at)? {
            return Ok(Err(refused));
        }
        if !way_back::write(tx, cx, &keys, account.id, (lock, None), arrival.at)? {
            return Ok(Err(NO_MORE_NOW));
        }
        stopping::end(tx, cx, account.id, arrival.at)?;
        tell_left(tx, cx, account.id, arrival.at)?;
        tx.audit(&entry(granted, "send-way-back", &account.name, "", arrival))?;
        Ok(Ok(()))
    };
    help(cx, granted, user, arrival, deed).await
}

/// Opens an account that nobody used for 90 days, that staff locked, or whose owner nobody confirmed. One whose last role ended
/// is opened by the approval of another.
pub async fn open_again(
    cx: &Context,
    granted: &Granted,
    user: &str,
    reason: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let reason: Box<str> = reason.trim().into();
    if !is_showable(&reason) {
        return Err(SAY_WHY);
    }
    let deed = move |tx: &mut Tx<'_>, cx: &Context, granted: &Granted, account: &Account| {
        if account.status == Status::Active && !account.is_inactive(arrival.at) {
            return Ok(Err(Failure::Rule("The account is open.")));
        }
        if account.roles.is_empty() {
            return Ok(Err(Failure::Rule(
                "Its last role has ended. The person asks for access again, and the approval opens the account.",
            )));
        }
        account::reopen(tx, account.id, arrival.at)?;
        ask_anew(tx, cx, account.id, arrival.at)?;
        tell(tx, cx, account.id, WayIn::OpenedAgain, arrival.at)?;
        tx.audit(&entry(granted, "open-account", &account.name, &reason, arrival))?;
        Ok(Ok(()))
    };
    help(cx, granted, user, arrival, deed).await
}

/// Takes the second factors of an account away, passkeys too: its owner lost them. All sessions end, and the owner is told.
pub async fn forget_factors(
    cx: &Context,
    granted: &Granted,
    user: &str,
    reason: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let reason: Box<str> = reason.trim().into();
    if !is_showable(&reason) {
        return Err(SAY_WHY);
    }
    let deed = move |tx: &mut Tx<'_>, cx: &Context, granted: &Granted, account: &Account| {
        if address_of(tx, account.id)?.is_none() {
            return Ok(Err(NO_ADDRESS)); // nobody would be told
        }
        if let Err(refused) = may_help(tx, granted, account.id, arrival.at)? {
            return Ok(Err(refused));
        }
        if !second_factor::has_app(tx, account.id)? && passkey::of_account(tx, account.id)?.is_empty() {
            return Ok(Err(Failure::Rule("The account has no second factor.")));
        }
        second_factor::take_away(tx, cx, account.id, arrival.at)?;
        tell_left(tx, cx, account.id, arrival.at)?;
        tx.audit(&entry(granted, "forget-second-factor", &account.name, &reason, arrival))?;
        Ok(Ok(()))
    };
    help(cx, granted, user, arrival, deed).await
}
