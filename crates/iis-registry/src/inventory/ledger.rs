//! What a plan does to the stock: the lots as they will be, and what each dose will have taken out of them.

use crate::reporting::Report;
use iis_model::stock::{EntryKind, OnHand};
use iis_model::{LotId, SourceRecordId};
use iis_store::stock::NewEntry;
use iis_store::{Change, Plan, StoreError, Tx, stock};
use std::collections::BTreeMap;

/// A dose at its source: its record, and the reporter's identity of it.
pub(super) type Dose = (SourceRecordId, Box<str>);

/// The entries of a plan, on top of those that are stored.
#[derive(Default)]
pub(super) struct Ledger {
    lots: BTreeMap<LotId, OnHand>,
    /// What the plan enters for each dose, by lot.
    doses: BTreeMap<Dose, BTreeMap<LotId, i64>>,
}

impl Ledger {
    /// What is on hand of a lot, with what this plan does to it.
    pub(super) fn of(&self, read: OnHand) -> OnHand {
        self.lots.get(&read.lot.id).cloned().unwrap_or(read)
    }

    /// What a dose has taken, by lot, with what this plan does.
    pub(super) fn taken(
        &self,
        said: &Report,
        tx: &mut Tx<'_>,
        dose: &Dose,
    ) -> Result<BTreeMap<LotId, i64>, StoreError> {
        let mut taken = self.doses.get(dose).cloned().unwrap_or_default();
        for entry in stock::of_dose(tx, &said.granted, dose.0, &dose.1)? {
            *taken.entry(entry.lot_id).or_default() += entry.doses;
        }
        taken.retain(|_, doses| *doses < 0);
        Ok(taken)
    }

    /// Adds an entry for a dose to the plan; tells what is left of the lot.
    pub(super) fn enter(
        &mut self,
        said: &Report,
        lot: OnHand,
        (kind, doses): (EntryKind, i64),
        dose: &Dose,
        plan: &mut Plan,
    ) -> i64 {
        let mut lot = self.of(lot);
        lot.doses += doses;
        lot.last_entry += 1;
        plan.changes.push(Change::StockEntry(NewEntry {
            lot_id: lot.lot.id,
            n: lot.last_entry,
            kind,
            doses,
            reason: "".into(),
            actor: said.granted.actor().label().1.into(),
            at: said.arrival.at,
            dose: Some(dose.clone()),
        }));
        *self.doses.entry(dose.clone()).or_default().entry(lot.lot.id).or_default() += doses;
        let left = lot.doses;
        self.lots.insert(lot.lot.id, lot);
        left
    }
}
