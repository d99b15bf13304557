//! Whom a report is about when somebody looked: the person whose record was open, or nobody who is on record.
//!
//! What is said at a screen is a source of its own: one record of the organization for each person, under the person's
//! registry number, so that what its other systems send is never mixed with it (decision 0027).

use super::subject::{Decided, Record, SHARED, Subject, decision};
use super::{OwnIdentifier, Report as Said, former};
use iis_matching::Decision;
use iis_matching::patient::decide::Possible;
use iis_matching::patient::veto::Vetoes;
use iis_model::{PersonId, Place, SourceRecordId};
use iis_store::{Plan, StoreError, Tx, person, sender, source_record};

/// The assigning authority of the records that an organization keeps at its screens.
const DESK: &str = "DESK";

/// The organization's own record of this person; a new one when it has none yet.
pub(super) fn of_person(said: &Said, id: PersonId, tx: &mut Tx<'_>) -> Result<Subject, StoreError> {
    let Some(person) = person::get(tx, &said.granted, id)?.filter(|person| &*person.status != "merged")
    else {
        return Err(StoreError::Stale); // merged into another one meanwhile: whoever looked looks again
    };
    let own = at_the_desk(&person.registry_number.to_string());
    let organization_id = said.by.organization_id;
    let found = source_record::find(tx, &said.granted, organization_id, &own.authority, &own.mrn)?;
    let last = found.last().map_or(0, |record| record.generation);
    let known = found.into_iter().find(|record| record.person.is_some_and(|(of, _)| of == id));
    let record = if let Some(known) = known {
        Record { id: known.id, organization_id, own, generation: known.generation, found: Some(known) }
    } else {
        let new = SourceRecordId(said.cx.store.ids().take()?);
        Record { id: new, organization_id, own, generation: last + 1, found: None }
    };
    Ok(subject(id, Some(person.version), record, Vec::new()))
}

/// This one of the person's records, which is one of the organization's, or whose number is shared: then the report that is
/// corrected is the organization's, as who asks has made sure.
pub(super) fn of_record(
    said: &Said,
    (id, record_id): (PersonId, SourceRecordId),
    tx: &mut Tx<'_>,
) -> Result<Subject, StoreError> {
    let rows = source_record::of_person(tx, &said.granted, id)?;
    let may = [said.by.organization_id, SHARED];
    let row = rows.into_iter().find(|row| row.id == record_id && may.contains(&row.organization_id));
    let Some(row) = row else { return Err(StoreError::Stale) };
    let own = OwnIdentifier { authority: row.authority.into(), mrn: row.mrn.into(), place: Place::NONE };
    let organization_id = row.organization_id;
    let found = source_record::find(tx, &said.granted, organization_id, &own.authority, &own.mrn)?;
    let found = found.into_iter().find(|found| found.id == record_id);
    let version = found.as_ref().and_then(|found| found.person).map(|(_, version)| version);
    let generation = found.as_ref().map_or(1, |found| found.generation);
    Ok(subject(id, version, Record { id: record_id, organization_id, own, generation, found }, Vec::new()))
}

/// A record under a number that is new, of a person who was known under another one.
pub(super) fn of_successor(
    said: &Said,
    id: PersonId,
    own: &OwnIdentifier,
    tx: &mut Tx<'_>,
) -> Result<Subject, StoreError> {
    let Some(version) = person::version(tx, id)? else { return Err(StoreError::Stale) };
    let organization_id = said.by.organization_id;
    let found = source_record::find(tx, &said.granted, organization_id, &own.authority, &own.mrn)?;
    let generation = found.last().map_or(0, |record| record.generation) + 1;
    let new = SourceRecordId(said.cx.store.ids().take()?);
    let record = Record { id: new, organization_id, own: own.clone(), generation, found: None };
    Ok(subject(id, Some(version), record, Vec::new()))
}

/// A new person. Whom the rules of matching would take for the same, or leave for somebody to look, is told as possible:
/// the reporter is asked, and somebody looks again later.
pub(super) fn of_nobody(
    said: &Said,
    own: Option<&OwnIdentifier>,
    tx: &mut Tx<'_>,
    plan: &mut Plan,
) -> Result<Subject, StoreError> {
    let id = PersonId(said.cx.store.ids().take()?);
    let own = own.cloned().unwrap_or_else(|| at_the_desk(&said.registry_number(id).to_string()));
    let is_shared = sender::is_shared_authority(tx, &own.authority)?;
    let organization_id = if is_shared { SHARED } else { said.by.organization_id };
    let found = source_record::find(tx, &said.granted, organization_id, &own.authority, &own.mrn)?;
    let mut possible: Vec<Possible> = Vec::new();
    for record in &found {
        if let Some((id, _)) = record.person
            && !former::calls_otherwise(said, tx, record)?
        {
            possible.push(certain(id, 0)); // a number that was put away tells nobody who has it now
        }
    }
    let of_number = possible.iter().map(|one| one.person_id).collect();
    let generation = found.last().map_or(0, |record| record.generation) + 1;
    let new = SourceRecordId(said.cx.store.ids().take()?);
    let record = Record { id: new, organization_id, own, generation, found: None };
    let alike = match decision(said, tx, &record, plan)? {
        Decision::Link { person_id, score, .. } => vec![certain(person_id, score.unwrap_or_default())],
        Decision::Review { candidates } => candidates,
        Decision::New { .. } => Vec::new(),
    };
    for one in alike {
        if possible.iter().all(|known| known.person_id != one.person_id) {
            possible.push(one);
        }
    }
    Ok(Subject { of_number, ..subject(id, None, record, possible) })
}

/// Somebody against whom nothing speaks.
fn certain(person_id: PersonId, score: i64) -> Possible {
    Possible { person_id, score, vetoes: Vetoes::default() }
}

fn at_the_desk(number: &str) -> OwnIdentifier {
    OwnIdentifier { authority: DESK.to_owned(), mrn: number.to_owned(), place: Place::NONE }
}

fn subject(person_id: PersonId, version: Option<i64>, record: Record, possible: Vec<Possible>) -> Subject {
    Subject {
        person_id,
        version,
        record,
        score: None,
        possible,
        of_number: Vec::new(),
        decided: Decided::ByHand,
        is_locked: false,
        is_former: false,
    }
}
