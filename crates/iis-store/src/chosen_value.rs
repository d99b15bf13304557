//! Values that somebody chose: which source record counts for a part of what is believed of its person.
//!
//! A choice hangs on the source record, so it follows the links. It is never changed: it is taken back by a row of its
//! own.

use crate::reach::shows;
use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{PersonId, SourceRecordId, Timestamp};
use std::collections::BTreeSet;

sql! {
    INSERT = "INSERT INTO chosen_value (id, source_record_id, part, actor, at, reason, event_id, inverse_of) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_PERSON = "SELECT c.id, c.source_record_id, c.part, c.actor, c.at, c.reason, c.event_id, c.inverse_of \
                 FROM link l JOIN chosen_value c ON c.source_record_id = l.source_record_id \
                 WHERE l.person_id = $1 ORDER BY c.id";
}

/// A choice, or that one is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenValue {
    /// Row key.
    pub id: i64,
    /// Whose value counts.
    pub source_record_id: SourceRecordId,
    /// For which part: a word of the matching room.
    pub part: Box<str>,
    /// Who chose.
    pub actor: Box<str>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Box<str>,
    /// The merge with which it was chosen, and with which it is taken back.
    pub event_id: Option<i64>,
    /// The choice that this row takes back; none: it is a choice.
    pub inverse_of: Option<i64>,
}
from_row!(ChosenValue { id, source_record_id, part, actor, at, reason, event_id, inverse_of });

/// All that was chosen and taken back for the records of a person, in the order of the rows.
pub fn of_person(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<ChosenValue>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&OF_PERSON, vals![id])
}

/// Those of some choices that stand: nobody took them back.
pub fn standing(rows: &[ChosenValue]) -> impl Iterator<Item = &ChosenValue> {
    let taken_back: BTreeSet<i64> = rows.iter().filter_map(|row| row.inverse_of).collect();
    rows.iter().filter(move |row| row.inverse_of.is_none() && !taken_back.contains(&row.id))
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &ChosenValue) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            row.id,
            row.source_record_id,
            &row.part,
            &row.actor,
            row.at,
            &row.reason,
            row.event_id,
            row.inverse_of
        ],
    )
}
