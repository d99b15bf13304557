//! What a site has on hand, and what did not come out of it.

use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::stock::{Missed, OnHand};
use iis_model::{LotId, PersonId, RegistryNumber, ReportedEvent, SiteId, Timestamp};
use iis_store::stock::NewEntry;
use iis_store::stock_lot::StorageUnit;
use iis_store::{AuditEntry, link, person, report, stock, stock_lot};

/// The most doses listed that did not come out.
const MOST_MISSED: i64 = 200;

/// The lots of a site with what is left of them, the first to expire first.
pub async fn on_hand(cx: &Context, site_id: SiteId) -> Result<Vec<OnHand>, Failure> {
    Ok(cx.store.read(move |tx| stock_lot::of_site(tx, site_id)).await?)
}

/// The refrigerators and freezers of a site.
pub async fn units(cx: &Context, site_id: SiteId) -> Result<Vec<StorageUnit>, Failure> {
    Ok(cx.store.read(move |tx| stock_lot::units(tx, site_id)).await?)
}

/// A lot of a site with its ledger; none: it is another site's.
pub async fn ledger(
    cx: &Context,
    site_id: SiteId,
    id: LotId,
) -> Result<Option<(OnHand, Vec<NewEntry>)>, Failure> {
    let read = cx.store.read(move |tx| {
        let Some(lot) = stock_lot::get(tx, id)?.filter(|lot| lot.lot.site_id == site_id) else {
            return Ok(None);
        };
        Ok(Some((lot, stock::of_lot(tx, id)?)))
    });
    Ok(read.await?)
}

/// A dose that did not come out of a site's stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedLine {
    /// Whose dose.
    pub number: RegistryNumber,
    /// As it was reported.
    pub dose: ReportedEvent,
    /// Why.
    pub reason: Missed,
    /// When.
    pub at: Timestamp,
}

/// The doses of a site that did not come out of its stock, the last first. The look at whose they are is audited.
pub async fn missed(
    cx: &Context,
    granted: Granted,
    site_id: SiteId,
    arrival: Arrival,
) -> Result<Vec<MissedLine>, Failure> {
    let disclosed = cx.store.disclose(move |tx| {
        let mut lines = Vec::new();
        let mut persons: Vec<PersonId> = Vec::new();
        for row in stock::missed(tx, &granted, site_id, MOST_MISSED)? {
            let Some(id) = link::person_of(tx, &granted, row.source_record_id)? else { continue };
            let Some(person) = person::get(tx, &granted, id)? else { continue };
            persons.push(id);
            let reports = report::current_of_person(tx, &granted, id)?;
            let Some(report) = reports.into_iter().find(|report| report.id == row.report_id) else {
                continue;
            };
            lines.push(MissedLine {
                number: person.registry_number,
                dose: report.body,
                reason: row.reason,
                at: row.at,
            });
        }
        persons.sort_unstable();
        persons.dedup();
        let entry = |id| AuditEntry::of(&granted, arrival.at).action("list-missed-doses").person(id);
        Ok((lines, persons.into_iter().map(entry).collect()))
    });
    Ok(disclosed.await?)
}
