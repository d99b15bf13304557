//! Replay: stored messages against the rules of today, as a dry run. The plan is looked at instead of applied.
//!
//! A message is read as of the day on which it came, so that what differs is what the rules, the code sets, the agreement
//! with the sender or the stored records make different, not the calendar.

use super::submit::Unit;
use super::{Received, gate, header, read_options};
use crate::messages::{KeptFinding, Wanted, kept};
use crate::{Arrival, Context, Failure, senders};
use iis_hl7::Request;
use iis_hl7::segments::msa::Acknowledgment;
use iis_model::access::{Channel, Granted};
use iis_model::organization::Sender;
use iis_model::{Findings, MessageId, PersonId, SenderId, Timestamp};
use iis_store::message::{self, MessageRow};
use iis_store::{AuditEntry, Change, Plan, link};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// A message whose answer would differ today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The message.
    pub id: MessageId,
    /// When it came.
    pub received_at: Timestamp,
    /// Its control id.
    pub control_id: Box<str>,
    /// The sender's name.
    pub sender: Box<str>,
    /// MSA-1 as it was, and as it would be.
    pub acks: (Box<str>, Box<str>),
    /// What would be found now, and was not.
    pub added: Vec<KeptFinding>,
    /// What was found, and would not be now.
    pub removed: Vec<KeptFinding>,
    /// What would become of it instead.
    pub stored: Stored,
}

/// What would become of a message, beside what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stored {
    /// The same.
    Alike,
    /// It was refused, and would be stored now.
    Now,
    /// It was stored, and would be refused now.
    NoLonger,
    /// It would go to another person than its record belongs to.
    Elsewhere,
}

/// A replay under way.
pub struct Replay {
    cx: Context,
    granted: Granted,
    senders: HashMap<SenderId, Arc<Sender>>,
    wanted: Wanted,
}

/// What one step looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Messages; 0: there are no more.
    pub messages: u64,
    /// Those that differ.
    pub differences: Vec<Difference>,
}

/// What a message would be answered with today.
struct Today {
    ack: &'static str,
    findings: Vec<KeptFinding>,
    /// The person to whom it would go.
    person: Option<PersonId>,
}

impl Replay {
    /// Begins: the messages that are wanted, newest first, so many a step.
    pub async fn begin(cx: &Context, granted: Granted, wanted: Wanted) -> Result<Self, Failure> {
        let senders =
            senders::list(cx).await?.into_iter().map(|sender| (sender.id, Arc::new(sender))).collect();
        Ok(Self { cx: cx.clone(), granted, senders, wanted })
    }

    /// The place in the list up to which it came.
    pub(crate) fn after(&self) -> Option<(Timestamp, MessageId)> {
        self.wanted.after
    }

    /// Looks at the next messages. The look is audited.
    pub async fn step(&mut self, arrival: Arrival) -> Result<Replayed, Failure> {
        let (granted, wanted) = (self.granted.clone(), self.wanted.clone());
        let read = self.cx.store.disclose(move |tx| {
            let mut rows = Vec::new();
            for listed in message::list(tx, &granted, &wanted.filter())? {
                let Some(row) = message::get(tx, &granted, listed.id)? else { continue };
                let person = match row.source_record_id {
                    Some(record) => link::person_of(tx, &granted, record)?,
                    None => None,
                };
                rows.push((row, person));
            }
            let entry = AuditEntry::of(&granted, arrival.at).action("replay-messages");
            let detail = format!("{} messages", rows.len());
            Ok((rows, vec![entry.detail(detail)]))
        });
        let rows = read.await?;
        self.wanted.after = rows.last().map(|(row, _)| (row.received_at, row.id)).or(self.wanted.after);
        let mut replayed = Replayed { messages: rows.len() as u64, differences: Vec::new() };
        for (row, person) in rows {
            let Some(sender) = self.senders.get(&row.sender_id).cloned() else { continue };
            let today = today(&self.cx, &sender, &row).await?;
            replayed.differences.extend(difference(&row, person, &sender, &today));
        }
        Ok(replayed)
    }
}

