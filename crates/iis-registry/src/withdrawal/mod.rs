//! Withdrawals: all that one sender sent between two moments is taken out of what counts, in one action that can be
//! taken back.
//!
//! Nothing that was sent is changed or removed: submissions and their rows are marked, what the registry believes of the
//! persons touched is computed again, and taking it back takes the marks off. Where a message that stands had only said
//! again what a withdrawn one said, it gets the rows of its own that it would have had. The action is one row, decided
//! and audited at once; it is carried out record by record, each person whole or not at all, and goes on after a crash.

mod again;
mod person;
mod work;

pub use iis_store::withdrawal::{Extent, Withdrawal};
pub use work::{Progress, Work, percent};

use crate::review::Deed;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{SenderId, Timestamp};
use iis_store::withdrawal::{self, NewWithdrawal};
use iis_store::{AuditEntry, Change, Lane, Plan, StoreError, Tx, UnitKey};

/// What is to be withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdraw {
    /// Whose messages.
    pub sender_id: SenderId,
    /// Received at or after.
    pub from: Timestamp,
    /// Received before.
    pub until: Timestamp,
}

/// The most withdrawals that are listed.
const MOST_LISTED: i64 = 100;

/// Says what a withdrawal would be about; nothing changes.
pub async fn rehearse(
    cx: &Context,
    granted: Granted,
    withdraw: Withdraw,
    arrival: Arrival,
) -> Result<Extent, Failure> {
    let counted = cx.store.disclose(move |tx| {
        let extent = extent(tx, &granted, withdraw)?;
        let entry = AuditEntry::of(&granted, arrival.at).action("rehearse-withdrawal");
        Ok((extent, vec![entry.detail(detail(withdraw, extent))]))
    });
    Ok(counted.await?)
}

/// Decides a withdrawal: it is written down and audited, and then carried out by [`Work`]. Returns its id.
pub async fn begin(cx: &Context, deed: Deed, withdraw: Withdraw) -> Result<i64, Failure> {
    let cx_ = cx.clone();
    let applied = cx.store.propose_and_apply(Lane::Web, move |tx| {
        let extent = extent(tx, &deed.granted, withdraw)?;
        decide(&cx_, &deed, withdraw, extent, None)
    });
    id_in(&applied.await?.reply)
}

/// Takes a withdrawal back; [`Work`] carries that out too. `None`: there is none to take back, or it was taken back already.
pub async fn take_back(cx: &Context, deed: Deed, id: i64) -> Result<Option<i64>, Failure> {
    let cx_ = cx.clone();
    let key = deed.key;
    let applied = cx.store.propose_and_apply(Lane::Web, move |tx| {
        let taken = withdrawal::get(tx, id)?.filter(can_be_taken_back);
        let Some(Withdrawal { sender_id, sent_from, sent_until, messages, records, persons, doses, .. }) =
            taken
        else {
            return Ok(Plan::new(deed.arrival.at, UnitKey::Once(key)));
        };
        let withdraw = Withdraw { sender_id, from: sent_from, until: sent_until };
        decide(&cx_, &deed, withdraw, Extent { messages, records, persons, doses }, Some(id))
    });
    let reply = applied.await?.reply;
    if reply.is_empty() { Ok(None) } else { id_in(&reply).map(Some) }
}

/// Whether a withdrawal is whole, stands, and takes back none itself.
pub fn can_be_taken_back(withdrawal: &Withdrawal) -> bool {
    withdrawal.inverse_of.is_none() && withdrawal.taken_back_by.is_none() && &*withdrawal.state == "done"
}

/// The latest withdrawals, newest first.
pub async fn list(cx: &Context) -> Result<Vec<Withdrawal>, Failure> {
    Ok(cx.store.read(|tx| withdrawal::list(tx, MOST_LISTED)).await?)
}

/// One withdrawal.
pub async fn get(cx: &Context, id: i64) -> Result<Option<Withdrawal>, Failure> {
    Ok(cx.store.read(move |tx| withdrawal::get(tx, id)).await?)
}

/// Those that are not carried out to their end.
pub async fn running(cx: &Context) -> Result<Vec<i64>, Failure> {
    Ok(cx.store.read(withdrawal::running).await?)
}

fn extent(tx: &mut Tx<'_>, granted: &Granted, withdraw: Withdraw) -> Result<Extent, StoreError> {
    withdrawal::extent(tx, granted, withdraw.sender_id, withdraw.from, withdraw.until)
}

fn decide(
    cx: &Context,
    deed: &Deed,
    withdraw: Withdraw,
    extent: Extent,
    inverse_of: Option<i64>,
) -> Result<Plan, StoreError> {
    let id = cx.store.ids().take()?;
    let mut plan = Plan::new(deed.arrival.at, UnitKey::Once(deed.key));
    plan.changes.push(Change::Withdrawal(NewWithdrawal {
        id,
        sender_id: withdraw.sender_id,
        sent_from: withdraw.from,
        sent_until: withdraw.until,
        at: deed.arrival.at,
        actor: deed.actor().into(),
        reason: deed.reason.clone(),
        inverse_of,
        extent,
    }));
    let action = if inverse_of.is_some() { "take-back-withdrawal" } else { "withdraw-reports" };
    let entry = AuditEntry::of(&deed.granted, deed.arrival.at).action(action);
    plan.audit.push(entry.detail(format!("withdrawal {id}: {}", detail(withdraw, extent))));
    plan.reply = id.to_string().into_bytes().into();
    Ok(plan)
}

fn detail(withdraw: Withdraw, extent: Extent) -> String {
    let Withdraw { sender_id, from, until } = withdraw;
    let Extent { messages, records, persons, doses } = extent;
    format!(
        "sender {sender_id}, received from {from} to before {until}: {messages} messages, {records} records, {persons} \
         persons, {doses} doses"
    )
}

fn id_in(reply: &[u8]) -> Result<i64, Failure> {
    let id = std::str::from_utf8(reply).ok().and_then(|text| text.parse().ok());
    Ok(id.ok_or_else(|| StoreError::internal("a withdrawal without its id"))?)
}
