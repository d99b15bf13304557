//! Which of the reports of one giving takes its vial out of the stock: one giving takes one dose, whoever says it, and none where
//! one of them says that it is not from the stock.

use super::choose::Wanted;
use crate::reporting::{Report, Subject};
use iis_model::stock::fold_lot;
use iis_model::{Completion, LotId, ReportedEvent, SourceRecordId};
use iis_store::report::{self, NewReport, ReportRow};
use iis_store::{StoreError, Tx, event, stock, stock_lot};
use std::collections::BTreeMap;

/// A dose that its reporter gave, wholly or partly: either way the vial is used.
pub(super) fn is_taken(event: &ReportedEvent) -> bool {
    event.is_administered()
        && event.completion.value.is_none_or(|how| matches!(how, Completion::Complete | Completion::Partial))
}

/// Which report takes the vial of a dose out of the stock.
pub(super) enum Takes {
    /// The one that is stored.
    ThisOne,
    /// Another report of the same giving took it, or said that it is not from the stock: one giving takes one dose.
    AnotherOne,
    /// None: the dose is not from this stock.
    FromElsewhere,
    /// None: nothing was given.
    Nobody,
}

/// Who takes the vial of a dose that was given.
pub(super) fn who_takes(
    said: &Report,
    tx: &mut Tx<'_>,
    of: &Subject,
    row: &NewReport,
) -> Result<Takes, StoreError> {
    let event = row.body.event();
    if event.not_from_stock.get().is_some() {
        return Ok(Takes::FromElsewhere);
    }
    let lot = |event: &ReportedEvent| fold_lot(Wanted::of(event).lot);
    for other in of_same_giving(said, tx, of, row)? {
        let is_elsewhere = other.body.not_from_stock.get().is_some() && lot(&other.body) == lot(event);
        if is_elsewhere || !taken_of_its_lot(said, tx, (row, &other))?.is_empty() {
            return Ok(Takes::AnotherOne);
        }
    }
    Ok(Takes::ThisOne)
}

/// What else the reporter's organization says of a giving: the same vaccine on the same day, as two nurses at once say it, or
/// a form and a message, or as it is inherited from a report that is then put back.
pub(super) fn of_same_giving(
    said: &Report,
    tx: &mut Tx<'_>,
    of: &Subject,
    row: &NewReport,
) -> Result<Vec<ReportRow>, StoreError> {
    let event = row.body.event();
    let is_same_giving = |other: &ReportRow| {
        let is_own = other.source_record_id == row.source_record_id && other.dose_key == row.dose_key;
        !is_own
            && other.organization_id == said.by.organization_id
            && other.body.cvx.value == event.cvx.value
            && other.body.given_on.value == event.given_on.value
            && is_taken(&other.body)
    };
    let mut reports = latest_of_person(said, tx, of)?;
    reports.retain(is_same_giving);
    Ok(reports)
}

/// What another report took out of lots of the number that this one names.
pub(super) fn taken_of_its_lot(
    said: &Report,
    tx: &mut Tx<'_>,
    (row, other): (&NewReport, &ReportRow),
) -> Result<BTreeMap<LotId, i64>, StoreError> {
    let lots = stock_lot::of_number(tx, said.by.site_id, Wanted::of(row.body.event()).lot)?;
    let mut taken = taken(said, tx, (other.source_record_id, &other.dose_key))?;
    taken.retain(|id, _| lots.iter().any(|lot| lot.lot.id == *id));
    Ok(taken)
}

/// What the reports of the person say now: the newest version of each dose at each source, without those that were removed.
fn latest_of_person(said: &Report, tx: &mut Tx<'_>, of: &Subject) -> Result<Vec<ReportRow>, StoreError> {
    let mut latest: BTreeMap<(SourceRecordId, Box<str>), ReportRow> = BTreeMap::new();
    let moment = |row: &ReportRow| (row.sent_at, row.revision, row.id);
    for row in report::current_of_person(tx, &said.granted, of.person_id)? {
        let dose = (row.source_record_id, row.dose_key.clone());
        if latest.get(&dose).is_none_or(|known| moment(known) < moment(&row)) {
            latest.insert(dose, row);
        }
    }
    Ok(latest.into_values().filter(|row| !row.body.is_delete()).collect())
}

/// What a dose took, by lot.
pub(super) fn taken(
    said: &Report,
    tx: &mut Tx<'_>,
    (record, dose_key): (SourceRecordId, &str),
) -> Result<BTreeMap<LotId, i64>, StoreError> {
    let mut taken: BTreeMap<LotId, i64> = BTreeMap::new();
    for entry in stock::of_dose(tx, &said.granted, record, dose_key)? {
        *taken.entry(entry.lot_id).or_default() += entry.doses;
    }
    taken.retain(|_, doses| *doses < 0);
    Ok(taken)
}

/// Another report of the reporter's organization by which the dose of this one was given, and which took nothing itself.
pub(super) fn still_says(
    said: &Report,
    tx: &mut Tx<'_>,
    of: &Subject,
    row: &NewReport,
) -> Result<Option<(SourceRecordId, Box<str>)>, StoreError> {
    let is_same_dose =
        |one: &ReportRow| one.source_record_id == row.source_record_id && one.dose_key == row.dose_key;
    let reports = report::current_of_person(tx, &said.granted, of.person_id)?;
    for event in event::of_person(tx, &said.granted, of.person_id)? {
        let is_of = |one: &&ReportRow| event.reports.contains(&(one.source_record_id, one.id));
        if !reports.iter().filter(is_of).any(is_same_dose) {
            continue;
        }
        let others = reports.iter().filter(is_of).filter(|one| {
            !is_same_dose(one)
                && one.organization_id == said.by.organization_id
                && is_taken(&one.body)
                && one.body.not_from_stock.get().is_none()
        });
        for other in others {
            let entries = stock::of_dose(tx, &said.granted, other.source_record_id, &other.dose_key)?;
            if entries.iter().map(|entry| entry.doses).sum::<i64>() == 0 {
                return Ok(Some((other.source_record_id, other.dose_key.clone())));
            }
        }
    }
    Ok(None)
}
