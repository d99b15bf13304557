//! What a person is found by: its records in comparable form, and their keys. Both are consolidated rows, written in
//! the plan that changes what a record says or whose it is.

use super::model::Model;
use iis_matching::patient::keys::{keys, stripes};
use iis_matching::patient::packed::{PackedRecord, pack, unpack};
use iis_matching::patient::subject::Subject;
use iis_model::access::Granted;
use iis_model::{Demographics, OrganizationId, PersonId, SourceRecordId};
use iis_store::source_record::SourceRecordRow;
use iis_store::{Change, Plan, StoreError, Tx, match_key, match_subject};

/// A person's records in comparable form, by id.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Index {
    records: Vec<PackedRecord>,
}

impl Index {
    /// Of these records.
    pub(crate) fn of(mut records: Vec<PackedRecord>) -> Self {
        records.sort_by_key(|record| record.id);
        Self { records }
    }

    /// As stored; empty: the person is new, merged away or being rebuilt.
    pub(crate) fn read(
        tx: &mut Tx<'_>,
        granted: &Granted,
        model: &Model,
        person_id: PersonId,
    ) -> Result<Self, StoreError> {
        match match_subject::of_person(tx, granted, person_id)? {
            None => Ok(Self::default()),
            Some(packed) => Ok(Self { records: unpacked(&packed, model)? }),
        }
    }

    /// The records.
    pub(crate) fn into_records(self) -> Vec<PackedRecord> {
        self.records
    }

    /// Those of these ids, and the others.
    pub(crate) fn parted(self, ids: &[SourceRecordId]) -> (Self, Self) {
        let (those, others) = self.records.into_iter().partition(|record| ids.contains(&record.id));
        (Self { records: those }, Self { records: others })
    }

    /// The records of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self::of(self.records.into_iter().chain(other.records).collect())
    }

    /// With a record that is new or says something else than before.
    pub(crate) fn with(&self, id: SourceRecordId, subject: Subject) -> Self {
        let others = self.records.iter().filter(|record| record.id != id).cloned();
        Self::of(others.chain([PackedRecord { id, subject }]).collect())
    }

    /// The rows to write where this differs from what is stored.
    pub(crate) fn changes_since(&self, stored: &Self, person_id: PersonId) -> Vec<Change> {
        if self == stored {
            return Vec::new();
        }
        let (before, after) = (stored.keys(), self.keys());
        let missing_in = |one: &[i64], other: &[i64]| {
            one.iter().filter(|key| other.binary_search(key).is_err()).copied().collect::<Vec<_>>()
        };
        let (added, removed) = (missing_in(&after, &before), missing_in(&before, &after));
        let mut changes = vec![Change::MatchSubject { person_id, records: pack(&self.records) }];
        if !added.is_empty() {
            changes.push(Change::AddMatchKeys { person_id, keys: added });
        }
        if !removed.is_empty() {
            changes.push(Change::RemoveMatchKeys { person_id, keys: removed });
        }
        changes
    }

    /// The keys of all records, sorted, each once.
    pub(crate) fn keys(&self) -> Vec<i64> {
        let all = self.records.iter().flat_map(|record| keys(&record.subject));
        let mut all: Vec<i64> = all.map(|key| key.0.cast_signed()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Unpacks a stored row.
pub(crate) fn unpacked(packed: &[u8], model: &Model) -> Result<Vec<PackedRecord>, StoreError> {
    unpack(packed, &model.weights.names)
        .map_err(|error| StoreError::internal(format!("a person's records: {error}; rebuild")))
}

/// Whose number a source record is.
#[derive(Debug, Clone, Copy)]
pub struct Number<'a> {
    /// The reporting organization.
    pub organization_id: OrganizationId,
    /// The assigning authority, folded.
    pub authority: &'a str,
    /// The number, folded.
    pub mrn: &'a str,
}

impl<'a> From<&'a SourceRecordRow> for Number<'a> {
    fn from(row: &'a SourceRecordRow) -> Self {
        Self { organization_id: row.organization_id, authority: &row.authority, mrn: &row.mrn }
    }
}

/// What a source record says, in comparable form. Its record number is the one it is kept under: others that a sender
/// passes on are not its own, and one number means different people at two organizations.
pub(crate) fn subject(number: Number<'_>, demographics: &Demographics, model: &Model) -> Subject {
    let scope = format!("{}:{}", number.organization_id, number.authority);
    Subject {
        mrns: vec![(scope.into(), number.mrn.into())],
        ..Subject::of(demographics, &model.weights.names)
    }
}

/// Adds to a plan what follows when a record of a person says something new: rows, and the stamps at which somebody
/// else who adds a person like this one is met.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    (person_id, is_new): (PersonId, bool),
    (id, subject): (SourceRecordId, Subject),
    plan: &mut Plan,
) -> Result<(), StoreError> {
    let stored = if is_new { Index::default() } else { Index::read(tx, granted, model, person_id)? };
    guard(tx, &subject, plan)?;
    plan.changes.extend(stored.with(id, subject).changes_since(&stored, person_id));
    Ok(())
}

/// Reads the stamps of a subject's stripes into the plan, as far as they are not there.
pub(crate) fn guard(tx: &mut Tx<'_>, subject: &Subject, plan: &mut Plan) -> Result<(), StoreError> {
    let mut stripes = stripes(subject);
    stripes.retain(|stripe| plan.match_stamps.iter().all(|(known, _)| known != stripe));
    plan.match_stamps.extend(match_key::stamps(tx, &stripes)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Index, Number, subject};
    use crate::matching::Matching;
    use iis_model::testing::person;
    use iis_model::{Demographics, OrganizationId, PersonId, SourceRecordId};
    use iis_store::Change;

    #[test]
    fn only_keys_that_differ_are_written() {
        let model = Matching::default().now();
        let number = Number { organization_id: OrganizationId(1), authority: "C7", mrn: "A1" };
        let says = |demographics: &Demographics| subject(number, demographics, &model);
        let (ana, other) = (person().called("DOE", "ANA"), person().called("ROE", "ANA"));
        let stored = Index::default().with(SourceRecordId(1), says(&ana));
        assert_eq!(stored.changes_since(&stored, PersonId(1)), []);
        let after = stored.with(SourceRecordId(1), says(&other));
        match &after.changes_since(&stored, PersonId(1))[..] {
            [
                Change::MatchSubject { .. },
                Change::AddMatchKeys { keys: added, .. },
                Change::RemoveMatchKeys { keys: removed, .. },
            ] => {
                assert!(
                    !added.is_empty() && added.len() == removed.len() && added.len() < stored.keys().len()
                );
            }
            other => panic!("{other:?}"),
        }
        let both = stored.with(SourceRecordId(2), says(&other));
        assert!(
            both.changes_since(&stored, PersonId(1))
                .iter()
                .all(|change| !matches!(change, Change::RemoveMatchKeys { .. }))
        );
    }
}
