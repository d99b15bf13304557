//! What a submission changes: reported rows are added, consolidated rows computed again.

use super::findings::{LATER_REPORT_STANDS, WITHDRAWAL_OF_UNKNOWN};
use super::subject::{Record, Subject};
use super::submit::Unit;
use crate::matching::index;
use crate::matching::queue::{MOST_POSSIBLE, priority};
use crate::people::consolidated::{Known, fold};
use iis_matching::patient::decide::Possible;
use iis_matching::vaccination::Report;
use iis_model::{
    Action, Demographics, Findings, Gist, MessageId, Place, RegistryNumber, ReportId, ReportedEvent,
    Timestamp,
};
use iis_store::review_item::{BY_THE_LINE, NewReviewItem, ReviewCandidate};
use iis_store::{Change, Hash, Plan, StoreError, Tx, link, person, report, source_record, submission};
use jiff::SignedDuration;
use std::collections::HashMap;

/// How far a sender's clock may run ahead of ours.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Adds to the plan what the submission changes about its subject.
pub(super) fn plan(
    unit: &Unit,
    snapshot: &mut Tx<'_>,
    subject: &Subject,
    message_id: MessageId,
    plan: &mut Plan,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let record = &subject.record;
    match subject.version {
        Some(version) => {
            plan.person_versions.push((subject.person_id, version));
            plan.touched.push(subject.person_id);
        }
        None => plan.changes.push(new_person(unit, subject)),
    }
    if record.found.is_none() {
        plan.changes.extend(new_record(unit, subject));
    }
    plan.changes.extend(review(unit, subject)?);
    let submission = submission(unit, record, message_id);
    let mut known = match subject.version {
        Some(_) => Known::read(snapshot, &unit.granted, subject.person_id)?,
        None => Known::nothing(subject.person_id),
    };
    let reports = reports(unit, record, &known, submission.sent_at, findings)?;
    known.add_reports(record.organization_id, &reports);
    let view = view(unit, snapshot, record, &submission)?;
    plan.changes.push(Change::Submission(submission));
    plan.changes.extend(reports.into_iter().map(Change::Report));
    if let Some(view) = view {
        let person = (subject.person_id, subject.version.is_none());
        let compared = (record.id, record.comparable(unit, &view.demographics));
        index::update(snapshot, &unit.granted, &unit.model, person, compared, plan)?;
        known.read_views(snapshot, &unit.granted)?;
        known.put_view(view.clone());
        plan.changes.push(Change::SourceView(view));
    }
    plan.changes.extend(known.changes(&unit.cx.schedules.now(), unit.arrival.today));
    Ok(())
}

/// The next revision of the record. What it says about the person is kept where it differs from the one before.
fn submission(unit: &Unit, record: &Record, message_id: MessageId) -> submission::NewSubmission {
    let sent = &unit.submission.person;
    let says_the_same = record.last().is_some_and(|last| last.sent_hash == unit.sent_hash);
    submission::NewSubmission {
        source_record_id: record.id,
        revision: record.revision() + 1,
        message_id: Some(message_id),
        sender_id: Some(unit.sender.id),
        account_id: None,
        site_id: Some(unit.site_id),
        sent_at: sent_at(unit),
        received_at: unit.arrival.at,
        demographics: (!says_the_same).then(|| sent.clone()),
        sent_hash: unit.sent_hash,
    }
}

/// MSH-7, at most receipt plus five minutes; without one, the receipt.
fn sent_at(unit: &Unit) -> Timestamp {
    let latest = unit.arrival.at.saturating_add(CLOCK_TOLERANCE).unwrap_or(Timestamp::MAX);
    unit.submission.header.sent_at.get().map_or(unit.arrival.at, |sent_at| (*sent_at).min(latest))
}

fn new_person(unit: &Unit, subject: &Subject) -> Change {
    Change::NewPerson(person::NewPerson {
        id: subject.person_id,
        registry_number: RegistryNumber::from_random(unit.arrival.random(subject.person_id.0)),
        status: if subject.possible.is_empty() { "active" } else { "provisional" },
        created_at: unit.arrival.at,
    })
}

fn new_record(unit: &Unit, subject: &Subject) -> [Change; 2] {
    let record = &subject.record;
    [
        Change::NewSourceRecord(source_record::NewSourceRecord {
            id: record.id,
            organization_id: record.organization_id,
            authority: record.own.authority.as_str().into(),
            mrn: record.own.mrn.as_str().into(),
            generation: record.generation,
            created_at: unit.arrival.at,
        }),
        Change::Link(link::LinkRow {
            source_record_id: record.id,
            person_id: subject.person_id,
            kind: "auto".into(),
            score_bits: subject.score,
            model_version: Some(unit.model.weights.version.to_string().into()),
            decided_by: "openiis".into(),
            decided_at: unit.arrival.at,
        }),
    ]
}

