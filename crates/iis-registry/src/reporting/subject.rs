//! Whom a submission is about.
//!
//! The sender's own identifier comes first. A record that is new is compared with everybody who shares a key with it:
//! linked where the evidence is enough and nothing speaks against it; else a person of its own, provisional while
//! somebody has to look (design page `matching`, section 6).

use super::{OwnIdentifier, Report as Said, former};
use crate::exchange::findings::IDENTIFIER_REUSED;
use crate::matching::index::{Number, guard, subject};
use crate::matching::search::candidates;
use iis_matching::patient::decide::Possible;
use iis_matching::patient::identifier::may_be_same;
use iis_matching::patient::subject::Subject as Comparable;
use iis_matching::patient::veto::Vetoes;
use iis_matching::{Decision, Reported, decide};
use iis_model::{Demographics, Finding, OrganizationId, PersonId, SourceRecordId};
use iis_store::source_record::{FoundRecord, LastSubmission};
use iis_store::{Plan, StoreError, Tx, opting_out, person, sender, source_record};

/// The organization that stands for all, where an authority's numbers mean the same person whoever sends them.
pub(crate) const SHARED: OrganizationId = OrganizationId(0);

/// The person and the source record that a submission belongs to.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) person_id: PersonId,
    /// The version read; none: the person is new.
    pub(crate) version: Option<i64>,
    pub(crate) record: Record,
    /// The evidence of the link in hundredths of a bit, where the record is new and was found to be this person's.
    pub(super) score: Option<i64>,
    /// Whom else it may be about, for somebody to look; the person is provisional meanwhile.
    pub(crate) possible: Vec<Possible>,
    /// Who has the number by which a new person is reported at a screen.
    pub(crate) of_number: Vec<PersonId>,
    /// Who says that a record that is new is this person's.
    pub(super) decided: Decided,
    /// Whether a person who is new may be one who opted out: locked until somebody has looked (requirements Y-1).
    pub(super) is_locked: bool,
    /// Whether the report calls the person by an identity that was replaced: its doses count, and nothing else of it.
    pub(crate) is_former: bool,
}

/// Who says whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decided {
    /// The rules of matching.
    ByRule,
    /// Whoever reports, having looked at the person.
    ByHand,
}

/// The source record that a submission continues or opens.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) id: SourceRecordId,
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
    pub(crate) fn revision(&self) -> i64 {
        self.last().map_or(0, |last| last.revision)
    }

    /// What it says, in comparable form.
    pub(super) fn comparable(&self, said: &Said, demographics: &Demographics) -> Comparable {
        let own = &self.own;
        let number =
            Number { organization_id: self.organization_id, authority: &own.authority, mrn: &own.mrn };
        subject(number, demographics, &said.model)
    }
}

/// Finds the subject, or opens a new one; the plan learns what was looked up. The finding, if any, is for the sender.
pub(super) fn of_number(
    said: &Said,
    own: &OwnIdentifier,
    tx: &mut Tx<'_>,
    plan: &mut Plan,
) -> Result<(Subject, Option<Finding>), StoreError> {
    let shared = sender::is_shared_authority(tx, &own.authority)?;
    let organization_id = if shared { SHARED } else { said.by.organization_id };
    let found = source_record::find(tx, &said.granted, organization_id, &own.authority, &own.mrn)?;
    let generation = found.last().map_or(0, |record| record.generation);
    let reused = (generation > 0).then(|| IDENTIFIER_REUSED.at(own.place));
    if let Some(subject) = by_identifier(said, own, tx, organization_id, found)? {
        return Ok((subject, None));
    }
    let id = SourceRecordId(said.cx.store.ids().take()?);
    let record = Record { id, organization_id, own: own.clone(), generation: generation + 1, found: None };
    Ok((by_likeness(said, tx, record, plan)?, reused))
}

/// The record of the sender's own number, unless birth date or first name contradict.
fn by_identifier(
    said: &Said,
    own: &OwnIdentifier,
    tx: &mut Tx<'_>,
    organization_id: OrganizationId,
    found: Vec<FoundRecord>,
) -> Result<Option<Subject>, StoreError> {
    for known in found {
        let Some((person_id, version)) = known.person else { continue };
        if !is_same(said, tx, &known)? {
            continue;
        }
        let record = Record {
            id: known.id,
            organization_id,
            own: own.clone(),
            generation: known.generation,
            found: Some(known),
        };
        let version = Some(version);
        return Ok(Some(Subject {
            person_id,
            version,
            record,
            score: None,
            possible: Vec::new(),
            of_number: Vec::new(),
            decided: Decided::ByRule,
            is_locked: false,
            is_former: false,
        }));
    }
    Ok(None)
}

