//! Messages as received, with the reply that was given.

use crate::plan::UnitKey;
use crate::reach::{all_shown, shown, shows};
use crate::row::from_row;
use crate::select::Select;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{MessageId, PersonId, SenderId, SourceRecordId, Timestamp};

sql! {
    INSERT = "INSERT INTO message (id, sender_id, msh_3, msh_4, control_id, body_sha256, key_n, channel, received_at, \
              kind, profile, ack, body, reply, findings, source_record_id, revision, read_micros, checked_micros, micros) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    STORED_REPLY = "SELECT id, reply FROM message WHERE sender_id = $1 AND msh_3 = $2 AND msh_4 = $3 \
                    AND control_id = $4 AND body_sha256 = $5 AND key_n = 0";
    OTHER_BODY = "SELECT id FROM message WHERE sender_id = $1 AND msh_3 = $2 AND msh_4 = $3 AND control_id = $4 \
                  AND body_sha256 <> $5 AND key_n = 0 LIMIT 1";
    HELD = "SELECT id FROM message WHERE sender_id = $1 AND control_id = $2 LIMIT 1";
    GET = "SELECT m.id, m.sender_id, m.msh_3, m.msh_4, m.control_id, m.body_sha256, m.channel, m.received_at, m.kind, \
           m.profile, m.ack, m.body, m.reply, m.findings, m.source_record_id, m.revision, m.read_micros, \
           m.checked_micros, m.micros, a.micros \
           FROM message m LEFT JOIN message_answer a ON a.message_id = m.id WHERE m.id = $1";
    OF_PERSON = "SELECT m.id, m.sender_id, m.msh_4, m.control_id, m.channel, m.received_at, m.kind, m.profile, m.ack, \
                 m.source_record_id, m.micros, m.findings FROM link l JOIN submission u ON u.source_record_id = l.source_record_id \
                 JOIN message m ON m.id = u.message_id WHERE l.person_id = $1 \
                 AND NOT EXISTS (SELECT 1 FROM withheld_message z WHERE z.message_id = m.id) \
                 ORDER BY m.received_at DESC, m.id DESC LIMIT $2";
    VXU_BODIES = "SELECT id, received_at, body FROM message WHERE sender_id = $1 AND received_at >= $2 \
                  AND received_at < $4 AND kind = 'VXU' AND (received_at > $2 OR id > $3) \
                  ORDER BY received_at, id LIMIT $5";
}

/// The longest part of MSH-3, MSH-4 and MSH-10 that is kept for recognizing a message, in bytes. Longer ones still
/// differ by the hash of the body.
const KEY_TEXT_BYTES: usize = 250;

/// A message with its reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRow {
    /// Row key.
    pub id: MessageId,
    /// The sender, by its credential.
    pub sender_id: SenderId,
    /// Sending application.
    pub msh_3: Box<str>,
    /// Sending facility.
    pub msh_4: Box<str>,
    /// Control id.
    pub control_id: Box<str>,
    /// SHA-256 of the body.
    pub body_sha256: [u8; 32],
    /// The door: http, soap, mllp, batch.
    pub channel: Box<str>,
    /// When it came.
    pub received_at: Timestamp,
    /// VXU, QBP, ….
    pub kind: Box<str>,
    /// Z22, Z34, ….
    pub profile: Box<str>,
    /// AA, AE or AR.
    pub ack: Box<str>,
    /// As received.
    pub body: Box<[u8]>,
    /// As answered.
    pub reply: Box<[u8]>,
    /// The findings, as JSON.
    pub findings: Box<str>,
    /// The source record it reported on.
    pub source_record_id: Option<SourceRecordId>,
    /// The revision that it became.
    pub revision: Option<i64>,
    /// How long it took until it was read, in microseconds after receipt; none: it was not measured.
    pub read_micros: Option<i64>,
    /// Until it was checked.
    pub checked_micros: Option<i64>,
    /// Until the plan was made.
    pub micros: i64,
    /// Until what it changed was on disk and its reply was handed out. Never written with the message: it is known later.
    pub answered_micros: Option<i64>,
}
from_row!(MessageRow {
    id,
    sender_id,
    msh_3,
    msh_4,
    control_id,
    body_sha256,
    channel,
    received_at,
    kind,
    profile,
    ack,
    body,
    reply,
    findings,
    source_record_id,
    revision,
    read_micros,
    checked_micros,
    micros,
    answered_micros,
});

/// A message in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageSummary {
    /// Row key.
    pub id: MessageId,
    /// The sender.
    pub sender_id: SenderId,
    /// Sending facility.
    pub msh_4: Box<str>,
    /// Control id.
    pub control_id: Box<str>,
    /// The door.
    pub channel: Box<str>,
    /// When it came.
    pub received_at: Timestamp,
    /// VXU, QBP, ….
    pub kind: Box<str>,
    /// Z22, Z34, ….
    pub profile: Box<str>,
    /// AA, AE or AR.
    pub ack: Box<str>,
    /// The source record it reported on.
    pub source_record_id: Option<SourceRecordId>,
    /// How long it took, in microseconds.
    pub micros: i64,
    /// The findings, as JSON.
    pub findings: Box<str>,
}
from_row!(MessageSummary {
    id,
    sender_id,
    msh_4,
    control_id,
    channel,
    received_at,
    kind,
    profile,
    ack,
    source_record_id,
    micros,
    findings,
});