/// Somebody is to look where a new record may be about a known person.
fn review(unit: &Unit, subject: &Subject) -> Result<Option<Change>, StoreError> {
    let Some(best) = subject.possible.first() else { return Ok(None) };
    let candidate = |one: &Possible| ReviewCandidate {
        person_id: one.person_id,
        score: one.score,
        vetoes: one.vetoes.bits(),
    };
    let has_doses = unit.submission.events.iter().any(|event| event.kind.is_dose());
    Ok(Some(Change::ReviewItem(NewReviewItem {
        id: unit.cx.store.ids().take()?,
        source_record_id: subject.record.id,
        person_id: subject.person_id,
        candidates: subject.possible.iter().take(MOST_POSSIBLE).map(candidate).collect(),
        model_version: unit.model.weights.version,
        priority: priority(has_doses, best.score),
        opened_at: unit.arrival.at,
        opened_by: BY_THE_LINE.into(),
    })))
}

/// What the record says now, if that changes: a message that was sent before another one only fills what no later
/// one said, so then all submissions are folded again in the order in which they were sent.
fn view(
    unit: &Unit,
    snapshot: &mut Tx<'_>,
    record: &Record,
    submission: &submission::NewSubmission,
) -> Result<Option<source_record::SourceView>, StoreError> {
    let sent = &unit.submission.person;
    let says = |demographics, sent_at| {
        let (source_record_id, revision) = (record.id, submission.revision);
        Ok(Some(source_record::SourceView { source_record_id, demographics, revision, sent_at }))
    };
    let Some(last) = record.last() else {
        let mut first = Demographics::default();
        first.update(sent);
        return says(first, submission.sent_at);
    };
    let is_newest = submission.sent_at >= last.newest_at;
    if is_newest && last.sent_at == last.newest_at && last.sent_hash == submission.sent_hash {
        return Ok(None); // it says again what was said last
    }
    let known = source_record::view(snapshot, &unit.granted, record.id)?;
    let known = known.map(|view| view.demographics).unwrap_or_default();
    let mut updated = known.clone();
    if is_newest {
        updated.update(sent);
    } else {
        let mut rows = submission::of_record(snapshot, &unit.granted, record.id)?;
        rows.push(submission::NewSubmission { demographics: Some(sent.clone()), ..submission.clone() });
        updated = fold(&rows);
    }
    if updated == known {
        return Ok(None);
    }
    says(updated, submission.sent_at.max(last.newest_at))
}

/// The rows to add: one for each dose, refusal or observation that says something new. One that was sent before the
/// version that stands is kept and does not show: the sender is told, unless both say the same.
fn reports(
    unit: &Unit,
    record: &Record,
    known: &Known,
    sent_at: Timestamp,
    findings: &mut Findings,
) -> Result<Vec<report::NewReport>, StoreError> {
    let mut rows: Vec<report::NewReport> = Vec::new();
    let newest = newest(record, known);
    for event in &unit.submission.events {
        let mut key = event.dose_key().into_boxed_str();
        if event.is_delete() && !newest.contains_key(&*key) {
            let mut own = known.reports_of(record.id);
            match own.find(|(row, _)| same_content(&row.gist, event)) {
                Some((row, _)) => key.clone_from(&row.dose_key),
                None => findings.push(WITHDRAWAL_OF_UNKNOWN.at(order_number_place(event))),
            }
        }
        let body = report::Body::of(event.clone())?;
        if let Some((newest, hash)) = newest.get(&*key) {
            let (is_later, says_the_same) = (newest.sent_at > sent_at, *hash == body.hash());
            match (is_later, says_the_same) {
                (false, true) => continue,
                (true, false) => findings.push(LATER_REPORT_STANDS.at(event.place)),
                _ => {}
            }
        }
        rows.push(report::NewReport {
            source_record_id: record.id,
            id: ReportId(unit.cx.store.ids().take()?),
            revision: record.revision() + 1,
            dose_key: key,
            action: event.action.value.unwrap_or(Action::Add),
            sent_at,
            body,
        });
    }
    Ok(rows)
}

/// The version of each dose of a source record that stands, by the sender's identity of the dose.
fn newest<'a>(record: &Record, known: &'a Known) -> HashMap<&'a str, (&'a Report, Hash)> {
    let moment = |row: &Report| (row.sent_at, row.revision, row.id);
    let mut newest: HashMap<&str, (&Report, Hash)> = HashMap::new();
    for (row, hash) in known.reports_of(record.id) {
        let held = newest.entry(&row.dose_key).or_insert((row, hash));
        if moment(row) > moment(held.0) {
            *held = (row, hash);
        }
    }
    newest
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
