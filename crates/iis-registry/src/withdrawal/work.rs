//! Carrying out a withdrawal, a page of messages at a time.

use super::person::{Making, person_of, propose};
use crate::access::as_registry;
use crate::{Arrival, Context, Failure, senders};
use iis_model::access::Permission;
use iis_model::organization::Sender;
use iis_model::{MessageId, PersonId, SenderId, SourceRecordId};
use iis_store::withdrawal::{self, Cursor, Withdrawal};
use iis_store::{AuditEntry, Lane, Plan, UnitKey};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Messages looked at in one step.
const PAGE: i64 = 200;

/// A withdrawal under way. Two that work on the same one do no harm.
pub struct Work {
    making: Arc<Making>,
    cursor: Cursor,
    progress: Progress,
    /// Messages gone through that reported on a record.
    looked_at: i64,
}

/// How much of a withdrawal is carried out, in percent: less than 100 until it is whole.
pub fn percent(withdrawal: &Withdrawal) -> i64 {
    if &*withdrawal.state == "done" {
        return 100;
    }
    let looked_at = withdrawal.looked_at.unwrap_or(0);
    (looked_at * 100).checked_div(withdrawal.messages).unwrap_or(0).clamp(0, 99)
}

/// How far it came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Messages looked at.
    pub messages: u64,
    /// Persons computed again.
    pub persons: u64,
    /// Whether all is done.
    pub is_done: bool,
}

impl Work {
    /// Takes up a withdrawal that is not done; `None`: there is none.
    pub async fn take_up(cx: &Context, id: i64) -> Result<Option<Self>, Failure> {
        let Some(withdrawal) = super::get(cx, id).await?.filter(|one| &*one.state == "running") else {
            return Ok(None);
        };
        let senders: HashMap<SenderId, Arc<Sender>> =
            senders::list(cx).await?.into_iter().map(|sender| (sender.id, Arc::new(sender))).collect();
        let cursor = (withdrawal.sent_from, MessageId(i64::MIN));
        let making = Making { cx: cx.clone(), model: cx.matching.now(), withdrawal, senders };
        Ok(Some(Self { making: Arc::new(making), cursor, progress: Progress::default(), looked_at: 0 }))
    }

    /// Does the next page of messages.
    pub async fn step(&mut self, arrival: &Arrival) -> Result<Progress, Failure> {
        let (cx, cursor) = (&self.making.cx, self.cursor);
        let Withdrawal { id, sender_id, sent_until, .. } = self.making.withdrawal;
        let granted = as_registry(Permission::WithdrawReports);
        let page = cx.store.read(move |tx| {
            let rows = withdrawal::records(tx, &granted, sender_id, cursor, sent_until, PAGE)?;
            let mut persons: BTreeMap<PersonId, BTreeSet<SourceRecordId>> = BTreeMap::new();
            for record in rows.iter().filter_map(|(_, _, record)| *record) {
                if let Some(person) = person_of(tx, record)? {
                    persons.entry(person).or_default().insert(record);
                }
            }
            Ok((rows, persons))
        });
        let (rows, persons) = page.await?;
        let Some((at, message, _)) = rows.last() else {
            cx.store.write(Lane::Bulk, move |tx| withdrawal::finish(tx, id)).await?;
            self.progress.is_done = true;
            return Ok(self.progress);
        };
        self.cursor = (*at, *message);
        self.progress.messages += rows.len() as u64;
        let about = rows.iter().filter(|(_, _, record)| record.is_some()).count();
        for (person, records) in persons {
            self.settle(person, records, arrival).await?;
            self.progress.persons += 1;
        }
        self.looked_at += i64::try_from(about).unwrap_or(i64::MAX);
        let looked_at = self.looked_at;
        let cx = &self.making.cx;
        cx.store.write(Lane::Bulk, move |tx| withdrawal::looked_at(tx, id, looked_at)).await?;
        Ok(self.progress)
    }

    /// Marks what some records of a person hold, and computes the person again.
    async fn settle(
        &self,
        person: PersonId,
        records: BTreeSet<SourceRecordId>,
        arrival: &Arrival,
    ) -> Result<(), Failure> {
        let (making, arrival) = (Arc::clone(&self.making), *arrival);
        let applied = self.making.cx.store.propose_and_apply(Lane::Bulk, move |tx| {
            let key = key(making.withdrawal.id, person, &arrival);
            let mut plan = Plan::new(arrival.at, UnitKey::Once(key));
            if propose(&making, tx, person, &records, &arrival, &mut plan)? {
                let actor = iis_model::access::Actor::Registry;
                let channel = iis_model::access::Channel::Internal;
                let entry = AuditEntry::by(&actor, channel, making.action(), arrival.at).person(person);
                plan.audit.push(entry.detail(format!("withdrawal {}", making.withdrawal.id)));
            }
            Ok(plan)
        });
        applied.await?;
        Ok(())
    }

    /// Works to the end.
    pub async fn finish(
        &mut self,
        mut arrival: impl FnMut() -> Arrival,
        mut progress: impl FnMut(Progress),
    ) -> Result<Progress, Failure> {
        loop {
            let now = self.step(&arrival()).await?;
            progress(now);
            if now.is_done {
                return Ok(now);
            }
        }
    }
}

/// Of one step on one person.
fn key(withdrawal: i64, person: PersonId, arrival: &Arrival) -> [u8; 32] {
    let words = [withdrawal.cast_unsigned(), person.0.cast_unsigned(), arrival.random[0], arrival.random[1]];
    Sha256::new()
        .chain_update(b"withdrawal")
        .chain_update(words.map(u64::to_be_bytes).as_flattened())
        .finalize()
        .into()
}
