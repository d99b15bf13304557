//! The address for mail of an account: another one counts once the link that was mailed there is opened, and until then the one on
//! record holds. Its owner gives one, signed in; or the Help Desk, and then that clerk mails no link and takes no factor away for
//! [`HELD_BACK`], so that nobody takes an account over alone (decision 0059).

use super::mailbox::{Asks, SIGNED_OUT};
use super::told::address_of;
use crate::cases::Keys;
use crate::enrollment::standing::inside;
use crate::mail::{Corrector, Letter, Link, OnRecord, may_ask};
use crate::names::is_same_person;
use crate::sessions::Session;
use crate::staff::{persons, who_answers};
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Channel, Granted};
use iis_model::{AccountId, EmailAddress, Timestamp};
use iis_store::account::AccountRow;
use iis_store::address_change::{self, ChangeRow};
use iis_store::worker::{self, WorkerRow};
use iis_store::{
    AuditEntry, Lane, StoreError, Tx, account, address_stop, outbox, password_link, role_assignment, session,
    way_back,
};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// So long a clerk who changed the address of an account does not help it further.
pub const HELD_BACK: SignedDuration = SignedDuration::from_hours(72);

const OF_ANOTHER: Failure = Failure::Rule(
    "This e-mail address stands on record for somebody else. Use another one, or have the Help Desk put that in order.",
);
const NO_MORE_NOW: Failure =
    Failure::Rule("Nothing was changed: several messages of this kind left for this address within an hour.");
const SHOW_FIRST: Failure = Failure::Rule(
    "Nothing was changed. Show first that you read the mail of your account: have a code mailed, and type it.",
);
const IS_IT: Failure = Failure::Rule("This is the address of your account already.");

/// Puts a letter about what is on record into the outbox.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    cx: &Context,
    to: &EmailAddress,
    news: OnRecord,
    at: Timestamp,
) -> Result<(), StoreError> {
    let letter = Letter::OnRecord { news, help: Link::to(cx, &["help", "tickets", "new"]) };
    outbox::insert(tx, &letter.to(cx, to, at).map_err(inside)?)
}

/// Has an address wait for its link. `clerk` is who of the Help Desk asks; none: the owner does. `token` is a secret that the
/// server drew. The letter to the address that holds carries a link that ends what waits, by a key of its own: that of an earlier
/// such letter ends it too.
pub(super) fn ask(
    tx: &mut Tx<'_>,
    cx: &Context,
    (account, email): (AccountId, &EmailAddress),
    clerk: Option<AccountId>,
    (token, keys): (&str, &Keys),
    at: Timestamp,
) -> Result<Result<(), Failure>, StoreError> {
    let before = address_of(tx, account)?;
    // of their own kind each: who gives an address of somebody else's does not keep that one from being corrected
    for (to, kind) in before.iter().map(|to| (to, "address-asked")).chain([(email, "confirm-address")]) {
        if !may_ask(tx, cx, to, kind, at)? {
            return Ok(Err(NO_MORE_NOW));
        }
    }
    let hours = cx.settled.password_link_hours;
    let until = at.saturating_add(SignedDuration::from_hours(i64::from(hours)));
    let valid_until = until.map_err(|_| StoreError::internal("a link beyond all time"))?;
    let row = ChangeRow { account_id: account, email: email.as_str().into(), valid_until, clerk_id: clerk };
    if let Some(earlier) = address_change::of(tx, account, at)?.and_then(|row| row.clerk_id) {
        // a colleague who asks again does not set free who asked before
        address_change::put_clerk(tx, account, earlier, at)?;
    }
    address_change::put(tx, &hash(token), &row)?;
    let link = Link::to(cx, &["confirm-address", token]);
    write(tx, cx, email, OnRecord::ConfirmAddress { link, hours }, at)?;
    if before.is_none() && clerk.is_some() {
        tell_of_first(tx, cx, (account, email), at)?;
    }
    if let Some(before) = before {
        let key = keys.key(&["stop-address", &account.0.to_string(), token]);
        address_stop::put(tx, &hash(key.as_str()), account, valid_until)?;
        let stop = Link::to(cx, &["stop-address", key.as_str()]);
        write(tx, cx, &before, OnRecord::AddressAsked { by: asker(clerk), stop }, at)?;
    }
    Ok(Ok(()))
}

