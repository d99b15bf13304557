//! The ledger follows the record where nobody says a dose anew: two records become one person, or one person two; what a
//! sender sent is withdrawn, or comes back. One giving takes one dose out of the stock, whatever the way it became one.
//!
//! A giving is an event of the record, as one organization says it. Of two that took a dose and are one now, the one whose
//! report is preferred keeps it. What was given back for such a reason is taken again when the reason goes; what a report
//! had taken that does not count any more passes to the report of its giving that stays (decision 0066).

use super::choose::Wanted;
use super::ledger::{Dose, Hand, Ledger, Left, found};
use super::same_giving::{Standing, is_elsewhere, is_same_lot};
use super::sayings::Sayings;
use crate::Context;
use crate::people::consolidated::SaidTogether;
use iis_model::Timestamp;
use iis_model::access::Granted;
use iis_model::stock::{EntryKind, Missed, OnHand, fold_lot};
use iis_store::report::NewReport;
use iis_store::stock::{MissedDose, NewEntry};
use iis_store::{Plan, StoreError, Tx, stock_lot};
use std::collections::{BTreeMap, BTreeSet};

/// Why the ledger follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Two records are one.
    Merged,
    /// They are two again.
    Parted,
    /// What a sender sent counts no more.
    Withdrawn,
    /// It counts again.
    BroughtBack,
}

impl Why {
    /// The reason of an entry.
    const fn words(self) -> &'static str {
        match self {
            Self::Merged => "Two records of one patient were merged: one giving takes one dose",
            Self::Parted => "The merge of two records was taken back: each has its own giving",
            Self::Withdrawn => "What the sender had sent was withdrawn",
            Self::BroughtBack => "What the sender had sent counts again",
        }
    }

    /// Whether an entry was made because of something that can be taken back.
    fn made(reason: &str) -> bool {
        [Self::Merged, Self::Parted, Self::Withdrawn, Self::BroughtBack]
            .iter()
            .any(|why| why.words() == reason)
    }
}

/// Who does it, when and why.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) granted: &'a Granted,
    pub(crate) at: Timestamp,
    pub(crate) why: Why,
}

/// Enters into the plan what the ledger needs where the reports of events are others than before. `made` are rows that the plan
/// adds, each a version of a dose of which others are stored.
pub(crate) fn follow(
    turn: Turn<'_>,
    tx: &mut Tx<'_>,
    said: &SaidTogether,
    made: &[NewReport],
    plan: &mut Plan,
) -> Result<(), StoreError> {
    let Some(sayings) = Sayings::read(tx, turn.granted, said, made)? else { return Ok(()) };
    let Turn { cx, granted, at, why } = turn;
    let ledger = Ledger::by(Hand { cx, granted, at, reason: why.words() });
    let mut following = Following { sayings: &sayings, ledger, free: BTreeMap::new() };
    following.free_what_counts_no_more(tx, plan)?;
    for giving in &sayings.after {
        following.keep_one(tx, giving, plan)?;
    }
    for giving in &sayings.after {
        following.settle(tx, giving, plan)?;
    }
    Ok(())
}

struct Following<'a> {
    sayings: &'a Sayings,
    ledger: Ledger<'a>,
    /// What was taken by a report that counts no more, or says another lot now; by the giving as it was.
    free: BTreeMap<usize, Vec<(OnHand, i64)>>,
}

/// A report that takes a dose.
struct Taker<'g> {
    one: &'g Standing,
    /// The lot out of which it came, where that was another report's that counts no more; none: that which the report names.
    lot: Option<(OnHand, i64)>,
}

