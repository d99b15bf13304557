//! How many questions wait that the caller may be shown, and how many wait that nobody who reviews sees.
//!
//! A question is hidden when the person asked about is, or everybody whom it may be: who opted out is as if absent. Such a
//! question is counted apart, so that it is not forgotten: a privacy officer opens the record, and it comes to the queue.

use crate::access::protection::Veil;
use crate::review::waiting::shown;
use iis_model::access::Granted;
use iis_model::{PersonId, Timestamp};
use iis_store::review_item::{self, FRONT, ReviewItem};
use iis_store::{StoreError, Tx, opting_out};
use std::collections::BTreeSet;

/// Questions that are read at one time.
const BATCH: i64 = 1_000;

/// What waits in a state, as far as the caller may be shown it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// Questions that may be shown.
    pub(super) shown: i64,
    /// Questions that may not.
    pub(super) hidden: i64,
    /// Since when the oldest of those that may be shown waits.
    pub(super) oldest: Option<Timestamp>,
}

/// Counts what waits in a state.
pub(super) fn counted(tx: &mut Tx<'_>, granted: &Granted, state: &str) -> Result<Counted, StoreError> {
    let mut veil = Veil::of(granted);
    let reaches_all = granted.reach().is_everything() && veil.sees_all();
    let sees_all = reaches_all && granted.sees_opted_out();
    let out: BTreeSet<PersonId> =
        if sees_all { BTreeSet::new() } else { opting_out::all_out(tx)?.into_iter().collect() };
    let mut counted = Counted::default();
    if reaches_all && out.is_empty() {
        let all = review_item::counts(tx)?;
        counted.shown = all.iter().find(|one| &*one.state == state).map_or(0, |one| one.count);
        counted.oldest = review_item::oldest(tx, state)?;
        return Ok(counted);
    }
    let mut place = FRONT;
    loop {
        let items = review_item::queue(tx, granted, state, place, BATCH)?;
        let Some(last) = items.last() else { return Ok(counted) };
        place = (last.priority, last.id);
        for item in &items {
            // who reaches everybody misses only who opted out; for others each question is looked at
            let is_hidden = if reaches_all {
                is_about_them_alone(&out, item)
            } else {
                shown(tx, granted, &mut veil, item)?.is_none()
            };
            counted.add(item, is_hidden);
        }
    }
}

impl Counted {
    fn add(&mut self, item: &ReviewItem, is_hidden: bool) {
        if is_hidden {
            self.hidden += 1;
        } else {
            self.shown += 1;
            self.oldest = Some(self.oldest.map_or(item.opened_at, |oldest| oldest.min(item.opened_at)));
        }
    }
}

/// Whether the one asked about, or everybody whom it may be, is among these.
fn is_about_them_alone(these: &BTreeSet<PersonId>, item: &ReviewItem) -> bool {
    these.contains(&item.person_id)
        || item.candidates.iter().all(|candidate| these.contains(&candidate.person_id))
}
