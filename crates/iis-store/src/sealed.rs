//! Identities that were replaced (adoption, sealing, change of name): what was reported of them is put away, so that
//! nothing of it is found, shown, compared or printed. Lawful erasure from what is reported (decision 0043).

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, consolidated, person};
use iis_model::access::Granted;
use iis_model::{Demographics, MessageId, PersonId, RegistryNumber, SourceRecordId, Timestamp};
use serde::{Deserialize, Serialize};

sql! {
    INSERT = "INSERT INTO sealed_identity (id, person_id, at, actor, event, former) VALUES ($1, $2, $3, $4, $5, $6)";
    OF_PERSON = "SELECT id, person_id, at, actor, event, former FROM sealed_identity WHERE person_id = $1 ORDER BY at, id";
    MOVE_SUBMISSIONS = "INSERT INTO sealed_submission (source_record_id, revision, sealed_id, demographics) \
                        SELECT d.source_record_id, d.revision, i.id, d.demographics FROM sealed_identity i \
                        JOIN link l ON l.person_id = i.person_id \
                        JOIN submission_person d ON d.source_record_id = l.source_record_id WHERE i.id = $1";
    DELETE_SUBMISSIONS = "DELETE FROM submission_person WHERE source_record_id IN \
                          (SELECT source_record_id FROM link WHERE person_id = $1)";
    DELETE_VIEWS = "DELETE FROM source_view WHERE source_record_id IN \
                    (SELECT source_record_id FROM link WHERE person_id = $1)";
    LAST_OF_RECORD = "SELECT demographics FROM sealed_submission WHERE source_record_id = $1 \
                      ORDER BY revision DESC LIMIT 1";
    OF_RECORDS = "SELECT DISTINCT i.event, x.demographics FROM link l \
                  JOIN sealed_submission x ON x.source_record_id = l.source_record_id \
                  JOIN sealed_identity i ON i.id = x.sealed_id WHERE l.person_id = $1";
    SUBMISSIONS = "SELECT source_record_id, revision, demographics FROM sealed_submission WHERE sealed_id = $1 \
                   ORDER BY source_record_id, revision";
    REPORTED_BY = "INSERT INTO sealed_message (message_id) SELECT DISTINCT u.message_id FROM link l \
                   JOIN submission u ON u.source_record_id = l.source_record_id \
                   WHERE l.person_id = $1 AND u.message_id IS NOT NULL \
                   AND NOT EXISTS (SELECT 1 FROM sealed_message z WHERE z.message_id = u.message_id)";
    ABOUT = "INSERT INTO sealed_message (message_id) SELECT DISTINCT a.message_id FROM audit a \
             WHERE a.person_id = $1 AND a.message_id IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM sealed_message z WHERE z.message_id = a.message_id)";
    SEAL_MESSAGE = "INSERT INTO sealed_message (message_id) VALUES ($1)";
    IS_SEALED_MESSAGE = "SELECT message_id FROM sealed_message WHERE message_id = $1";
    NUMBERS = "SELECT number FROM registry_number WHERE person_id = $1 ORDER BY number";
    FORGET_NUMBERS = "DELETE FROM registry_number WHERE person_id = $1";
    NEW_NUMBER = "INSERT INTO registry_number (number, person_id) VALUES ($1, $2)";
    TAKE_NUMBER = "UPDATE person SET registry_number = $2 WHERE id = $1";
    SETTLE = "UPDATE person SET status = 'active' WHERE id = $1 AND status = 'provisional'";
    REVOKE = "INSERT INTO revoked_document (document_id, at, actor, reason) SELECT d.id, i.at, i.actor, 'sealed' \
              FROM sealed_identity i JOIN registry_number r ON r.person_id = i.person_id \
              JOIN printed_document d ON d.registry_number = r.number WHERE i.id = $1 \
              AND NOT EXISTS (SELECT 1 FROM revoked_document v WHERE v.document_id = d.id)";
    FORMS = "SELECT id, signed_by, reference FROM opting_out WHERE registry_number = $1 ORDER BY id";
    MOVE_FORMS = "UPDATE opting_out SET registry_number = $2, signed_by = '', reference = '' WHERE registry_number = $1";
}

/// An identity to be put away, and the number that the person goes by from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing {
    /// Row key.
    pub id: i64,
    /// Whose.
    pub person_id: PersonId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Box<str>,
    /// Why: a word of the layout.
    pub event: Box<str>,
    /// Drawn at random.
    pub new_number: RegistryNumber,
}

/// What is put away of a person besides what was reported.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// The numbers that led to the person.
    pub numbers: Vec<RegistryNumber>,
    /// Of forms of opting out: row, signer, where the paper is filed.
    pub forms: Vec<(i64, Box<str>, Box<str>)>,
}

