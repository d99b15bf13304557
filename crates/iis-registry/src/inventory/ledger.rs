//! What a plan does to the stock: the lots as they will be, and what each dose will have taken out of them.

use super::choose::{Wanted, choose};
use super::giving::Standing;
use crate::Context;
use iis_model::access::Granted;
use iis_model::stock::{EntryKind, Missed, OnHand};
use iis_model::{LotId, SourceRecordId, Timestamp};
use iis_store::stock::{MissedDose, NewEntry};
use iis_store::{Change, Plan, StoreError, Tx, stock_lot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A dose at its source: its record, and the reporter's identity of it.
pub(super) type Dose = (SourceRecordId, Box<str>);

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
    /// Another report of the organization took it out already: one giving takes one dose.
    Already {
        /// The lot number that this report says.
        lot: Box<str>,
    },
    /// What it had taken came back.
    Back,
}

/// Who makes entries, when, and why.
#[derive(Clone, Copy)]
pub(super) struct Hand<'a> {
    pub(super) cx: &'a Context,
    pub(super) granted: &'a Granted,
    pub(super) at: Timestamp,
    /// Empty: a dose was given, corrected or removed.
    pub(super) reason: &'static str,
}

/// The entries of a plan, on top of those that are stored.
pub(super) struct Ledger<'a> {
    hand: Hand<'a>,
    lots: BTreeMap<LotId, OnHand>,
    /// What was entered for each dose, by lot.
    doses: BTreeMap<Dose, BTreeMap<LotId, i64>>,
}

impl<'a> Ledger<'a> {
    /// On top of what is stored of some doses.
    pub(super) fn by(hand: Hand<'a>, stored: &BTreeMap<Dose, Vec<NewEntry>>) -> Self {
        let mut doses: BTreeMap<Dose, BTreeMap<LotId, i64>> = BTreeMap::new();
        for (dose, entries) in stored {
            let of_dose = doses.entry(dose.clone()).or_default();
            for entry in entries {
                *of_dose.entry(entry.lot_id).or_default() += entry.doses;
            }
        }
        Self { hand, lots: BTreeMap::new(), doses }
    }

    /// What is on hand of a lot, with what this plan does to it.
    pub(super) fn lot(&self, tx: &mut Tx<'_>, id: LotId) -> Result<Option<OnHand>, StoreError> {
        match self.lots.get(&id) {
            Some(known) => Ok(Some(known.clone())),
            None => stock_lot::get(tx, id),
        }
    }

    /// What a dose has taken, by lot.
    fn taken(&self, dose: &Dose) -> impl Iterator<Item = (LotId, i64)> {
        let of_dose = self.doses.get(dose).into_iter().flatten();
        of_dose.filter(|(_, doses)| **doses < 0).map(|(lot, doses)| (*lot, *doses))
    }

    /// The lot out of which a dose has taken something.
    pub(super) fn held(&self, dose: &Dose) -> Option<LotId> {
        self.taken(dose).next().map(|(lot, _)| lot)
    }

    /// Adds an entry for a dose to the plan.
    fn enter(&mut self, mut lot: OnHand, (kind, doses): (EntryKind, i64), dose: &Dose, plan: &mut Plan) {
        lot.doses += doses;
        lot.last_entry += 1;
        plan.changes.push(Change::StockEntry(NewEntry {
            lot_id: lot.lot.id,
            n: lot.last_entry,
            kind,
            doses,
            reason: self.hand.reason.into(),
            actor: self.hand.granted.actor().label().1.into(),
            at: self.hand.at,
            dose: Some(dose.clone()),
        }));
        *self.doses.entry(dose.clone()).or_default().entry(lot.lot.id).or_default() += doses;
        self.lots.insert(lot.lot.id, lot);
    }

    /// What a dose took comes back; the lots out of which it was.
    pub(super) fn give_back(
        &mut self,
        tx: &mut Tx<'_>,
        dose: &Dose,
        plan: &mut Plan,
    ) -> Result<Vec<LotId>, StoreError> {
        let taken: Vec<(LotId, i64)> = self.taken(dose).collect();
        for (id, doses) in &taken {
            if let Some(lot) = self.lot(tx, *id)? {
                self.enter(lot, (EntryKind::GivenBack, -doses), dose, plan);
            }
        }
        Ok(taken.into_iter().map(|(id, _)| id).collect())
    }

    /// A dose comes out of a lot.
    pub(super) fn take(&mut self, lot: OnHand, dose: &Dose, plan: &mut Plan) {
        self.enter(lot, (EntryKind::Administered, -1), dose, plan);
    }

    /// The lot that a report names, or why its dose comes out of none.
    pub(super) fn named(
        &self,
        tx: &mut Tx<'_>,
        one: &Standing,
    ) -> Result<Result<OnHand, Missed>, StoreError> {
        let wanted = Wanted::of(&one.event);
        let lots = match one.site_id {
            Some(site_id) => stock_lot::of_number(tx, site_id, wanted.lot)?,
            None => Vec::new(),
        };
        let planned = |read: OnHand| self.lots.get(&read.lot.id).cloned().unwrap_or(read);
        let lots: Vec<OnHand> = lots.into_iter().map(planned).collect();
        Ok(choose(&wanted, &lots, &self.hand.cx.codes.now()).cloned())
    }

    /// A dose did not come out.
    pub(super) fn miss(&self, one: &Standing, reason: Missed) -> Option<Change> {
        Some(Change::StockMissed(MissedDose {
            source_record_id: one.dose.0,
            dose_key: one.dose.1.clone(),
            site_id: one.site_id?,
            report_id: one.report_id,
            reason,
            at: self.hand.at,
        }))
    }
}

/// A dose is not missed, or no longer.
pub(super) fn found((record, key): &Dose) -> Change {
    Change::StockFound(*record, key.clone())
}
