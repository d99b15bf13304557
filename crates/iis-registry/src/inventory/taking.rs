//! Doses come out of the stock, in the plan that stores them.
//!
//! A later version of a dose gives back what the earlier one took and takes anew; a withdrawal gives back, or leaves it to
//! another report of the organization that says the dose too; what such a report took is not taken twice. A dose that was
//! said not to be from the stock takes nothing, whatever is on the shelf under its lot number. The entries of two doses of one
//! lot that are recorded at the same time have the same number, so that the second is planned again with what the first
//! left: nothing is given twice.

use super::choose::{Wanted, choose};
use super::same_giving::{Takes, is_taken, of_same_giving, still_says, taken, taken_of_its_lot, who_takes};
use crate::reporting::{Report, Subject};
use iis_codes::CodeSets;
use iis_model::stock::{EntryKind, Missed, OnHand, fold_lot};
use iis_model::{LotId, ReportedEvent, SourceRecordId};
use iis_store::report::NewReport;
use iis_store::stock::{MissedDose, NewEntry};
use iis_store::{Change, Plan, StoreError, Tx, stock_lot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of a dose in the stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Left {
    /// It came out of this lot, of which so many doses are left.
    From {
        /// The lot number.
        lot: Box<str>,
        /// What is left of it.
        doses: i64,
    },
    /// It did not come out.
    Not(Missed),
    /// What it had taken came back.
    Back,
}

/// The lots that the plan changes, as they will be.
#[derive(Default)]
struct Ledger(BTreeMap<LotId, OnHand>);

impl Ledger {
    /// What is on hand of a lot, with what this plan does to it.
    fn of(&self, read: OnHand) -> OnHand {
        self.0.get(&read.lot.id).cloned().unwrap_or(read)
    }

    fn enter(
        &mut self,
        said: &Report,
        lot: OnHand,
        kind: EntryKind,
        doses: i64,
        (record, key): (SourceRecordId, &str),
    ) -> (Change, i64) {
        let mut lot = self.of(lot);
        lot.doses += doses;
        lot.last_entry += 1;
        let entry = NewEntry {
            lot_id: lot.lot.id,
            n: lot.last_entry,
            kind,
            doses,
            reason: "".into(),
            actor: said.granted.actor().label().1.into(),
            at: said.arrival.at,
            dose: Some((record, key.into())),
        };
        let left = lot.doses;
        self.0.insert(lot.lot.id, lot);
        (Change::StockEntry(entry), left)
    }
}

/// Takes the doses of new reports out of the stock of the reporter's site; tells what became of each that concerns it.
pub(crate) fn take(
    said: &Report,
    tx: &mut Tx<'_>,
    of: &Subject,
    rows: &[NewReport],
    plan: &mut Plan,
) -> Result<Vec<(iis_model::ReportId, Left)>, StoreError> {
    let sets = said.cx.codes.now();
    let mut ledger = Ledger::default();
    let mut left = Vec::new();
    for row in rows {
        let event = row.body.event();
        if !said.by.decrements && !event.is_delete() {
            continue; // what it removes may hold what another report of the organization took
        }
        let is_back = give_back(said, tx, (of, row), &mut ledger, plan)?;
        let who_takes =
            if !event.is_delete() && is_taken(event) { who_takes(said, tx, of, row)? } else { Takes::Nobody };
        match who_takes {
            Takes::ThisOne => left.push((row.id, take_one(said, tx, row, (&mut ledger, &sets), plan)?)),
            Takes::FromElsewhere => {
                leave_in_stock(said, tx, (of, row), &mut ledger, plan)?;
                left.push((row.id, Left::Not(Missed::Elsewhere)));
            }
            Takes::AnotherOne => {
                plan.changes.push(Change::StockFound(row.source_record_id, row.dose_key.clone()));
            }
            Takes::Nobody => {
                plan.changes.push(Change::StockFound(row.source_record_id, row.dose_key.clone()));
                left.extend(is_back.then_some((row.id, Left::Back)));
            }
        }
    }
    Ok(left)
}

/// A dose is not from the stock: what another report of it took comes back too.
fn leave_in_stock(
    said: &Report,
    tx: &mut Tx<'_>,
    (of, row): (&Subject, &NewReport),
    ledger: &mut Ledger,
    plan: &mut Plan,
) -> Result<(), StoreError> {
    let lot = |event: &ReportedEvent| fold_lot(Wanted::of(event).lot);
    for other in of_same_giving(said, tx, of, row)? {
        if lot(&other.body) == lot(row.body.event()) {
            // it is one dose: what was missed by the other report is said by this one from now on
            plan.changes.push(Change::StockFound(other.source_record_id, other.dose_key.clone()));
        }
        for (id, doses) in taken_of_its_lot(said, tx, (row, &other))? {
            let Some(lot) = stock_lot::get(tx, id)? else { continue };
            let dose = (other.source_record_id, &*other.dose_key);
            plan.changes.push(ledger.enter(said, lot, EntryKind::GivenBack, -doses, dose).0);
        }
    }
    plan.changes.push(missed(said, row, Missed::Elsewhere));
    Ok(())
}

/// What earlier versions of the dose took comes back; whether they had taken something. Where another report of the
/// organization goes on saying that the dose was given, the vial is used, and what was taken is that report's from now on.
fn give_back(
    said: &Report,
    tx: &mut Tx<'_>,
    (of, row): (&Subject, &NewReport),
    ledger: &mut Ledger,
    plan: &mut Plan,
) -> Result<bool, StoreError> {
    let taken = taken(said, tx, (row.source_record_id, &row.dose_key))?;
    if taken.is_empty() {
        return Ok(false);
    }
    let heir = if row.body.event().is_delete() { still_says(said, tx, of, row)? } else { None };
    for (id, doses) in &taken {
        let Some(lot) = stock_lot::get(tx, *id)? else { continue };
        let own = (row.source_record_id, &*row.dose_key);
        let (change, _) = ledger.enter(said, lot.clone(), EntryKind::GivenBack, -doses, own);
        plan.changes.push(change);
        if let Some((record, key)) = &heir {
            let (change, _) = ledger.enter(said, lot, EntryKind::Administered, *doses, (*record, key));
            plan.changes.extend([change, Change::StockFound(*record, key.clone())]);
        }
    }
    Ok(heir.is_none())
}

fn take_one(
    said: &Report,
    tx: &mut Tx<'_>,
    row: &NewReport,
    (ledger, sets): (&mut Ledger, &CodeSets),
    plan: &mut Plan,
) -> Result<Left, StoreError> {
    let wanted = Wanted::of(row.body.event());
    let lots = stock_lot::of_number(tx, said.by.site_id, wanted.lot)?;
    let lots: Vec<OnHand> = lots.into_iter().map(|lot| ledger.of(lot)).collect();
    match choose(&wanted, &lots, sets) {
        Ok(lot) => {
            let (change, doses) = ledger.enter(
                said,
                lot.clone(),
                EntryKind::Administered,
                -1,
                (row.source_record_id, &row.dose_key),
            );
            let found = Change::StockFound(row.source_record_id, row.dose_key.clone());
            plan.changes.extend([change, found]);
            Ok(Left::From { lot: lot.lot.lot.clone(), doses })
        }
        Err(reason) => {
            plan.changes.push(missed(said, row, reason));
            Ok(Left::Not(reason))
        }
    }
}

fn missed(said: &Report, row: &NewReport, reason: Missed) -> Change {
    Change::StockMissed(MissedDose {
        source_record_id: row.source_record_id,
        dose_key: row.dose_key.clone(),
        site_id: said.by.site_id,
        report_id: row.id,
        reason,
        at: said.arrival.at,
    })
}
