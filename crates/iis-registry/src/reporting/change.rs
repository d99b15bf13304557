//! What a submission changes: reported rows are added, consolidated rows computed again.

use super::Report as Said;
use super::former;
use super::left_behind;
use super::subject::{Decided, Record, Subject};
use crate::activity;
use crate::exchange::findings::{LATER_REPORT_STANDS, WITHDRAWAL_OF_UNKNOWN};
use crate::matching::index;
use crate::matching::queue::{MOST_POSSIBLE, priority};
use crate::opting_out::RESEMBLES;
use crate::people::consolidated::Known;
use crate::people::folding::fold;
use iis_matching::patient::decide::Possible;
use iis_matching::vaccination::Report;
use iis_model::{
    Action, Demographics, Findings, Gist, MessageId, Place, ReportId, ReportedEvent, SourceRecordId,
    Timestamp,
};
use iis_store::opting_out::FormRow;
use iis_store::review_item::{BY_THE_LINE, NewReviewItem, ReviewCandidate};
use iis_store::{Change, Hash, Ids, Plan, StoreError, Tx, link, person, report, source_record, submission};
use jiff::SignedDuration;
use std::collections::HashMap;

/// How far a sender's clock may run ahead of ours.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Adds to the plan what the submission changes about its subject; tells the doses that are new and stand, and what is known
/// with them.
pub(super) fn plan(
    said: &Said,
    snapshot: &mut Tx<'_>,
    subject: &Subject,
    message_id: Option<MessageId>,
    plan: &mut Plan,
    findings: &mut Findings,
) -> Result<(Vec<Stated>, Known), StoreError> {
    let record = &subject.record;
    about_whom(said, subject, plan)?;
    let is_silent = former::is_silent(said, snapshot, record.found.as_ref())?;
    let submission = submission(said, subject, is_silent, message_id);
    let mut known = match subject.version {
        Some(_) => Known::read(snapshot, &said.granted, subject.person_id)?,
        None => Known::nothing(subject.person_id),
    };
    let own: Vec<_> = known.reports_of(record.id).collect();
    let bringing = Bringing {
        source_record_id: record.id,
        revision: submission.revision,
        sent_at: submission.sent_at,
        made_by: None,
    };
    let reports = new_reports(said.cx.store.ids(), &said.submission.events, &bringing, &own, findings)?;
    let replaced = left_behind::replaced(&own, &reports);
    let left_before = left_behind::reactions(said, &replaced, &known);
    let stood = stood(&own);
    known.add_reports(record.organization_id, &reports);
    // who calls the person by an identity that was replaced is told nothing (decision 0043)
    if !subject.is_former {
        left_behind::note(said, (&replaced, &left_before), &known, findings);
    }
    let says_nothing = subject.is_former || is_silent && submission.demographics.is_none();
    let view = if says_nothing { None } else { view(said, snapshot, record, &submission, is_silent)? };
    let says_something_new = submission.demographics.is_some() || said.submission.activity.is_some();
    if says_something_new {
        let at = (record.id, submission.revision);
        plan.changes.extend(activity::change(said, snapshot, at, record.found.is_none())?);
    }
    plan.changes.push(Change::Submission(submission));
    plan.changes.extend(reports.iter().cloned().map(Change::Report));
    if let Some(view) = view {
        let person = (subject.person_id, subject.version.is_none());
        let compared = (record.id, record.comparable(said, &view.demographics));
        index::update(snapshot, &said.granted, &said.model, person, compared, plan)?;
        known.read_views(snapshot, &said.granted)?;
        known.put_view(view.clone());
        plan.changes.push(Change::SourceView(view));
    }
    plan.changes.extend(known.changes(&said.cx.schedules.now(), said.arrival.today));
    let stated = reports.into_iter().filter_map(|row| {
        let newest = stood.get(&row.dose_key);
        let stands = newest.is_none_or(|(sent_at, _)| *sent_at <= row.sent_at);
        stands.then(|| Stated { before: newest.map(|(_, before)| *before), row })
    });
    let stated = stated.collect();
    Ok((stated, known))
}

