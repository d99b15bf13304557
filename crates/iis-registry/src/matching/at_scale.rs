//! Persons filled into a store as matching knows them, and records looked up there, with nothing else written: for
//! measuring the search at sizes that no feed of messages would reach in an afternoon.

use super::Model;
use super::index::{Index, Number, subject};
use super::search::candidates;
use crate::access::as_registry;
use iis_matching::patient::packed::{PackedRecord, pack};
use iis_matching::{Decision, Reported, decide};
use iis_model::access::Permission;
use iis_model::{Demographics, PersonId, SourceRecordId};
use iis_store::match_subject::PersonRecords;
use iis_store::{Lane, Store, StoreError, Tx, match_key, match_subject};

/// Persons written in one transaction.
const PERSONS: usize = 20_000;
/// Keys written in one transaction.
const KEYS: usize = 400_000;

/// Persons on their way into a store. Keys are written at the end, in their order: 24 bytes of memory each until then.
#[derive(Debug, Default)]
pub struct Filling {
    rows: Vec<PersonRecords>,
    pairs: Vec<(i64, PersonId)>,
}

impl Filling {
    /// Adds a person with its records; the store must not hold it yet.
    pub fn add(
        &mut self,
        store: &Store,
        model: &Model,
        person_id: PersonId,
        records: &[(SourceRecordId, Number<'_>, &Demographics)],
    ) -> Result<(), StoreError> {
        let records = records.iter().map(|(id, number, demographics)| PackedRecord {
            id: *id,
            subject: subject(*number, demographics, model),
        });
        let index = Index::of(records.collect());
        self.pairs.extend(index.keys().into_iter().map(|key| (key, person_id)));
        self.rows.push(PersonRecords { person_id, records: pack(&index.into_records()) });
        if self.rows.len() == PERSONS { self.write_persons(store) } else { Ok(()) }
    }

    /// Writes what is left. Blocks.
    pub fn finish(mut self, store: &Store) -> Result<(), StoreError> {
        self.write_persons(store)?;
        self.pairs.sort_unstable();
        for some in self.pairs.chunks(KEYS) {
            let some = some.to_vec();
            store.write_blocking(Lane::Bulk, move |tx| match_key::fill(tx, &some))?;
        }
        Ok(())
    }

    fn write_persons(&mut self, store: &Store) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.rows);
        store.write_blocking(Lane::Bulk, move |tx| match_subject::fill(tx, &rows))
    }
}

/// What came of looking a record up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedUp {
    /// How many persons it was weighed against.
    pub candidates: usize,
    /// What the line would do.
    pub decision: Decision,
}

/// Whom the line would take a record for that comes for the first time: the same search and the same decision, on a
/// snapshot.
pub fn look_up(
    tx: &mut Tx<'_>,
    model: &Model,
    number: Number<'_>,
    demographics: &Demographics,
) -> Result<LookedUp, StoreError> {
    let comparable = model.informed(subject(number, demographics, model));
    let found = candidates(tx, &as_registry(Permission::Operate), model, &comparable)?;
    let reported = Reported { demographics, subject: Some(&comparable) };
    Ok(LookedUp { candidates: found.len(), decision: decide(&reported, &found, &model.weights) })
}
