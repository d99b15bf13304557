//! Replays in the background: begun by somebody, carried out page by page, looked at while they run.
//!
//! What differs is kept beside the replay; the messages and the records stay as they are.

use super::list::Wanted;
use crate::access::as_registry;
use crate::exchange::replay::{Difference, Replay, Stored};
use crate::review::Deed;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Permission};
use iis_model::{MessageId, SenderId, Timestamp};
use iis_store::replay::{self, Advance, NewReplay, ReplayRow};
use iis_store::{AuditEntry, Change, Lane, Plan, StoreError, UnitKey, message};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Messages looked at in one step.
const PAGE: u16 = 100;
/// The most replays that are listed.
const MOST_LISTED: i64 = 100;

/// Which messages are replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Of this sender; of all, if none is named.
    pub sender_id: Option<SenderId>,
    /// Answered so: AA, AE or AR.
    pub ack: Option<Box<str>>,
    /// With a finding of this code.
    pub code: Option<Box<str>>,
    /// Received at or after.
    pub from: Timestamp,
    /// Received before.
    pub before: Timestamp,
}

/// A replay as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Row key.
    pub id: i64,
    /// When it was begun.
    pub at: Timestamp,
    /// By whom.
    pub actor: Box<str>,
    /// Which messages.
    pub asked: Asked,
    /// How it stands.
    pub state: State,
    /// How many messages there were when it was begun.
    pub messages: i64,
    /// How many were looked at.
    pub looked_at: i64,
    /// How many differ.
    pub differing: i64,
    /// What differs, counted.
    pub told: Counts,
}

/// How a replay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It goes on.
    Running,
    /// All messages were looked at.
    Done,
    /// Somebody ended it.
    Stopped,
}

/// What differs in a replay, counted by message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Answers that differ, `AE AA`: as it was, as it would be.
    pub acks: BTreeMap<Box<str>, i64>,
    /// By code: messages in which it would be found and was not.
    pub added: BTreeMap<Box<str>, i64>,
    /// By code: messages in which it was found and would not be.
    pub removed: BTreeMap<Box<str>, i64>,
    /// Messages that were refused and would be stored.
    pub stored_now: i64,
    /// Messages that were stored and would be refused.
    pub no_longer: i64,
    /// Messages that would go to another person.
    pub elsewhere: i64,
}

impl Counts {
    fn count(&mut self, difference: &Difference) {
        let Difference { acks: (was, would), added, removed, stored, .. } = difference;
        if was != would {
            *self.acks.entry(format!("{was} {would}").into()).or_default() += 1;
        }
        for (counts, findings) in [(&mut self.added, added), (&mut self.removed, removed)] {
            let mut codes: Vec<_> = findings.iter().map(|finding| &finding.code).collect();
            codes.sort_unstable();
            codes.dedup();
            for code in codes {
                *counts.entry(code.clone()).or_default() += 1;
            }
        }
        match stored {
            Stored::Alike => {}
            Stored::Now => self.stored_now += 1,
            Stored::NoLonger => self.no_longer += 1,
            Stored::Elsewhere => self.elsewhere += 1,
        }
    }
}

impl Replayed {
    fn of(row: ReplayRow) -> Option<Self> {
        let state = match &*row.state {
            "running" => State::Running,
            "stopped" => State::Stopped,
            _ => State::Done,
        };
        Some(Self {
            id: row.id,
            at: row.at,
            actor: row.actor,
            asked: serde_json::from_str(&row.asked).ok()?,
            state,
            messages: row.messages,
            looked_at: row.looked_at,
            differing: row.differing,
            told: serde_json::from_str(&row.told).unwrap_or_default(),
        })
    }

    /// How much of it is done, in percent: less than 100 until it is at its end.
    pub fn percent(&self) -> i64 {
        match self.state {
            State::Done => 100,
            _ => (self.looked_at * 100).checked_div(self.messages).unwrap_or(0).clamp(0, 99),
        }
    }
}

/// Begins a replay, carried out by [`Work`]. The same form again is the same replay. Returns its id.
pub async fn begin(cx: &Context, deed: Deed, asked: Asked) -> Result<i64, Failure> {
    let cx_ = cx.clone();
    let applied = cx.store.propose_and_apply(Lane::Web, move |tx| {
        let (id, at) = (cx_.store.ids().take()?, deed.arrival.at);
        let messages = message::count(tx, &deed.granted, &wanted(&asked, None).filter())?;
        let text = serde_json::to_string(&asked).unwrap_or_default().into();
        let mut plan = Plan::new(at, UnitKey::Once(deed.key));
        plan.changes.push(Change::Replay(NewReplay {
            id,
            at,
            actor: deed.actor().into(),
            asked: text,
            messages,
        }));
        let entry = AuditEntry::of(&deed.granted, at).action("begin-replay");
        plan.audit.push(entry.detail(format!("replay {id}: {messages} messages")));
        plan.reply = id.to_string().into_bytes().into();
        Ok(plan)
    });
    let reply = applied.await?.reply;
    let id = std::str::from_utf8(&reply).ok().and_then(|text| text.parse().ok());
    Ok(id.ok_or_else(|| StoreError::internal("a replay without its id"))?)
}