/// Adds to the plan whom the submission is about: a person and a record that are new, and what somebody is to look at.
fn about_whom(said: &Said, subject: &Subject, plan: &mut Plan) -> Result<(), StoreError> {
    if let Some(version) = subject.version {
        plan.person_versions.push((subject.person_id, version));
        plan.touched.push(subject.person_id);
    } else {
        plan.changes.push(new_person(said, subject));
        plan.changes.extend(lock(said, subject)?);
    }
    if subject.record.found.is_none() {
        plan.changes.extend(new_record(said, subject));
    }
    plan.changes.extend(review(said, subject)?);
    Ok(())
}

/// For each dose of a record: the version that stood, and when it was sent.
fn stood(own: &[(&Report, Hash)]) -> HashMap<Box<str>, (Timestamp, Before)> {
    let mut rows: Vec<&Report> = own.iter().map(|(row, _)| *row).collect();
    rows.sort_by_key(|row| row.moment()); // of one dose the last is kept
    let of = |row: &Report| (row.sent_at, Before { was_given: row.gist.is_administered() });
    rows.iter().map(|row| (row.dose_key.clone(), of(row))).collect()
}

/// A row of a dose that is new and stands.
#[derive(Debug, Clone)]
pub(crate) struct Stated {
    pub(crate) row: report::NewReport,
    pub(crate) before: Option<Before>,
}

/// The version of a dose that stood before a new one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before {
    /// Whether it said that its reporter gave the dose.
    pub(crate) was_given: bool,
}

impl Stated {
    /// The dose: its record, and the reporter's identity of it.
    pub(crate) fn dose(&self) -> (SourceRecordId, Box<str>) {
        (self.row.source_record_id, self.row.dose_key.clone())
    }
}

/// The next revision of the record. What it says about the person is kept where it differs from the one before, and not
/// where it names an identity that was replaced; a record of which all was put away (`is_silent`) begins to speak again only
/// when it says something.
fn submission(
    said: &Said,
    subject: &Subject,
    is_silent: bool,
    message_id: Option<MessageId>,
) -> submission::NewSubmission {
    let (record, sent) = (&subject.record, &said.submission.person);
    let says_the_same = record.last().is_some_and(|last| last.sent_hash == said.sent_hash);
    let is_new = if is_silent { *sent != Demographics::default() } else { !says_the_same };
    let is_kept = is_new && !subject.is_former;
    submission::NewSubmission {
        source_record_id: record.id,
        revision: record.revision() + 1,
        message_id,
        sender_id: said.by.sender_id,
        account_id: said.by.account_id,
        site_id: Some(said.by.site_id),
        sent_at: sent_at(said),
        received_at: said.arrival.at,
        demographics: is_kept.then(|| sent.clone()),
        sent_hash: said.sent_hash,
        decrements: said.by.decrements,
    }
}

/// MSH-7, at most receipt plus five minutes; without one, the receipt.
fn sent_at(said: &Said) -> Timestamp {
    let latest = said.arrival.at.saturating_add(CLOCK_TOLERANCE).unwrap_or(Timestamp::MAX);
    said.submission.header.sent_at.get().map_or(said.arrival.at, |sent_at| (*sent_at).min(latest))
}

fn new_person(said: &Said, subject: &Subject) -> Change {
    Change::NewPerson(person::NewPerson {
        id: subject.person_id,
        registry_number: said.registry_number(subject.person_id),
        status: if subject.possible.is_empty() { "active" } else { "provisional" },
        created_at: said.arrival.at,
    })
}

