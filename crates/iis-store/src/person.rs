//! Persons and their registry numbers.

use crate::reach::shows;
use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{Date, Demographics, PersonId, RegistryNumber, Timestamp};

sql! {
    INSERT = "INSERT INTO person (id, registry_number, version, status, merged_into, created_at) \
              VALUES ($1, $2, 1, $3, NULL, $4)";
    INSERT_NUMBER = "INSERT INTO registry_number (number, person_id) VALUES ($1, $2)";
    /// A version other than the one seen gives NULL, which the column refuses: the whole unit stops, also when the
    /// statement was sent ahead and nobody waits for its row count.
    COMPARE_AND_SET = "UPDATE person SET version = CASE WHEN version = $2 THEN version + 1 ELSE NULL END WHERE id = $1";
    COMPARE = "UPDATE person SET version = CASE WHEN version = $2 THEN version ELSE NULL END WHERE id = $1";
    SET_STATUS = "UPDATE person SET status = $2, merged_into = $3 WHERE id = $1";
    MOVE_NUMBERS = "UPDATE registry_number SET person_id = $2 WHERE person_id = $1";
    MERGED_INTO = "SELECT id FROM person WHERE merged_into = $1 ORDER BY id";
    LEAD_NUMBER = "UPDATE registry_number SET person_id = $2 \
                   WHERE number = (SELECT registry_number FROM person WHERE id = $1)";
    OWN_NUMBER = "UPDATE registry_number SET person_id = $1 \
                  WHERE number = (SELECT registry_number FROM person WHERE id = $1)";
    GET = "SELECT p.id, p.registry_number, p.version, p.status, p.merged_into, v.demographics, v.protected, \
           v.deceased, s.doses, s.latest_dose_on FROM person p LEFT JOIN person_view v ON v.person_id = p.id \
           LEFT JOIN person_status s ON s.person_id = p.id WHERE p.id = $1";
    BY_NUMBER = "SELECT p.id, p.registry_number, p.version, p.status, p.merged_into, v.demographics, v.protected, \
                 v.deceased, s.doses, s.latest_dose_on FROM registry_number r JOIN person p ON p.id = r.person_id \
                 LEFT JOIN person_view v ON v.person_id = p.id \
                 LEFT JOIN person_status s ON s.person_id = p.id WHERE r.number = $1";
    ID_OF_NUMBER = "SELECT person_id FROM registry_number WHERE number = $1";
    NUMBER_OF = "SELECT registry_number FROM person WHERE id = $1";
    LIST = "SELECT id, version FROM person WHERE id > $1 AND status <> 'merged' ORDER BY id LIMIT $2";
    VERSION = "SELECT version FROM person WHERE id = $1";
    LOCK = "UPDATE person SET version = version WHERE id = $1";
}

/// A person to be created. Its version starts at 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Row key.
    pub id: PersonId,
    /// A number drawn at random; when somebody has it already, the plan is made again.
    pub registry_number: RegistryNumber,
    /// "active", or "provisional".
    pub status: &'static str,
    /// When.
    pub created_at: Timestamp,
}

/// A person's status changes: merged into another one, or on its own again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The person.
    pub person_id: PersonId,
    /// What it becomes.
    pub standing: Standing,
}

/// What a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A person of its own, to whom its own number leads.
    Active,
    /// The same, but somebody has to look whether it is another one.
    Provisional,
    /// Merged into another one, to whom all its numbers lead.
    MergedInto(PersonId),
}

/// A person with the registry's view of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Row key.
    pub id: PersonId,
    /// The number by which the outside knows the person.
    pub registry_number: RegistryNumber,
    /// For compare-and-set.
    pub version: i64,
    /// "active", "merged" or "provisional".
    pub status: Box<str>,
    /// Into whom it is merged.
    pub merged_into: Option<PersonId>,
    /// The registry's view; none while it is being rebuilt.
    pub demographics: Option<Demographics>,
    /// The record must not be shared.
    pub protected: bool,
    /// The person has died.
    pub deceased: bool,
    /// How many doses are known.
    pub doses: i64,
    /// The day of the latest one.
    pub latest_dose_on: Option<Date>,
}

