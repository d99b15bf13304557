//! Doses come out of the stock, in the plan that stores them.
//!
//! A later version of a dose gives back what the earlier one took and takes anew; a withdrawal gives back, or leaves it to
//! another report of the organization that says the dose too; what such a report took is not taken twice. A dose that was
//! said not to be from the stock takes nothing, whatever is on the shelf under its lot number; once nobody says so any more,
//! the report that it kept from taking takes. First all that comes back does so, then what is taken is taken, and each step
//! sees what the ones before it entered. The entries of two doses of one lot that are recorded at the same time have the
//! same number, so that the second is planned again with what the first left: nothing is given twice.

use super::choose::{Wanted, choose};
use super::ledger::{Dose, Ledger};
use super::same_giving::{Givings, Standing, is_elsewhere, is_same_giving, is_same_lot, is_taken};
use crate::reporting::{Report, Stated, Subject};
use iis_model::stock::{EntryKind, Missed, OnHand};
use iis_model::{LotId, ReportId, ReportedEvent, SiteId};
use iis_store::stock::MissedDose;
use iis_store::{Change, Plan, StoreError, Tx, report, stock_lot};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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

/// Takes the doses of new reports out of the stock of the reporter's site; tells what became of each that concerns it.
pub(crate) fn take(
    said: &Report,
    tx: &mut Tx<'_>,
    of: &Subject,
    stated: &[Stated],
    plan: &mut Plan,
) -> Result<Vec<(ReportId, Left)>, StoreError> {
    let newest: BTreeMap<Dose, ReportId> = stated.iter().map(|one| (one.dose(), one.row.id)).collect();
    let stated: Vec<Stated> =
        stated.iter().filter(|one| newest.get(&one.dose()) == Some(&one.row.id)).cloned().collect();
    let mut taking = Taking { said, of, stated: &stated, givings: None, ledger: Ledger::default() };
    let concerns: Vec<&Stated> = stated.iter().filter(|one| taking.concerns(one)).collect();
    let mut came_back = BTreeSet::new();
    for one in &concerns {
        if taking.give_back(tx, one, plan)? {
            came_back.insert(one.row.id);
        }
    }
    let mut left = Vec::new();
    for one in concerns {
        let id = one.row.id;
        let became = taking.settle(tx, one, plan)?;
        left.extend(became.or_else(|| came_back.contains(&id).then_some(Left::Back)).map(|left| (id, left)));
    }
    for one in &stated {
        taking.take_what_was_kept(tx, one, plan)?;
    }
    Ok(left)
}

/// The new reports of a person, and what the plan enters for them.
struct Taking<'a> {
    said: &'a Report,
    of: &'a Subject,
    /// The newest of each dose.
    stated: &'a [Stated],
    /// Read when they are asked for: most reports are about doses that others gave.
    givings: Option<Givings>,
    ledger: Ledger,
}

