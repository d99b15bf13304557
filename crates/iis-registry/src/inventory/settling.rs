//! One giving takes one dose, by one rule, whatever happened to its reports.
//!
//! A giving is an event of the record, as one organization says it. It takes a dose where a report of it says that the dose
//! came out of the stock, or where somebody had said so of the vial that it inherited; it takes none where a report says that
//! the dose was not from there. Givings that are as they were are left alone. Of the others, first all that comes back does so,
//! then each giving that stands has its dose, and each step sees what the ones before it entered (decision 0066).

use super::giving::{Standing, is_elsewhere};
use super::ledger::{Dose, Hand, Ledger, found};
use super::sayings::{Giving, Sayings};
use iis_model::LotId;
use iis_model::stock::{EntryKind, Missed, OnHand, fold_lot};
use iis_store::{Plan, StoreError, Tx};
use std::collections::{BTreeMap, BTreeSet};

/// What became of the dose of a giving.
#[derive(Debug, Clone)]
pub(super) enum Became {
    /// A report took it, now or before.
    Taken(Dose),
    /// It is not from the stock.
    Elsewhere,
    /// It should have come out, and did not.
    Missed(Dose, Missed),
    /// Nobody says that it is from the stock.
    Unsaid,
}

pub(super) struct Settling<'a> {
    pub(super) sayings: &'a Sayings,
    pub(super) ledger: Ledger<'a>,
    /// What became of the givings as they are.
    pub(super) became: Vec<Became>,
    /// The vials of reports that stand no more where they stood, by the giving as it was: for the reports that stay of it.
    free: BTreeMap<usize, Vec<(Dose, LotId)>>,
    /// The doses that came back because their reports say otherwise from where they are.
    again: BTreeSet<Dose>,
    /// The doses that had taken something before.
    pub(super) held: BTreeSet<Dose>,
}

impl<'a> Settling<'a> {
    /// Enters into the plan what the ledger and the list of what did not leave the stock need.
    pub(super) fn settle(
        tx: &mut Tx<'_>,
        sayings: &'a Sayings,
        hand: Hand<'a>,
        plan: &mut Plan,
    ) -> Result<Self, StoreError> {
        let ledger = Ledger::by(hand, &sayings.entries);
        let held = sayings.doses().into_iter().filter(|dose| ledger.held(dose).is_some()).collect();
        let mut settling =
            Self { sayings, ledger, became: Vec::new(), free: BTreeMap::new(), again: BTreeSet::new(), held };
        for dose in settling.held.clone() {
            settling.come_back(tx, &dose, plan)?;
        }
        for giving in &sayings.after {
            settling.keep_one(tx, giving, plan)?;
        }
        for giving in &sayings.after {
            let became = settling.become_of(tx, giving, plan)?;
            settling.list(giving, &became, plan);
            settling.became.push(became);
        }
        Ok(settling)
    }

    /// What a dose took comes back where it counts no more, or is said otherwise. Where others say its giving on, the vial is used
    /// and is theirs.
    fn come_back(&mut self, tx: &mut Tx<'_>, dose: &Dose, plan: &mut Plan) -> Result<(), StoreError> {
        let (before, now) = (self.sayings.said_before(dose), self.sayings.said_now(dose));
        let is_as_it_was = |now: &Standing| before.is_none_or(|before| before.report_id == now.report_id);
        let is_left_behind = match now {
            Some(now) if is_as_it_was(now) => return Ok(()),
            Some(_) => self.leaves_others(dose),
            None => true,
        };
        if is_left_behind {
            let back = self.ledger.give_back(tx, dose, plan)?;
            if let Some(giving) = self.sayings.giving_before(dose) {
                self.free.entry(giving).or_default().extend(back.into_iter().map(|lot| (dose.clone(), lot)));
            }
        } else if !now.zip(before).is_some_and(|(now, before)| now.is_from_where(before)) {
            self.ledger.give_back(tx, dose, plan)?;
            self.again.insert(dose.clone());
        }
        Ok(())
    }

    /// Whether a dose that is said anew is another one now than the reports with which it stood.
    fn leaves_others(&self, dose: &Dose) -> bool {
        let now = self.sayings.giving_of(dose);
        let stood = self.sayings.giving_before(dose).and_then(|giving| self.sayings.before.get(giving));
        stood.into_iter().flatten().any(|other| {
            let stands = self.sayings.said_now(&other.dose);
            stands.is_some_and(|stands| !is_elsewhere(&stands.event))
                && self.sayings.giving_of(&other.dose) != now
        })
    }

    /// What is taken more than once for one giving comes back, and so does all where it is said not to be from the stock.
    fn keep_one(&mut self, tx: &mut Tx<'_>, giving: &Giving, plan: &mut Plan) -> Result<(), StoreError> {
        let mut is_kept = giving.iter().any(|one| is_elsewhere(&one.event));
        for one in giving {
            if is_kept {
                self.ledger.give_back(tx, &one.dose, plan)?;
            }
            is_kept |= self.ledger.held(&one.dose).is_some();
        }
        Ok(())
    }

