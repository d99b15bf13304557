//! Match keys: the blocks in which persons who may be the same stand together, and the stamps that guard them.
//!
//! A stamp guards a stripe of keys. Two units that add a person under keys of one stripe meet there; the table of stamps
//! stays as small as there are stripes.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, Val};
use iis_model::PersonId;
use iis_model::access::Granted;

sql! {
    ADD = "INSERT INTO match_key (k, person_id) VALUES ($2, $1) ON CONFLICT (k, person_id) DO NOTHING";
    ADD_EIGHT = "INSERT INTO match_key (k, person_id) VALUES ($2, $1), ($3, $1), ($4, $1), ($5, $1), ($6, $1), \
                 ($7, $1), ($8, $1), ($9, $1) ON CONFLICT (k, person_id) DO NOTHING";
    FILL_EIGHT = "INSERT INTO match_key (k, person_id) VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), \
                  ($11, $12), ($13, $14), ($15, $16) ON CONFLICT (k, person_id) DO NOTHING";
    REMOVE = "DELETE FROM match_key WHERE k = $1 AND person_id = $2";
    PERSONS = "SELECT person_id FROM match_key WHERE k = $1 ORDER BY person_id LIMIT $2";
    HOLDS = "SELECT 1 FROM match_key WHERE k = $1 AND person_id = $2";
    STAMP = "SELECT stamp FROM match_stamp WHERE k = $1";
    /// As with a person's version: a stamp other than the one seen gives NULL, which the column refuses.
    COMPARE_AND_SET = "INSERT INTO match_stamp (k, stamp) VALUES ($1, 1) ON CONFLICT (k) DO UPDATE SET \
                       stamp = CASE WHEN match_stamp.stamp = $2 THEN match_stamp.stamp + 1 ELSE NULL END";
    COMPARE = "UPDATE match_stamp SET stamp = CASE WHEN stamp = $2 THEN stamp ELSE NULL END WHERE k = $1";
    LOCK = "INSERT INTO match_stamp (k, stamp) VALUES ($1, 0) ON CONFLICT (k) DO UPDATE SET stamp = match_stamp.stamp";
}

/// How many keys one statement adds.
const TOGETHER: usize = 8;

/// Hands each person under each key to `f`, with the place of the key: at most `limit` persons a key, by id. One
/// question a key, all on their way at once.
pub fn persons(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    keys: &[i64],
    limit: i64,
    mut f: impl FnMut(usize, PersonId),
) -> Result<(), StoreError> {
    let questions: Vec<_> = keys.iter().map(|key| vals![*key, limit].to_vec()).collect();
    tx.each_of(&PERSONS, &questions, |at, row| {
        f(at, row.get(0)?);
        Ok(())
    })
}

/// Whether a person stands under all these keys.
pub fn holds_all(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    id: PersonId,
    keys: &[i64],
) -> Result<bool, StoreError> {
    let questions: Vec<_> = keys.iter().map(|key| vals![*key, id].to_vec()).collect();
    let mut held = 0;
    tx.each_of(&HOLDS, &questions, |_, _| {
        held += 1;
        Ok(())
    })?;
    Ok(held == keys.len())
}

/// The stamps of stripes, for the plan; 0: absent.
pub fn stamps(tx: &mut Tx<'_>, stripes: &[i64]) -> Result<Vec<(i64, i64)>, StoreError> {
    let mut found: Vec<(i64, i64)> = stripes.iter().map(|stripe| (*stripe, 0)).collect();
    let questions: Vec<_> = stripes.iter().map(|stripe| vals![*stripe].to_vec()).collect();
    tx.each_of(&STAMP, &questions, |at, row| {
        found[at].1 = row.get(0)?;
        Ok(())
    })?;
    Ok(found)
}

/// Adds keys, eight a statement; those of the last statement that are left over are said again.
pub(crate) fn add(tx: &mut Tx<'_>, id: PersonId, keys: &[i64]) -> Result<(), StoreError> {
    for some in keys.chunks(TOGETHER) {
        let [only] = some else {
            let mut params = vec![Val::from(id)];
            params.extend((0..TOGETHER).map(|at| Val::from(some[at.min(some.len() - 1)])));
            tx.exec(&ADD_EIGHT, &params)?;
            continue;
        };
        tx.exec(&ADD, vals![id, *only])?;
    }
    Ok(())
}

/// Adds keys of many persons, the pairs best in ascending order: they are then written side by side. For filling a store
/// that holds none of these persons yet.
pub fn fill(tx: &mut Tx<'_>, pairs: &[(i64, PersonId)]) -> Result<(), StoreError> {
    let (eights, rest) = pairs.as_chunks::<TOGETHER>();
    for some in eights {
        let params: [Val<'_>; 2 * TOGETHER] = std::array::from_fn(|at| match (some[at / 2], at % 2) {
            ((key, _), 0) => Val::from(key),
            ((_, id), _) => Val::from(id),
        });
        tx.exec(&FILL_EIGHT, &params)?;
    }
    rest.iter().try_for_each(|(key, id)| tx.exec(&ADD, vals![*id, *key]))
}

pub(crate) fn remove(tx: &mut Tx<'_>, id: PersonId, keys: &[i64]) -> Result<(), StoreError> {
    keys.iter().try_for_each(|key| tx.exec(&REMOVE, vals![*key, id]))
}

/// The stripe's stamp; 0: absent.
pub(crate) fn stamp(tx: &mut Tx<'_>, stripe: i64) -> Result<i64, StoreError> {
    Ok(tx.one(&STAMP, vals![stripe])?.unwrap_or(0))
}

/// Stops the unit when the stripe's stamp is not the one seen; moves it on when the plan adds persons under keys.
pub(crate) fn compare(tx: &mut Tx<'_>, stripe: i64, seen: i64, moved: bool) -> Result<(), StoreError> {
    tx.exec(if moved { &COMPARE_AND_SET } else { &COMPARE }, vals![stripe, seen])
}

/// Keeps others from adding persons under keys of the stripe until this transaction ends.
pub(crate) fn lock(tx: &mut Tx<'_>, stripe: i64) -> Result<(), StoreError> {
    tx.exec(&LOCK, vals![stripe])
}
