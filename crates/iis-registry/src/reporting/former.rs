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
use iis_store::{StoreError, Tx, person_view, sealed};

/// Whether the report calls its subject otherwise than the register that replaced the identity. What that register itself
/// says is never former.
pub(super) fn is_former(said: &Said, subject: &Subject, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let Some(found) = &subject.record.found else { return Ok(false) };
    if !found.is_of_sealed || found.is_vital {
        return Ok(false);
    }
    let believed = person_view::demographics(tx, &said.granted, subject.person_id)?.unwrap_or_default();
    Ok(!is_called(&believed, said.submission.person.legal_name()))
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
