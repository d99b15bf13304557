//! Doses that are said come out of the stock, in the plan that stores them: the rule is in `settling`, here it is told what
//! became of each. The entries of two doses of one lot that are recorded at the same time have the same number, so that the
//! second is planned again with what the first left: nothing is given twice.

use super::choose::Wanted;
use super::giving::{Standing, is_elsewhere, is_taken};
use super::ledger::{Dose, Hand, Left, found};
use super::sayings::Sayings;
use super::settling::{Became, Settling};
use crate::people::consolidated::SaidTogether;
use crate::reporting::{Report, Stated};
use iis_model::ReportId;
use iis_model::stock::Missed;
use iis_store::{Plan, StoreError, Tx};
use std::collections::BTreeMap;

/// Settles the givings that new reports change; tells what became of each dose that concerns the stock. `together` is asked for
/// when one of them was given, or had been: most reports are about doses that others gave.
pub(crate) fn take(
    said: &Report,
    tx: &mut Tx<'_>,
    stated: &[Stated],
    together: impl FnOnce() -> SaidTogether,
    plan: &mut Plan,
) -> Result<Vec<(ReportId, Left)>, StoreError> {
    let was_given = |one: &Stated| one.before.is_some_and(|before| before.was_given);
    if !stated.iter().any(|one| was_given(one) || is_taken(one.row.body.event())) {
        return Ok(Vec::new());
    }
    let (owner, site_id) = (Some(said.by.organization_id), Some(said.by.site_id));
    let made = stated.iter().map(|one| Standing::new(&one.row, (owner, site_id), said.by.decrements));
    let Some(sayings) = Sayings::read(tx, &said.granted, &together(), made.collect())? else {
        return Ok(Vec::new());
    };
    let hand = Hand { cx: &said.cx, granted: &said.granted, at: said.arrival.at, reason: "" };
    let settling = Settling::settle(tx, &sayings, hand, plan)?;
    let newest: BTreeMap<Dose, ReportId> = stated.iter().map(|one| (one.dose(), one.row.id)).collect();
    let mut left = Vec::new();
    for (dose, id) in stated.iter().map(|one| (one.dose(), one.row.id)) {
        if newest.get(&dose) != Some(&id) {
            continue;
        }
        if sayings.said_now(&dose).is_none() && sayings.missed.contains_key(&dose) {
            plan.changes.push(found(&dose)); // whoever says that it was not given misses nothing
        }
        left.extend(settling.left(tx, &dose)?.map(|left| (id, left)));
    }
    Ok(left)
}

impl Settling<'_> {
    /// What became of a dose; none: it does not concern the stock.
    fn left(&self, tx: &mut Tx<'_>, dose: &Dose) -> Result<Option<Left>, StoreError> {
        let back = || self.is_back(dose).then_some(Left::Back);
        let Some(one) = self.sayings.said_now(dose) else { return Ok(back()) };
        let takes = self.takes(one);
        Ok(match self.sayings.giving_of(dose).and_then(|giving| self.became.get(giving)) {
            Some(Became::Taken(holder)) if holder == dose => {
                let id = self.ledger.held(dose);
                let lot = id.map(|id| self.ledger.lot(tx, id)).transpose()?.flatten();
                lot.map(|lot| Left::From { lot: lot.lot.lot, doses: lot.doses })
            }
            Some(Became::Taken(_)) if takes => Some(Left::Already { lot: Wanted::of(&one.event).lot.into() }),
            Some(Became::Elsewhere) if takes || is_elsewhere(&one.event) => {
                Some(Left::Not(Missed::Elsewhere))
            }
            Some(Became::Missed(_, reason)) if takes => Some(Left::Not(*reason)),
            _ => back(),
        })
    }
}
