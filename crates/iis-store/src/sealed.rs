//! Identities that were replaced (adoption, sealing, change of name): what was reported of them is put away, so that
//! nothing of it is found, shown, compared or printed. Lawful erasure from what is reported (decision 0043).

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, consolidated, person, withheld};
use iis_model::access::Granted;
use iis_model::{Demographics, PersonId, RegistryNumber, SourceRecordId, Timestamp};
use serde::{Deserialize, Serialize};

sql! {
    INSERT = "INSERT INTO sealed_identity (id, person_id, at, actor, event, former, stood_since) VALUES ($1, $2, $3, $4, $5, $6, $7)";
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
    NUMBERS = "SELECT number FROM registry_number WHERE person_id = $1 ORDER BY number";
    FORGET_NUMBERS = "DELETE FROM registry_number WHERE person_id = $1";
    FORGET_NUMBER = "DELETE FROM registry_number WHERE number = $1";
    NEW_NUMBER = "INSERT INTO registry_number (number, person_id) VALUES ($1, $2)";
    TAKE_NUMBER = "UPDATE person SET registry_number = $2 WHERE id = $1";
    SETTLE = "UPDATE person SET status = 'active' WHERE id = $1 AND status = 'provisional'";
    REVOKE = "INSERT INTO revoked_document (document_id, at, actor, reason) SELECT d.id, i.at, i.actor, 'sealed' \
              FROM sealed_identity i JOIN registry_number r ON r.person_id = i.person_id \
              JOIN printed_document d ON d.registry_number = r.number WHERE i.id = $1 \
              AND NOT EXISTS (SELECT 1 FROM revoked_document v WHERE v.document_id = d.id)";
    OWN_NUMBER = "SELECT registry_number FROM person WHERE id = $1";
    STANDING = "SELECT id, person_id, at, actor, event, former FROM sealed_identity \
                WHERE person_id = $1 AND event <> 'replacement-reversal' ORDER BY at DESC, id DESC LIMIT 1";
    RECORDS_OF_IT_ALONE = "SELECT DISTINCT x.source_record_id FROM sealed_submission x WHERE x.sealed_id = $1 \
                           AND NOT EXISTS (SELECT 1 FROM sealed_submission o WHERE o.source_record_id = x.source_record_id \
                           AND o.sealed_id <> x.sealed_id) \
                           AND NOT EXISTS (SELECT 1 FROM submission_person d WHERE d.source_record_id = x.source_record_id) \
                           ORDER BY x.source_record_id";
    RECORDS = "SELECT DISTINCT source_record_id FROM sealed_submission WHERE sealed_id = $1 ORDER BY source_record_id";
    GIVE_BACK_SUBMISSIONS = "INSERT INTO submission_person (source_record_id, revision, demographics) \
                             SELECT source_record_id, revision, demographics FROM sealed_submission WHERE sealed_id = $1";
    DELETE_SEALED = "DELETE FROM sealed_submission WHERE sealed_id = $1";
    DELETE_IDENTITY = "DELETE FROM sealed_identity WHERE id = $1";
    LAST_STANDS = "UPDATE submission SET sent_hash = (SELECT x.sent_hash FROM submission x WHERE x.source_record_id = $1 \
                   AND x.revision = (SELECT MAX(d.revision) FROM submission_person d WHERE d.source_record_id = $1)) \
                   WHERE source_record_id = $1 \
                   AND revision > (SELECT MAX(d.revision) FROM submission_person d WHERE d.source_record_id = $1)";
    IS_NUMBER = "SELECT person_id FROM registry_number WHERE number = $1";
    FORMS_BACK = "UPDATE opting_out SET registry_number = $2 WHERE registry_number = $1";
    FORM_BACK = "UPDATE opting_out SET signed_by = $2, reference = $3 WHERE id = $1";
    RETIRE = "UPDATE source_record SET mrn = mrn || $2 WHERE id = $1";
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
    /// Of a reversal: since when the identity stood that it puts away.
    pub stood_since: Option<Timestamp>,
    /// Drawn at random.
    pub new_number: RegistryNumber,
}

