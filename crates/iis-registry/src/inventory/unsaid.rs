//! What a dose that is about to be corrected said of the stock, so that the correction says the same unless somebody changes
//! it: what nobody said was from the stock never leaves it because a body site was wrong.

use super::giving::{is_elsewhere, is_taken};
use iis_model::access::Granted;
use iis_store::report::ReportRow;
use iis_store::{StoreError, Tx, stock};

/// Whether a report leaves the stock alone: it came by a form that does so, or by a sender whose agreement did so when it came;
/// and it took over no other report's dose.
pub(crate) fn leaves_alone(tx: &mut Tx<'_>, granted: &Granted, row: &ReportRow) -> Result<bool, StoreError> {
    let event = &row.body;
    let is_by_sender = row.sender_id.is_some() && row.account_id.is_none();
    let is_unsaid = is_by_sender && is_taken(event) && !is_elsewhere(event) && !row.decrements;
    if !event.leaves_stock_alone && !is_unsaid {
        return Ok(false);
    }
    Ok(stock::of_dose(tx, granted, row.source_record_id, &row.dose_key)?.is_empty())
}
