//! Doses come out of the stock, in the plan that stores them.
//!
//! A later version of a dose gives back what the earlier one took and takes anew; a withdrawal gives back, or leaves it to
//! another report of the organization that says the dose too; what such a report took is not taken twice. A dose that was
//! said not to be from the stock takes nothing, whatever is on the shelf under its lot number; once nobody says so any more,
//! the report that it kept from taking takes (`from_elsewhere`). First all that comes back does so, then what is taken is
//! taken, and each step sees what the ones before it entered. The entries of two doses of one lot that are recorded at the
//! same time have the same number, so that the second is planned again with what the first left: nothing is given twice.

use super::choose::Wanted;
use super::ledger::{Dose, Hand, Ledger, Left, found};
use super::same_giving::{Givings, Standing, is_elsewhere, is_same_giving, is_same_lot, is_taken};
use crate::reporting::{Report, Stated, Subject};
use iis_model::stock::Missed;
use iis_model::{ReportId, ReportedEvent};
use iis_store::{Plan, StoreError, Tx};
use std::collections::{BTreeMap, BTreeSet};

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
    let hand = Hand { cx: &said.cx, granted: &said.granted, at: said.arrival.at, reason: "" };
    let mut taking = Taking { said, of, stated: &stated, givings: None, ledger: Ledger::by(hand) };
    let mut concerns = Vec::new();
    for one in &stated {
        if taking.concerns(tx, one)? {
            concerns.push(one);
        }
    }
    let mut came_back = BTreeSet::new();
    for one in &concerns {
        if taking.give_back(tx, one, plan)? {
            came_back.insert(one.row.id);
        }
    }
    let mut left = Vec::new();
    for one in concerns {
        let (id, held) = (one.row.id, came_back.contains(&one.row.id));
        let became = taking.settle(tx, one, held, plan)?;
        left.extend(became.or_else(|| held.then_some(Left::Back)).map(|left| (id, left)));
    }
    for one in &stated {
        taking.take_what_was_kept(tx, one, plan)?;
    }
    Ok(left)
}

/// The new reports of a person, and what the plan enters for them.
pub(super) struct Taking<'a> {
    pub(super) said: &'a Report,
    of: &'a Subject,
    /// The newest of each dose.
    stated: &'a [Stated],
    /// Read when they are asked for: most reports are about doses that others gave.
    givings: Option<Givings>,
    pub(super) ledger: Ledger<'a>,
}

impl Taking<'_> {
    /// Whether a report may move something: it takes, or says why not; or what stood before it took, or is listed as not
    /// having done so.
    fn concerns(&self, tx: &mut Tx<'_>, one: &Stated) -> Result<bool, StoreError> {
        let event = one.row.body.event();
        if is_taken(event) && (self.decrements(event) || is_elsewhere(event)) {
            return Ok(true);
        }
        let dose = one.dose();
        let was_given = one.before.is_some_and(|before| before.was_given);
        Ok(was_given && (self.ledger.holds(tx, &dose)? || self.ledger.missed(tx, &dose)?.is_some()))
    }

    /// Whether a dose that is said comes out of the stock.
    fn decrements(&self, event: &ReportedEvent) -> bool {
        self.said.by.decrements && !event.leaves_stock_alone
    }

    pub(super) fn givings(&mut self, tx: &mut Tx<'_>) -> Result<&Givings, StoreError> {
        if self.givings.is_none() {
            self.givings = Some(Givings::read(self.said, tx, self.of, self.stated)?);
        }
        self.givings.as_ref().ok_or_else(|| StoreError::internal("givings that were just read"))
    }

    /// What earlier versions of the dose took comes back; whether they had taken something. Where another report of the
    /// organization goes on saying that the dose was given, the vial is used, and what was taken is that report's from now on.
    fn give_back(&mut self, tx: &mut Tx<'_>, one: &Stated, plan: &mut Plan) -> Result<bool, StoreError> {
        let dose = one.dose();
        if !self.ledger.holds(tx, &dose)? {
            return Ok(false);
        }
        let heir = self.heir(tx, one)?;
        for taken in self.ledger.give_back(tx, &dose, plan)? {
            if let Some(heir) = &heir {
                self.ledger.pass(tx, taken, heir, plan)?;
            }
        }
        Ok(heir.is_none())
    }

    /// The other report by which a dose was given, which took nothing itself, and which a correction leaves as another dose.
    fn heir(&mut self, tx: &mut Tx<'_>, one: &Stated) -> Result<Option<Standing>, StoreError> {
        let (said, of, event) = (self.said, self.of, one.row.body.event());
        for other in self.givings(tx)?.still_say(said, tx, of, &one.dose())? {
            let goes_along = is_taken(event) && is_same_giving(&other.event, event);
            if !goes_along && !self.ledger.holds(tx, &other.dose)? {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }

    /// Takes a dose out of the stock, where this report is the one to take it; none: nothing was given, or not from the
    /// stock as far as is said. A report that held a dose (`held`) holds it on, whatever its sender's agreement.
    fn settle(
        &mut self,
        tx: &mut Tx<'_>,
        one: &Stated,
        held: bool,
        plan: &mut Plan,
    ) -> Result<Option<Left>, StoreError> {
        let (event, dose) = (one.row.body.event(), one.dose());
        let standing = Standing::new(self.said, dose.clone(), one);
        if is_taken(event) && is_elsewhere(event) {
            self.leave_in_stock(tx, one, plan)?;
            plan.changes.push(self.ledger.miss(&standing, Missed::Elsewhere));
            return Ok(Some(Left::Not(Missed::Elsewhere)));
        }
        if !is_taken(event) || !(held || self.decrements(event)) {
            plan.changes.push(found(&dose));
            return Ok(None);
        }
        if let Some(left) = self.taken_by_another(tx, one)? {
            plan.changes.push(found(&dose));
            return Ok(Some(left));
        }
        let left = self.ledger.take(tx, &standing, plan)?;
        if matches!(left, Left::From { .. }) {
            // what others say of the giving is not missed: this report took its dose
            let others = self.givings(tx)?.beside(one);
            let missed = others.iter().filter(|other| !is_elsewhere(&other.event));
            plan.changes.extend(missed.map(|other| found(&other.dose)));
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
            if self.ledger.holds(tx, &other.dose)? {
                return Ok(Some(Left::Already { lot: Wanted::of(event).lot.into() }));
            }
        }
        Ok(None)
    }
}