/// What is put away of a person besides what was reported.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// The one that the person went by.
    #[serde(default)]
    pub own: Option<RegistryNumber>,
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
    let own = tx.one(&OWN_NUMBER, vals![id])?;
    let mut former = Former { own, numbers: tx.all(&NUMBERS, vals![id])?, forms: Vec::new() };
    for number in &former.numbers {
        former.forms.extend(tx.all::<(i64, Box<str>, Box<str>)>(&FORMS, vals![*number])?);
    }
    let kept = crate::json::text(&former)?;
    tx.exec(&INSERT, vals![row.id, id, row.at, &row.actor, &row.event, kept, row.stood_since])?;
    withheld::withhold(tx, row.id, id)?;
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

/// The event of an identity that was put away because it had taken the place of another one by mistake. It protects nothing.
pub const REVERSAL: &str = "replacement-reversal";

/// The identity of a person that was put away last and has not come back.
pub fn last_standing(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: PersonId,
) -> Result<Option<SealedIdentity>, StoreError> {
    tx.one(&STANDING, vals![id])
}

/// The source records of which something was put away with an identity.
pub fn records(tx: &mut Tx<'_>, _granted: &Granted, id: i64) -> Result<Vec<SourceRecordId>, StoreError> {
    tx.all(&RECORDS, vals![id])
}

/// Those of which nothing was put away with another identity, and that say nothing now.
pub fn records_of_it_alone(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: i64,
) -> Result<Vec<SourceRecordId>, StoreError> {
    tx.all(&RECORDS_OF_IT_ALONE, vals![id])
}

/// Gives an identity back that was put away: what was reported of it, its numbers, what forms said, the messages that told
/// of it alone. What stands in its place was put away before, in the same transaction. What is printed stays revoked. What
/// the registry believes has to be computed anew.
pub fn give_back(tx: &mut Tx<'_>, _granted: &Granted, row: &SealedIdentity) -> Result<(), StoreError> {
    let id = row.person_id;
    let former: Former = serde_json::from_str(&row.former)
        .map_err(|_| StoreError::internal("a sealed row that cannot be read"))?;
    let records: Vec<SourceRecordId> = tx.all(&RECORDS, vals![row.id])?;
    tx.exec(&GIVE_BACK_SUBMISSIONS, vals![row.id])?;
    tx.exec(&DELETE_SEALED, vals![row.id])?;
    for record in records {
        tx.exec(&LAST_STANDS, vals![record])?; // else what was sent meanwhile and not kept would count as known
    }
    withheld::show_again(tx, row.id)?;
    numbers_back(tx, id, &former)?;
    tx.exec(&DELETE_IDENTITY, vals![row.id])
}

/// The former numbers lead to the person again, and forms of opting out stand under the one that it goes by.
fn numbers_back(tx: &mut Tx<'_>, id: PersonId, former: &Former) -> Result<(), StoreError> {
    let Some(now) = tx.one::<RegistryNumber>(&OWN_NUMBER, vals![id])? else {
        return Err(StoreError::internal("a person without a number"));
    };
    let mut free = Vec::new();
    for number in &former.numbers {
        if tx.one::<PersonId>(&IS_NUMBER, vals![*number])?.is_none() {
            tx.exec(&NEW_NUMBER, vals![*number, id])?;
            free.push(*number);
        }
    }
    let own = former.own.filter(|own| free.contains(own)).or(free.first().copied());
    if let Some(own) = own {
        tx.exec(&FORMS_BACK, vals![now, own])?;
        tx.exec(&TAKE_NUMBER, vals![id, own])?;
        tx.exec(&FORGET_NUMBER, vals![now])?;
    }
    for (form, signed_by, reference) in &former.forms {
        tx.exec(&FORM_BACK, vals![*form, signed_by, reference])?;
    }
    Ok(())
}

/// Frees the number of a record of which all was put away by mistake: it may be somebody else's.
pub fn retire(tx: &mut Tx<'_>, _granted: &Granted, id: SourceRecordId) -> Result<(), StoreError> {
    let mark = format!(" taken back {id}");
    tx.exec(&RETIRE, vals![id, &*mark])
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