/// Tells those who answer for the organizations of an account that the Help Desk gives it its first address: nobody else hears of it.
fn tell_of_first(
    tx: &mut Tx<'_>,
    cx: &Context,
    (id, email): (AccountId, &EmailAddress),
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(owned) = account::get(tx, id)? else { return Ok(()) };
    let held = role_assignment::of_account(tx, id)?;
    let organizations: BTreeSet<_> =
        held.iter().filter_map(|held| held.organization_id.or(held.through)).collect();
    for organization in organizations {
        for to in who_answers(tx, organization)?.iter().filter(|to| *to != email) {
            write(tx, cx, to, OnRecord::FirstAddress { user: owned.name.clone() }, at)?;
        }
    }
    Ok(())
}

/// The Help Desk gives back, at once, an address that the owner left behind within [`HELD_BACK`]: whoever took its place could stop
/// what waits for a link. The sessions of the owner end, since one of them moved it.
pub(super) fn give_back(
    tx: &mut Tx<'_>,
    cx: &Context,
    (id, email): (AccountId, &EmailAddress),
    clerk: Option<AccountId>,
    at: Timestamp,
) -> Result<Result<(), Failure>, StoreError> {
    for own in accounts_of_owner(tx, id)? {
        account::hold(tx, own)?; // a link that is being opened for any of them waits, and finds nothing
    }
    let Some(owned) = account::get(tx, id)? else { return Ok(Err(crate::access::Refused.into())) };
    let before = address_of(tx, id)?;
    if let Err(refused) = give(tx, cx, &owned, (email, clerk), at)? {
        return Ok(Err(refused));
    }
    if let Some(clerk) = clerk {
        address_change::put_clerk(tx, id, clerk, at)?;
    }
    for own in accounts_of_owner(tx, id)? {
        address_change::delete_of(tx, own)?;
        address_stop::delete_of(tx, own)?;
        session::delete_of_account(tx, own)?;
    }
    take_links_back(tx, id)?;
    for to in before.iter().chain([email]) {
        write(tx, cx, to, OnRecord::AddressChanged { by: asker(clerk) }, at)?;
    }
    Ok(Ok(()))
}

const fn asker(clerk: Option<AccountId>) -> Corrector {
    if clerk.is_some() { Corrector::HelpDesk } else { Corrector::Owner }
}

/// The owner gives another address. Whether somebody else has it is not said here: whoever opens the link hears it.
pub async fn ask_own(
    cx: &Context,
    session: &Session,
    email: EmailAddress,
    token: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let (cx2, id, token): (_, _, Box<str>) = (cx.clone(), session.account.id, token.into());
    let (asks, keys) = (Asks::of(cx, session, arrival.at), Keys::of(cx, arrival).await?);
    let entry = AuditEntry::by(&session.account.actor(), Channel::Web, "ask-address", arrival.at);
    let asked = cx.store.write(Lane::Web, move |tx| {
        if !asks.hold(tx, arrival.at)? {
            return Ok(Err(SIGNED_OUT));
        }
        if asks.is_owed(tx)? {
            return Ok(Err(SHOW_FIRST));
        }
        if address_of(tx, id)?.as_ref() == Some(&email) {
            return Ok(Err(IS_IT));
        }
        let asked = ask(tx, &cx2, (id, &email), None, (&token, &keys), arrival.at)?;
        if asked.is_ok() {
            tx.audit(&entry)?;
        }
        Ok(asked)
    });
    asked.await?
}

/// The address that waits for an account, and how long its link works.
pub async fn waiting(
    cx: &Context,
    id: AccountId,
    now: Timestamp,
) -> Result<Option<(EmailAddress, Timestamp)>, Failure> {
    let row = cx.store.read(move |tx| address_change::of(tx, id, now)).await?;
    Ok(row.and_then(|row| Some((row.email.parse().ok()?, row.valid_until))))
}

/// The user name for whose account a link confirms an address, while it works.
pub async fn is_link(cx: &Context, token: &str, arrival: Arrival) -> Result<Option<Box<str>>, Failure> {
    let key = hash(token);
    let read = cx.store.read(move |tx| {
        let Some(row) = address_change::get(tx, &key, arrival.at)? else { return Ok(None) };
        Ok(account::get(tx, row.account_id)?.map(|row| row.name))
    });
    Ok(read.await?)
}

