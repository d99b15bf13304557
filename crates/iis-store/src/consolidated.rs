//! Consolidated rows as a whole: they can be dropped and computed again from what was reported and decided.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::PersonId;

sql! {
    CLEAR_SOURCE_VIEW = "DELETE FROM source_view";
    CLEAR_PERSON_VIEW = "DELETE FROM person_view";
    CLEAR_EVENT = "DELETE FROM event";
    CLEAR_PERSON_NAME = "DELETE FROM person_name";
    CLEAR_MATCH_KEY = "DELETE FROM match_key";
    CLEAR_MATCH_SUBJECT = "DELETE FROM match_subject";
    CLEAR_PERSON_STATUS = "DELETE FROM person_status";
    OF_PERSON_VIEW = "DELETE FROM person_view WHERE person_id = $1";
    OF_EVENT = "DELETE FROM event WHERE person_id = $1";
    OF_PERSON_NAME = "DELETE FROM person_name WHERE person_id = $1";
    OF_MATCH_SUBJECT = "DELETE FROM match_subject WHERE person_id = $1";
    OF_PERSON_STATUS = "DELETE FROM person_status WHERE person_id = $1";
}

/// The tables whose rows are computed.
pub const TABLES: [&str; 7] =
    ["source_view", "person_view", "event", "person_name", "match_key", "match_subject", "person_status"];

/// Removes all consolidated rows. What was reported and decided stays.
pub fn clear(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for sql in [
        &CLEAR_SOURCE_VIEW,
        &CLEAR_PERSON_VIEW,
        &CLEAR_EVENT,
        &CLEAR_PERSON_NAME,
        &CLEAR_MATCH_KEY,
        &CLEAR_MATCH_SUBJECT,
        &CLEAR_PERSON_STATUS,
    ] {
        tx.exec(sql, &[])?;
    }
    Ok(())
}

/// Removes the consolidated rows of one person but its match keys, which only its records in comparable form know (see
/// [`crate::Change::RemoveMatchKeys`]); the views of its source records stay.
pub(crate) fn clear_person(tx: &mut Tx<'_>, id: PersonId) -> Result<(), StoreError> {
    for sql in [&OF_PERSON_VIEW, &OF_EVENT, &OF_PERSON_NAME, &OF_MATCH_SUBJECT, &OF_PERSON_STATUS] {
        tx.exec(sql, vals![id])?;
    }
    Ok(())
}
