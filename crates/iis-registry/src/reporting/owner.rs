//! Whose report it is: in a record whose number is shared the site that answers for it tells.

use super::SHARED;
use iis_model::OrganizationId;
use iis_store::report::ReportRow;
use iis_store::{StoreError, Tx, site};

/// The organization that said a report; none: the number is shared, and no site answers.
pub(crate) fn owner(tx: &mut Tx<'_>, row: &ReportRow) -> Result<Option<OrganizationId>, StoreError> {
    if row.organization_id != SHARED {
        return Ok(Some(row.organization_id));
    }
    let Some(id) = row.site_id else { return Ok(None) };
    Ok(site::get(tx, id)?.map(|found| found.site.organization_id))
}