impl Taking<'_> {
    /// Whether a report may move something: what it removes may hold what another report of the organization took.
    fn concerns(&self, one: &Stated) -> bool {
        let event = one.row.body.event();
        let is_known = one.before.is_some();
        self.said.by.decrements
            || event.is_delete()
            || (is_taken(event) && is_elsewhere(event))
            || (is_known && !is_taken(event))
    }

    fn givings(&mut self, tx: &mut Tx<'_>) -> Result<&Givings, StoreError> {
        if self.givings.is_none() {
            self.givings = Some(Givings::read(self.said, tx, self.of, self.stated)?);
        }
        self.givings.as_ref().ok_or_else(|| StoreError::internal("givings that were just read"))
    }

    /// What earlier versions of the dose took comes back; whether they had taken something. Where another report of the
    /// organization goes on saying that the dose was given, the vial is used, and what was taken is that report's from now on.
    fn give_back(&mut self, tx: &mut Tx<'_>, one: &Stated, plan: &mut Plan) -> Result<bool, StoreError> {
        let (said, dose) = (self.said, one.dose());
        let taken = self.ledger.taken(said, tx, &dose)?;
        if taken.is_empty() {
            return Ok(false);
        }
        let heir = self.heir(tx, one)?;
        for (id, doses) in taken {
            let Some(lot) = stock_lot::get(tx, id)? else { continue };
            self.ledger.enter(said, lot.clone(), (EntryKind::GivenBack, -doses), &dose, plan);
            if let Some(heir) = &heir {
                let lot = self.lot_of(tx, heir)?.unwrap_or(lot);
                self.ledger.enter(said, lot, (EntryKind::Administered, doses), &heir.dose, plan);
                plan.changes.push(found(&heir.dose));
            }
        }
        Ok(heir.is_none())
    }

    /// The other report by which a dose was given, which took nothing itself, and which a correction leaves as another dose.
    fn heir(&mut self, tx: &mut Tx<'_>, one: &Stated) -> Result<Option<Standing>, StoreError> {
        let (said, of, event) = (self.said, self.of, one.row.body.event());
        for other in self.givings(tx)?.still_say(said, tx, of, &one.dose())? {
            let goes_along = is_taken(event) && is_same_giving(&other.event, event);
            if !goes_along && self.ledger.taken(said, tx, &other.dose)?.is_empty() {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }

    /// The lot on the shelf that a report names; none: it names none of which a dose could come.
    fn lot_of(&self, tx: &mut Tx<'_>, standing: &Standing) -> Result<Option<OnHand>, StoreError> {
        Ok(self.choice(tx, &standing.event, standing.site_id)?.ok())
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
        let lots: Vec<OnHand> = lots.into_iter().map(|lot| self.ledger.of(lot)).collect();
        Ok(choose(&wanted, &lots, &self.said.cx.codes.now()).cloned())
    }

    /// Takes a dose out of the stock, where this report is the one to take it; none: nothing was given.
    fn settle(&mut self, tx: &mut Tx<'_>, one: &Stated, plan: &mut Plan) -> Result<Option<Left>, StoreError> {
        let (event, dose) = (one.row.body.event(), one.dose());
        if !is_taken(event) {
            plan.changes.push(found(&dose));
            return Ok(None);
        }
        if is_elsewhere(event) {
            self.leave_in_stock(tx, one, plan)?;
            plan.changes.push(missed(
                self.said,
                (&dose, one.row.id),
                self.said.by.site_id,
                Missed::Elsewhere,
            ));
            return Ok(Some(Left::Not(Missed::Elsewhere)));
        }
        if let Some(left) = self.taken_by_another(tx, one)? {
            plan.changes.push(found(&dose));
            return Ok(Some(left));
        }
        let left = self.take_one(tx, (&dose, one.row.id), event, self.said.by.site_id, plan)?;
        if matches!(left, Left::From { .. }) {
            // what others say of the giving is not missed: this report took its dose
            for other in self.givings(tx)?.beside(one) {
                plan.changes.push(found(&other.dose));
            }
        }
        Ok(Some(left))
    }

    /// What another report of the giving did to the stock, if anything: it took the dose, or said that it is not from there.
    fn taken_by_another(&mut self, tx: &mut Tx<'_>, one: &Stated) -> Result<Option<Left>, StoreError> {
        let event = one.row.body.event();
        for other in self.givings(tx)?.beside(one) {
            if is_elsewhere(&other.event) && is_same_lot(&other.event, event) {
                return Ok(Some(Left::Not(Missed::Elsewhere)));
            }
            if !self.ledger.taken(self.said, tx, &other.dose)?.is_empty() {
                return Ok(Some(Left::Already { lot: Wanted::of(event).lot.into() }));
            }
        }
        Ok(None)
    }

    /// A dose is not from the stock: what another report of it took comes back too.
    fn leave_in_stock(&mut self, tx: &mut Tx<'_>, one: &Stated, plan: &mut Plan) -> Result<(), StoreError> {
        let (said, event) = (self.said, one.row.body.event());
        for other in self.givings(tx)?.beside(one) {
            if is_same_lot(&other.event, event) {
                // it is one dose: what was missed by the other report is said by this one from now on
                plan.changes.push(found(&other.dose));
            }
            for (id, doses) in self.taken_of_lot(tx, &other, event)? {
                let Some(lot) = stock_lot::get(tx, id)? else { continue };
                self.ledger.enter(said, lot, (EntryKind::GivenBack, -doses), &other.dose, plan);
            }
        }
        Ok(())
    }

    /// What another report took out of lots of the number that this one names.
    fn taken_of_lot(
        &self,
        tx: &mut Tx<'_>,
        other: &Standing,
        event: &ReportedEvent,
    ) -> Result<BTreeMap<LotId, i64>, StoreError> {
        let mut taken = self.ledger.taken(self.said, tx, &other.dose)?;
        if !taken.is_empty() {
            let lots = stock_lot::of_number(tx, self.said.by.site_id, Wanted::of(event).lot)?;
            taken.retain(|id, _| lots.iter().any(|lot| lot.lot.id == *id));
        }
        Ok(taken)
    }

    /// A dose of which it was said before that it is not from the stock, and is said no more: another report of the giving
    /// that this kept from taking takes it now, unless somebody else still says so or it is taken.
    fn take_what_was_kept(
        &mut self,
        tx: &mut Tx<'_>,
        one: &Stated,
        plan: &mut Plan,
    ) -> Result<(), StoreError> {
        let said = self.said;
        let Some(before) = self.before(tx, one)?.filter(|before| is_taken(before) && is_elsewhere(before))
        else {
            return Ok(());
        };
        let mut kept: Option<Standing> = None;
        for other in self.givings(tx)?.of(&before) {
            if !self.ledger.taken(said, tx, &other.dose)?.is_empty() {
                return Ok(());
            }
            if !is_same_lot(&other.event, &before) {
                continue;
            }
            let decrements = other.decrements(tx)?;
            let is_settled = is_elsewhere(&other.event) || (decrements && other.dose == one.dose());
            if is_settled {
                return Ok(());
            }
            if decrements && kept.is_none() {
                kept = Some(other);
            }
        }
        let Some(kept) = kept else { return Ok(()) };
        self.take_one(tx, (&kept.dose, kept.report_id), &kept.event, kept.site_id, plan)?;
        Ok(())
    }

    /// What stood of the dose before.
    fn before(&self, tx: &mut Tx<'_>, one: &Stated) -> Result<Option<ReportedEvent>, StoreError> {
        let Some(before) = one.before.filter(|before| before.was_given) else { return Ok(None) };
        let (record, key) = one.dose();
        let mut versions = report::of_dose(tx, &self.said.granted, record, &key)?.into_iter();
        Ok(versions.find(|row| row.id == before.id).map(|row| row.body))
    }

    fn take_one(
        &mut self,
        tx: &mut Tx<'_>,
        (dose, report_id): (&Dose, ReportId),
        event: &ReportedEvent,
        site_id: SiteId,
        plan: &mut Plan,
    ) -> Result<Left, StoreError> {
        match self.choice(tx, event, site_id)? {
            Ok(lot) => {
                let taken = (EntryKind::Administered, -1);
                let doses = self.ledger.enter(self.said, lot.clone(), taken, dose, plan);
                plan.changes.push(found(dose));
                Ok(Left::From { lot: lot.lot.lot.clone(), doses })
            }
            Err(reason) => {
                plan.changes.push(missed(self.said, (dose, report_id), site_id, reason));
                Ok(Left::Not(reason))
            }
        }
    }
}

/// A dose is not missed, or no longer.
fn found((record, key): &Dose) -> Change {
    Change::StockFound(*record, key.clone())
}

fn missed(
    said: &Report,
    ((record, key), report_id): (&Dose, ReportId),
    site_id: SiteId,
    reason: Missed,
) -> Change {
    Change::StockMissed(MissedDose {
        source_record_id: *record,
        dose_key: key.clone(),
        site_id,
        report_id,
        reason,
        at: said.arrival.at,
    })
}
