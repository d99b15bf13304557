//! Trying to sign in: how often a name may be tried, what an attempt leaves behind, and its audit row.
//!
//! A name that nobody has is treated as one that somebody has: the same statements, the same writing, the same lock,
//! the same answer. Whether a name is locked is looked at before the password is compared and again when the outcome
//! is written down, so that attempts at the same moment gain nothing.

use super::lock::{Lock, MOST_FAILURES, lock_of, locked_until};
use super::told::tell;
use super::{Account, SignIn, stopping};
use crate::cases::Keys;
use crate::mail::WayIn;
use crate::{Arrival, Context, Failure};
use iis_model::Timestamp;
use iis_model::access::{Actor, Channel};
use iis_store::session::{self, SessionRow};
use iis_store::{AuditEntry, StoreError, Tx, account, sign_in_failure, way_back};
use sha2::{Digest, Sha256};

/// Attempts of one name that meet are written down one after another; after so many tries the last one is told to
/// come again.
const TRIES: usize = 8;

/// One attempt to prove who one is.
#[derive(Clone)]
pub struct Attempt {
    /// Under what its failures are counted: the user name, or what counts apart.
    key: [u8; 32],
    name: Box<str>,
    action: &'static str,
    /// A right one forgets the failures of the user name too.
    forgets_all: bool,
    from: Box<str>,
    arrival: Arrival,
}

/// Whether a password is compared at all.
pub enum Heard {
    /// It is: with this account's, or with nobody's.
    Compare(Option<SignIn>),
    /// Not before this moment.
    Locked(Timestamp),
}

/// How an attempt ended whose password was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The session is open.
    Open,
    /// Staff closed the account.
    Closed,
    /// Nobody signed in for so long that staff must open it again.
    Inactive,
    /// Others failed meanwhile: not before this moment.
    Locked(Timestamp),
}

impl Attempt {
    /// Somebody at this address wants to sign in under this name.
    pub fn to_sign_in(name: &str, from: &str, arrival: Arrival) -> Self {
        Self::new("sign-in", name, from, arrival)
    }

    /// Somebody who is signed in wants to change the password, and must know the current one.
    pub fn to_change_password(account: &Account, from: &str, arrival: Arrival) -> Self {
        Self::new("change-password", &account.name, from, arrival)
    }

    /// Somebody whose password was right has to show the second factor. What fails is counted under what the session says:
    /// the user name, or the way back by which they came.
    pub fn to_enter_code(
        account: &Account,
        counted_as: Option<[u8; 32]>,
        from: &str,
        arrival: Arrival,
    ) -> Self {
        let attempt = Self::new("enter-code", &account.name, from, arrival);
        let Some(key) = counted_as else { return attempt };
        Self { key, ..attempt.forgetting_all() }
    }

    /// Under what wrong codes are counted after this attempt; none: under the user name.
    pub fn counted_as(&self) -> Option<[u8; 32]> {
        (!self.is_counted_by_name()).then_some(self.key)
    }

    /// Somebody who is signed in has to show again who they are.
    pub fn to_prove(account: &Account, from: &str, arrival: Arrival) -> Self {
        Self::new("prove", &account.name, from, arrival)
    }

    fn new(action: &'static str, name: &str, from: &str, arrival: Arrival) -> Self {
        let name = name.trim().to_lowercase().into_boxed_str();
        let key = name_key(&name);
        Self { key, name, action, forgets_all: false, from: from.into(), arrival }
    }

    /// An attempt whose failures are counted under a key of its own: a text that is no user name.
    pub(super) fn counted_apart(
        action: &'static str,
        account: &Account,
        key: &str,
        from: &str,
        arrival: Arrival,
    ) -> Self {
        Self { key: name_key(key), ..Self::new(action, &account.name, from, arrival) }
    }

    /// The same attempt, which forgets the failures of the user name too when it is right.
    #[must_use]
    pub(super) fn forgetting_all(self) -> Self {
        Self { forgets_all: true, ..self }
    }

    /// Whether its failures are those of the user name.
    fn is_counted_by_name(&self) -> bool {
        self.key == name_key(&self.name)
    }

