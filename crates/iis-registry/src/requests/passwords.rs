//! The link that sets a password: once, within its hours, for one account (S-12).

use super::provisioning::{NO_PASSWORD, mail_password_link};
use super::{Event, Request, State};
use crate::accounts::address::{ANOTHER_CLERK, changed_by};
use crate::accounts::stopping;
use crate::accounts::told::{address_of, tell};
use crate::cases::again::NO_MORE_LETTERS;
use crate::cases::{By, NOT_NOW};
use crate::enrollment::standing::QUEUE;
use crate::mail::{WayIn, may_ask};
use crate::{Arrival, Context, Failure};
use iis_model::AccountId;
use iis_model::access::{Actor, Channel};
use iis_store::{AuditEntry, Lane, StoreError, Tx, account, password_link, session};
use sha2::{Digest, Sha256};

const NO_ADDRESS: Failure =
    Failure::Rule("No e-mail address of the account’s owner is on record. The Help Desk puts that in order.");

/// Whether the link still works, and whose user name it is for.
pub async fn is_link(cx: &Context, token: &str, arrival: Arrival) -> Result<Option<Box<str>>, Failure> {
    let key: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let read = cx.store.read(move |tx| {
        let Some(id) = password_link::get(tx, &key, arrival.at)? else { return Ok(None) };
        Ok(account::get(tx, id)?.filter(|row| &*row.status == "active").map(|row| row.name))
    });
    Ok(read.await?)
}

/// Mails the link that sets the password again, to the address of whom the account belongs to: the first one ran out, or was lost. Its user
/// name comes with it. Whoever holds the request's own link may ask, and the Help Desk; as often as letters to strangers go.
pub async fn mail_link_again(
    cx: &Context,
    number: i64,
    token: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let whose = move |tx: &mut Tx<'_>| {
        let case = Request::load(tx, number)?.filter(|case| case.state == State::Provisioned);
        Ok(case.and_then(|case| case.account_id))
    };
    link_again(cx, (format!("request {number}"), NOT_NOW), whose, token, arrival).await
}

/// Mails the link that sets a first password again, to the owner of the account that a case brought about; `about` is the case
/// for the audit, and what is said where it brought about none.
pub(crate) async fn link_again(
    cx: &Context,
    (about, none): (String, Failure),
    whose: impl Fn(&mut Tx<'_>) -> Result<Option<AccountId>, StoreError> + Send + Sync + 'static,
    token: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let (cx2, token): (_, Box<str>) = (cx.clone(), token.into());
    let entry = arrival.by_nobody("mail-password-link").detail(about);
    let mailed = cx.store.write(Lane::Web, move |tx| {
        let Some(id) = whose(tx)? else { return Ok(None) };
        let sent = first_link_again(tx, &cx2, id, &token, arrival)?;
        if sent.is_ok() {
            tx.audit(&entry)?;
        }
        Ok(Some(sent))
    });
    mailed.await?.unwrap_or(Err(none))
}

/// Mails the link that sets a first password again, as often as letters to strangers go; refused to an account that has one.
fn first_link_again(
    tx: &mut Tx<'_>,
    cx: &Context,
    id: AccountId,
    token: &str,
    arrival: Arrival,
) -> Result<Result<(), Failure>, StoreError> {
    let row = account::get(tx, id)?;
    let Some(row) = row.filter(|row| &*row.status == "active" && &*row.password_hash == NO_PASSWORD) else {
        return Ok(Err(NOT_NOW));
    };
    let Some(email) = address_of(tx, row.id)? else { return Ok(Err(NO_ADDRESS)) };
    if !changed_by(tx, row.id, arrival.at)?.is_empty() {
        return Ok(Err(ANOTHER_CLERK)); // who asks is not known here
    }
    if !may_ask(tx, cx, &email, "set-password", arrival.at)? {
        return Ok(Err(NO_MORE_LETTERS));
    }
    mail_password_link(tx, cx, (row.id, row.name, &email), true, token, arrival)?;
    Ok(Ok(()))
}

/// Sets the password, of which only the hash is known here. The link is used up; false: it was.
pub async fn set_password(
    cx: &Context,
    token: &str,
    hash: Box<str>,
    arrival: Arrival,
) -> Result<bool, Failure> {
    let (cx2, key): (_, [u8; 32]) = (cx.clone(), Sha256::digest(token.as_bytes()).into());
    let set = cx.store.write(Lane::Web, move |tx| {
        let Some(id) = password_link::get(tx, &key, arrival.at)? else { return Ok(false) };
        let Some(row) = account::get(tx, id)?.filter(|row| &*row.status == "active") else {
            return Ok(false);
        };
        password_link::delete_of(tx, id)?;
        account::set_password(tx, id, &hash, false)?;
        account::set_mailbox(tx, id, arrival.at)?;
        session::delete_of_account(tx, id)?;
        stopping::end(tx, &cx2, id, arrival.at)?;
        tell(tx, &cx2, id, WayIn::PasswordSet, arrival.at)?;
        let actor = Actor::Account { id, name: row.name };
        tx.audit(&AuditEntry::by(&actor, Channel::Web, "set-password", arrival.at).sent_from(arrival.from))?;
        for mut case in Request::in_state(tx, State::Provisioned, QUEUE)? {
            if case.account_id == Some(id) {
                let name = case.body.name.clone();
                case.act(tx, Event::Activate, By { actor: &name, reason: "", at: arrival.at })?;
            }
        }
        Ok(true)
    });
    Ok(set.await?)
}