/// Locks a new person who may be one who opted out, as a form would.
fn lock(said: &Said, subject: &Subject) -> Result<Option<Change>, StoreError> {
    if !subject.is_locked {
        return Ok(None);
    }
    Ok(Some(Change::OptingOut(FormRow {
        registry_number: said.registry_number(subject.person_id),
        id: said.cx.store.ids().take()?,
        opts_out: true,
        signed_on: said.arrival.today,
        signed_by: "".into(),
        relation: RESEMBLES.into(),
        reference: "".into(),
        at: said.arrival.at,
        actor: BY_THE_LINE.into(),
    })))
}

fn new_record(said: &Said, subject: &Subject) -> [Change; 2] {
    let record = &subject.record;
    let is_by_rule = subject.decided == Decided::ByRule;
    [
        Change::NewSourceRecord(source_record::NewSourceRecord {
            id: record.id,
            organization_id: record.organization_id,
            authority: record.own.authority.as_str().into(),
            mrn: record.own.mrn.as_str().into(),
            generation: record.generation,
            created_at: said.arrival.at,
            is_vital: said.by.is_vital,
        }),
        Change::Link(link::LinkRow {
            source_record_id: record.id,
            person_id: subject.person_id,
            kind: if is_by_rule { "auto" } else { "manual" }.into(),
            score_bits: subject.score,
            model_version: is_by_rule.then(|| said.model.weights.version.to_string().into()),
            decided_by: if is_by_rule { BY_THE_LINE } else { said.granted.actor().label().1 }.into(),
            decided_at: said.arrival.at,
        }),
    ]
}

/// Somebody is to look where a new record may be about a known person.
fn review(said: &Said, subject: &Subject) -> Result<Option<Change>, StoreError> {
    let Some(best) = subject.possible.first() else { return Ok(None) };
    let candidate = |one: &Possible| ReviewCandidate {
        person_id: one.person_id,
        score: one.score,
        vetoes: one.vetoes.bits(),
    };
    let has_doses = said.submission.events.iter().any(|event| event.kind.is_dose());
    Ok(Some(Change::ReviewItem(NewReviewItem {
        id: said.cx.store.ids().take()?,
        source_record_id: subject.record.id,
        person_id: subject.person_id,
        candidates: subject.possible.iter().take(MOST_POSSIBLE).map(candidate).collect(),
        model_version: said.model.weights.version,
        priority: priority(has_doses, best.score),
        opened_at: said.arrival.at,
        opened_by: match subject.decided {
            Decided::ByRule => BY_THE_LINE.into(),
            Decided::ByHand => said.granted.actor().label().1.into(),
        },
    })))
}

/// What the record says now, if that changes: a message that was sent before another one only fills what no later
/// one said, so then all submissions are folded again in the order in which they were sent.
fn view(
    said: &Said,
    snapshot: &mut Tx<'_>,
    record: &Record,
    submission: &submission::NewSubmission,
    is_silent: bool,
) -> Result<Option<source_record::SourceView>, StoreError> {
    let sent = &said.submission.person;
    let says = |demographics, sent_at| {
        let (source_record_id, revision) = (record.id, submission.revision);
        let is_vital = record.found.as_ref().map_or(said.by.is_vital, |found| found.is_vital);
        Ok(Some(source_record::SourceView { source_record_id, demographics, revision, sent_at, is_vital }))
    };
    let counting = record.last().and_then(|last| Some((last, last.newest_at?)));
    let Some((last, newest_at)) = counting else {
        let mut first = Demographics::default();
        first.update(sent);
        return says(first, submission.sent_at);
    };
    let is_newest = submission.sent_at >= newest_at;
    let is_last = !last.is_withdrawn && last.sent_at == newest_at;
    if !is_silent && is_newest && is_last && last.sent_hash == submission.sent_hash {
        return Ok(None); // it says again what was said last
    }
    let known = source_record::view(snapshot, &said.granted, record.id)?;
    let known = known.map(|view| view.demographics).unwrap_or_default();
    let mut updated = known.clone();
    if is_newest {
        updated.update(sent);
    } else {
        let mut rows = submission::of_record(snapshot, &said.granted, record.id)?;
        let row = submission::NewSubmission { demographics: Some(sent.clone()), ..submission.clone() };
        rows.push(submission::StoredSubmission { row, withdrawn_by: None });
        updated = fold(&rows);
    }
    if updated == known {
        return Ok(None);
    }
    says(updated, submission.sent_at.max(newest_at))
}

