//! Whom a submission is about.

use super::findings::identifier_reused;
use super::own_identifier::OwnIdentifier;
use super::submit::Unit;
use iis_matching::{Candidate, Decision, Reported, decide};
use iis_model::{Demographics, Finding, OrganizationId, PersonId, SourceRecordId, Timestamp};
use iis_store::{StoreError, Tx, sender, source_record};

/// The organization that stands for all, where an authority's numbers mean the same person whoever sends them.
const SHARED: OrganizationId = OrganizationId(0);

/// The person and the source record that a submission belongs to.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) person_id: PersonId,
    /// The version read; none: the person is new.
    pub(super) version: Option<i64>,
    pub(super) record: Record,
}

/// The source record that a submission continues or opens.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) id: SourceRecordId,
    pub(super) organization_id: OrganizationId,
    pub(super) own: OwnIdentifier,
    pub(super) generation: i64,
    /// Its last revision; 0: it is new.
    pub(super) revision: i64,
    /// The fold of its submissions so far, and when the last of them was sent.
    pub(super) view: Option<(Demographics, Timestamp)>,
    /// The demographics of its last submission, as sent.
    pub(super) last_sent: Option<Demographics>,
}

/// Finds the subject, or opens a new one. The finding, if any, is for the sender.
pub(super) fn find(unit: &Unit, tx: &mut Tx<'_>) -> Result<(Subject, Option<Finding>), StoreError> {
    let shared = sender::is_shared_authority(tx, &unit.own.authority)?;
    let organization_id = if shared { SHARED } else { unit.sender.organization_id };
    let own = &unit.own;
    let found = source_record::find(tx, &unit.granted, organization_id, &own.authority, &own.mrn)?;
    let candidates: Vec<Candidate> = found.iter().filter_map(candidate).collect();
    let generation = found.last().map_or(0, |record| record.generation);
    let ids = unit.cx.store.ids();
    let new = |generation| -> Result<Record, StoreError> {
        let id = SourceRecordId(ids.take()?);
        Ok(Record {
            id,
            organization_id,
            own: own.clone(),
            generation,
            revision: 0,
            view: None,
            last_sent: None,
        })
    };
    let reported = Reported { demographics: &unit.submission.person, subject: None };
    Ok(match decide(&reported, &candidates, &unit.cx.weights) {
        Decision::Link { person_id, source_record_id, .. } => {
            let known = found.into_iter().find(|record| Some(record.id) == source_record_id);
            let version = known.as_ref().and_then(|record| record.person).map(|(_, version)| version);
            let record = match known {
                None => new(generation + 1)?,
                Some(known) => Record {
                    id: known.id,
                    organization_id,
                    own: own.clone(),
                    generation: known.generation,
                    revision: known.revision,
                    view: known.view,
                    last_sent: known.last_sent,
                },
            };
            (Subject { person_id, version, record }, None)
        }
        Decision::Review { .. } | Decision::New { .. } => {
            let person_id = PersonId(ids.take()?);
            let reused = (generation > 0).then(|| identifier_reused(own.place));
            (Subject { person_id, version: None, record: new(generation + 1)? }, reused)
        }
    })
}

fn candidate(record: &source_record::FoundRecord) -> Option<Candidate> {
    let (person_id, _) = record.person?;
    let demographics = record.view.as_ref().map(|(demographics, _)| demographics.clone()).unwrap_or_default();
    let by_identifier = Some(record.id);
    Some(Candidate { person_id, by_identifier, demographics, records: Vec::new(), not_same: false })
}