    /// A giving for which nothing is taken takes its dose, if it is from the stock.
    fn become_of(&mut self, tx: &mut Tx<'_>, giving: &Giving, plan: &mut Plan) -> Result<Became, StoreError> {
        if giving.iter().any(|one| is_elsewhere(&one.event)) {
            return Ok(Became::Elsewhere);
        }
        if let Some(holder) = giving.iter().find(|one| self.ledger.held(&one.dose).is_some()) {
            return Ok(Became::Taken(holder.dose.clone()));
        }
        let vial = self.left_by_others(giving);
        let takers = self.takers(giving, vial.is_some());
        let mut reason = None;
        for one in &takers {
            match self.ledger.named(tx, one)? {
                Ok(lot) => return Ok(self.take(lot, one, plan)),
                Err(why) => reason = reason.or(Some(why)),
            }
        }
        for one in &takers {
            if let Some(lot) = self.inherited(tx, one, vial)? {
                return Ok(self.take(lot, one, plan));
            }
        }
        Ok(match (takers.first(), reason) {
            (Some(first), Some(reason)) => Became::Missed(first.dose.clone(), reason),
            _ => self.stays_missed(giving),
        })
    }

    /// A vial that was taken for a giving by a report that does not stand in it any more.
    fn left_by_others(&mut self, giving: &Giving) -> Option<LotId> {
        giving.iter().find_map(|one| {
            let vials = self.free.get_mut(&self.sayings.giving_before(&one.dose)?)?;
            let at = vials.iter().position(|(of, _)| giving.iter().all(|one| one.dose != *of))?;
            Some(vials.remove(at).1)
        })
    }

    /// The lot of a vial that is used although the report that has it now names no lot on the shelf: another report's, left by it
    /// now or before. What the report itself had named and names no more is not used.
    fn inherited(
        &self,
        tx: &mut Tx<'_>,
        one: &Standing,
        vial: Option<LotId>,
    ) -> Result<Option<OnHand>, StoreError> {
        let Some(id) = vial.or_else(|| self.last_taken(&one.dose)) else { return Ok(None) };
        let lot = self.ledger.lot(tx, id)?.filter(|lot| lot.doses > 0);
        Ok(lot.filter(|lot| vial.is_some() || !self.sayings.named(&one.dose, &fold_lot(&lot.lot.lot))))
    }

    fn take(&mut self, lot: OnHand, one: &Standing, plan: &mut Plan) -> Became {
        self.ledger.take(lot, &one.dose, plan);
        Became::Taken(one.dose.clone())
    }

    /// The reports by which a giving may take its dose: first the one that had it and says otherwise from where it is, then
    /// those that are said anew. A version that was missed stays missed. A vial that is used already is anybody's.
    fn takers<'g>(&self, giving: &'g Giving, is_used: bool) -> Vec<&'g Standing> {
        let takes = |one: &&Standing| {
            self.takes(one)
                && (is_used || self.reason_for(one).is_none_or(|reason| reason == Missed::Elsewhere))
        };
        let mut takers: Vec<&Standing> = giving.iter().filter(|one| is_used || takes(one)).collect();
        takers.sort_by_key(|one| (!self.again.contains(&one.dose), !self.is_anew(one), !self.takes(one)));
        takers
    }

    /// Whether another version of a dose stands than before.
    fn is_anew(&self, one: &Standing) -> bool {
        self.sayings.said_before(&one.dose).is_none_or(|before| before.report_id != one.report_id)
    }

    /// Whether a report says that its dose is from the stock, or somebody had said so of the vial that it inherited.
    pub(super) fn takes(&self, one: &Standing) -> bool {
        one.decrements || self.sayings.was_ever_taken(&one.dose)
    }

    /// Why the version of a report is listed as not having left the stock.
    fn reason_for(&self, one: &Standing) -> Option<Missed> {
        let row = self.sayings.missed.get(&one.dose)?;
        (row.report_id == one.report_id).then_some(row.reason)
    }

    /// The lot out of which a dose came last.
    fn last_taken(&self, dose: &Dose) -> Option<LotId> {
        let taken = self.sayings.entries_of(dose).iter().rev();
        taken.into_iter().find(|entry| entry.kind == EntryKind::Administered).map(|entry| entry.lot_id)
    }

    /// A giving of which no report takes: it may have been missed before.
    fn stays_missed(&self, giving: &Giving) -> Became {
        let mut listed = giving.iter().filter(|one| self.takes(one));
        let listed = listed.find_map(|one| Some((one, self.reason_for(one)?)));
        listed.map_or(Became::Unsaid, |(one, reason)| Became::Missed(one.dose.clone(), reason))
    }

    /// Lists what did not leave the stock, once for each giving.
    fn list(&self, giving: &Giving, became: &Became, plan: &mut Plan) {
        let listed = match became {
            Became::Elsewhere => {
                giving.iter().find(|one| is_elsewhere(&one.event)).map(|one| (&one.dose, Missed::Elsewhere))
            }
            Became::Missed(dose, reason) => Some((dose, *reason)),
            Became::Taken(_) | Became::Unsaid => None,
        };
        for one in giving {
            match listed.filter(|(dose, _)| **dose == one.dose) {
                Some((_, reason)) if self.reason_for(one) == Some(reason) => {}
                Some((_, reason)) => plan.changes.extend(self.ledger.miss(one, reason)),
                None if self.sayings.missed.contains_key(&one.dose) => plan.changes.push(found(&one.dose)),
                None => {}
            }
        }
    }

    /// Whether the vial that a dose had is back in the stock, and used by no other report.
    pub(super) fn is_back(&self, dose: &Dose) -> bool {
        let freed = self.sayings.giving_before(dose).and_then(|giving| self.free.get(&giving));
        let is_free = |vials: &Vec<(Dose, LotId)>| vials.iter().any(|(of, _)| of == dose);
        self.held.contains(dose) && self.ledger.held(dose).is_none() && freed.is_none_or(is_free)
    }
}