impl FromRow for Person {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let has_view = row.get::<Option<bool>>(6)?.is_some();
        Ok(Self {
            id: row.get(0)?,
            registry_number: row.get(1)?,
            version: row.get(2)?,
            status: row.get(3)?,
            merged_into: row.get(4)?,
            demographics: if has_view { Some(row.json(5)?) } else { None },
            protected: row.get::<Option<bool>>(6)?.unwrap_or(false),
            deceased: row.get::<Option<bool>>(7)?.unwrap_or(false),
            doses: row.get::<Option<i64>>(8)?.unwrap_or(0),
            latest_dose_on: row.get(9)?,
        })
    }
}

/// The person of this id, merged or not; none when out of reach.
pub fn get(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Option<Person>, StoreError> {
    if shows(tx, granted, id)? { tx.one(&GET, vals![id]) } else { Ok(None) }
}

/// The person that a registry number leads to; the numbers of merged persons lead to the one that remained. None when
/// out of reach.
pub fn by_registry_number(
    tx: &mut Tx<'_>,
    granted: &Granted,
    number: RegistryNumber,
) -> Result<Option<Person>, StoreError> {
    let found: Option<Person> = tx.one(&BY_NUMBER, vals![number])?;
    match found {
        Some(person) if shows(tx, granted, person.id)? => Ok(Some(person)),
        _ => Ok(None),
    }
}

/// Whom a registry number leads to, and nothing about them: for the audit of who asked for somebody out of reach.
pub fn id_of_number(tx: &mut Tx<'_>, number: RegistryNumber) -> Result<Option<PersonId>, StoreError> {
    tx.one(&ID_OF_NUMBER, vals![number])
}

/// The registry number of a person, and nothing else: for the audit of who looked at whom.
pub fn number_of(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<RegistryNumber>, StoreError> {
    tx.one(&NUMBER_OF, vals![id])
}

/// Persons that are not merged away, after `after` by id, with their versions: for rebuilding and sweeps.
pub fn list(tx: &mut Tx<'_>, after: PersonId, limit: i64) -> Result<Vec<(PersonId, i64)>, StoreError> {
    tx.all(&LIST, vals![after, limit])
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &NewPerson) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![row.id, row.registry_number, row.status, row.created_at])?;
    tx.exec(&INSERT_NUMBER, vals![row.registry_number, row.id])
}

pub(crate) fn set_status(tx: &mut Tx<'_>, row: &StatusChange) -> Result<(), StoreError> {
    let (status, merged_into) = match row.standing {
        Standing::Active => ("active", None),
        Standing::Provisional => ("provisional", None),
        Standing::MergedInto(into) => ("merged", Some(into)),
    };
    tx.exec(&SET_STATUS, vals![row.person_id, status, merged_into])?;
    match merged_into {
        Some(into) => tx.exec(&MOVE_NUMBERS, vals![row.person_id, into]),
        None => tx.exec(&OWN_NUMBER, vals![row.person_id]),
    }
}

/// Stops the unit when the person's version is not the one seen; moves it on when the person is touched.
pub(crate) fn compare(tx: &mut Tx<'_>, id: PersonId, seen: i64, touched: bool) -> Result<(), StoreError> {
    tx.exec(if touched { &COMPARE_AND_SET } else { &COMPARE }, vals![id, seen])
}

/// Lets the number that a person was given lead to another person.
pub(crate) fn lead_number(tx: &mut Tx<'_>, of: PersonId, to: PersonId) -> Result<(), StoreError> {
    tx.exec(&LEAD_NUMBER, vals![of, to])
}

/// The persons that were merged into this one, by id; not those merged into them.
pub fn merged_into(tx: &mut Tx<'_>, _granted: &Granted, id: PersonId) -> Result<Vec<PersonId>, StoreError> {
    merged(tx, id)
}

/// The same for the store's own work.
pub(crate) fn merged(tx: &mut Tx<'_>, id: PersonId) -> Result<Vec<PersonId>, StoreError> {
    tx.all(&MERGED_INTO, vals![id])
}

/// The person's version.
pub fn version(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<i64>, StoreError> {
    tx.one(&VERSION, vals![id])
}

/// Keeps others from changing the person until this transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: PersonId) -> Result<(), StoreError> {
    tx.exec(&LOCK, vals![id])
}
