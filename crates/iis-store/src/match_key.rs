//! Match keys: the blocks in which persons who may be the same stand together, and the stamps that guard them.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::PersonId;
use iis_model::access::Granted;

sql! {
    ADD = "INSERT INTO match_key (k, person_id) VALUES ($1, $2) ON CONFLICT (k, person_id) DO NOTHING";
    REMOVE = "DELETE FROM match_key WHERE k = $1 AND person_id = $2";
    PERSONS = "SELECT person_id FROM match_key WHERE k = $1 ORDER BY person_id LIMIT $2";
    OF_PERSON = "SELECT k FROM match_key WHERE person_id = $1 ORDER BY k";
    STAMP = "SELECT stamp FROM match_stamp WHERE k = $1";
    /// As with a person's version: a stamp other than the one seen gives NULL, which the column refuses.
    COMPARE_AND_SET = "INSERT INTO match_stamp (k, stamp) VALUES ($1, 1) ON CONFLICT (k) DO UPDATE SET \
                       stamp = CASE WHEN match_stamp.stamp = $2 THEN match_stamp.stamp + 1 ELSE NULL END";
    COMPARE = "UPDATE match_stamp SET stamp = CASE WHEN stamp = $2 THEN stamp ELSE NULL END WHERE k = $1";
    LOCK = "INSERT INTO match_stamp (k, stamp) VALUES ($1, 0) ON CONFLICT (k) DO UPDATE SET stamp = match_stamp.stamp";
}

/// What stands under a match key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The key.
    pub key: i64,
    /// Its stamp, for the plan; 0: absent.
    pub stamp: i64,
    /// The persons, by id, at most as many as asked for.
    pub persons: Vec<PersonId>,
}

/// The persons under a key, at most `limit` (a block above its cap is not worth reading), with the key's stamp.
pub fn block(tx: &mut Tx<'_>, _granted: &Granted, key: i64, limit: i64) -> Result<Block, StoreError> {
    let stamp = stamp(tx, key)?;
    Ok(Block { key, stamp, persons: tx.all(&PERSONS, vals![key, limit])? })
}

/// The keys of a person.
pub fn of_person(tx: &mut Tx<'_>, _granted: &Granted, id: PersonId) -> Result<Vec<i64>, StoreError> {
    tx.all(&OF_PERSON, vals![id])
}

pub(crate) fn add(tx: &mut Tx<'_>, id: PersonId, keys: &[i64]) -> Result<(), StoreError> {
    keys.iter().try_for_each(|key| tx.exec(&ADD, vals![*key, id]))
}

pub(crate) fn remove(tx: &mut Tx<'_>, id: PersonId, keys: &[i64]) -> Result<(), StoreError> {
    keys.iter().try_for_each(|key| tx.exec(&REMOVE, vals![*key, id]))
}

/// The key's stamp; 0: absent.
pub(crate) fn stamp(tx: &mut Tx<'_>, key: i64) -> Result<i64, StoreError> {
    Ok(tx.one(&STAMP, vals![key])?.unwrap_or(0))
}

/// Stops the unit when the key's stamp is not the one seen; moves it on when the plan adds persons under keys.
pub(crate) fn compare(tx: &mut Tx<'_>, key: i64, seen: i64, moved: bool) -> Result<(), StoreError> {
    tx.exec(if moved { &COMPARE_AND_SET } else { &COMPARE }, vals![key, seen])
}

/// Keeps others from adding persons under the key until this transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, key: i64) -> Result<(), StoreError> {
    tx.exec(&LOCK, vals![key])
}
