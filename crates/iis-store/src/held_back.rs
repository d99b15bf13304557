//! Words that somebody typed of an identity that was put away: they may tell it, so they are held back with it, and are shown
//! again when it comes back (decisions 0043 and 0056).

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{PersonId, SourceRecordId, Timestamp};

sql! {
    HELD_BACK = "SELECT l.source_record_id, i.stood_since, i.at FROM link l \
                 JOIN sealed_identity i ON i.person_id = l.person_id AND l.decided_at <= i.at \
                 WHERE l.person_id = $1 AND (i.event <> 'replacement-reversal' OR i.stood_since IS NOT NULL) \
                 UNION SELECT x.source_record_id, i.stood_since, i.at FROM link l \
                 JOIN sealed_submission x ON x.source_record_id = l.source_record_id \
                 JOIN sealed_identity i ON i.id = x.sealed_id \
                 WHERE l.person_id = $1 AND (i.event <> 'replacement-reversal' OR i.stood_since IS NOT NULL)";
}

/// When words in each record of a person are held back: of the records that told of an identity that was put away. What an
/// identity told that had stood by mistake is held back from the moment when it came.
pub(crate) fn held_back(tx: &mut Tx<'_>, id: PersonId) -> Result<HeldBack, StoreError> {
    Ok(HeldBack(tx.all(&HELD_BACK, vals![id])?))
}

/// Records with the time in which what was typed is held back.
pub(crate) struct HeldBack(Vec<(SourceRecordId, Option<Timestamp>, Timestamp)>);

impl HeldBack {
    /// Whether words that came at that moment in that record are shown to nobody.
    pub(crate) fn holds(&self, record: SourceRecordId, at: Timestamp) -> bool {
        let is_within = |since: Option<Timestamp>, until| since.is_none_or(|since| since < at) && at <= until;
        self.0.iter().any(|(of, since, until)| *of == record && is_within(*since, *until))
    }

    /// Whether nothing is held back.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