/// Whoever opened the link confirms: the address holds from now on, and what was mailed before opens nothing. False: the link
/// was used, or is over.
pub async fn confirm(cx: &Context, token: &str, arrival: Arrival) -> Result<bool, Failure> {
    let (cx2, key) = (cx.clone(), hash(token));
    let entry = arrival.by_nobody("confirm-address");
    let confirmed = cx.store.write(Lane::Web, move |tx| {
        let Some(row) = address_change::get(tx, &key, arrival.at)? else { return Ok(Ok(false)) };
        account::hold(tx, row.account_id)?;
        // as it stands now that it is held
        let Some(row) = address_change::get(tx, &key, arrival.at)? else { return Ok(Ok(false)) };
        let Some(owned) = account::get(tx, row.account_id)? else { return Ok(Ok(false)) };
        let Ok(email) = row.email.parse::<EmailAddress>() else { return Ok(Ok(false)) };
        let before = address_of(tx, owned.id)?;
        if let Err(refused) = give(tx, &cx2, &owned, (&email, row.clerk_id), arrival.at)? {
            return Ok(Err(refused));
        }
        address_change::delete_of(tx, owned.id)?;
        address_stop::delete_of(tx, owned.id)?;
        let since = arrival.at.saturating_sub(HELD_BACK).unwrap_or(Timestamp::MIN);
        for clerk in address_change::clerks(tx, owned.id, since)?.into_iter().chain(row.clerk_id) {
            address_change::put_clerk(tx, owned.id, clerk, arrival.at)?;
        }
        take_links_back(tx, owned.id)?;
        for to in before.iter().chain([&email]) {
            write(tx, &cx2, to, OnRecord::AddressChanged { by: asker(row.clerk_id) }, arrival.at)?;
        }
        tx.audit(&entry.clone().detail(format!("user {}", owned.name)))?;
        Ok(Ok(true))
    });
    confirmed.await?
}

/// The operator gives an account its address, on the server's command line; it holds at once.
pub async fn set(
    cx: &Context,
    granted: &Granted,
    id: AccountId,
    email: EmailAddress,
    arrival: Arrival,
) -> Result<(), Failure> {
    let cx2 = cx.clone();
    let entry = AuditEntry::of(granted, arrival.at).action("set-address");
    let set = cx.store.write(Lane::Web, move |tx| {
        account::hold(tx, id)?;
        let Some(owned) = account::get(tx, id)? else { return Ok(Err(crate::access::Refused.into())) };
        let before = address_of(tx, id)?;
        if let Err(refused) = give(tx, &cx2, &owned, (&email, None), arrival.at)? {
            return Ok(Err(refused));
        }
        address_change::delete_of(tx, id)?;
        address_stop::delete_of(tx, id)?;
        take_links_back(tx, id)?;
        // a first address is nobody's to be told of
        for to in before.iter().flat_map(|before| [before, &email]) {
            write(tx, &cx2, to, OnRecord::AddressChanged { by: Corrector::Operator }, arrival.at)?;
        }
        tx.audit(&entry.clone().detail(format!("user {}", owned.name)))?;
        Ok(Ok(()))
    });
    set.await?
}

/// Whether an address can be that of somebody new of this name: nobody's, or that of the same person on a staff list.
pub async fn is_free(cx: &Context, email: &EmailAddress, name: &str) -> Result<bool, Failure> {
    let (email, name): (_, Box<str>) = (email.clone(), name.into());
    let read = cx.store.read(move |tx| {
        let known = persons::of_address(tx, email.as_str())?;
        Ok(known.is_none_or(|known| is_same_person(&known.name, &name)))
    });
    Ok(read.await?)
}

/// Makes it the address of the account's owner, who becomes somebody on record by it where nobody was.
fn give(
    tx: &mut Tx<'_>,
    cx: &Context,
    owned: &AccountRow,
    (email, clerk): (&EmailAddress, Option<AccountId>),
    at: Timestamp,
) -> Result<Result<(), Failure>, StoreError> {
    let known = persons::settled(tx, email.as_str())?;
    match (worker::of_account(tx, owned.id)?, known) {
        (Some(own), Some(known)) if own.id != known.id => return Ok(Err(OF_ANOTHER)),
        (Some(own), _) => persons::move_address(tx, cx, (&own, email), clerk, at)?,
        (None, Some(known)) if is_the_owner(tx, &known, &owned.display_name, clerk)? => {
            worker::bind(tx, owned.id, known.id)?;
            persons::first_address(tx, cx, known.id, clerk, at)?;
        }
        (None, Some(_)) => return Ok(Err(OF_ANOTHER)),
        (None, None) => {
            let row = WorkerRow {
                id: cx.store.ids().take()?,
                name: owned.display_name.clone(),
                email: email.as_str().into(),
                license_kind: "".into(),
                license_number: "".into(),
                created_at: at,
            };
            worker::insert(tx, &row)?;
            worker::bind(tx, owned.id, row.id)?;
            persons::first_address(tx, cx, row.id, clerk, at)?;
        }
    }
    Ok(Ok(()))
}

