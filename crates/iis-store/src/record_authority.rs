//! Under which assigning authority an organization's messages number its patients.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, sender};
use iis_model::{OrganizationId, SiteId};

sql! {
    NEXT = "SELECT authority FROM source_record WHERE organization_id = $1 AND authority > $2 ORDER BY authority LIMIT 1";
    SENT = "SELECT COUNT(DISTINCT CASE WHEN u.site_id = $3 THEN s.id END), COUNT(DISTINCT s.id) \
            FROM (SELECT id FROM source_record WHERE organization_id = $1 AND authority = $2 ORDER BY mrn LIMIT 100) s \
            JOIN submission u ON u.source_record_id = s.id WHERE u.sender_id IS NOT NULL";
}

/// The most authorities of an organization that are looked at.
const MOST: usize = 40;

/// The one authority under which the messages of a site number its patients, else the one of its organization; of each the
/// first records are looked at. None: no message came yet, or they come under several, so that nobody tells which one a
/// number is of, or under one that is shared, whose numbers others give out.
pub fn of_messages(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    site: SiteId,
) -> Result<Option<Box<str>>, StoreError> {
    let (mut of_site, mut of_any): (Vec<Box<str>>, Vec<Box<str>>) = (Vec::new(), Vec::new());
    let mut authority: Option<Box<str>> = Some("".into());
    for _ in 0..MOST {
        let Some(known) = authority else { break };
        let sent: Option<(i64, i64)> = tx.one(&SENT, vals![organization, &*known, site])?;
        authority = tx.one(&NEXT, vals![organization, &*known])?;
        match sent {
            Some((1.., _)) => of_site.push(known),
            Some((_, 1..)) => of_any.push(known),
            _ => {}
        }
    }
    let several = if of_site.is_empty() { of_any } else { of_site };
    let (Ok([only]), None) = (<[Box<str>; 1]>::try_from(several), authority) else { return Ok(None) };
    Ok(if sender::is_shared_authority(tx, &only)? { None } else { Some(only) })
}
