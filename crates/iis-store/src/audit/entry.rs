//! What an audit row says: who, through what, did what, on whose record, why, when, with what result.

use crate::row::from_row;
use iis_model::access::{Actor, Channel, Granted};
use iis_model::{MessageId, PersonId, SiteId, Timestamp};
use std::borrow::Cow;
use std::net::IpAddr;

/// The mark of what was done by standing in for another.
const AS_BACKUP: &str = "as backup";

/// An audit row before it has its place in a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// The kind of the actor: account, sender, registry, nobody.
    pub actor_kind: Cow<'static, str>,
    /// The actor's name.
    pub actor: Box<str>,
    /// How the actor came in.
    pub channel: Cow<'static, str>,
    /// What was done.
    pub action: Cow<'static, str>,
    /// On whose record.
    pub person_id: Option<PersonId>,
    /// By which message.
    pub message_id: Option<MessageId>,
    /// Why, where a purpose was given.
    pub purpose: Box<str>,
    /// How it ended: done, refused, none found.
    pub result: Cow<'static, str>,
    /// More, without patient values: counts, ids, settings.
    pub detail: Box<str>,
    /// The sites at which it was done by standing in for another (S-50); the row is marked, and listed to that other.
    pub stands_in_at: Box<[SiteId]>,
    /// From which network address it came, where nobody was signed in who could be asked: written behind the detail.
    pub from: Option<IpAddr>,
}

impl AuditEntry {
    /// A row about what was granted; the result is "done" until another is set.
    pub fn of(granted: &Granted, at: Timestamp) -> Self {
        let row = Self::by(granted.actor(), granted.channel(), granted.permission().code(), at);
        Self { purpose: granted.purpose().into(), stands_in_at: granted.stands_in_at().into(), ..row }
    }

    /// A row about something that takes no permission: signing in and out, a message of no record.
    pub fn by(actor: &Actor, channel: Channel, action: &'static str, at: Timestamp) -> Self {
        let (kind, name) = actor.label();
        Self {
            at,
            actor_kind: kind.into(),
            actor: name.into(),
            channel: channel.word().into(),
            action: action.into(),
            person_id: None,
            message_id: None,
            purpose: "".into(),
            result: "done".into(),
            detail: "".into(),
            stands_in_at: Box::default(),
            from: None,
        }
    }

    /// At this site: whoever stands in for another at other sites does not do so here.
    #[must_use]
    pub fn at_site(mut self, site: SiteId) -> Self {
        if !self.stands_in_at.is_empty() {
            self.stands_in_at = self.stands_in_at.iter().copied().filter(|own| *own == site).collect();
        }
        self
    }

    /// From this network address.
    #[must_use]
    pub fn sent_from(mut self, address: Option<IpAddr>) -> Self {
        self.from = address;
        self
    }

    /// The detail as it is written: with the mark of a deed that was done as backup, and with where it came from.
    pub(crate) fn marked_detail(&self) -> Cow<'_, str> {
        if self.stands_in_at.is_empty() && self.from.is_none() {
            return Cow::Borrowed(&self.detail);
        }
        let backup = (!self.stands_in_at.is_empty()).then(|| AS_BACKUP.to_owned());
        let detail = (!self.detail.is_empty()).then(|| self.detail.to_string());
        let from = self.from.map(|address| format!("from {}", address.to_canonical()));
        let parts: Vec<String> = backup.into_iter().chain(detail).chain(from).collect();
        Cow::Owned(parts.join("; "))
    }

    /// On this person's record.
    #[must_use]
    pub fn person(mut self, id: PersonId) -> Self {
        self.person_id = Some(id);
        self
    }

    /// By this message.
    #[must_use]
    pub fn message(mut self, id: MessageId) -> Self {
        self.message_id = Some(id);
        self
    }

    /// With this action instead of the permission's name.
    #[must_use]
    pub fn action(mut self, action: &'static str) -> Self {
        self.action = action.into();
        self
    }

    /// With this result.
    #[must_use]
    pub fn result(mut self, result: &'static str) -> Self {
        self.result = result.into();
        self
    }

    /// With this detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Box<str>>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// An audit row in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The chain: one for each writing connection.
    pub chain_id: i64,
    /// The place in the chain, from 1.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// The kind of the actor.
    pub actor_kind: Box<str>,
    /// The actor's name.
    pub actor: Box<str>,
    /// How the actor came in.
    pub channel: Box<str>,
    /// What was done.
    pub action: Box<str>,
    /// On whose record.
    pub person_id: Option<PersonId>,
    /// By which message.
    pub message_id: Option<MessageId>,
    /// Why.
    pub purpose: Box<str>,
    /// How it ended.
    pub result: Box<str>,
    /// More.
    pub detail: Box<str>,
    /// The hash of the row before, zeros for the first.
    pub prev: [u8; 32],
    /// The hash of `prev` and this row.
    pub hash: [u8; 32],
}

from_row!(AuditRow {
    chain_id,
    n,
    at,
    actor_kind,
    actor,
    channel,
    action,
    person_id,
    message_id,
    purpose,
    result,
    detail,
    prev,
    hash,
});
