//! Whom a submission is about.
//!
//! The sender's own identifier comes first. A record that is new is compared with everybody who shares a key with it:
//! linked where the evidence is enough and nothing speaks against it; else a person of its own, provisional while
//! somebody has to look (design page `matching`, section 6).

use super::findings::IDENTIFIER_REUSED;
use super::own_identifier::OwnIdentifier;
use super::submit::Unit;
use crate::matching::index::{Number, guard, subject};
use crate::matching::search::candidates;
use iis_matching::patient::decide::Possible;
use iis_matching::patient::identifier::may_be_same;
use iis_matching::patient::subject::Subject as Comparable;
use iis_matching::patient::veto::Vetoes;
use iis_matching::{Decision, Reported, decide};
use iis_model::{Demographics, Finding, OrganizationId, PersonId, SourceRecordId};
use iis_store::source_record::{FoundRecord, LastSubmission};
use iis_store::{Plan, StoreError, Tx, person, sender, source_record};

/// The organization that stands for all, where an authority's numbers mean the same person whoever sends them.
const SHARED: OrganizationId = OrganizationId(0);

/// The person and the source record that a submission belongs to.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) person_id: PersonId,
    /// The version read; none: the person is new.
    pub(super) version: Option<i64>,
    pub(super) record: Record,
    /// The evidence of the link in hundredths of a bit, where the record is new and was found to be this person's.
    pub(super) score: Option<i64>,
    /// Whom else it may be about, for somebody to look; the person is provisional meanwhile.
    pub(super) possible: Vec<Possible>,
}

/// The source record that a submission continues or opens.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) id: SourceRecordId,
    pub(super) organization_id: OrganizationId,
    pub(super) own: OwnIdentifier,
    pub(super) generation: i64,
    /// The record as it stands; none: it is new.
    pub(super) found: Option<FoundRecord>,
}

impl Record {
    /// Its last submission.
    pub(super) fn last(&self) -> Option<LastSubmission> {
        self.found.as_ref().and_then(|found| found.last)
    }

    /// Its last revision; 0: it is new.
    pub(super) fn revision(&self) -> i64 {
        self.last().map_or(0, |last| last.revision)
    }

    /// What it says, in comparable form.
    pub(super) fn comparable(&self, unit: &Unit, demographics: &Demographics) -> Comparable {
        let own = &self.own;
        let number =
            Number { organization_id: self.organization_id, authority: &own.authority, mrn: &own.mrn };
        subject(number, demographics, &unit.model)
    }
}

/// Finds the subject, or opens a new one; the plan learns what was looked up. The finding, if any, is for the sender.
pub(super) fn find(
    unit: &Unit,
    tx: &mut Tx<'_>,
    plan: &mut Plan,
) -> Result<(Subject, Option<Finding>), StoreError> {
    let shared = sender::is_shared_authority(tx, &unit.own.authority)?;
    let organization_id = if shared { SHARED } else { unit.sender.organization_id };
    let own = &unit.own;
    let found = source_record::find(tx, &unit.granted, organization_id, &own.authority, &own.mrn)?;
    let generation = found.last().map_or(0, |record| record.generation);
    let reused = (generation > 0).then(|| IDENTIFIER_REUSED.at(own.place));
    if let Some(subject) = by_identifier(unit, tx, organization_id, found)? {
        return Ok((subject, None));
    }
    let id = SourceRecordId(unit.cx.store.ids().take()?);
    let record = Record { id, organization_id, own: own.clone(), generation: generation + 1, found: None };
    Ok((by_likeness(unit, tx, record, plan)?, reused))
}

/// The record of the sender's own number, unless birth date or first name contradict.
fn by_identifier(
    unit: &Unit,
    tx: &mut Tx<'_>,
    organization_id: OrganizationId,
    found: Vec<FoundRecord>,
) -> Result<Option<Subject>, StoreError> {
    for known in found {
        let Some((person_id, version)) = known.person else { continue };
        if !is_same(unit, tx, &known)? {
            continue;
        }
        let record = Record {
            id: known.id,
            organization_id,
            own: unit.own.clone(),
            generation: known.generation,
            found: Some(known),
        };
        let version = Some(version);
        return Ok(Some(Subject { person_id, version, record, score: None, possible: Vec::new() }));
    }
    Ok(None)
}

/// Whether the report can be about whom the record of its number is about. What a record said last cannot contradict
/// it, and need not be read.
fn is_same(unit: &Unit, tx: &mut Tx<'_>, record: &FoundRecord) -> Result<bool, StoreError> {
    if record.last.is_some_and(|last| !last.is_withdrawn && last.sent_hash == unit.sent_hash) {
        return Ok(true);
    }
    let view = source_record::view(tx, &unit.granted, record.id)?;
    let known = view.map(|view| view.demographics).unwrap_or_default();
    Ok(may_be_same(&unit.submission.person, &known))
}

/// Whether a record that must not be shared is kept from an organization that does not report about the person yet.
/// Who knows a name, a birth date and a mother could claim anybody's: somebody has to look.
fn is_withheld(unit: &Unit, tx: &mut Tx<'_>, id: PersonId) -> Result<bool, StoreError> {
    let is_protected = person::get(tx, &unit.granted, id)?.is_some_and(|person| person.protected);
    if !is_protected {
        return Ok(false);
    }
    let reporting = source_record::organizations_of_person(tx, &unit.granted, id)?;
    Ok(!reporting.contains(&unit.sender.organization_id))
}

/// The person whom a new record resembles enough, or a new one.
fn by_likeness(unit: &Unit, tx: &mut Tx<'_>, record: Record, plan: &mut Plan) -> Result<Subject, StoreError> {
    let demographics = &unit.submission.person;
    let comparable = unit.model.informed(record.comparable(unit, demographics));
    guard(tx, &comparable, plan)?; // before looking, so that nobody slips in between
    let candidates = candidates(tx, &unit.granted, &unit.model, &comparable)?;
    let reported = Reported { demographics, subject: Some(&comparable) };
    let (known, score, possible) = match decide(&reported, &candidates, &unit.model.weights) {
        Decision::Link { person_id, score, .. } if is_withheld(unit, tx, person_id)? => {
            let score = score.unwrap_or_default();
            (None, None, vec![Possible { person_id, score, vetoes: Vetoes::default() }])
        }
        Decision::Link { person_id, score, .. } => (Some(person_id), score, Vec::new()),
        Decision::Review { candidates } => (None, None, candidates),
        Decision::New { .. } => (None, None, Vec::new()),
    };
    let (person_id, version) = match known {
        None => (PersonId(unit.cx.store.ids().take()?), None),
        Some(id) => {
            let version = person::version(tx, id)?;
            (id, Some(version.ok_or_else(|| StoreError::internal("a candidate that is no person"))?))
        }
    };
    Ok(Subject { person_id, version, record, score, possible })
}
