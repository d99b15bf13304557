//! A person's records in comparable form: bytes that the matching room packs and unpacks (consolidated).

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::PersonId;
use iis_model::access::Granted;

sql! {
    PUT = "INSERT INTO match_subject (person_id, records) VALUES ($1, $2) \
           ON CONFLICT (person_id) DO UPDATE SET records = excluded.records";
    OF_PERSON = "SELECT records FROM match_subject WHERE person_id = $1";
    LIST = "SELECT person_id, records FROM match_subject WHERE person_id > $1 ORDER BY person_id LIMIT $2";
}

/// A person's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecords {
    /// The person.
    pub person_id: PersonId,
    /// Its records, packed.
    pub records: Box<[u8]>,
}
crate::row::from_row!(PersonRecords { person_id, records });

/// The records of a person; none: it is merged away or being rebuilt.
pub fn of_person(tx: &mut Tx<'_>, _granted: &Granted, id: PersonId) -> Result<Option<Box<[u8]>>, StoreError> {
    tx.one(&OF_PERSON, vals![id])
}

/// Hands the records of each of these persons to `f`: one question a person, all on their way at once.
pub fn of_persons(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    ids: &[PersonId],
    mut f: impl FnMut(PersonId, &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let questions: Vec<_> = ids.iter().map(|id| vals![*id].to_vec()).collect();
    tx.each_of(&OF_PERSON, &questions, |at, row| f(ids[at], row.bytes(0)?))
}

/// The records of persons after `after` by id: for sweeps and counts.
pub fn list(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    after: PersonId,
    limit: i64,
) -> Result<Vec<PersonRecords>, StoreError> {
    tx.all(&LIST, vals![after, limit])
}

/// Writes the records of many persons, packed. For filling a store that holds none of these persons yet.
pub fn fill(tx: &mut Tx<'_>, rows: &[PersonRecords]) -> Result<(), StoreError> {
    rows.iter().try_for_each(|row| put(tx, row.person_id, &row.records))
}

pub(crate) fn put(tx: &mut Tx<'_>, id: PersonId, records: &[u8]) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![id, records])
}