/// Whether the report can be about whom the record of its number is about. What a record said last cannot contradict
/// it, and need not be read.
fn is_same(said: &Said, tx: &mut Tx<'_>, record: &FoundRecord) -> Result<bool, StoreError> {
    if record.last.is_some_and(|last| !last.is_withdrawn && last.sent_hash == said.sent_hash) {
        return Ok(true);
    }
    let view = source_record::view(tx, &said.granted, record.id)?;
    let known = view.map(|view| view.demographics).unwrap_or_default();
    if record.is_of_sealed {
        return former::may_be_either(said, tx, record, &known);
    }
    Ok(may_be_same(&said.submission.person, &known))
}

/// Whether a record that must not be shared is kept from an organization that does not report about the person yet.
/// Who knows a name, a birth date and a mother could claim anybody's: somebody has to look. The state's own register of
/// births claims nobody.
fn is_withheld(said: &Said, tx: &mut Tx<'_>, id: PersonId) -> Result<bool, StoreError> {
    let is_protected = person::get(tx, &said.granted, id)?.is_some_and(|person| person.protected);
    if !is_protected || said.by.is_vital {
        return Ok(false);
    }
    let reporting = source_record::organizations_of_person(tx, &said.granted, id)?;
    Ok(!reporting.contains(&said.by.organization_id))
}

/// Whether a register gave this person another number of the same kind: two certificates are two persons (design page
/// `matching`, section 6, stop 11).
fn is_another_of_the_register(
    said: &Said,
    tx: &mut Tx<'_>,
    record: &Record,
    id: PersonId,
) -> Result<bool, StoreError> {
    if !said.by.is_vital {
        return Ok(false);
    }
    let known = source_record::of_person(tx, &said.granted, id)?;
    Ok(known.iter().any(|row| {
        let is_of_register = row.is_vital == Some(true) && row.organization_id == record.organization_id;
        is_of_register && !row.is_put_away && *row.authority == *record.own.authority
    }))
}

/// The person whom a new record resembles enough, or a new one.
fn by_likeness(said: &Said, tx: &mut Tx<'_>, record: Record, plan: &mut Plan) -> Result<Subject, StoreError> {
    let (known, score, possible) = match decision(said, tx, &record, plan)? {
        Decision::Link { person_id, score, .. }
            if is_withheld(said, tx, person_id)?
                || is_another_of_the_register(said, tx, &record, person_id)? =>
        {
            let score = score.unwrap_or_default();
            (None, None, vec![Possible { person_id, score, vetoes: Vetoes::default() }])
        }
        Decision::Link { person_id, score, .. } => (Some(person_id), score, Vec::new()),
        Decision::Review { candidates } => (None, None, candidates),
        Decision::New { .. } => (None, None, Vec::new()),
    };
    let is_locked = known.is_none() && may_have_opted_out(tx, &possible)?;
    let (person_id, version) = match known {
        None => (PersonId(said.cx.store.ids().take()?), None),
        Some(id) => {
            let version = person::version(tx, id)?;
            (id, Some(version.ok_or_else(|| StoreError::internal("a candidate that is no person"))?))
        }
    };
    Ok(Subject {
        person_id,
        version,
        record,
        score,
        possible,
        of_number: Vec::new(),
        decided: Decided::ByRule,
        is_locked,
        is_former: false,
    })
}

/// Whether one of those opted out and nothing says that the report is about somebody else.
fn may_have_opted_out(tx: &mut Tx<'_>, possible: &[Possible]) -> Result<bool, StoreError> {
    for one in possible {
        if one.vetoes.contradictions().is_empty() && opting_out::is_out(tx, one.person_id)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the rules of matching say of a new record.
pub(super) fn decision(
    said: &Said,
    tx: &mut Tx<'_>,
    record: &Record,
    plan: &mut Plan,
) -> Result<Decision, StoreError> {
    let demographics = &said.submission.person;
    let comparable = said.model.informed(record.comparable(said, demographics));
    guard(tx, &comparable, plan)?; // before looking, so that nobody slips in between
    let candidates = candidates(tx, &said.granted, &said.model, &comparable)?;
    let reported = Reported { demographics, subject: Some(&comparable) };
    Ok(decide(&reported, &candidates, &said.model.weights))
}
