//! Rebuilding: the consolidated rows are computed again from what was reported.

mod check;

pub use check::{Checked, check};

use crate::access::as_registry;
use crate::matching::Model;
use crate::matching::index::{Index, Number, subject};
use crate::people::consolidated::Known;
use crate::people::folding::fold;
use crate::{Context, Failure};
use iis_matching::patient::packed::PackedRecord;
use iis_model::access::Permission;
use iis_model::{PersonId, Timestamp};
use iis_store::person::Person;
use iis_store::source_record::{SourceRecordRow, SourceView};
use iis_store::submission::StoredSubmission;
use iis_store::{
    Change, Lane, Plan, StoreError, Tx, UnitKey, consolidated, person, source_record, submission,
};
use std::sync::Arc;

/// Persons rebuilt at a time.
const PAGE: i64 = 200;

/// Drops all consolidated rows and computes them again, person by person; returns how many persons there are.
pub async fn rebuild(cx: &Context, at: Timestamp) -> Result<u64, Failure> {
    cx.store.write(Lane::Bulk, consolidated::clear).await?;
    let model = cx.matching.now();
    let mut after = PersonId(i64::MIN);
    let mut count = 0;
    loop {
        let persons = cx.store.read(move |tx| person::list(tx, after, PAGE)).await?;
        let Some((last, _)) = persons.last() else { return Ok(count) };
        after = *last;
        for (id, _) in persons {
            let (cx_, model) = (cx.clone(), Arc::clone(&model));
            cx.store.propose_and_apply(Lane::Bulk, move |tx| propose(&cx_, &model, tx, id, at)).await?;
            count += 1;
        }
    }
}

fn propose(
    cx: &Context,
    model: &Model,
    tx: &mut Tx<'_>,
    id: PersonId,
    at: Timestamp,
) -> Result<Plan, StoreError> {
    let mut plan = Plan::new(at, UnitKey::None);
    if let Some((person, changes)) = computed(cx, model, tx, id, at)? {
        plan.person_versions.push((id, person.version));
        plan.changes = changes;
    }
    Ok(plan)
}

/// A person with all consolidated rows that follow from what was reported and decided; none: it has no records.
pub(crate) fn computed(
    cx: &Context,
    model: &Model,
    tx: &mut Tx<'_>,
    id: PersonId,
    at: Timestamp,
) -> Result<Option<(Person, Vec<Change>)>, StoreError> {
    let granted = as_registry(Permission::Operate);
    let Some(person) = person::get(tx, &granted, id)? else { return Ok(None) };
    let records = source_record::of_person(tx, &granted, id)?;
    if records.is_empty() {
        return Ok(None);
    }
    let mut changes = Vec::new();
    let mut known = Known::read_reported(tx, &granted, id)?;
    let mut compared = Vec::with_capacity(records.len());
    for record in records {
        let view = view(tx, &record)?;
        if let Some(view) = view {
            let subject = subject(Number::from(&record), &view.demographics, model);
            compared.push(PackedRecord { id: record.id, subject });
            known.put_view(view.clone());
            changes.push(Change::SourceView(view));
        }
    }
    if compared.is_empty() {
        return Ok(Some((person, changes))); // all that was said of the person is withdrawn
    }
    let today = at.to_zoned(cx.identity.zone.clone()).date();
    changes.extend(Index::of(compared).changes_since(&Index::default(), id));
    changes.extend(known.changes(&cx.schedules.now(), today));
    Ok(Some((person, changes)))
}

fn view(tx: &mut Tx<'_>, record: &SourceRecordRow) -> Result<Option<SourceView>, StoreError> {
    let granted = as_registry(Permission::Operate);
    Ok(view_of(record, &submission::of_record(tx, &granted, record.id)?))
}

/// The fold of a record's submissions, with the revision and moment of the last one that changed it; none: none of them
/// counts, or all that they said was put away with an identity that was replaced.
pub(crate) fn view_of(record: &SourceRecordRow, rows: &[StoredSubmission]) -> Option<SourceView> {
    let mut changed = None;
    let (mut before, mut newest) = (None, None);
    let mut is_said = false;
    for (n, StoredSubmission { row, withdrawn_by }) in rows.iter().enumerate() {
        is_said |= row.demographics.is_some();
        if withdrawn_by.is_some() || !is_said {
            continue;
        }
        newest = newest.max(Some(row.sent_at));
        let so_far = fold(&rows[..=n]);
        if before.as_ref() != Some(&so_far) {
            changed = newest.map(|sent_at| (row.revision, sent_at));
            before = Some(so_far);
        }
    }
    let (revision, sent_at) = changed?;
    let is_vital = record.is_vital == Some(true);
    Some(SourceView { source_record_id: record.id, demographics: before?, revision, sent_at, is_vital })
}
