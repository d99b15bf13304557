//! What a withdrawal, or taking one back, changes of one person.

use super::again::{self, Sent};
use crate::exchange::read_again;
use crate::inventory::Standing;
use crate::inventory::following::{Turn, Why, follow};
use crate::matching::Model;
use crate::matching::index::{Index, Number, guard, subject};
use crate::people::consolidated::Known;
use crate::rebuild::view_of;
use crate::reporting::owner_of;
use crate::{Arrival, Context};
use iis_model::access::{Granted, Permission};
use iis_model::organization::Sender;
use iis_model::{PersonId, SenderId, SourceRecordId};
use iis_store::report::{self, MarkedRow};
use iis_store::source_record::SourceRecordRow;
use iis_store::submission::{self, StoredSubmission};
use iis_store::withdrawal::{Mark, Withdrawal};
use iis_store::{Change, Plan, StoreError, Tx, link, message, person, source_record};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// All that a person is computed with.
pub(super) struct Making {
    pub(super) cx: Context,
    pub(super) model: Arc<Model>,
    pub(super) withdrawal: Withdrawal,
    pub(super) senders: HashMap<SenderId, Arc<Sender>>,
}

/// A person while its records are gone through.
struct Person {
    known: Known,
    index: Index,
    stored_index: Index,
    /// Rows that submissions get that had none of their own.
    made: Vec<Standing>,
}

/// The person that a record is linked to.
pub(super) fn person_of(tx: &mut Tx<'_>, record: SourceRecordId) -> Result<Option<PersonId>, StoreError> {
    link::person_of(tx, &granted(), record)
}

fn granted() -> Granted {
    crate::access::as_registry(Permission::WithdrawReports)
}

/// Adds to the plan what changes; `false`: nothing, it was done before or the person has no such record any more.
pub(super) fn propose(
    making: &Making,
    tx: &mut Tx<'_>,
    id: PersonId,
    records: &BTreeSet<SourceRecordId>,
    arrival: &Arrival,
    plan: &mut Plan,
) -> Result<bool, StoreError> {
    let granted = granted();
    let Some(found) = person::get(tx, &granted, id)? else { return Ok(false) };
    plan.person_versions.push((id, found.version));
    let mut known = Known::read(tx, &granted, id)?;
    known.read_views(tx, &granted)?;
    let index = Index::read(tx, &granted, &making.model, id)?;
    let mut person = Person { known, stored_index: index.clone(), index, made: Vec::new() };
    let mut has_changed = false;
    for record in source_record::of_person(tx, &granted, id)? {
        if records.contains(&record.id) {
            has_changed |= making.record(tx, &record, &mut person, plan)?;
        }
    }
    if !has_changed {
        return Ok(false);
    }
    plan.touched.push(id);
    let turn = Turn { cx: &making.cx, granted: &granted, at: arrival.at, why: making.why() };
    follow(turn, tx, &person.known.said_together(), std::mem::take(&mut person.made), plan)?;
    plan.changes.extend(person.index.changes_since(&person.stored_index, id));
    if person.known.says_nothing() {
        plan.changes.push(Change::ClearPerson(id)); // nobody speaks of the person any more
    } else {
        plan.changes.extend(person.known.changes(&making.cx.schedules.now(), arrival.today));
    }
    Ok(true)
}