    /// Forgets what was counted, and with the failures of the user name the ways back too.
    fn forget(&self, tx: &mut Tx<'_>, account: &Account) -> Result<(), StoreError> {
        sign_in_failure::delete_of_name(tx, &self.key)?;
        if self.forgets_all {
            sign_in_failure::delete_of_name(tx, &name_key(&self.name))?;
        }
        if self.forgets_all || self.is_counted_by_name() {
            way_back::delete_of(tx, account.id)?;
        }
        Ok(())
    }

    /// Whether the password may be compared now. An attempt during a lock is audited.
    pub async fn hear(&self, cx: &Context) -> Result<Heard, Failure> {
        let this = self.clone();
        let heard = cx.store.disclose(move |tx| {
            let row = account::by_name(tx, &this.name)?;
            if let Some(until) = this.locked(tx)? {
                let entry = this.entry(row.is_some()).result("locked");
                return Ok((Heard::Locked(until), vec![entry]));
            }
            let Some(row) = row else { return Ok((Heard::Compare(None), Vec::new())) };
            let password_hash = row.password_hash.clone();
            let known = SignIn { account: Account::read(tx, row)?, password_hash };
            Ok((Heard::Compare(Some(known)), Vec::new()))
        });
        Ok(heard.await?)
    }

    /// Notes that the password was wrong; the lock that this brought about, if any.
    pub async fn failed(&self, cx: &Context) -> Result<Option<Timestamp>, Failure> {
        let keys = Keys::of(cx, self.arrival).await?;
        for _ in 0..TRIES {
            let (this, cx2, keys) = (self.clone(), cx.clone(), keys.clone());
            match cx.store.write_for_readers(move |tx| this.note_failure(tx, &cx2, &keys)).await {
                Err(error) if error.is_constraint("sign_in_failure_pkey") => {}
                noted => return Ok(noted?),
            }
        }
        Err(StoreError::Busy.into())
    }

    fn note_failure(
        &self,
        tx: &mut Tx<'_>,
        cx: &Context,
        keys: &Keys,
    ) -> Result<Option<Timestamp>, StoreError> {
        let account = account::by_name(tx, &self.name)?.map(|row| row.id);
        let known = account.is_some();
        let failures = sign_in_failure::of_name(tx, &self.key)?;
        let mut moments: Vec<_> = failures.iter().map(|(_, at)| *at).collect();
        if let Some(until) = locked_until(&moments, self.arrival.at) {
            tx.audit(&self.entry(known).result("locked"))?;
            return Ok(Some(until));
        }
        let n = failures.last().map_or(1, |(n, _)| n + 1);
        sign_in_failure::insert(tx, &self.key, n, self.arrival.at)?;
        tx.audit(&self.entry(known).result("failed"))?;
        moments.push(self.arrival.at);
        let lock = lock_of(&moments, self.arrival.at);
        if let Some(lock @ Lock { until, .. }) = lock {
            let why = format!("{MOST_FAILURES} failures, until {until}; {}", self.about(known));
            let entry = AuditEntry::by(&Actor::Registry, Channel::Internal, "lock-account", self.arrival.at);
            tx.audit(&entry.detail(why))?;
            if let Some(id) = account.filter(|_| self.is_counted_by_name()) {
                super::way_back::write(tx, cx, keys, id, (lock, Some(&self.from)), self.arrival.at)?;
            }
        }
        Ok(lock.map(|lock| lock.until))
    }

    /// Opens a session that owes the second factor. Earlier failures still count: who knows the password alone must not
    /// try code after code.
    pub async fn halfway(
        &self,
        cx: &Context,
        account: &Account,
        session: SessionRow,
    ) -> Result<Admission, Failure> {
        let (this, account) = (self.clone(), account.clone());
        let admitted = cx.store.write_for_readers(move |tx| {
            if let Some(refused) = this.refused(tx, &account)? {
                return Ok(refused);
            }
            if this.forgets_all {
                this.forget(tx, &account)?;
            }
            session::insert(tx, &session)?;
            tx.audit(&this.entry(true).result("second factor asked"))?;
            Ok(Admission::Open)
        });
        Ok(admitted.await?)
    }