async fn today(cx: &Context, sender: &Arc<Sender>, row: &MessageRow) -> Result<Today, Failure> {
    let day = row.received_at.to_zoned(cx.identity.zone.clone()).date();
    let received = Received {
        bytes: row.body.clone().into(),
        sender: Arc::clone(sender),
        channel: channel(&row.channel),
        arrival: Arrival {
            at: row.received_at,
            today: day,
            random: [row.id.0.cast_unsigned(); 4],
            from: None,
            once: None,
        },
        once: None,
    };
    let (request, mut findings) = gate(cx, &received);
    match request {
        Some(Request::Vxu) => match Unit::read(cx, received, findings, &cx.stopwatch.start()) {
            Ok(unit) => Ok(Today::of_plan(&cx.store.propose(move |tx| unit.propose(tx)).await?)),
            Err(refused) => Ok(Today::of(&refused.findings)),
        },
        Some(Request::Query(_)) => {
            let (message, _) = iis_hl7::parse(&received.bytes);
            iis_hl7::query::read(&message, &read_options(cx, sender), &mut findings);
            Ok(Today::of(&findings))
        }
        None => {
            header(cx, &received);
            Ok(Today::of(&findings))
        }
    }
}

impl Today {
    fn of(findings: &Findings) -> Self {
        let kept = |f: &iis_model::Finding| KeptFinding {
            code: f.code.into(),
            severity: f.severity,
            place: f.place,
        };
        Self {
            ack: Acknowledgment::of(findings).code(),
            findings: findings.iter().map(kept).collect(),
            person: None,
        }
    }

    fn of_plan(plan: &Plan) -> Self {
        let new = plan.changes.iter().find_map(|change| match change {
            Change::NewPerson(person) => Some(person.id),
            _ => None,
        });
        let ack = plan.message.as_ref().map_or("", |row| &row.ack);
        Self {
            ack: ["AA", "AE", "AR"].into_iter().find(|known| *known == ack).unwrap_or_default(),
            findings: plan.message.as_ref().map(|row| kept::findings(&row.findings)).unwrap_or_default(),
            person: new.or(plan.touched.first().copied()),
        }
    }
}

/// What differs; `None`: nothing. A query is compared by its form alone: whom it finds changes with the records.
fn difference(
    row: &MessageRow,
    person: Option<PersonId>,
    sender: &Sender,
    today: &Today,
) -> Option<Difference> {
    let before = kept::findings(&row.findings);
    let missing = |one: &[KeptFinding], other: &[KeptFinding]| {
        one.iter().filter(|finding| !other.contains(finding)).cloned().collect::<Vec<_>>()
    };
    let stored = match (person, today.person) {
        (None, Some(_)) => Stored::Now,
        (Some(_), None) => Stored::NoLonger,
        (Some(is), Some(would)) if is != would => Stored::Elsewhere,
        _ => Stored::Alike,
    };
    let difference = Difference {
        id: row.id,
        received_at: row.received_at,
        control_id: row.control_id.clone(),
        sender: sender.name.clone(),
        acks: (row.ack.clone(), if &*row.kind == "QBP" { row.ack.clone() } else { today.ack.into() }),
        added: missing(&today.findings, &before),
        removed: if &*row.kind == "QBP" { Vec::new() } else { missing(&before, &today.findings) },
        stored,
    };
    let is_alike = difference.acks.0 == difference.acks.1
        && difference.added.is_empty()
        && difference.removed.is_empty()
        && difference.stored == Stored::Alike;
    (!is_alike).then_some(difference)
}

fn channel(word: &str) -> Channel {
    [Channel::Soap, Channel::Mllp, Channel::Batch]
        .into_iter()
        .find(|one| one.word() == word)
        .unwrap_or(Channel::Http)
}