impl Making {
    /// The word in the audit.
    pub(super) fn action(&self) -> &'static str {
        if self.withdrawal.inverse_of.is_some() { "take-back-withdrawal" } else { "withdraw-reports" }
    }

    /// Why the stock follows.
    fn why(&self) -> Why {
        if self.withdrawal.inverse_of.is_some() { Why::BroughtBack } else { Why::Withdrawn }
    }

    /// Marks the submissions of one record and its rows, and says what the record says now.
    fn record(
        &self,
        tx: &mut Tx<'_>,
        record: &SourceRecordRow,
        person: &mut Person,
        plan: &mut Plan,
    ) -> Result<bool, StoreError> {
        let granted = granted();
        let mut submissions = submission::of_record(tx, &granted, record.id)?;
        let Some(first) = self.mark_submissions(&mut submissions, plan) else { return Ok(false) };
        let mut rows = report::marked_of_record(tx, &granted, record.id)?;
        self.mark_rows(&submissions, &mut rows, plan);
        let counting = rows.into_iter().map(|row| row.version).collect();
        person.known.replace_reports(record.id, counting);
        self.say_again(tx, record, &submissions, first, person, plan)?;
        if let Some(view) = view_of(record, &submissions) {
            let subject = subject(Number::from(record), &view.demographics, &self.model);
            guard(tx, &subject, plan)?;
            person.index = person.index.with(record.id, subject);
            person.known.put_view(view.clone());
            plan.changes.push(Change::SourceView(view));
        } else {
            person.index = std::mem::take(&mut person.index).parted(&[record.id]).1;
            person.known.drop_view(record.id);
            plan.changes.push(Change::DeleteSourceView(record.id));
        }
        Ok(true)
    }

    /// Marks what was sent in the time, or takes the marks off again; the first revision that changes.
    fn mark_submissions(&self, submissions: &mut [StoredSubmission], plan: &mut Plan) -> Option<i64> {
        let Withdrawal { id, sender_id, sent_from, sent_until, inverse_of, .. } = self.withdrawal;
        let mut first = None;
        for submission in submissions {
            let row = &submission.row;
            let is_meant = row.sender_id == Some(sender_id)
                && (sent_from..sent_until).contains(&row.received_at)
                && submission.withdrawn_by == inverse_of;
            if is_meant {
                submission.withdrawn_by = if inverse_of.is_some() { None } else { Some(id) };
                first = first.or(Some(row.revision));
                plan.changes.push(Change::MarkSubmission(Mark {
                    source_record_id: row.source_record_id,
                    row: row.revision,
                    withdrawn_by: submission.withdrawn_by,
                }));
            }
        }
        first
    }

    /// The rows of a submission share its mark. Those that a withdrawal made go when it is taken back.
    fn mark_rows(&self, submissions: &[StoredSubmission], rows: &mut Vec<MarkedRow>, plan: &mut Plan) {
        let marks: HashMap<i64, Option<i64>> =
            submissions.iter().map(|submission| (submission.row.revision, submission.withdrawn_by)).collect();
        let taken_back = self.withdrawal.inverse_of;
        rows.retain_mut(|row| {
            let (source_record_id, id) = (row.version.source_record_id, row.version.id);
            if taken_back.is_some() && row.made_by == taken_back {
                plan.changes.push(Change::DeleteMadeReport(source_record_id, id));
                return false;
            }
            let withdrawn_by = marks.get(&row.version.revision).copied().flatten();
            if row.withdrawn_by != withdrawn_by {
                row.withdrawn_by = withdrawn_by;
                let mark = Mark { source_record_id, row: id.0, withdrawn_by };
                plan.changes.push(Change::MarkReport(mark));
            }
            withdrawn_by.is_none()
        });
    }

    /// Gives the submissions that stand, from the first one that changed on, the rows that they would have had.
    fn say_again(
        &self,
        tx: &mut Tx<'_>,
        record: &SourceRecordRow,
        submissions: &[StoredSubmission],
        first: i64,
        person: &mut Person,
        plan: &mut Plan,
    ) -> Result<(), StoreError> {
        for StoredSubmission { row, withdrawn_by } in submissions {
            if row.revision < first || withdrawn_by.is_some() {
                continue;
            }
            let sender = row.sender_id.and_then(|id| self.senders.get(&id));
            let message = row.message_id.map(|id| message::get(tx, &granted(), id)).transpose()?.flatten();
            let (Some(sender), Some(message)) = (sender, message) else { continue };
            let day = row.received_at.to_zoned(self.cx.identity.zone.clone()).date();
            let said = read_again(&self.cx, sender, &message.body, day);
            let sent = Sent { row, made_by: self.withdrawal.id, events: &said.events };
            let made = again::rows(self.cx.store.ids(), &sent, &person.known)?;
            person.known.add_reports(record.organization_id, &made);
            let by = (owner_of(tx, (record.organization_id, row.site_id))?, row.site_id);
            person.made.extend(made.iter().map(|new| Standing::new(new, by, row.decrements)));
            plan.changes.extend(made.into_iter().map(Change::Report));
        }
        Ok(())
    }
}
