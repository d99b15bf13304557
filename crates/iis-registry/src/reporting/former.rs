//! Reports that call a person by an identity that was replaced: adoption, sealing, change of name (decision 0043).
//!
//! Who reports need not know of it and is told nothing. The doses are the person's; what is said of the identity would
//! bring back what was put away, so it is not taken over, until the report calls the person by the new name.

use super::Report as Said;
use super::subject::Subject;
use crate::people::called::is_called;
use iis_matching::patient::identifier::may_be_same;
use iis_model::Demographics;
use iis_store::source_record::FoundRecord;
use iis_store::{StoreError, Tx, person_view, sealed, source_record};

/// Whether the report calls its subject otherwise than the register that replaced the identity. What that register itself
/// says in its files is never former; a message of the same organization may be.
pub(super) fn is_former(said: &Said, subject: &Subject, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let Some(found) = &subject.record.found else { return Ok(false) };
    Ok(!said.by.is_vital && calls_otherwise(said, tx, found)?)
}

/// Whether an identity of the record's person was replaced and the report does not call the person by the name believed now.
pub(super) fn calls_otherwise(
    said: &Said,
    tx: &mut Tx<'_>,
    record: &FoundRecord,
) -> Result<bool, StoreError> {
    let (true, Some((id, _))) = (record.is_of_sealed, record.person) else { return Ok(false) };
    let believed = person_view::demographics(tx, &said.granted, id)?.unwrap_or_default();
    Ok(!is_called(&believed, said.submission.person.legal_name()))
}

/// Whether all that the record said was put away: what it said last is not said any more.
pub(super) fn is_silent(
    said: &Said,
    tx: &mut Tx<'_>,
    found: Option<&FoundRecord>,
) -> Result<bool, StoreError> {
    let Some(found) = found.filter(|found| found.is_of_sealed) else { return Ok(false) };
    Ok(source_record::view(tx, &said.granted, found.id)?.is_none())
}

/// Whether a report under the number of a record can be about its person: by what the record said before the identity was
/// replaced, or by what is believed since.
pub(super) fn may_be_either(
    said: &Said,
    tx: &mut Tx<'_>,
    record: &FoundRecord,
    now: &Demographics,
) -> Result<bool, StoreError> {
    let person = &said.submission.person;
    let Some((id, _)) = record.person else { return Ok(false) };
    if *now != Demographics::default() && may_be_same(person, now) {
        return Ok(true);
    }
    let before = sealed::last_of_record(tx, &said.granted, record.id)?;
    if before.is_some_and(|before| may_be_same(person, &before)) {
        return Ok(true);
    }
    let believed = person_view::demographics(tx, &said.granted, id)?;
    Ok(believed.is_some_and(|believed| may_be_same(person, &believed)))
}
