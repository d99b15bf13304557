//! Doses that are said not to be from the stock, and those of which that is said no more (decision 0058).

use super::ledger::found;
use super::same_giving::{Standing, is_elsewhere, is_same_lot, is_taken};
use super::taking::Taking;
use crate::reporting::Stated;
use iis_model::ReportedEvent;
use iis_model::stock::Missed;
use iis_store::{Plan, StoreError, Tx, report};

impl Taking<'_> {
    /// A dose is not from the stock: what another report of it took comes back too.
    pub(super) fn leave_in_stock(
        &mut self,
        tx: &mut Tx<'_>,
        one: &Stated,
        plan: &mut Plan,
    ) -> Result<(), StoreError> {
        let event = one.row.body.event();
        for other in self.givings(tx)?.beside(one) {
            if is_same_lot(&other.event, event) {
                // it is one dose: what was missed by the other report is said by this one from now on
                plan.changes.push(found(&other.dose));
                self.ledger.leave_in_stock(tx, &other.dose, event, plan)?;
            }
        }
        Ok(())
    }

    /// A dose of which it was said before that it is not from the stock, and is said no more: another report of the giving
    /// that this kept from taking takes it now, unless somebody else still says so or it is taken.
    pub(super) fn take_what_was_kept(
        &mut self,
        tx: &mut Tx<'_>,
        one: &Stated,
        plan: &mut Plan,
    ) -> Result<(), StoreError> {
        let Some(before) = self.elsewhere_before(tx, one)? else { return Ok(()) };
        let said_of_it = self.givings(tx)?.of(&before);
        for other in &said_of_it {
            if self.ledger.holds(tx, &other.dose)? {
                return Ok(());
            }
        }
        let of_lot = || said_of_it.iter().filter(|other| is_same_lot(&other.event, &before));
        if let Some(still) = of_lot().find(|other| is_elsewhere(&other.event)) {
            let is_listed = of_lot().any(|other| is_elsewhere(&other.event) && other.dose == one.dose());
            if !is_listed {
                plan.changes.push(self.ledger.miss(still, Missed::Elsewhere));
            }
            return Ok(());
        }
        let mut kept: Option<&Standing> = None;
        for other in of_lot() {
            let decrements = other.decrements(tx)?;
            if decrements && other.dose == one.dose() {
                return Ok(()); // it is settled for itself
            }
            if decrements && kept.is_none() {
                kept = Some(other);
            }
        }
        if let Some(kept) = kept {
            self.ledger.take(tx, kept, plan)?;
        }
        Ok(())
    }

    /// What stood of the dose before, if that said that it is not from the stock. Most doses that are said again never
    /// concerned the stock: their versions are not read.
    fn elsewhere_before(&self, tx: &mut Tx<'_>, one: &Stated) -> Result<Option<ReportedEvent>, StoreError> {
        let dose = one.dose();
        let Some(before) = one.before.filter(|before| before.was_given) else { return Ok(None) };
        if self.ledger.missed(tx, &dose)?.is_none_or(|row| row.reason != Missed::Elsewhere) {
            return Ok(None);
        }
        let mut versions = report::of_dose(tx, &self.said.granted, dose.0, &dose.1)?.into_iter();
        let before = versions.find(|row| row.id == before.id).map(|row| row.body);
        Ok(before.filter(|before| is_taken(before) && is_elsewhere(before)))
    }
}
