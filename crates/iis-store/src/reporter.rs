//! Who reported about a person: a question over links, source records, submissions and senders.

use crate::reach::shows;
use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::PersonId;
use iis_model::access::Granted;
use iis_model::record::Reporter;

sql! {
    OF_PERSON = "SELECT COALESCE(o.name, ''), s.mrn, COALESCE(d.name, ''), u.received_at, u.revision FROM link l \
                 JOIN source_record s ON s.id = l.source_record_id \
                 JOIN submission u ON u.source_record_id = s.id AND u.revision = \
                 (SELECT MAX(x.revision) FROM submission x WHERE x.source_record_id = s.id) \
                 LEFT JOIN sender d ON d.id = u.sender_id \
                 LEFT JOIN organization o ON o.id = COALESCE(d.organization_id, s.organization_id) \
                 WHERE l.person_id = $1 \
                 AND (NOT EXISTS (SELECT 1 FROM sealed_submission z WHERE z.source_record_id = s.id) \
                 OR EXISTS (SELECT 1 FROM source_view v WHERE v.source_record_id = s.id)) ORDER BY u.received_at DESC, s.id";
}

struct Found(Reporter);

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self(Reporter {
            organization: row.get(0)?,
            mrn: row.get(1)?,
            sender: row.get(2)?,
            latest_at: row.get(3)?,
            submissions: row.get(4)?,
        }))
    }
}

/// The organizations that reported about a person with their latest report, the latest first; not under an identity that was
/// replaced. Revisions count from 1 without gaps, so
/// the last one is the number of submissions.
pub fn of_person(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<Reporter>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    Ok(tx.all::<Found>(&OF_PERSON, vals![id])?.into_iter().map(|found| found.0).collect())
}
