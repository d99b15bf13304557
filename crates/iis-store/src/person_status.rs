//! What changes with a person's history (consolidated): the number of doses, and the forecast status, one packed value
//! with the dates of each vaccine group.

use crate::reach::shows;
use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{Date, PersonId};

sql! {
    PUT = "INSERT INTO person_status (person_id, doses, latest_dose_on, packed, release, re_evaluate_on) \
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id) DO UPDATE SET doses = excluded.doses, \
           latest_dose_on = excluded.latest_dose_on, packed = excluded.packed, release = excluded.release, \
           re_evaluate_on = excluded.re_evaluate_on";
    GET = "SELECT person_id, doses, latest_dose_on, packed, release, re_evaluate_on FROM person_status WHERE person_id = $1";
    PAGE = "SELECT p.id, s.release FROM person p LEFT JOIN person_status s ON s.person_id = p.id \
            WHERE p.id > $1 AND p.status <> 'merged' ORDER BY p.id LIMIT $2";
    DUE = "SELECT person_id FROM person_status WHERE re_evaluate_on <= $1 ORDER BY re_evaluate_on, person_id LIMIT $2";
}

/// A person's status as computed with one release of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonStatus {
    /// The person.
    pub person_id: PersonId,
    /// How many doses are known.
    pub doses: i64,
    /// The day of the latest one.
    pub latest_dose_on: Option<Date>,
    /// The dates of each vaccine group, packed by whoever computes them.
    pub packed: Box<[u8]>,
    /// The release of the schedule.
    pub release: Box<str>,
    /// The day on which it must be computed again.
    pub re_evaluate_on: Option<Date>,
}
from_row!(PersonStatus { person_id, doses, latest_dose_on, packed, release, re_evaluate_on });

/// The status of a person.
pub fn get(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Option<PersonStatus>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(None);
    }
    tx.one(&GET, vals![id])
}

/// Persons to be computed again on `today`, the longest waiting first.
pub fn due(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    today: Date,
    limit: i64,
) -> Result<Vec<PersonId>, StoreError> {
    tx.all(&DUE, vals![today, limit])
}

/// A person with the release of its status, if it has one.
pub type ReleaseOfPerson = (PersonId, Option<Box<str>>);

/// Persons that are not merged away, after `after` by id, each with the release of its status, if it has one.
pub fn page(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    after: PersonId,
    limit: i64,
) -> Result<Vec<ReleaseOfPerson>, StoreError> {
    tx.all(&PAGE, vals![after, limit])
}

pub(crate) fn put(tx: &mut Tx<'_>, row: &PersonStatus) -> Result<(), StoreError> {
    tx.exec(
        &PUT,
        vals![row.person_id, row.doses, row.latest_dose_on, &row.packed, &row.release, row.re_evaluate_on],
    )
}
