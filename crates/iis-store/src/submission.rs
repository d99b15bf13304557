//! Submissions: the revisions of a source record. Only ever added to.

use crate::reach::{all_shown, shows};
use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{Hash, StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{AccountId, Demographics, MessageId, PersonId, SenderId, SiteId, SourceRecordId, Timestamp};

sql! {
    INSERT = "INSERT INTO submission (source_record_id, revision, message_id, sender_id, account_id, site_id, sent_at, \
              received_at, sent_hash, decrements) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    INSERT_PERSON = "INSERT INTO submission_person (source_record_id, revision, demographics) VALUES ($1, $2, $3)";
    OF_RECORD = "SELECT u.source_record_id, u.revision, u.message_id, u.sender_id, u.account_id, u.site_id, u.sent_at, \
                 u.received_at, d.demographics, u.sent_hash, u.decrements, u.withdrawn_by FROM submission u LEFT JOIN submission_person d \
                 ON d.source_record_id = u.source_record_id AND d.revision = u.revision \
                 WHERE u.source_record_id = $1 ORDER BY u.revision";
    BY_FORM = "SELECT u.source_record_id, u.revision, u.message_id, u.sender_id, u.account_id, u.site_id, u.sent_at, \
               u.received_at, d.demographics, u.sent_hash, u.decrements FROM link l \
               JOIN submission u ON u.source_record_id = l.source_record_id LEFT JOIN submission_person d \
               ON d.source_record_id = u.source_record_id AND d.revision = u.revision \
               WHERE l.person_id = $1 AND u.message_id IS NULL AND u.account_id IS NOT NULL \
               AND NOT EXISTS (SELECT 1 FROM sealed_submission z WHERE z.source_record_id = u.source_record_id \
               AND z.revision = u.revision) ORDER BY u.received_at DESC, u.source_record_id, u.revision DESC LIMIT $2";
}

/// One revision of a source record. Adding last + 1 is the compare-and-set: the plan of whoever comes second is
/// made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubmission {
    /// The source record.
    pub source_record_id: SourceRecordId,
    /// One more than the last.
    pub revision: i64,
    /// The message that brought it.
    pub message_id: Option<MessageId>,
    /// The sender, if a machine.
    pub sender_id: Option<SenderId>,
    /// The account, if somebody at a screen.
    pub account_id: Option<AccountId>,
    /// The responsible site.
    pub site_id: Option<SiteId>,
    /// MSH-7, at most the receipt plus five minutes.
    pub sent_at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// What it says about the person; none: the same as the revision before.
    pub demographics: Option<Demographics>,
    /// Of what it says about the person, also when that is not kept again.
    pub sent_hash: Hash,
    /// Whether the doses that it says come out of the stock of the site, as it was agreed when it came.
    pub decrements: bool,
}

impl FromRow for NewSubmission {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let demographics = match row.get::<Option<Box<str>>>(8)? {
            Some(_) => Some(row.json(8)?),
            None => None,
        };
        Ok(Self {
            source_record_id: row.get(0)?,
            revision: row.get(1)?,
            message_id: row.get(2)?,
            sender_id: row.get(3)?,
            account_id: row.get(4)?,
            site_id: row.get(5)?,
            sent_at: row.get(6)?,
            received_at: row.get(7)?,
            demographics,
            sent_hash: row.get(9)?,
            decrements: row.get::<Option<bool>>(10)?.unwrap_or(row.get::<Option<AccountId>>(4)?.is_some()),
        })
    }
}

/// The hash of what a submission says about the person.
pub fn hash_of(demographics: &Demographics) -> Hash {
    Hash::of_text(
        &crate::json::text(demographics).expect("demographics are texts and lists of texts: they print"),
    )
}

/// A revision as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSubmission {
    /// What was added.
    pub row: NewSubmission,
    /// The withdrawal by which it does not count.
    pub withdrawn_by: Option<i64>,
}

impl FromRow for StoredSubmission {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { row: NewSubmission::from_row(row)?, withdrawn_by: row.get(11)? })
    }
}

/// All revisions of a source record, oldest first, also those that do not count.
pub fn of_record(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: SourceRecordId,
) -> Result<Vec<StoredSubmission>, StoreError> {
    let found = tx.all(&OF_RECORD, vals![id])?;
    Ok(all_shown(tx, granted, found))
}

/// The latest revisions about a person that somebody entered at a screen, newest first; not under an identity that was replaced.
pub fn by_form(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    limit: i64,
) -> Result<Vec<NewSubmission>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&BY_FORM, vals![id, limit])
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &NewSubmission) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            row.source_record_id,
            row.revision,
            row.message_id,
            row.sender_id,
            row.account_id,
            row.site_id,
            row.sent_at,
            row.received_at,
            &row.sent_hash,
            row.decrements
        ],
    )?;
    match &row.demographics {
        Some(demographics) => {
            let demographics = crate::json::text(demographics)?;
            tx.exec(&INSERT_PERSON, vals![row.source_record_id, row.revision, demographics])
        }
        None => Ok(()),
    }
}