impl Following<'_> {
    /// What reports took that do not count any more comes back, and is there for those that stay of their giving.
    fn free_what_counts_no_more(&mut self, tx: &mut Tx<'_>, plan: &mut Plan) -> Result<(), StoreError> {
        let stand: BTreeSet<&Dose> = self.sayings.after.iter().flatten().map(|one| &one.dose).collect();
        let gone = self.sayings.entries.keys().filter(|dose| !stand.contains(dose));
        for dose in gone {
            let back = self.ledger.give_back(tx, dose, plan)?;
            if let Some(giving) = self.sayings.before_of.get(dose).filter(|_| !back.is_empty()) {
                self.free.entry(*giving).or_default().extend(back);
            }
        }
        Ok(())
    }

    /// What is taken more than once for one giving comes back, and so does all where it is said not to be from the stock, or
    /// where the report says another lot than the one that was taken.
    fn keep_one(&mut self, tx: &mut Tx<'_>, giving: &[Standing], plan: &mut Plan) -> Result<(), StoreError> {
        for elsewhere in giving.iter().filter(|one| is_elsewhere(&one.event)) {
            for other in giving.iter().filter(|other| is_same_lot(&other.event, &elsewhere.event)) {
                self.ledger.leave_in_stock(tx, &other.dose, &elsewhere.event, plan)?;
            }
        }
        let mut is_kept = false;
        for one in giving {
            if is_kept {
                self.ledger.give_back(tx, &one.dose, plan)?;
            } else if self.says_another_lot(tx, one)? {
                let back = self.ledger.give_back(tx, &one.dose, plan)?;
                if let Some(was) = self.sayings.before_of.get(&one.dose) {
                    self.free.entry(*was).or_default().extend(back);
                }
            } else {
                is_kept = self.ledger.holds(tx, &one.dose)?;
            }
        }
        Ok(())
    }

    /// Whether another version of a dose stands than before, which names another lot than the one that was taken.
    fn says_another_lot(&self, tx: &mut Tx<'_>, one: &Standing) -> Result<bool, StoreError> {
        let said = self.sayings.said.get(&one.dose);
        let named = fold_lot(Wanted::of(&one.event).lot);
        if said.is_none_or(|said| *said == one.report_id) || named.is_empty() {
            return Ok(false);
        }
        for id in self.ledger.taken(tx, &one.dose)?.into_keys() {
            if stock_lot::get(tx, id)?.is_some_and(|lot| fold_lot(&lot.lot.lot) != named) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A giving for which nothing is taken takes its dose where it had one; and the list of what did not leave the stock says
    /// what is so now.
    fn settle(&mut self, tx: &mut Tx<'_>, giving: &[Standing], plan: &mut Plan) -> Result<(), StoreError> {
        let elsewhere = giving.iter().find(|one| is_elsewhere(&one.event));
        let mut holds = false;
        for one in giving {
            holds |= self.ledger.holds(tx, &one.dose)?;
        }
        let mut taker = None;
        if !holds && elsewhere.is_none() {
            taker = self.who_takes(tx, giving)?;
        }
        if let Some(Taker { one, lot }) = &taker {
            holds = match lot.clone() {
                Some(lot) => self.ledger.pass(tx, lot, one, plan).map(|()| true)?,
                None => matches!(self.ledger.take(tx, one, plan)?, Left::From { .. }),
            };
        }
        let taker = taker.map(|taker| &taker.one.dose);
        for one in giving.iter().filter(|one| Some(&one.dose) != taker) {
            let is_kept = holds || elsewhere.is_some_and(|other| is_same_lot(&one.event, &other.event));
            self.list(one, is_kept, plan);
        }
        Ok(())
    }

    /// The report that takes the dose of a giving for which none is taken; none: none does.
    fn who_takes<'g>(
        &mut self,
        tx: &mut Tx<'_>,
        giving: &'g [Standing],
    ) -> Result<Option<Taker<'g>>, StoreError> {
        for one in giving {
            let Some(was) = self.sayings.before_of.get(&one.dose) else { continue };
            if let Some(taken) = self.free.remove(was).and_then(|mut taken| taken.pop()) {
                return Ok(Some(Taker { one, lot: Some(taken) }));
            }
        }
        if let Some(one) = giving.iter().find(|one| self.was_given_back_so(&one.dose)) {
            return Ok(Some(Taker { one, lot: None }));
        }
        for one in giving {
            if self.was_settled_with_others(one) && one.decrements(tx)? {
                return Ok(Some(Taker { one, lot: None }));
            }
        }
        Ok(None)
    }

    /// Whether what a dose had taken came back because of a merge or a withdrawal, and not since it was corrected or removed;
    /// or because of a report that itself counts no more, so that the dose stands again.
    fn was_given_back_so(&self, dose: &Dose) -> bool {
        let entries = self.sayings.entries.get(dose).map(Vec::as_slice).unwrap_or_default();
        let last = entries.iter().map(|entry| entry.at).max();
        let mut of_last = entries.iter().filter(|entry| Some(entry.at) == last);
        let is_back = !entries.is_empty() && entries.iter().map(|entry| entry.doses).sum::<i64>() == 0;
        let stands_again = !self.sayings.before_of.contains_key(dose);
        let is_so = |entry: &NewEntry| entry.kind == EntryKind::GivenBack && Why::made(&entry.reason);
        is_back && (stands_again || of_last.any(is_so))
    }

    /// Whether the giving of a dose was settled by other reports before: it took its dose, or was said not to be from the
    /// stock; or, where the dose stands again that was withdrawn, was taken by one that was removed meanwhile.
    fn was_settled_with_others(&self, one: &Standing) -> bool {
        match self.sayings.before_of.get(&one.dose).and_then(|giving| self.sayings.before.get(*giving)) {
            Some(was) => was.took || was.is_elsewhere,
            None => self.sayings.was_settled_by_others(one),
        }
    }

    /// Lists a dose that did not leave the stock, or no more.
    fn list(&self, one: &Standing, is_kept: bool, plan: &mut Plan) {
        let row = self.sayings.missed.get(&one.dose);
        if is_elsewhere(&one.event) {
            let is_listed =
                |row: &MissedDose| row.reason == Missed::Elsewhere && row.report_id == one.report_id;
            if !row.is_some_and(is_listed) {
                plan.changes.push(self.ledger.miss(one, Missed::Elsewhere));
            }
        } else if let Some(row) = row {
            if is_kept || row.reason == Missed::Elsewhere {
                plan.changes.push(found(&one.dose));
            } else if row.report_id != one.report_id {
                plan.changes.push(self.ledger.miss(one, row.reason));
            }
        }
    }
}
