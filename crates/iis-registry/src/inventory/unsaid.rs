//! What a dose that is about to be corrected said of the stock, so that the correction says the same unless somebody changes
//! it: what nobody said was from the stock never leaves it because a body site was wrong.

use super::same_giving::{is_elsewhere, is_taken};
use crate::reporting::owner;
use iis_model::PersonId;
use iis_model::access::Granted;
use iis_store::report::ReportRow;
use iis_store::{StoreError, Tx, event, sender, stock};

/// Whether a report leaves the stock alone: it came by a sender whose agreement does so, and took over no other report's
/// dose; or by one whose doses leave the stock today, and neither it nor another report of the giving ever concerned it.
pub(crate) fn leaves_alone(
    tx: &mut Tx<'_>,
    granted: &Granted,
    person_id: PersonId,
    (rows, row): (&[ReportRow], &ReportRow),
) -> Result<bool, StoreError> {
    let event = &row.body;
    let sender_id = row.sender_id.filter(|_| row.account_id.is_none());
    let Some(sender_id) = sender_id.filter(|_| is_taken(event) && !is_elsewhere(event)) else {
        return Ok(event.leaves_stock_alone);
    };
    if !stock::of_dose(tx, granted, row.source_record_id, &row.dose_key)?.is_empty() {
        return Ok(false);
    }
    let decrements = sender::by_id(tx, sender_id)?.is_some_and(|access| access.sender.profile.decrements);
    Ok(!decrements || !is_known_to_the_ledger(tx, granted, person_id, (rows, row))?)
}

/// Whether the ledger, or the list of what did not leave the stock, has anything of the giving that a report says.
fn is_known_to_the_ledger(
    tx: &mut Tx<'_>,
    granted: &Granted,
    person_id: PersonId,
    (rows, row): (&[ReportRow], &ReportRow),
) -> Result<bool, StoreError> {
    let own = owner(tx, row)?;
    let key = (row.source_record_id, row.id);
    let events = event::of_person(tx, granted, person_id)?;
    let giving = events.into_iter().find(|event| event.reports.contains(&key));
    for one in giving.map_or_else(|| vec![key], |event| event.reports) {
        let Some(one) = rows.iter().find(|row| (row.source_record_id, row.id) == one) else { continue };
        let (record, dose_key) = (one.source_record_id, &one.dose_key);
        let is_known = !stock::of_dose(tx, granted, record, dose_key)?.is_empty()
            || stock::missed_dose(tx, granted, record, dose_key)?.is_some();
        if is_known && owner(tx, one)? == own {
            return Ok(true);
        }
    }
    Ok(false)
}
