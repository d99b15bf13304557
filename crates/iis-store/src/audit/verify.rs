//! The check of the audit: every row in its chain, every chain under its seals, every seal in its chain.

use crate::audit::chain::{Chain, Facts, ORIGIN};
use crate::audit::seal::{self, Heads, Seal};
use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use std::collections::BTreeMap;

sql! {
    SEALS = "SELECT n, at, heads, prev, hash, signature FROM audit_seal WHERE n > $1 ORDER BY n LIMIT 1000";
    ROWS = "SELECT chain_id, n, at, actor_kind, actor, channel, action, person_id, message_id, purpose, result, \
            detail, prev, hash FROM audit WHERE chain_id = $1 AND n > $2 ORDER BY n LIMIT 5000";
    NEXT_CHAIN = "SELECT MIN(chain_id) FROM audit WHERE chain_id > $1";
    STRAYS = "SELECT MIN(n) FROM audit WHERE chain_id = $1 AND n < 1";
}

/// What is wrong, and with which row first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Rows are missing: deleted, or cut off after they had been sealed.
    #[error("audit chain {chain_id}: row {n} is missing")]
    Missing {
        /// The chain.
        chain_id: i64,
        /// The first row that is missing.
        n: i64,
    },
    /// The row is not what it was, not where it was, or was put in later.
    #[error("audit chain {chain_id}: row {n} was changed, moved or put in later")]
    Changed {
        /// The chain.
        chain_id: i64,
        /// The row.
        n: i64,
    },
    /// The whole chain was written anew: its rows fit each other but not the seal.
    #[error("audit chain {chain_id}: row {n} is not the one that was sealed")]
    NotTheSealed {
        /// The chain.
        chain_id: i64,
        /// The row.
        n: i64,
    },
    /// A seal is missing, changed or not signed by the key.
    #[error("seal {n} is missing, changed or not signed by the key of its time")]
    Seal {
        /// The seal.
        n: i64,
    },
    /// The store is older than a head that was exported.
    #[error("seal {n}, which was exported, is not there: the store is older or another one")]
    Older {
        /// The seal.
        n: i64,
    },
}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Rows that were looked at.
    pub rows: u64,
    /// Seals that were looked at.
    pub seals: u64,
    /// The first fault of the seals and of each chain.
    pub faults: Vec<Fault>,
}

/// Whether the seal of a number was signed: its number, its hash, its signature.
pub type Signed = dyn Fn(i64, &[u8], &[u8]) -> bool;

/// What the store is held against.
#[derive(Default)]
pub struct Against<'a> {
    /// Whether a signature belongs to a seal; without it signatures are not looked at.
    pub signed: Option<&'a Signed>,
    /// The number and hash of a seal that was exported.
    pub exported: Option<(i64, [u8; 32])>,
}

/// Checks all seals and all rows. Memory is bounded by the number of chains and of seals.
pub fn verify(tx: &mut Tx<'_>, against: &Against<'_>) -> Result<Verification, StoreError> {
    let mut found = Verification { rows: 0, seals: 0, faults: Vec::new() };
    let sealed = seals(tx, against, &mut found)?;
    let mut chain_id = i64::MIN;
    let mut chains: Vec<i64> = sealed.keys().copied().collect();
    while let Some(next) = tx.one::<Option<i64>>(&NEXT_CHAIN, vals![chain_id])?.flatten() {
        chains.push(next);
        chain_id = next;
    }
    chains.sort_unstable();
    chains.dedup();
    for chain_id in chains {
        let none = BTreeMap::new();
        let fault = rows(tx, chain_id, sealed.get(&chain_id).unwrap_or(&none), &mut found.rows)?;
        found.faults.extend(fault);
    }
    Ok(found)
}

/// The sealed rows of each chain: row and hash.
type Sealed = BTreeMap<i64, BTreeMap<i64, [u8; 32]>>;