/// Which messages to list; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageFilter<'a> {
    /// Of this sender.
    pub sender_id: Option<SenderId>,
    /// With this acknowledgment.
    pub ack: Option<&'a str>,
    /// Received at or after.
    pub from: Option<Timestamp>,
    /// Received before.
    pub before: Option<Timestamp>,
    /// With this control id.
    pub control_id: Option<&'a str>,
    /// With a finding of this code.
    pub code: Option<&'a str>,
    /// After this one in the list, by moment and id.
    pub after: Option<(Timestamp, MessageId)>,
    /// The most messages wanted.
    pub limit: i64,
}

/// A message and the reply that was given to it.
pub type StoredReply = (MessageId, Box<[u8]>);

/// The reply given before to the message of this key, if there was one.
pub fn stored_reply(tx: &mut Tx<'_>, key: &UnitKey) -> Result<Option<StoredReply>, StoreError> {
    let UnitKey::Message { sender_id, msh_3, msh_4, control_id, body_sha256 } = key else { return Ok(None) };
    tx.one(&STORED_REPLY, vals![*sender_id, clipped(msh_3), clipped(msh_4), clipped(control_id), body_sha256])
}

/// A message of the same sender, application, facility and control id with another body: senders do use control ids
/// again, which is worth a warning.
pub fn with_other_body(tx: &mut Tx<'_>, key: &UnitKey) -> Result<Option<MessageId>, StoreError> {
    let UnitKey::Message { sender_id, msh_3, msh_4, control_id, body_sha256 } = key else { return Ok(None) };
    tx.one(&OTHER_BODY, vals![*sender_id, clipped(msh_3), clipped(msh_4), clipped(control_id), body_sha256])
}

/// Whether a message of a sender with this control id is held. One look through what is indexed of the sender.
pub fn is_held(tx: &mut Tx<'_>, sender: SenderId, control_id: &str) -> Result<bool, StoreError> {
    let found: Option<MessageId> = tx.one(&HELD, vals![sender, clipped(control_id)])?;
    Ok(found.is_some())
}

/// The message of this id.
pub fn get(tx: &mut Tx<'_>, granted: &Granted, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
    let found = tx.one(&GET, vals![id])?;
    Ok(shown(tx, granted, found))
}

/// Messages that pass the filter, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    granted: &Granted,
    filter: &MessageFilter<'_>,
) -> Result<Vec<MessageSummary>, StoreError> {
    let mut select = passing(
        "SELECT id, sender_id, msh_4, control_id, channel, received_at, kind, profile, ack, source_record_id, micros, \
         findings FROM message WHERE 1 = 1",
        filter,
    );
    if let Some((at, id)) = filter.after {
        select =
            select.and("received_at <= ?", at).value(" AND (received_at < ?", at).value(" OR id < ?)", id);
    }
    let select = select.plain(" ORDER BY received_at DESC, id DESC").value(" LIMIT ?", filter.limit);
    let found = tx.select(&select)?;
    Ok(all_shown(tx, granted, found))
}

/// How many messages pass the filter, wherever in the list it begins.
pub fn count(tx: &mut Tx<'_>, _granted: &Granted, filter: &MessageFilter<'_>) -> Result<i64, StoreError> {
    let counted: Vec<i64> = tx.select(&passing("SELECT COUNT(*) FROM message WHERE 1 = 1", filter))?;
    Ok(counted.first().copied().unwrap_or(0))
}

fn passing<'a>(head: &'static str, filter: &MessageFilter<'a>) -> Select<'a> {
    Select::new(head)
        .and_if("sender_id = ?", filter.sender_id)
        .and_if("ack = ?", filter.ack)
        .and_if("received_at >= ?", filter.from)
        .and_if("received_at < ?", filter.before)
        .and_if("control_id = ?", filter.control_id)
        .and_if("findings LIKE ?", filter.code.map(|code| format!("%\"c\":\"{code}\"%")))
}

/// A submission as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBody {
    /// Row key.
    pub id: MessageId,
    /// When it came.
    pub received_at: Timestamp,
    /// As received.
    pub body: Box<[u8]>,
}
from_row!(StoredBody { id, received_at, body });

/// Submissions of a sender received after a message and before a moment, in the order in which they came.
pub fn vxu_bodies(
    tx: &mut Tx<'_>,
    granted: &Granted,
    sender: SenderId,
    (at, after): (Timestamp, MessageId),
    before: Timestamp,
    limit: i64,
) -> Result<Vec<StoredBody>, StoreError> {
    let found = tx.all(&VXU_BODIES, vals![sender, at, after, before, limit])?;
    Ok(all_shown(tx, granted, found))
}

/// The latest messages about a person, newest first.
pub fn of_person(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    limit: i64,
) -> Result<Vec<MessageSummary>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&OF_PERSON, vals![id, limit])
}

/// Adds the message. With a key it is refused by `message_key` when it came before; without one it is only logged.
pub(crate) fn insert(tx: &mut Tx<'_>, row: &MessageRow, keyed: bool) -> Result<(), StoreError> {
    let key_n = if keyed { 0 } else { row.id.0 };
    tx.exec(
        &INSERT,
        vals![
            row.id,
            row.sender_id,
            clipped(&row.msh_3),
            clipped(&row.msh_4),
            clipped(&row.control_id),
            &row.body_sha256,
            key_n,
            &row.channel,
            row.received_at,
            &row.kind,
            &row.profile,
            &row.ack,
            &row.body,
            &row.reply,
            &row.findings,
            row.source_record_id,
            row.revision,
            row.read_micros,
            row.checked_micros,
            row.micros
        ],
    )
}

fn clipped(text: &str) -> &str {
    &text[..text.floor_char_boundary(KEY_TEXT_BYTES)]
}
