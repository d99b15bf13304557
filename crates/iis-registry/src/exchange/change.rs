//! What a submission changes: reported rows are added, consolidated rows computed again.

use super::findings::WITHDRAWAL_OF_UNKNOWN;
use super::subject::{Record, Subject};
use super::submit::Unit;
use crate::matching::index;
use crate::matching::queue::{MOST_POSSIBLE, priority};
use crate::people::consolidated::{Consolidated, Known, fold};
use iis_matching::patient::decide::Possible;
use iis_model::{
    Action, Demographics, Findings, MessageId, Place, RegistryNumber, ReportId, ReportedEvent, Timestamp,
};
use iis_store::review_item::{BY_THE_LINE, NewReviewItem, ReviewCandidate};
use iis_store::{Change, Plan, StoreError, Tx, link, person, report, source_record, submission};
use jiff::SignedDuration;

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
    let sent_at = sent_at(unit);
    let revision = subject.record.revision + 1;
    match subject.version {
        Some(version) => {
            plan.person_versions.push((subject.person_id, version));
            plan.touched.push(subject.person_id);
        }
        None => plan.changes.push(new_person(unit, subject)),
    }
    if subject.record.revision == 0 {
        plan.changes.extend(new_record(unit, subject));
    }
    plan.changes.extend(review(unit, subject)?);
    let sent = &unit.submission.person;
    plan.changes.push(Change::Submission(submission::NewSubmission {
        source_record_id: subject.record.id,
        revision,
        message_id: Some(message_id),
        sender_id: Some(unit.sender.id),
        account_id: None,
        site_id: Some(unit.site_id),
        sent_at,
        received_at: unit.arrival.at,
        demographics: (subject.record.last_sent.as_ref() != Some(sent)).then(|| sent.clone()),
    }));
    let view = view(unit, snapshot, &subject.record, sent, sent_at)?;
    let mut known = match subject.version {
        Some(_) => Known::read(snapshot, &unit.granted, subject.person_id)?,
        None => Known::nothing(subject.person_id),
    };
    let reports = reports(unit, &subject.record, &known, sent_at, findings)?;
    plan.changes.extend(reports.iter().cloned().map(Change::Report));
    known.add_reports(subject.record.organization_id, reports);
    if let Some(view) = view {
        let person = (subject.person_id, subject.version.is_none());
        let record = (subject.record.id, subject.record.comparable(unit, &view.demographics));
        index::update(snapshot, &unit.granted, &unit.model, person, record, plan)?;
        known.put_view(view.clone());
        plan.changes.push(Change::SourceView(view));
    }
    plan.changes.extend(Consolidated::of(&known).changes_since(
        &known,
        &unit.cx.schedules.now(),
        unit.arrival.today,
    ));
    Ok(())
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

/// What the record says now, if that changes: a message that was sent before the last one only fills what no later
/// one said, so all submissions are folded again in the order in which they were sent.
fn view(
    unit: &Unit,
    snapshot: &mut Tx<'_>,
    record: &Record,
    sent: &Demographics,
    sent_at: Timestamp,
) -> Result<Option<source_record::SourceView>, StoreError> {
    let revision = record.revision + 1;
    let (demographics, newest_at) = match &record.view {
        None => {
            let mut first = Demographics::default();
            first.update(sent);
            (first, sent_at)
        }
        Some((view, newest_at)) if sent_at >= *newest_at => {
            let mut updated = view.clone();
            updated.update(sent);
            if updated == *view {
                return Ok(None);
            }
            (updated, sent_at)
        }
        Some((view, newest_at)) => {
            let mut rows = submission::of_record(snapshot, &unit.granted, record.id)?;
            rows.push(submission::NewSubmission {
                source_record_id: record.id,
                revision,
                message_id: None,
                sender_id: Some(unit.sender.id),
                account_id: None,
                site_id: None,
                sent_at,
                received_at: unit.arrival.at,
                demographics: Some(sent.clone()),
            });
            let folded = fold(&rows);
            if folded == *view {
                return Ok(None);
            }
            (folded, *newest_at)
        }
    };
    Ok(Some(source_record::SourceView {
        source_record_id: record.id,
        demographics,
        revision,
        sent_at: newest_at,
    }))
}

/// The rows to add: one for each dose, refusal or observation that says something new.
fn reports(
    unit: &Unit,
    record: &Record,
    known: &Known,
    sent_at: Timestamp,
    findings: &mut Findings,
) -> Result<Vec<report::NewReport>, StoreError> {
    let mut rows: Vec<report::NewReport> = Vec::new();
    for event in &unit.submission.events {
        let own = || known.reports.iter().filter(|row| row.source_record_id == record.id);
        let mut key = event.dose_key();
        if event.is_delete() && !own().any(|row| row.dose_key == key) {
            match own().find(|row| same_content(&row.event, event)) {
                Some(row) => key.clone_from(&row.dose_key),
                None => findings.push(WITHDRAWAL_OF_UNKNOWN.at(order_number_place(event))),
            }
        }
        let newest =
            own().filter(|row| row.dose_key == key).max_by_key(|row| (row.sent_at, row.revision, row.id));
        let body = ReportedEvent { place: Place::NONE, ..event.clone() };
        if newest.is_some_and(|newest| newest.sent_at <= sent_at && newest.event == body) {
            continue;
        }
        rows.push(report::NewReport {
            source_record_id: record.id,
            id: ReportId(unit.cx.store.ids().take()?),
            revision: record.revision + 1,
            dose_key: key.into(),
            action: event.action.value.unwrap_or(Action::Add),
            sent_at,
            body,
        });
    }
    Ok(rows)
}

/// The same vaccine on the same day, given or known in the same way: how a withdrawal without a known order number
/// still finds its dose.
fn same_content(known: &ReportedEvent, event: &ReportedEvent) -> bool {
    !known.is_delete()
        && (known.given_on.value, known.cvx.value, known.kind)
            == (event.given_on.value, event.cvx.value, event.kind)
}

fn order_number_place(event: &ReportedEvent) -> Place {
    if event.filler.place.is_none() { event.place } else { event.filler.place }
}