fn seals(tx: &mut Tx<'_>, against: &Against<'_>, found: &mut Verification) -> Result<Sealed, StoreError> {
    let mut sealed = Sealed::new();
    let (mut n, mut prev) = (0, ORIGIN);
    let mut exported = against.exported;
    loop {
        let mut page: Vec<(i64, Option<Seal>)> = Vec::new();
        tx.each(&SEALS, vals![n], |row| {
            page.push((row.get(0)?, readable(Seal::from_row(row))?));
            Ok(())
        })?;
        if page.is_empty() {
            break;
        }
        for (at, seal) in page {
            let heads = seal.as_ref().and_then(|seal| fits(seal, n + 1, &prev, against));
            if heads.is_none() && found.faults.is_empty() {
                found.faults.push(Fault::Seal { n: n + 1 });
            }
            for (chain, (row, hash)) in heads.into_iter().flatten() {
                sealed.entry(chain).or_default().insert(row, hash);
            }
            if seal.as_ref().is_some_and(|seal| exported == Some((seal.n, seal.hash))) {
                exported = None;
            }
            (n, prev) = (at, seal.map_or(prev, |seal| seal.hash));
            found.seals += 1;
        }
    }
    found.faults.extend(exported.map(|(n, _)| Fault::Older { n }));
    Ok(sealed)
}

/// What was read of a row; none when a value in it is of another type than was written, as after tampering.
fn readable<T>(read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Err(StoreError::Internal(_)) => Ok(None),
        other => other.map(Some),
    }
}

/// The heads of a seal that is the next one and as it was made.
fn fits(seal: &Seal, n: i64, prev: &[u8; 32], against: &Against<'_>) -> Option<Heads> {
    let whole = seal.n == n
        && seal.prev == *prev
        && seal.hash == seal::hash(prev, seal.n, seal.at, &seal.heads)
        && against.signed.is_none_or(|signed| signed(seal.n, &seal.hash, &seal.signature));
    if whole { seal::parsed(&seal.heads) } else { None }
}

/// The first fault of a chain.
fn rows(
    tx: &mut Tx<'_>,
    chain_id: i64,
    sealed: &BTreeMap<i64, [u8; 32]>,
    count: &mut u64,
) -> Result<Option<Fault>, StoreError> {
    if let Some(n) = tx.one::<Option<i64>>(&STRAYS, vals![chain_id])?.flatten() {
        return Ok(Some(Fault::Changed { chain_id, n }));
    }
    let mut head = Chain::empty(chain_id);
    loop {
        let before = head.n;
        let mut fault = None;
        tx.each(&ROWS, vals![chain_id, head.n], |row| {
            if fault.is_none() {
                *count += 1;
                fault = next(&mut head, row)?.or_else(|| against_seal(&head, sealed));
            }
            Ok(())
        })?;
        if fault.is_some() {
            return Ok(fault);
        }
        if head.n == before {
            break;
        }
    }
    let cut_off = sealed.last_key_value().is_some_and(|(last, _)| *last > head.n);
    Ok(cut_off.then_some(Fault::Missing { chain_id, n: head.n + 1 }))
}

/// Moves the head over the next row, unless that does not fit.
fn next(head: &mut Chain, row: &Row<'_>) -> Result<Option<Fault>, StoreError> {
    let (chain_id, n): (i64, i64) = (row.get(0)?, row.get(1)?);
    if n != head.n + 1 {
        return Ok(Some(Fault::Missing { chain_id, n: head.n + 1 }));
    }
    match readable(follows(head, n, row))?.flatten() {
        Some(hash) => (head.n, head.hash) = (n, hash),
        None => return Ok(Some(Fault::Changed { chain_id, n })),
    }
    Ok(None)
}

/// The hash of the row, if it is the right one after the head.
fn follows(head: &Chain, n: i64, row: &Row<'_>) -> Result<Option<[u8; 32]>, StoreError> {
    let facts = Facts {
        chain_id: head.id,
        n,
        at: row.get(2)?,
        texts: [
            row.text(3)?,
            row.text(4)?,
            row.text(5)?,
            row.text(6)?,
            row.text(9)?,
            row.text(10)?,
            row.text(11)?,
        ],
        person_id: row.get(7)?,
        message_id: row.get(8)?,
    };
    let (prev, hash): ([u8; 32], [u8; 32]) = (row.get(12)?, row.get(13)?);
    Ok((prev == head.hash && hash == facts.hash(&prev)).then_some(hash))
}

fn against_seal(head: &Chain, sealed: &BTreeMap<i64, [u8; 32]>) -> Option<Fault> {
    let other = sealed.get(&head.n).is_some_and(|hash| *hash != head.hash);
    other.then_some(Fault::NotTheSealed { chain_id: head.id, n: head.n })
}
