//! Records opened in an emergency although they are withheld, and what the review of each found.

use crate::held_back::{HeldBeside, only_chosen};
use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{AccountId, PersonId, RegistryNumber, Timestamp};

sql! {
    INSERT = "INSERT INTO emergency_opening (id, account_id, person_id, at, until, reason, reviewed_at, reviewed_by, \
              finding, note) VALUES ($1, $2, $3, $4, $5, $6, NULL, '', '', '')";
    IN_FORCE = "SELECT until, reason, at FROM emergency_opening WHERE account_id = $1 AND person_id = $2 AND until > $3 \
                ORDER BY until DESC LIMIT 1";
    MADE_SINCE = "SELECT COUNT(*) FROM emergency_opening WHERE account_id = $1 AND at >= $2";
    GET = "SELECT e.id, e.account_id, e.person_id, e.at, e.until, e.reason, e.reviewed_at, e.reviewed_by, e.finding, e.note, \
           a.name AS account, a.display_name, p.registry_number FROM emergency_opening e \
           JOIN account a ON a.id = e.account_id JOIN person p ON p.id = e.person_id WHERE e.id = $1";
    DUE = "SELECT e.id, e.account_id, e.person_id, e.at, e.until, e.reason, e.reviewed_at, e.reviewed_by, e.finding, e.note, \
           a.name AS account, a.display_name, p.registry_number FROM emergency_opening e \
           JOIN account a ON a.id = e.account_id JOIN person p ON p.id = e.person_id \
           WHERE e.reviewed_at IS NULL ORDER BY e.at, e.id LIMIT $1";
    REVIEWED = "SELECT e.id, e.account_id, e.person_id, e.at, e.until, e.reason, e.reviewed_at, e.reviewed_by, e.finding, e.note, \
                a.name AS account, a.display_name, p.registry_number FROM emergency_opening e \
                JOIN account a ON a.id = e.account_id JOIN person p ON p.id = e.person_id \
                WHERE e.reviewed_at IS NOT NULL ORDER BY e.reviewed_at DESC, e.at DESC, e.id LIMIT $1";
    COUNT_DUE = "SELECT COUNT(*) FROM emergency_opening WHERE reviewed_at IS NULL";
    REVIEW = "UPDATE emergency_opening SET reviewed_at = $2, reviewed_by = $3, finding = $4, note = $5 \
              WHERE id = $1 AND reviewed_at IS NULL";
}

/// An opening about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOpening {
    /// Row key.
    pub id: i64,
    /// Who opened.
    pub account_id: AccountId,
    /// Whose record.
    pub person_id: PersonId,
    /// When.
    pub at: Timestamp,
    /// The first moment when it no longer counts.
    pub until: Timestamp,
    /// Why.
    pub reason: Box<str>,
}

/// An opening as its reviewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningRow {
    /// Row key.
    pub id: i64,
    /// Who opened.
    pub account_id: AccountId,
    /// Whose record, by its key.
    pub person_id: PersonId,
    /// When.
    pub at: Timestamp,
    /// The first moment when it no longer counts.
    pub until: Timestamp,
    /// Why.
    pub reason: Box<str>,
    /// When it was reviewed; none: not yet.
    pub reviewed_at: Option<Timestamp>,
    /// By whom.
    pub reviewed_by: Box<str>,
    /// What the review found.
    pub finding: Box<str>,
    /// In the reviewer's words.
    pub note: Box<str>,
    /// The user name of who opened.
    pub account: Box<str>,
    /// The name on screens.
    pub display_name: Box<str>,
    /// Whose record.
    pub registry_number: RegistryNumber,
}
from_row!(OpeningRow {
    id,
    account_id,
    person_id,
    at,
    until,
    reason,
    reviewed_at,
    reviewed_by,
    finding,
    note,
    account,
    display_name,
    registry_number,
});

/// Keeps an opening.
pub fn insert(tx: &mut Tx<'_>, row: &NewOpening) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![row.id, row.account_id, row.person_id, row.at, row.until, &row.reason])
}

/// Until when the account's opening of this person counts, and why it was made; none: there is none at this moment.
pub fn in_force(
    tx: &mut Tx<'_>,
    account: AccountId,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<(Timestamp, Box<str>)>, StoreError> {
    let found: Option<(Timestamp, Box<str>, Timestamp)> = tx.one(&IN_FORCE, vals![account, person, now])?;
    let Some((until, reason, at)) = found else { return Ok(None) };
    let is_held = HeldBeside::default().holds(tx, person, at)?;
    Ok(Some((until, if is_held { only_chosen(&reason) } else { reason })))
}

/// How many openings an account made at or after a moment.
pub fn made_since(tx: &mut Tx<'_>, account: AccountId, from: Timestamp) -> Result<i64, StoreError> {
    Ok(tx.one(&MADE_SINCE, vals![account, from])?.unwrap_or(0))
}

/// One opening.
pub fn get(tx: &mut Tx<'_>, _granted: &Granted, id: i64) -> Result<Option<OpeningRow>, StoreError> {
    let mut found: Option<OpeningRow> = tx.one(&GET, vals![id])?;
    hold_words_back(tx, found.as_mut_slice())?;
    Ok(found)
}

/// Openings that wait for their review, the oldest first.
pub fn due(tx: &mut Tx<'_>, _granted: &Granted, limit: i64) -> Result<Vec<OpeningRow>, StoreError> {
    let mut found: Vec<OpeningRow> = tx.all(&DUE, vals![limit])?;
    hold_words_back(tx, &mut found)?;
    Ok(found)
}

/// Openings that were reviewed, the latest review first.
pub fn reviewed(tx: &mut Tx<'_>, _granted: &Granted, limit: i64) -> Result<Vec<OpeningRow>, StoreError> {
    let mut found: Vec<OpeningRow> = tx.all(&REVIEWED, vals![limit])?;
    hold_words_back(tx, &mut found)?;
    Ok(found)
}

/// Words from before the person was given another identity may tell the former one: they are shown to nobody.
fn hold_words_back(tx: &mut Tx<'_>, openings: &mut [OpeningRow]) -> Result<(), StoreError> {
    let mut held = HeldBeside::default();
    for row in openings {
        if held.holds(tx, row.person_id, row.at)? {
            row.reason = only_chosen(&row.reason);
        }
        if let Some(at) = row.reviewed_at.filter(|_| !row.note.is_empty())
            && held.holds(tx, row.person_id, at)?
        {
            row.note = Box::default();
        }
    }
    Ok(())
}

/// How many openings wait for their review.
pub fn count_due(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    Ok(tx.one(&COUNT_DUE, &[])?.unwrap_or(0))
}

/// Notes what a review found; false: somebody else reviewed it meanwhile.
pub fn review(
    tx: &mut Tx<'_>,
    id: i64,
    at: Timestamp,
    by: &str,
    (finding, note): (&str, &str),
) -> Result<bool, StoreError> {
    Ok(tx.count(&REVIEW, vals![id, at, by, finding, note])? == 1)
}
