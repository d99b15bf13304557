//! What a plan does to the stock: the lots as they will be, and what each dose will have taken out of them.

use super::choose::{Wanted, choose};
use super::same_giving::Standing;
use crate::Context;
use iis_model::access::Granted;
use iis_model::stock::{EntryKind, Missed, OnHand, fold_lot};
use iis_model::{LotId, ReportedEvent, SiteId, SourceRecordId, Timestamp};
use iis_store::stock::{MissedDose, NewEntry};
use iis_store::{Change, Plan, StoreError, Tx, stock, stock_lot};
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
    /// What the plan enters for each dose, by lot.
    doses: BTreeMap<Dose, BTreeMap<LotId, i64>>,
}

impl<'a> Ledger<'a> {
    pub(super) fn by(hand: Hand<'a>) -> Self {
        Self { hand, lots: BTreeMap::new(), doses: BTreeMap::new() }
    }

    /// What is on hand of a lot, with what this plan does to it.
    fn of(&self, read: OnHand) -> OnHand {
        self.lots.get(&read.lot.id).cloned().unwrap_or(read)
    }

    /// What a dose has taken, by lot, with what this plan does.
    pub(super) fn taken(&self, tx: &mut Tx<'_>, dose: &Dose) -> Result<BTreeMap<LotId, i64>, StoreError> {
        let mut taken = self.doses.get(dose).cloned().unwrap_or_default();
        for entry in stock::of_dose(tx, self.hand.granted, dose.0, &dose.1)? {
            *taken.entry(entry.lot_id).or_default() += entry.doses;
        }
        taken.retain(|_, doses| *doses < 0);
        Ok(taken)
    }

    /// Whether a dose has taken something.
    pub(super) fn holds(&self, tx: &mut Tx<'_>, dose: &Dose) -> Result<bool, StoreError> {
        Ok(!self.taken(tx, dose)?.is_empty())
    }

    /// Why a dose is said not to have come out of the stock, as it is stored.
    pub(super) fn missed(&self, tx: &mut Tx<'_>, dose: &Dose) -> Result<Option<MissedDose>, StoreError> {
        stock::missed_dose(tx, self.hand.granted, dose.0, &dose.1)
    }

    /// Adds an entry for a dose to the plan; tells what is left of the lot.
    pub(super) fn enter(
        &mut self,
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
            reason: self.hand.reason.into(),
            actor: self.hand.granted.actor().label().1.into(),
            at: self.hand.at,
            dose: Some(dose.clone()),
        }));
        *self.doses.entry(dose.clone()).or_default().entry(lot.lot.id).or_default() += doses;
        let left = lot.doses;
        self.lots.insert(lot.lot.id, lot);
        left
    }

    /// What a dose took comes back; the lots out of which it was, with how many doses each.
    pub(super) fn give_back(
        &mut self,
        tx: &mut Tx<'_>,
        dose: &Dose,
        plan: &mut Plan,
    ) -> Result<Vec<(OnHand, i64)>, StoreError> {
        let mut back = Vec::new();
        for (id, doses) in self.taken(tx, dose)? {
            let Some(lot) = stock_lot::get(tx, id)? else { continue };
            self.enter(lot.clone(), (EntryKind::GivenBack, -doses), dose, plan);
            back.push((lot, doses));
        }
        Ok(back)
    }

    /// What a dose took out of lots of the number that another report of its giving names comes back; one that names none
    /// means whatever was taken.
    pub(super) fn leave_in_stock(
        &mut self,
        tx: &mut Tx<'_>,
        dose: &Dose,
        named_by: &ReportedEvent,
        plan: &mut Plan,
    ) -> Result<(), StoreError> {
        let named = fold_lot(Wanted::of(named_by).lot);
        for (id, doses) in self.taken(tx, dose)? {
            let Some(lot) = stock_lot::get(tx, id)? else { continue };
            if named.is_empty() || fold_lot(&lot.lot.lot) == named {
                self.enter(lot, (EntryKind::GivenBack, -doses), dose, plan);
            }
        }
        Ok(())
    }

    /// A dose is another report's from now on, out of the lot that it names, or else out of the one it came from.
    pub(super) fn pass(
        &mut self,
        tx: &mut Tx<'_>,
        (lot, doses): (OnHand, i64),
        heir: &Standing,
        plan: &mut Plan,
    ) -> Result<(), StoreError> {
        let lot = self.choice(tx, &heir.event, heir.site_id)?.unwrap_or(lot);
        self.enter(lot, (EntryKind::Administered, doses), &heir.dose, plan);
        plan.changes.push(found(&heir.dose));
        Ok(())
    }

    /// Takes a dose out of the lot that its report names; what became of it.
    pub(super) fn take(
        &mut self,
        tx: &mut Tx<'_>,
        one: &Standing,
        plan: &mut Plan,
    ) -> Result<Left, StoreError> {
        match self.choice(tx, &one.event, one.site_id)? {
            Ok(lot) => {
                let doses = self.enter(lot.clone(), (EntryKind::Administered, -1), &one.dose, plan);
                plan.changes.push(found(&one.dose));
                Ok(Left::From { lot: lot.lot.lot, doses })
            }
            Err(reason) => {
                plan.changes.push(self.miss(one, reason));
                Ok(Left::Not(reason))
            }
        }
    }

    /// The lot out of which a dose comes, or why out of none.
    fn choice(
        &self,
        tx: &mut Tx<'_>,
        event: &ReportedEvent,
        site_id: SiteId,
    ) -> Result<Result<OnHand, Missed>, StoreError> {
        let wanted = Wanted::of(event);
        let lots = stock_lot::of_number(tx, site_id, wanted.lot)?;
        let lots: Vec<OnHand> = lots.into_iter().map(|lot| self.of(lot)).collect();
        Ok(choose(&wanted, &lots, &self.hand.cx.codes.now()).cloned())
    }

    /// A dose did not come out.
    pub(super) fn miss(&self, one: &Standing, reason: Missed) -> Change {
        Change::StockMissed(MissedDose {
            source_record_id: one.dose.0,
            dose_key: one.dose.1.clone(),
            site_id: one.site_id,
            report_id: one.report_id,
            reason,
            at: self.hand.at,
        })
    }
}

/// A dose is not missed, or no longer.
pub(super) fn found((record, key): &Dose) -> Change {
    Change::StockFound(*record, key.clone())
}
