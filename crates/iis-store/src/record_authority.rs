//! Under which assigning authority an organization's messages number its patients.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{OrganizationId, SiteId};

sql! {
    NEXT = "SELECT authority FROM source_record WHERE organization_id = $1 AND authority > $2 ORDER BY authority LIMIT 1";
    SENT = "SELECT COUNT(DISTINCT CASE WHEN u.site_id = $3 THEN s.id END), COUNT(DISTINCT s.id) \
            FROM (SELECT id FROM source_record WHERE organization_id = $1 AND authority = $2 ORDER BY mrn LIMIT 100) s \
            JOIN submission u ON u.source_record_id = s.id WHERE u.sender_id IS NOT NULL";
}

/// The most authorities of an organization that are looked at.
const MOST: usize = 40;

/// The authority under which most messages of a site number its patients, else those of its organization; of each the first
/// records are looked at. None: no message came yet.
pub fn of_messages(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    site: SiteId,
) -> Result<Option<Box<str>>, StoreError> {
    let mut best: Option<((i64, i64), Box<str>)> = None;
    let mut authority: Option<Box<str>> = Some("".into());
    for _ in 0..MOST {
        let Some(known) = authority else { break };
        let sent: Option<(i64, i64)> = tx.one(&SENT, vals![organization, &*known, site])?;
        authority = tx.one(&NEXT, vals![organization, &*known])?;
        let sent = sent.filter(|(_, of_any)| *of_any > 0);
        if let Some(sent) = sent.filter(|sent| best.as_ref().is_none_or(|(most, _)| sent > most)) {
            best = Some((sent, known));
        }
    }
    Ok(best.map(|(_, authority)| authority))
}
