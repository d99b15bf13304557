//! Sessions of people who are signed in (requirements Z-3): 15 minutes idle, 12 hours at most.

use crate::accounts::address::HELD_BACK;
use crate::accounts::lock::REMEMBERED;
use crate::accounts::{self, Account, stopping};
use crate::staff::persons::WATCHED;
use crate::{Arrival, Context, Failure, drafts};
use iis_model::access::Channel;
use iis_model::{AccountId, Timestamp};
use iis_store::session::{self, SessionRow};
use iis_store::{
    AuditEntry, Lane, address_change, address_moved, address_stop, identity_before, passkey, password_link,
    sent_form, sign_in_failure, way_back,
};
use jiff::SignedDuration;

/// A session ends after this time without a request.
pub const IDLE: SignedDuration = SignedDuration::from_mins(15);

/// A session ends after this time in any case.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);

/// A second factor is given within this time after the password.
const HALFWAY: SignedDuration = SignedDuration::from_mins(10);

/// So long after showing who one is deeds of weight may be done.
pub const PROVED_FOR: SignedDuration = SignedDuration::from_mins(30);

/// When somebody showed who they are who has not shown it here.
pub const NEVER: Timestamp = Timestamp::UNIX_EPOCH;

/// The use of a session is written down at most this often.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// What somebody must do before a session opens anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owed {
    /// Give the second factor: until then nobody is signed in.
    SecondFactor,
    /// Accept the user agreement.
    Agreement,
    /// The same, and nothing after it: the issuer of the state's sign-in saw a second factor.
    AgreementAlone,
    /// Set up a second factor.
    SettingUp,
}

impl Owed {
    const ALL: [Self; 4] = [Self::SecondFactor, Self::Agreement, Self::AgreementAlone, Self::SettingUp];

    /// The word of the row.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SecondFactor => "second",
            Self::Agreement => "agreement",
            Self::AgreementAlone => "agreement-alone",
            Self::SettingUp => "setting-up",
        }
    }

    /// What is left of it for somebody of whom another saw the second factor, if `has_shown`.
    #[must_use]
    pub fn after(self, has_shown: bool) -> Option<Self> {
        match self {
            Self::Agreement if has_shown => Some(Self::AgreementAlone),
            Self::SettingUp if has_shown => None,
            owed => Some(owed),
        }
    }

    /// What a row says is owed. A word that nobody knows owes the most.
    fn of(stage: Option<&str>) -> Option<Self> {
        let known = |word| Self::ALL.into_iter().find(|owed| owed.word() == word);
        stage.map(|word| known(word).unwrap_or(Self::SecondFactor))
    }
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who, as the account stands now.
    pub account: Account,
    /// The hash of its own token.
    pub token_sha256: [u8; 32],
    /// The token that forms must carry.
    pub csrf: Box<str>,
    /// When it ends if nothing more is done.
    pub expires_at: Timestamp,
    /// What must be done before it opens anything else.
    pub owes: Option<Owed>,
    /// When its owner last showed who they are.
    pub proved_at: Timestamp,
    /// Under what wrong codes are counted while the second factor is owed; none: under the user name.
    pub counted_as: Option<[u8; 32]>,
    /// When its owner showed that they read the mail of the account.
    pub mailbox_at: Option<Timestamp>,
}

impl Session {
    /// Whether its owner showed lately enough who they are for a deed of weight (requirements Z-3).
    pub fn is_proved(&self, now: Timestamp) -> bool {
        now.duration_since(self.proved_at) < PROVED_FOR
    }

    /// Whether its owner showed lately that they read the mail of the account.
    pub fn has_shown_mailbox(&self, now: Timestamp) -> bool {
        self.mailbox_at.is_some_and(|at| now.duration_since(at) < PROVED_FOR)
    }
}

/// A session of an account in its own list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// By what it is ended.
    pub token_sha256: [u8; 32],
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, at most a minute off.
    pub seen_at: Timestamp,
    /// From where.
    pub from: Box<str>,
}

/// The open sessions of an account, the newest first.
pub async fn of_account(cx: &Context, id: AccountId, now: Timestamp) -> Result<Vec<Listed>, Failure> {
    let rows = cx.store.read(move |tx| session::of_account(tx, id, now)).await?;
    let open = rows.into_iter().filter(|row| Owed::of(row.stage.as_deref()) != Some(Owed::SecondFactor));
    Ok(open
        .map(|row| Listed {
            token_sha256: row.token_sha256,
            created_at: row.created_at,
            seen_at: row.seen_at,
            from: row.channel_info,
        })
        .collect())
}

/// What the session owes from now on.
pub async fn owes(cx: &Context, token_sha256: [u8; 32], owed: Option<Owed>) -> Result<(), Failure> {
    let stage = owed.map(Owed::word);
    Ok(cx.store.write_for_readers(move |tx| session::set_stage(tx, &token_sha256, stage)).await?)
}

/// Ends a session that owes the second factor: another one takes its place.
pub async fn drop_halfway(cx: &Context, token_sha256: [u8; 32]) -> Result<(), Failure> {
    Ok(cx.store.write_for_readers(move |tx| session::delete(tx, &token_sha256)).await?)
}

/// Ends one of an account's own sessions. Somebody else's is none. What was being typed there is kept as if it had run out (decision
/// 0034), for the same account.
pub async fn end_own(
    cx: &Context,
    account: &Account,
    token_sha256: [u8; 32],
    arrival: Arrival,
) -> Result<bool, Failure> {
    let (cx2, id) = (cx.clone(), account.id);
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "end-session", arrival.at);
    let ended = cx.store.write(Lane::Web, move |tx| {
        let own = session::get(tx, &token_sha256, arrival.at)?.is_some_and(|row| row.account_id == id);
        if own {
            session::end(tx, &token_sha256)?;
            stopping::end(tx, &cx2, id, arrival.at)?;
            tx.audit(&entry)?;
        }
        Ok(own)
    });
    Ok(ended.await?)
}

