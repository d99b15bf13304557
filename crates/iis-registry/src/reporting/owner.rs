//! Whose report it is: in a record whose number is shared the site that answers for it tells.

use super::SHARED;
use iis_model::{OrganizationId, SiteId};
use iis_store::report::ReportRow;
use iis_store::{StoreError, Tx, site};

/// The organization that said a report; none: the number is shared, and no site answers.
pub(crate) fn owner(tx: &mut Tx<'_>, row: &ReportRow) -> Result<Option<OrganizationId>, StoreError> {
    owner_of(tx, (row.organization_id, row.site_id))
}

/// Whose a report is of a record of this organization, for which this site answers.
pub(crate) fn owner_of(
    tx: &mut Tx<'_>,
    (organization_id, site_id): (OrganizationId, Option<SiteId>),
) -> Result<Option<OrganizationId>, StoreError> {
    if organization_id != SHARED {
        return Ok(Some(organization_id));
    }
    let Some(id) = site_id else { return Ok(None) };
    Ok(site::get(tx, id)?.map(|found| found.site.organization_id))
}