/// The revision of a source record that brings reports, and what they are stored with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bringing {
    pub(crate) source_record_id: SourceRecordId,
    pub(crate) revision: i64,
    pub(crate) sent_at: Timestamp,
    /// As [`report::NewReport::made_by`].
    pub(crate) made_by: Option<i64>,
}

/// The rows to add: one for each dose, refusal or observation that says something else than `own`, the rows of the record
/// that count, with the hashes of their bodies. One that was sent before the version that stands is kept and does not show:
/// the sender is told, unless both say the same.
pub(crate) fn new_reports(
    ids: &Ids,
    events: &[ReportedEvent],
    to: &Bringing,
    own: &[(&Report, Hash)],
    findings: &mut Findings,
) -> Result<Vec<report::NewReport>, StoreError> {
    let mut rows: Vec<report::NewReport> = Vec::new();
    let mut doses: HashMap<Box<str>, Vec<Version>> = HashMap::new();
    for version in own {
        doses.entry(version.0.dose_key.clone()).or_default().push(Version::of(version));
    }
    for event in events {
        let mut key = event.dose_key().into_boxed_str();
        if event.is_delete() && !doses.contains_key(&*key) {
            match own.iter().find(|(row, _)| same_content(&row.gist, event)) {
                Some((row, _)) => key.clone_from(&row.dose_key),
                None => findings.push(WITHDRAWAL_OF_UNKNOWN.at(order_number_place(event))),
            }
        }
        let body = report::Body::of(event.clone())?;
        let versions = doses.entry(key.clone()).or_default();
        let newest = versions.iter().max_by_key(|version| version.moment);
        if newest.is_some_and(|newest| newest.hash == body.hash() && newest.moment.0 <= to.sent_at)
            || versions.iter().any(|version| version.hash == body.hash() && version.is_stored_of(to))
        {
            continue;
        }
        if newest.is_some_and(|newest| newest.moment.0 > to.sent_at && newest.hash != body.hash()) {
            findings.push(LATER_REPORT_STANDS.at(event.place));
        }
        let id = ReportId(ids.take()?);
        versions.push(Version { moment: (to.sent_at, to.revision, id), hash: body.hash(), is_new: true });
        rows.push(report::NewReport {
            source_record_id: to.source_record_id,
            id,
            revision: to.revision,
            dose_key: key,
            action: event.action.value.unwrap_or(Action::Add),
            sent_at: to.sent_at,
            body,
            made_by: to.made_by,
        });
    }
    Ok(rows)
}

/// What was said of a dose, and when: sent, in which revision, in which row.
struct Version {
    moment: (Timestamp, i64, ReportId),
    hash: Hash,
    /// Whether the row is one of those that are being made.
    is_new: bool,
}

impl Version {
    fn of((row, hash): &(&Report, Hash)) -> Self {
        Self { moment: row.moment(), hash: *hash, is_new: false }
    }

    /// Whether it is a row that this revision has already.
    fn is_stored_of(&self, to: &Bringing) -> bool {
        !self.is_new && self.moment.1 == to.revision
    }
}

/// The same vaccine on the same day, given or known in the same way: how a withdrawal without a known order number
/// still finds its dose.
fn same_content(known: &Gist, event: &ReportedEvent) -> bool {
    !known.is_delete
        && (known.given_on, known.cvx, known.kind) == (event.given_on.value, event.cvx.value, event.kind)
}

fn order_number_place(event: &ReportedEvent) -> Place {
    if event.filler.place.is_none() { event.place } else { event.filler.place }
}