fn wanted(asked: &Asked, after: Option<(Timestamp, MessageId)>) -> Wanted {
    let Asked { sender_id, ack, code, from, before } = asked.clone();
    Wanted { sender_id, ack, code, control_id: None, from, before, after, limit: PAGE }
}

/// The latest replays, newest first.
pub async fn list(cx: &Context) -> Result<Vec<Replayed>, Failure> {
    let rows = cx.store.read(|tx| replay::list(tx, MOST_LISTED)).await?;
    Ok(rows.into_iter().filter_map(Replayed::of).collect())
}

/// One replay.
pub async fn get(cx: &Context, id: i64) -> Result<Option<Replayed>, Failure> {
    Ok(cx.store.read(move |tx| replay::get(tx, id)).await?.and_then(Replayed::of))
}

/// Those that are not at their end.
pub async fn running(cx: &Context) -> Result<Vec<i64>, Failure> {
    Ok(cx.store.read(replay::running).await?)
}

/// Ends a replay before its end; what it found so far stays.
pub async fn stop(cx: &Context, deed: Deed, id: i64) -> Result<(), Failure> {
    let stopped = cx.store.write(Lane::Web, move |tx| {
        replay::stop(tx, id)?;
        let entry = AuditEntry::of(&deed.granted, deed.arrival.at).action("stop-replay");
        tx.audit(&entry.detail(format!("replay {id}")))
    });
    Ok(stopped.await?)
}

/// The differences of a replay after the one of a number, each with its number. The look is audited.
pub async fn differences(
    cx: &Context,
    granted: Granted,
    (id, after, limit): (i64, i64, u16),
    arrival: Arrival,
) -> Result<Vec<(i64, Difference)>, Failure> {
    let rows = cx.store.disclose(move |tx| {
        let rows = replay::differences(tx, &granted, id, after, limit.into())?;
        let entry = AuditEntry::of(&granted, arrival.at).action("view-replay");
        let detail = format!("replay {id}: {} differences", rows.len());
        Ok((rows, vec![entry.detail(detail)]))
    });
    let read = |(n, body): (i64, Box<str>)| Some((n, serde_json::from_str(&body).ok()?));
    Ok(rows.await?.into_iter().filter_map(read).collect())
}

/// A replay under way. Two that work on the same one do no harm: what one has noted, the other does not note again.
pub struct Work {
    cx: Context,
    id: i64,
    replay: Replay,
    looked_at: i64,
    differing: i64,
    told: Counts,
}

impl Work {
    /// Takes up a replay where it is; `None`: it is not running.
    pub async fn take_up(cx: &Context, id: i64) -> Result<Option<Self>, Failure> {
        let row = cx.store.read(move |tx| replay::get(tx, id)).await?;
        let Some(row) = row.filter(|row| &*row.state == "running") else { return Ok(None) };
        let after = row.after_at.zip(row.after_id);
        let Some(known) = Replayed::of(row) else { return Ok(None) };
        let granted = as_registry(Permission::ReadMessages);
        let replay = Replay::begin(cx, granted, wanted(&known.asked, after)).await?;
        let Replayed { looked_at, differing, told, .. } = known;
        Ok(Some(Self { cx: cx.clone(), id, replay, looked_at, differing, told }))
    }

    /// Looks at the next messages and notes what differs; `false`: there are no more, or somebody ended it.
    pub async fn step(&mut self, arrival: Arrival) -> Result<bool, Failure> {
        let step = self.replay.step(arrival).await?;
        step.differences.iter().for_each(|difference| self.told.count(difference));
        let text = |difference: &Difference| serde_json::to_string(difference).unwrap_or_default().into();
        let advance = Advance {
            from: self.looked_at,
            differing: self.differing,
            messages: i64::try_from(step.messages).unwrap_or(i64::MAX),
            after: self.replay.after(),
            told: serde_json::to_string(&self.told).unwrap_or_default().into(),
            found: step.differences.iter().map(text).collect(),
            is_done: step.messages < u64::from(PAGE),
        };
        self.looked_at += advance.messages;
        self.differing += i64::try_from(advance.found.len()).unwrap_or(i64::MAX);
        let (id, is_done) = (self.id, advance.is_done);
        let noted = self.cx.store.write(Lane::Bulk, move |tx| replay::advance(tx, id, &advance)).await?;
        Ok(noted && !is_done)
    }
}