    /// Why nobody may come in now, audited; none: one may.
    fn refused(&self, tx: &mut Tx<'_>, account: &Account) -> Result<Option<Admission>, StoreError> {
        let (admission, result) = if let Some(until) = self.locked(tx)? {
            (Admission::Locked(until), "locked")
        } else if !account.is_usable() {
            (Admission::Closed, "refused")
        } else if account.is_inactive(self.arrival.at) {
            (Admission::Inactive, "inactive")
        } else {
            return Ok(None);
        };
        tx.audit(&self.entry(true).result(result))?;
        Ok(Some(admission))
    }

    /// Notes that somebody who is signed in showed again who they are: their session goes on under another token, of which
    /// only the hash is known here. Earlier failures are forgotten.
    pub async fn proved(
        &self,
        cx: &Context,
        account: &Account,
        token_sha256: [u8; 32],
        another_sha256: [u8; 32],
    ) -> Result<(), Failure> {
        let (this, account) = (self.clone(), account.clone());
        let noted = cx.store.write_for_readers(move |tx| {
            this.forget(tx, &account)?;
            session::renew(tx, &token_sha256, &another_sha256, this.arrival.at)?;
            tx.audit(&this.entry_of(&account))
        });
        Ok(noted.await?)
    }

    /// Opens a session for somebody who showed who they are. Earlier failures are forgotten.
    pub async fn sign_in(
        &self,
        cx: &Context,
        account: &Account,
        session: SessionRow,
    ) -> Result<Admission, Failure> {
        let (this, account) = (self.clone(), account.clone());
        let admitted = cx.store.write_for_readers(move |tx| {
            if let Some(refused) = this.refused(tx, &account)? {
                return Ok(refused);
            }
            this.forget(tx, &account)?;
            account::signed_in(tx, account.id, this.arrival.at)?;
            // the link of a letter set the password: that is the mailbox shown
            let mailbox_at = account::take_mailbox(tx, account.id)?;
            session::insert(tx, &SessionRow { mailbox_at, ..session.clone() })?;
            tx.audit(&this.entry_of(&account))?;
            Ok(Admission::Open)
        });
        Ok(admitted.await?)
    }

    /// Sets the new password of an attempt whose current one was right: all sessions of the account end, and this
    /// one opens.
    pub async fn change_password(
        &self,
        cx: &Context,
        account: &Account,
        password_hash: Box<str>,
        session: SessionRow,
    ) -> Result<(), Failure> {
        let (this, cx2, account) = (self.clone(), cx.clone(), account.clone());
        let changed = cx.store.write(iis_store::Lane::Web, move |tx| {
            account::set_password(tx, account.id, &password_hash, false)?;
            this.forget(tx, &account)?;
            session::delete_of_account(tx, account.id)?;
            session::insert(tx, &session)?;
            stopping::end(tx, &cx2, account.id, this.arrival.at)?;
            tell(tx, &cx2, account.id, WayIn::PasswordChanged, this.arrival.at)?;
            tx.audit(&this.entry_of(&account))
        });
        Ok(changed.await?)
    }

    fn locked(&self, tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
        let failures = sign_in_failure::of_name(tx, &self.key)?;
        let moments: Vec<_> = failures.into_iter().map(|(_, at)| at).collect();
        Ok(locked_until(&moments, self.arrival.at))
    }

    /// The audit row of an attempt by nobody in particular. A name that nobody has is not written down: people type
    /// passwords into the wrong field.
    fn entry(&self, known: bool) -> AuditEntry {
        let entry = AuditEntry::by(&Actor::Nobody, Channel::Web, self.action, self.arrival.at);
        entry.detail(self.about(known))
    }

    fn about(&self, known: bool) -> String {
        let user = if known { &*self.name } else { "unknown" };
        format!("user {user}, from {}", self.from)
    }

    fn entry_of(&self, account: &Account) -> AuditEntry {
        let entry = AuditEntry::by(&account.actor(), Channel::Web, self.action, self.arrival.at);
        entry.detail(format!("from {}", self.from))
    }
}

/// The key under which failures of a user name are kept.
pub(super) fn name_key(folded: &str) -> [u8; 32] {
    Sha256::digest(folded.as_bytes()).into()
}