/// An identity that was put away.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedIdentity {
    /// Row key.
    pub id: i64,
    /// Whose.
    pub person_id: PersonId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Box<str>,
    /// Why.
    pub event: Box<str>,
    /// [`Former`], as JSON.
    pub former: Box<str>,
}
from_row!(SealedIdentity { id, person_id, at, actor, event, former });

/// What a source record said of an identity that was put away.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSubmission {
    /// The source record.
    pub source_record_id: SourceRecordId,
    /// Which revision.
    pub revision: i64,
    /// What it said, as JSON.
    pub demographics: Box<str>,
}
from_row!(SealedSubmission { source_record_id, revision, demographics });

/// Puts away what is reported, found, printed and kept of a person's identity. Doses stay. `keys` are the person's match
/// keys. What the registry believes has to be computed anew in the same transaction.
pub fn seal(tx: &mut Tx<'_>, _granted: &Granted, row: &Sealing, keys: &[i64]) -> Result<(), StoreError> {
    let id = row.person_id;
    let mut former = Former { numbers: tx.all(&NUMBERS, vals![id])?, forms: Vec::new() };
    for number in &former.numbers {
        former.forms.extend(tx.all::<(i64, Box<str>, Box<str>)>(&FORMS, vals![*number])?);
    }
    let kept = crate::json::text(&former)?;
    tx.exec(&INSERT, vals![row.id, id, row.at, &row.actor, &row.event, kept])?;
    put_messages_away(tx, id)?;
    tx.exec(&MOVE_SUBMISSIONS, vals![row.id])?;
    tx.exec(&DELETE_SUBMISSIONS, vals![id])?;
    tx.exec(&DELETE_VIEWS, vals![id])?;
    tx.exec(&REVOKE, vals![row.id])?;
    for number in &former.numbers {
        tx.exec(&MOVE_FORMS, vals![*number, row.new_number])?;
    }
    tx.exec(&FORGET_NUMBERS, vals![id])?;
    tx.exec(&NEW_NUMBER, vals![row.new_number, id])?;
    tx.exec(&TAKE_NUMBER, vals![id, row.new_number])?;
    tx.exec(&SETTLE, vals![id])?;
    crate::match_key::remove(tx, id, keys)?;
    consolidated::clear_person(tx, id)
}

/// The messages that reported on a person, and those that asked for it, under whomever it was merged from.
fn put_messages_away(tx: &mut Tx<'_>, id: PersonId) -> Result<(), StoreError> {
    tx.exec(&REPORTED_BY, vals![id])?;
    let mut waiting = vec![id];
    while let Some(id) = waiting.pop() {
        tx.exec(&ABOUT, vals![id])?;
        waiting.extend(person::merged(tx, id)?);
    }
    Ok(())
}

/// What a record said last of an identity that was put away: for the line, to tell whether a number still means the same
/// person. It is shown to nobody.
pub fn last_of_record(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: SourceRecordId,
) -> Result<Option<Demographics>, StoreError> {
    let text: Option<Box<str>> = tx.one(&LAST_OF_RECORD, vals![id])?;
    text.map(|text| {
        serde_json::from_str(&text).map_err(|_| StoreError::internal("a sealed row that cannot be read"))
    })
    .transpose()
}

/// What the records of a person said of identities that were put away, with the event: for the line, to keep it away. It is
/// shown to nobody.
pub fn said_of_person(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: PersonId,
) -> Result<Vec<(Box<str>, Demographics)>, StoreError> {
    let rows: Vec<(Box<str>, Box<str>)> = tx.all(&OF_RECORDS, vals![id])?;
    let read = |(event, text): (Box<str>, Box<str>)| {
        let said = serde_json::from_str(&text);
        said.map(|said| (event, said)).map_err(|_| StoreError::internal("a sealed row that cannot be read"))
    };
    rows.into_iter().map(read).collect()
}

/// Nobody is shown what this message says.
pub(crate) fn seal_message(tx: &mut Tx<'_>, id: MessageId) -> Result<(), StoreError> {
    tx.exec(&SEAL_MESSAGE, vals![id])
}

/// Whether a message names an identity that was put away.
pub fn is_sealed_message(tx: &mut Tx<'_>, id: MessageId) -> Result<bool, StoreError> {
    Ok(tx.one::<MessageId>(&IS_SEALED_MESSAGE, vals![id])?.is_some())
}

/// The identities of a person and of whoever was merged into it that were put away, the oldest first of each: for the
/// operator.
pub fn of_person(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: PersonId,
) -> Result<Vec<SealedIdentity>, StoreError> {
    let mut all = Vec::new();
    let mut waiting = vec![id];
    while let Some(id) = waiting.pop() {
        all.extend(tx.all::<SealedIdentity>(&OF_PERSON, vals![id])?);
        waiting.extend(person::merged(tx, id)?);
    }
    Ok(all)
}

/// What was reported of an identity: for the operator.
pub fn submissions(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: i64,
) -> Result<Vec<SealedSubmission>, StoreError> {
    tx.all(&SUBMISSIONS, vals![id])
}
