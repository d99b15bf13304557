//! Vaccine comes: a lot that is new, or more of one that is on hand.

use crate::names::is_showable;
use crate::review::Deed;
use crate::{Context, Failure};
use iis_model::organization::Site;
use iis_model::stock::{EntryKind, Funding, LotStanding, StockLot, fold_lot};
use iis_model::{Cvx, Date, LotId, Mvx, Ndc, StorageUnitId};
use iis_store::stock::NewEntry;
use iis_store::stock_lot::StorageUnit;
use iis_store::{AuditEntry, Change, Lane, Plan, StoreError, Tx, UnitKey, stock_lot};
use serde::{Deserialize, Serialize};

/// The most doses that one receipt may hold.
const MOST_DOSES: i64 = 10_000;

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The refrigerator or freezer, by its name; a name that is new makes one.
    pub unit: Box<str>,
    /// The package.
    pub ndc: Option<Ndc>,
    /// The vaccine.
    pub cvx: Cvx,
    /// Its manufacturer.
    pub mvx: Option<Mvx>,
    /// The lot number.
    pub lot: Box<str>,
    /// The last day on which it may be given.
    pub expires_on: Date,
    /// Whose money bought it.
    pub funding: Funding,
    /// How many doses.
    pub doses: i64,
}

/// What is on hand of the lot now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The lot number.
    pub lot: Box<str>,
    /// How many doses.
    pub doses: i64,
}

/// Receives doses at a site. The same form again is answered with what became of it.
pub async fn receive(cx: &Context, deed: Deed, site: &Site, receipt: Receipt) -> Result<Received, Failure> {
    check(&receipt)?;
    let (cx_, site_id) = (cx.clone(), site.id);
    let applied = cx.store.propose_and_apply(Lane::Web, move |tx| {
        let mut plan = Plan::new(deed.arrival.at, UnitKey::Once(deed.key));
        let received = propose(&cx_, tx, &deed, site_id, &receipt, &mut plan)?;
        let entry = AuditEntry::of(&deed.granted, deed.arrival.at).action("receive-vaccine").at_site(site_id);
        plan.audit.push(entry.detail(format!("{} doses at site {site_id}", receipt.doses)));
        plan.reply = serde_json::to_vec(&received)
            .map_err(|_| StoreError::internal("a receipt that cannot be written"))?
            .into();
        Ok(plan)
    });
    let reply = applied.await?.reply;
    Ok(serde_json::from_slice(&reply).map_err(|_| StoreError::internal("a receipt that cannot be read"))?)
}

fn check(receipt: &Receipt) -> Result<(), Failure> {
    if fold_lot(&receipt.lot).is_empty() || !is_showable(&receipt.lot) || receipt.lot.chars().count() > 60 {
        return Err(Failure::Rule("A lot number is one line of 1 to 60 characters."));
    }
    if !is_showable(&receipt.unit) {
        return Err(Failure::Rule("A storage unit’s name is one line of 1 to 120 characters."));
    }
    if !(1..=MOST_DOSES).contains(&receipt.doses) {
        return Err(Failure::Rule("A receipt holds 1 to 10000 doses."));
    }
    Ok(())
}

fn propose(
    cx: &Context,
    tx: &mut Tx<'_>,
    deed: &Deed,
    site_id: iis_model::SiteId,
    receipt: &Receipt,
    plan: &mut Plan,
) -> Result<Received, StoreError> {
    let units = stock_lot::units(tx, site_id)?;
    let unit = units.iter().find(|unit| unit.name.eq_ignore_ascii_case(&receipt.unit)).map(|unit| unit.id);
    let unit_id = if let Some(id) = unit {
        id
    } else {
        let id = StorageUnitId(cx.store.ids().take()?);
        let (name, kind) = (receipt.unit.clone(), "refrigerator".into());
        plan.changes.push(Change::StorageUnit(StorageUnit { id, site_id, name, kind }));
        id
    };
    let ndc: Box<str> = receipt.ndc.as_ref().map(Ndc::as_str).unwrap_or_default().into();
    let is_it = |lot: &StockLot| {
        let (here, same) = ((lot.unit_id, &lot.ndc), (unit_id, &ndc));
        here == same && (lot.expires_on, lot.funding) == (receipt.expires_on, receipt.funding)
    };
    let known = stock_lot::of_number(tx, site_id, &receipt.lot)?.into_iter().find(|known| is_it(&known.lot));
    let (lot_id, before, last_entry) = if let Some(known) = known {
        (known.lot.id, known.doses, known.last_entry)
    } else {
        let id = LotId(cx.store.ids().take()?);
        let lot = StockLot {
            id,
            site_id,
            unit_id,
            ndc,
            cvx: receipt.cvx,
            mvx: receipt.mvx.as_ref().map(Mvx::as_str).unwrap_or_default().into(),
            lot: receipt.lot.clone(),
            expires_on: receipt.expires_on,
            funding: receipt.funding,
            standing: LotStanding::Active,
        };
        plan.changes.push(Change::StockLot(lot, deed.arrival.at));
        (id, 0, 0)
    };
    plan.changes.push(Change::StockEntry(NewEntry {
        lot_id,
        n: last_entry + 1,
        kind: EntryKind::Received,
        doses: receipt.doses,
        reason: deed.reason.clone(),
        actor: deed.actor().into(),
        at: deed.arrival.at,
        dose: None,
    }));
    Ok(Received { lot: receipt.lot.clone(), doses: before + receipt.doses })
}
