//! The state's own sign-in (requirement Z-2): which account is somebody's at its issuer.
//!
//! An account is there beforehand and its owner, signed in, connects it; none is made on the fly, and nobody is found by an
//! e-mail address or a name that an issuer may give to somebody else tomorrow.

use super::mailbox::Asks;
use super::told::tell;
use super::{Account, Attempt, stopping};
use crate::mail::WayIn;
use crate::sessions::Session;
use crate::{Arrival, Context, Failure};
use iis_model::access::Channel;
use iis_model::{AccountId, Timestamp};
use iis_store::issuer_subject::{self, ConnectedRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, account, passkey, second_factor};

pub use iis_store::issuer_subject::Subject;

/// The account that is connected with somebody at an issuer.
pub async fn account_of(cx: &Context, who: Subject) -> Result<Option<Account>, Failure> {
    let found = cx.store.read(move |tx| {
        let Some(id) = issuer_subject::get(tx, &who)? else { return Ok(None) };
        account::get(tx, id)?.map(|row| Account::read(tx, row)).transpose()
    });
    Ok(found.await?)
}

/// What an account is connected with.
pub async fn of_account(cx: &Context, id: AccountId) -> Result<Option<ConnectedRow>, Failure> {
    Ok(cx.store.read(move |tx| issuer_subject::of_account(tx, id)).await?)
}

/// What came of connecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// The account is connected.
    Made,
    /// Somebody else's account is connected with that sign-in.
    Anothers,
    /// Its owner must show again who they are: with the second factor, where there is one.
    ShowFirst,
    /// Where there is none, its owner must show the mailbox, as before a first factor: whoever knows the password alone binds nothing.
    ShowMailbox,
}

/// Connects one's own account with somebody, in place of whom it was connected with. Its owner showed lately who they are; and
/// where the account has a second factor, after that was added, so that it was asked for: a session that the password alone
/// opened, before there was a factor, connects nothing.
pub async fn connect(
    cx: &Context,
    session: &Session,
    who: Subject,
    shown_as: &str,
    arrival: Arrival,
) -> Result<Connection, Failure> {
    let account = &session.account;
    let (cx2, id, shown_as) = (cx.clone(), account.id, Box::<str>::from(shown_as));
    let (is_proved, proved_at) = (session.is_proved(arrival.at), session.proved_at);
    let asks = Asks::of(cx, session, arrival.at);
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "connect-single-sign-on", arrival.at);
    let entry = entry.detail(format!("at {}", who.issuer));
    let connected = cx.store.write(Lane::Web, move |tx| {
        let is_signed_in = asks.hold(tx, arrival.at)?;
        if !is_signed_in || !is_proved || has_only_younger_factors(tx, id, proved_at)? {
            return Ok(Connection::ShowFirst);
        }
        if asks.is_owed(tx)? {
            return Ok(Connection::ShowMailbox);
        }
        if issuer_subject::get(tx, &who)?.is_some_and(|known| known != id) {
            tx.audit(&entry.clone().result("refused"))?;
            return Ok(Connection::Anothers);
        }
        issuer_subject::delete_of(tx, id)?;
        issuer_subject::insert(tx, &who, id, &shown_as, arrival.at)?;
        tell(tx, &cx2, id, WayIn::SingleSignOnConnected, arrival.at)?;
        tx.audit(&entry)?;
        Ok(Connection::Made)
    });
    match connected.await {
        Err(error)
            if ["issuer_subject_pkey", "issuer_subject_account"]
                .iter()
                .any(|name| error.is_constraint(name)) =>
        {
            Ok(Connection::Anothers)
        }
        connected => Ok(connected?),
    }
}

/// Whether all second factors were added after its owner showed who they are, so that none was asked for then.
fn has_only_younger_factors(
    tx: &mut Tx<'_>,
    id: AccountId,
    proved_at: Timestamp,
) -> Result<bool, StoreError> {
    let app = second_factor::get(tx, id)?.map(|row| row.added_at);
    let keys = passkey::of_account(tx, id)?.into_iter().map(|row| row.added_at);
    Ok(app.into_iter().chain(keys).min().is_some_and(|oldest| oldest > proved_at))
}

/// Disconnects an account: it signs in with its password from now on.
pub async fn disconnect(cx: &Context, account: &Account, arrival: Arrival) -> Result<(), Failure> {
    let (cx2, id) = (cx.clone(), account.id);
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "disconnect-single-sign-on", arrival.at);
    let ended = cx.store.write(Lane::Web, move |tx| {
        if issuer_subject::delete_of(tx, id)? {
            stopping::end(tx, &cx2, id, arrival.at)?;
            tell(tx, &cx2, id, WayIn::SingleSignOnDisconnected, arrival.at)?;
            tx.audit(&entry)?;
        }
        Ok(())
    });
    Ok(ended.await?)
}

impl Attempt {
    /// An issuer says who wants to sign in. Wrong passwords do not count against it: nobody guesses here.
    pub fn by_single_sign_on(account: &Account, who: &Subject, from: &str, arrival: Arrival) -> Self {
        let key = format!("single sign-on {} {}", who.issuer, who.subject);
        Self::counted_apart("single-sign-on", account, &key, from, arrival)
    }
}
