//! What a report says of the giving of a dose and of the stock.

use super::choose::Wanted;
use super::ledger::Dose;
use crate::reporting::owner_of;
use iis_model::stock::fold_lot;
use iis_model::{Completion, OrganizationId, ReportId, ReportedEvent, SiteId};
use iis_store::report::{NewReport, ReportRow};
use iis_store::{StoreError, Tx};

/// A dose that its reporter gave, wholly or partly: either way the vial is used.
pub(super) fn is_taken(event: &ReportedEvent) -> bool {
    !event.is_delete()
        && event.is_administered()
        && event.completion.value.is_none_or(|how| matches!(how, Completion::Complete | Completion::Partial))
}

/// Whether it is said not to be from the stock.
pub(super) fn is_elsewhere(event: &ReportedEvent) -> bool {
    event.not_from_stock.get().is_some()
}

/// The number of the lot that a report names, as lots are compared; empty: it names none.
pub(super) fn lot_of(event: &ReportedEvent) -> String {
    fold_lot(Wanted::of(event).lot)
}

/// A dose, as one version of its report says it.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(super) dose: Dose,
    pub(super) report_id: ReportId,
    pub(super) event: ReportedEvent,
    /// The site that answers for it.
    pub(super) site_id: Option<SiteId>,
    /// The organization that says it; none: nobody answers for it.
    pub(super) owner: Option<OrganizationId>,
    /// Whether it says that the dose came out of the stock: as it was agreed with its sender when it came.
    pub(super) decrements: bool,
}

impl Standing {
    /// As it is stored.
    pub(super) fn stored(tx: &mut Tx<'_>, row: ReportRow) -> Result<Self, StoreError> {
        Ok(Self {
            dose: (row.source_record_id, row.dose_key),
            report_id: row.id,
            site_id: row.site_id,
            owner: owner_of(tx, (row.organization_id, row.site_id))?,
            decrements: row.decrements && !row.body.leaves_stock_alone,
            event: row.body,
        })
    }

    /// As it is about to be stored.
    pub(crate) fn new(
        row: &NewReport,
        (owner, site_id): (Option<OrganizationId>, Option<SiteId>),
        decrements: bool,
    ) -> Self {
        let event = row.body.event().clone();
        Self {
            dose: (row.source_record_id, row.dose_key.clone()),
            report_id: row.id,
            site_id,
            owner,
            decrements: decrements && !event.leaves_stock_alone,
            event,
        }
    }

    /// Whether it says the same of where its dose came from as another version.
    pub(super) fn is_from_where(&self, other: &Self) -> bool {
        let (one, two) = (Wanted::of(&self.event), Wanted::of(&other.event));
        self.site_id == other.site_id
            && fold_lot(one.lot) == fold_lot(two.lot)
            && Wanted { lot: two.lot, ..one } == two
    }
}
