//! The list of messages.

use super::Envelope;
use super::kept::{KeptFinding, findings};
use crate::directory::directory;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{MessageId, SenderId, Timestamp};
use iis_store::AuditEntry;
use iis_store::message::{self, MessageFilter};

/// Which messages are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of this sender.
    pub sender_id: Option<SenderId>,
    /// Answered so: AA, AE or AR.
    pub ack: Option<Box<str>>,
    /// With a finding of this code.
    pub code: Option<Box<str>>,
    /// With this control id.
    pub control_id: Option<Box<str>>,
    /// Received at or after.
    pub from: Timestamp,
    /// Received before.
    pub before: Timestamp,
    /// After this one in the list.
    pub after: Option<(Timestamp, MessageId)>,
    /// At most so many.
    pub limit: u16,
}

impl Wanted {
    /// As the store asks for them.
    pub(crate) fn filter(&self) -> MessageFilter<'_> {
        MessageFilter {
            sender_id: self.sender_id,
            ack: self.ack.as_deref(),
            from: Some(self.from),
            before: Some(self.before),
            control_id: self.control_id.as_deref(),
            code: self.code.as_deref(),
            after: self.after,
            limit: self.limit.into(),
        }
    }
}

/// A message in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What is known of it from outside.
    pub envelope: Envelope,
    /// What was found.
    pub findings: Vec<KeptFinding>,
}

/// Lists messages, newest first. Nothing in the list is about a person; looking at it is audited all the same.
pub async fn list(
    cx: &Context,
    granted: Granted,
    wanted: Wanted,
    arrival: Arrival,
) -> Result<Vec<Listed>, Failure> {
    let names = directory(cx, &arrival).await?;
    let listed = cx.store.disclose(move |tx| {
        let rows = message::list(tx, &granted, &wanted.filter())?;
        let listed: Vec<_> = rows
            .into_iter()
            .map(|row| Listed {
                findings: findings(&row.findings),
                envelope: Envelope {
                    id: row.id,
                    received_at: row.received_at,
                    sender: names.sender(row.sender_id).into(),
                    facility: row.msh_4,
                    control_id: row.control_id,
                    kind: row.kind,
                    channel: row.channel,
                    ack: row.ack,
                },
            })
            .collect();
        let entry = AuditEntry::of(&granted, arrival.at).action("list-messages");
        let detail = format!("{} messages listed", listed.len());
        Ok((listed, vec![entry.detail(detail)]))
    });
    Ok(listed.await?)
}
