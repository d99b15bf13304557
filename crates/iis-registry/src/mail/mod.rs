//! Mail: letters are written in the transaction that is their reason, and leave afterwards.
//!
//! Whoever has a reason makes a [`Letter`] and adds its row with [`iis_store::outbox::insert`]. The server takes letters
//! one by one ([`next`]), hands them to a mail server, and says how that went ([`report`]). A letter that is taken and
//! whose server dies meanwhile is taken again: it may arrive twice, and never not at all.

mod backoff;
mod letter;
mod on_record;
mod texts;
mod way_in;

pub use backoff::{MOST_TRIES, pause_after};
pub use letter::{Code, Letter, Link};
pub use on_record::{Corrector, OnRecord};
pub use way_in::WayIn;

use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{EmailAddress, Timestamp};
use iis_store::outbox::{self, MailRow, NewMail};
use iis_store::{AuditEntry, Lane, StoreError, Tx, letter_ask};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

/// A letter under way is taken for lost after this time.
pub const UNDER_WAY: SignedDuration = SignedDuration::from_mins(5);

/// How an attempt to hand a letter over ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// The mail server took it.
    Sent,
    /// There is no mail server: the built-in mailbox of a demonstration keeps it.
    Kept,
    /// Not now; in the words of a protocol, never the letter's.
    Later(Box<str>),
    /// Not ever: the mail server refused it for good.
    Refused(Box<str>),
}

/// Writes a letter that has no other reason: the test of mail.
pub async fn post(
    cx: &Context,
    granted: &Granted,
    to: &EmailAddress,
    letter: &Letter,
    arrival: Arrival,
) -> Result<(), Failure> {
    let mail = letter.to(cx, to, arrival.at)?;
    let entry =
        AuditEntry::of(granted, arrival.at).action("send-mail").detail(format!("letter {}", mail.kind));
    let posted = cx.store.write(Lane::Web, move |tx| {
        outbox::insert(tx, &mail)?;
        tx.audit(&entry)
    });
    Ok(posted.await?)
}

/// The most letters of a kind that anybody can have written to an address within [`KNOCKING`].
const MOST_KNOCKS: i64 = 5;
/// The most letters about one thing that are written to an address within [`KNOCKING`] because they are asked for again.
const MOST_AGAIN: i64 = 3;
/// See [`MOST_KNOCKS`].
const KNOCKING: SignedDuration = SignedDuration::from_hours(1);

/// Adds a letter that somebody who is not signed in brought about. Beyond a few within an hour it is left out, so that
/// nobody's mail can be flooded from the public pages; the page answers the same. False: it was left out.
pub(crate) fn knock(tx: &mut Tx<'_>, mail: &NewMail) -> Result<bool, StoreError> {
    let since = mail.created_at.saturating_sub(KNOCKING).unwrap_or(Timestamp::MIN);
    if outbox::written_to(tx, &mail.recipient, mail.kind, since)? >= MOST_KNOCKS {
        return Ok(false);
    }
    outbox::insert(tx, mail)?;
    Ok(true)
}

/// Notes that somebody who is not signed in asks for a letter of a kind to an address, and says whether one may leave: not
/// beyond so many within an hour. Asks are counted whether or not a letter follows, so that the answer tells nobody what is
/// there.
pub(crate) fn may_ask(
    tx: &mut Tx<'_>,
    cx: &Context,
    to: &EmailAddress,
    kind: &str,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let since = at.saturating_sub(KNOCKING).unwrap_or(Timestamp::MIN);
    let recipient = Sha256::digest(to.as_str().as_bytes()).into();
    letter_ask::delete_before(tx, since)?;
    if letter_ask::since(tx, &recipient, kind, since)? >= MOST_KNOCKS {
        return Ok(false);
    }
    letter_ask::insert(tx, cx.store.ids().take()?, &recipient, kind, at)?;
    Ok(true)
}

/// Adds a letter about one thing that somebody asks to have sent again, at most so many within an hour. False: it was left
/// out.
pub(crate) fn send_again(tx: &mut Tx<'_>, mail: &NewMail) -> Result<bool, StoreError> {
    let since = mail.created_at.saturating_sub(KNOCKING).unwrap_or(Timestamp::MIN);
    if outbox::written_about(tx, mail, since)? >= MOST_AGAIN {
        return Ok(false);
    }
    outbox::insert(tx, mail)?;
    Ok(true)
}

/// Takes the next letter whose time has come.
pub async fn next(cx: &Context, now: Timestamp) -> Result<Option<MailRow>, Failure> {
    let until = now.saturating_add(UNDER_WAY).unwrap_or(Timestamp::MAX);
    Ok(cx.store.write(Lane::Web, move |tx| outbox::claim(tx, now, until)).await?)
}

/// Says how the attempt ended.
pub async fn report(cx: &Context, mail: &MailRow, handed: Handed, now: Timestamp) -> Result<(), Failure> {
    let mail = mail.clone();
    let reported = cx.store.write(Lane::Web, move |tx| match &handed {
        Handed::Sent => outbox::left(tx, &mail, "sent", now, !mail.holds_secret),
        Handed::Kept => outbox::left(tx, &mail, "kept", now, true),
        Handed::Later(trouble) => outbox::failed(tx, &mail, pause_after(mail.attempts, now), trouble),
        Handed::Refused(trouble) => outbox::failed(tx, &mail, None, trouble),
    });
    reported.await?;
    Ok(())
}

/// The latest letters, before this place in the list.
pub async fn list(
    cx: &Context,
    before: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<MailRow>, Failure> {
    let before = before.unwrap_or((Timestamp::MAX, i64::MAX));
    Ok(cx.store.read(move |tx| outbox::list(tx, before, limit)).await?)
}

/// How many letters there are in each state.
pub async fn counts(cx: &Context) -> Result<Vec<(Box<str>, i64)>, Failure> {
    Ok(cx.store.read(outbox::counts).await?)
}

/// Has a letter that was given up tried again; false: it was not given up.
pub async fn again(cx: &Context, granted: &Granted, id: i64, arrival: Arrival) -> Result<bool, Failure> {
    let entry = AuditEntry::of(granted, arrival.at).action("send-mail-again").detail(format!("letter {id}"));
    let tried = cx.store.write(Lane::Web, move |tx| {
        let tried = outbox::again(tx, id, arrival.at)?;
        if tried {
            tx.audit(&entry)?;
        }
        Ok(tried)
    });
    Ok(tried.await?)
}