/// Ends all sessions of an account but this one, those that still owe the second factor too. What was being typed there is kept as
/// where one of them is ended.
pub async fn end_others(
    cx: &Context,
    account: &Account,
    token_sha256: [u8; 32],
    arrival: Arrival,
) -> Result<(), Failure> {
    let (cx2, id) = (cx.clone(), account.id);
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "end-other-sessions", arrival.at);
    let ended = cx.store.write(Lane::Web, move |tx| {
        let ended = session::end_others(tx, id, &token_sha256, arrival.at)?;
        stopping::end(tx, &cx2, id, arrival.at)?;
        tx.audit(&entry.clone().detail(format!("sessions: {ended}")))
    });
    Ok(ended.await?)
}

/// The row of a session that an account opens with a token, of which only the hash is known here.
pub fn new(
    account_id: AccountId,
    token_sha256: [u8; 32],
    csrf: Box<str>,
    from: Box<str>,
    arrival: Arrival,
) -> SessionRow {
    SessionRow {
        token_sha256,
        account_id,
        csrf,
        created_at: arrival.at,
        seen_at: arrival.at,
        expires_at: end(arrival.at, arrival.at),
        channel_info: from,
        stage: None,
        proved_at: None,
        counted_as: None,
        mailbox_at: None,
    }
}

/// When a session ends whose owner still owes the second factor: there is little time for it.
pub fn halfway_until(now: Timestamp) -> Timestamp {
    now.saturating_add(HALFWAY).unwrap_or(Timestamp::MAX)
}

/// The session of a token, unless it is over or its account may no longer be used.
pub async fn find(
    cx: &Context,
    token_sha256: [u8; 32],
    arrival: Arrival,
) -> Result<Option<Session>, Failure> {
    let Some(row) = cx.store.read(move |tx| session::get(tx, &token_sha256, arrival.at)).await? else {
        return Ok(None);
    };
    let Some(account) = accounts::get(cx, row.account_id).await?.filter(Account::is_usable) else {
        return Ok(None);
    };
    let owes = Owed::of(row.stage.as_deref());
    let proved_at = row.proved_at.unwrap_or(row.created_at);
    if owes == Some(Owed::SecondFactor) {
        let (csrf, expires_at, counted_as) = (row.csrf, row.expires_at, row.counted_as);
        let mailbox_at = row.mailbox_at;
        return Ok(Some(Session {
            account,
            token_sha256,
            csrf,
            expires_at,
            owes,
            proved_at,
            counted_as,
            mailbox_at,
        }));
    }
    let expires_at = end(row.created_at, arrival.at);
    if arrival.at.duration_since(row.seen_at) >= NOTED_EVERY {
        cx.store
            .write_for_readers(move |tx| session::seen(tx, &token_sha256, arrival.at, expires_at))
            .await?;
    }
    let SessionRow { csrf, mailbox_at, .. } = row;
    let counted_as = None;
    Ok(Some(Session { account, token_sha256, csrf, expires_at, owes, proved_at, counted_as, mailbox_at }))
}

fn end(created_at: Timestamp, seen_at: Timestamp) -> Timestamp {
    let after = |at: Timestamp, span| at.saturating_add(span).unwrap_or(Timestamp::MAX);
    after(created_at, ABSOLUTE).min(after(seen_at, IDLE))
}

/// Ends a session: its owner signs out.
pub async fn close(
    cx: &Context,
    account: &Account,
    token_sha256: [u8; 32],
    from: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "sign-out", arrival.at);
    let entry = entry.detail(format!("from {from}"));
    let closed = cx.store.write_for_readers(move |tx| {
        session::delete(tx, &token_sha256)?;
        tx.audit(&entry)
    });
    Ok(closed.await?)
}

/// Forgets sessions that are over and failed sign-ins that no longer count; says how many.
pub async fn clear_away(cx: &Context, now: Timestamp) -> Result<(u64, u64), Failure> {
    let old = now.saturating_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
    // a form that comes late still finds whose session it was
    let ended = now.saturating_sub(drafts::KEPT).unwrap_or(Timestamp::MIN);
    let cleared = cx.store.write_for_readers(move |tx| {
        way_back::delete_expired(tx, now)?;
        password_link::delete_expired(tx, now)?;
        address_change::delete_expired(tx, now)?;
        address_stop::delete_expired(tx, now)?;
        address_change::delete_clerks(tx, now.saturating_sub(HELD_BACK).unwrap_or(Timestamp::MIN))?;
        address_moved::delete_before(tx, now.saturating_sub(WATCHED).unwrap_or(Timestamp::MIN))?;
        identity_before::delete_before(tx, now.saturating_sub(WATCHED).unwrap_or(Timestamp::MIN))?;
        passkey::delete_expired(tx, now)?;
        sent_form::delete_before(tx, old)?;
        Ok((session::delete_expired(tx, ended)?, sign_in_failure::delete_before(tx, old)?))
    });
    Ok(cleared.await?)
}

#[cfg(test)]
mod tests {
    use super::{ABSOLUTE, IDLE, end};
    use iis_model::Timestamp;

    #[test]
    fn a_session_ends_by_idling_or_after_its_day() {
        let began = Timestamp::from_second(0).expect("a moment");
        assert_eq!(end(began, began).duration_since(began), IDLE);
        let late = began + ABSOLUTE - IDLE / 3;
        assert_eq!(end(began, late).duration_since(began), ABSOLUTE);
    }
}
