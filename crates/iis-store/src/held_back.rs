//! Words that somebody typed of an identity that was put away: they may tell it, so they are held back with it, and are shown
//! again when it comes back (decisions 0043 and 0056).

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{PersonId, SourceRecordId, Timestamp};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

sql! {
    HELD_BACK = "SELECT l.source_record_id, i.stood_since, i.at FROM link l \
                 JOIN sealed_identity i ON i.person_id = l.person_id AND l.decided_at <= i.at \
                 WHERE l.person_id = $1 AND (i.event <> 'replacement-reversal' OR i.stood_since IS NOT NULL) \
                 UNION SELECT x.source_record_id, i.stood_since, i.at FROM link l \
                 JOIN sealed_submission x ON x.source_record_id = l.source_record_id \
                 JOIN sealed_identity i ON i.id = x.sealed_id \
                 WHERE l.person_id = $1 AND (i.event <> 'replacement-reversal' OR i.stood_since IS NOT NULL)";
    OF_PERSON = "SELECT i.stood_since, i.at FROM sealed_identity i WHERE i.person_id = $1 \
                 AND (i.event <> 'replacement-reversal' OR i.stood_since IS NOT NULL) \
                 UNION SELECT i.stood_since, i.at FROM link l \
                 JOIN sealed_submission x ON x.source_record_id = l.source_record_id \
                 JOIN sealed_identity i ON i.id = x.sealed_id \
                 WHERE l.person_id = $1 AND (i.event <> 'replacement-reversal' OR i.stood_since IS NOT NULL)";
    MERGED_INTO = "SELECT merged_into FROM person WHERE id = $1";
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
        self.0.iter().any(|(of, since, until)| *of == record && is_within((*since, *until), at))
    }

    /// Whether nothing is held back.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// From when, exclusive, to when words are held back.
type Span = (Option<Timestamp>, Timestamp);

fn is_within((since, until): Span, at: Timestamp) -> bool {
    since.is_none_or(|since| since < at) && at <= until
}

/// When words about persons are held back that stand beside their records: of a purpose, of a remark. Each person is read once.
#[derive(Default)]
pub(crate) struct HeldBeside(BTreeMap<PersonId, Vec<Span>>);

impl HeldBeside {
    /// Whether words about a person that came at that moment are shown to nobody: an identity of the person, or of whoever it
    /// was merged into, was put away since.
    pub(crate) fn holds(&mut self, tx: &mut Tx<'_>, id: PersonId, at: Timestamp) -> Result<bool, StoreError> {
        let spans = match self.0.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(spans(tx, id)?),
        };
        Ok(spans.iter().any(|span| is_within(*span, at)))
    }
}

/// When words about a person are held back: with identities of its own, and of whom it was merged into.
fn spans(tx: &mut Tx<'_>, id: PersonId) -> Result<Vec<Span>, StoreError> {
    let mut spans = Vec::new();
    let mut next = Some(id);
    while let Some(one) = next {
        spans.extend(tx.all::<Span>(&OF_PERSON, vals![one])?);
        next = tx.one::<Option<PersonId>>(&MERGED_INTO, vals![one])?.flatten();
    }
    Ok(spans)
}

/// What was chosen, without the words behind it: `other: mother called` is `other`.
pub(crate) fn only_chosen(purpose: &str) -> Box<str> {
    purpose.split(':').next().unwrap_or_default().into()
}