/// Whether somebody on record is the owner of an account that nobody on record is known to have. A clerk makes nobody the owner of
/// one who has an account already: clerks write names too, and whoever has that account would have this one.
fn is_the_owner(
    tx: &mut Tx<'_>,
    known: &WorkerRow,
    name: &str,
    clerk: Option<AccountId>,
) -> Result<bool, StoreError> {
    let may_bind = clerk.is_none() || worker::accounts_of(tx, known.id)?.is_empty();
    Ok(may_bind && is_same_person(&known.name, name))
}

/// Whether an address that the Help Desk gives is on record for somebody else than the owner of an account.
pub(super) fn is_of_another(
    tx: &mut Tx<'_>,
    owned: AccountId,
    (email, clerk): (&EmailAddress, Option<AccountId>),
) -> Result<Result<(), Failure>, StoreError> {
    let Some(known) = persons::of_address(tx, email.as_str())? else { return Ok(Ok(())) };
    let own = worker::of_account(tx, owned)?;
    let row = account::get(tx, owned)?;
    let is_same = match own {
        Some(own) => own.id == known.id,
        None => match row {
            Some(row) => is_the_owner(tx, &known, &row.display_name, clerk)?,
            None => false,
        },
    };
    Ok(if is_same { Ok(()) } else { Err(OF_ANOTHER) })
}

/// The accounts of an account's owner, itself among them.
pub(crate) fn accounts_of_owner(tx: &mut Tx<'_>, id: AccountId) -> Result<Vec<AccountId>, StoreError> {
    match worker::of_account(tx, id)? {
        Some(owner) => worker::accounts_of(tx, owner.id),
        None => Ok(vec![id]),
    }
}

/// What was mailed to the address of before opens nothing any more.
fn take_links_back(tx: &mut Tx<'_>, id: AccountId) -> Result<(), StoreError> {
    for own in accounts_of_owner(tx, id)? {
        password_link::delete_of(tx, own)?;
        way_back::delete_of(tx, own)?;
        way_back::delete_code(tx, own)?;
    }
    Ok(())
}

/// Who of the Help Desk changed the address of an account's owner within [`HELD_BACK`], with all accounts of theirs.
pub(crate) fn changed_by(
    tx: &mut Tx<'_>,
    id: AccountId,
    now: Timestamp,
) -> Result<Vec<AccountId>, StoreError> {
    let since = now.saturating_sub(HELD_BACK).unwrap_or(Timestamp::MIN);
    let mut clerks = Vec::new();
    for own in accounts_of_owner(tx, id)? {
        for clerk in address_change::clerks(tx, own, since)? {
            clerks.extend(accounts_of_owner(tx, clerk)?);
        }
    }
    if let Some(clerk) = first_given_by(tx, id, now)? {
        clerks.extend(accounts_of_owner(tx, clerk)?);
    }
    Ok(clerks)
}

/// Who of the Help Desk gave an account its first address, as long as that is known: nobody reads at an address of before that one was
/// given, and a sign-in tells nothing either, since nothing of it is seen there.
fn first_given_by(tx: &mut Tx<'_>, id: AccountId, now: Timestamp) -> Result<Option<AccountId>, StoreError> {
    let Some(owner) = worker::of_account(tx, id)? else { return Ok(None) };
    let moved = persons::moved(tx, owner.id, now)?;
    Ok(moved.into_iter().find(|row| row.email_before.is_empty()).and_then(|row| row.clerk_id))
}

/// Refuses whoever changed the address of the account's owner so lately that another one helps.
pub(super) fn may_help(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: AccountId,
    now: Timestamp,
) -> Result<Result<(), Failure>, StoreError> {
    let Actor::Account { id: clerk, .. } = granted.actor() else { return Ok(Ok(())) };
    let is_held_back = changed_by(tx, id, now)?.contains(clerk);
    Ok(if is_held_back { Err(ANOTHER_CLERK) } else { Ok(()) })
}

pub(crate) const ANOTHER_CLERK: Failure = Failure::Rule(
    "The address of this account was changed within the last 72 hours, or its first one was given within 30 days. Until then \
     another clerk than the one who did that helps, on the page of the account.",
);

pub(super) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
