//! The seal: once a second the heads of all chains that moved are chained to each other and signed.

use crate::audit::chain::ORIGIN;
use crate::sql::sql;
use crate::store::Store;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

sql! {
    /// Steps from chain to chain by the primary key, so that the cost does not grow with the rows.
    HEADS = "WITH RECURSIVE c (chain_id) AS (SELECT MIN(chain_id) FROM audit UNION ALL \
             SELECT (SELECT MIN(a.chain_id) FROM audit a WHERE a.chain_id > c.chain_id) FROM c \
             WHERE c.chain_id IS NOT NULL) \
             SELECT a.chain_id, a.n, a.hash FROM c JOIN audit a ON a.chain_id = c.chain_id \
             AND a.n = (SELECT MAX(m.n) FROM audit m WHERE m.chain_id = c.chain_id) ORDER BY a.chain_id";
    LAST = "SELECT n, at, heads, prev, hash, signature FROM audit_seal ORDER BY n DESC LIMIT 1";
    INSERT = "INSERT INTO audit_seal (n, at, heads, prev, hash, signature) VALUES ($1, $2, $3, $4, $5, $6)";
}

/// A seal over the heads of the chains that moved since the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Its place among the seals, from 1.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// A line for each chain: `chain row hash`.
    pub heads: Box<str>,
    /// The hash of the seal before, zeros for the first.
    pub prev: [u8; 32],
    /// The hash of `prev`, number, time and heads.
    pub hash: [u8; 32],
    /// The signature over `hash`.
    pub signature: Box<[u8]>,
}
crate::row::from_row!(Seal { n, at, heads, prev, hash, signature });

/// The heads that were sealed, by chain.
pub(crate) type Heads = BTreeMap<i64, (i64, [u8; 32])>;

impl Store {
    /// Seals the chains that moved since this store's last seal; none when nothing moved. `sign` gets the seal's
    /// hash. Called by the server each second; of several servers one wins each number.
    pub fn seal(&self, now: Timestamp, sign: &dyn Fn(&[u8]) -> Vec<u8>) -> Result<Option<Seal>, StoreError> {
        let (last, heads) = self.read_blocking(|tx| Ok((last(tx)?, heads(tx)?)))?;
        let moved: Heads = self.sealed_heads(|sealed| {
            heads
                .iter()
                .filter(|(chain, head)| sealed.get(chain) != Some(head))
                .map(|(k, v)| (*k, *v))
                .collect()
        });
        if moved.is_empty() {
            return Ok(None);
        }
        let (n, prev) = last.map_or((1, ORIGIN), |seal| (seal.n + 1, seal.hash));
        let heads: Box<str> = printed(&moved).into();
        let hash = hash(&prev, n, now, &heads);
        let seal = Seal { n, at: now, heads, prev, hash, signature: sign(&hash).into() };
        let row = seal.clone();
        match self.write_internally(move |tx| insert(tx, &row)) {
            Ok(()) => {
                self.sealed_heads(|sealed| sealed.extend(moved));
                Ok(Some(seal))
            }
            Err(error) if error.is_constraint("audit_seal_pkey") => Ok(None), // another server was faster
            Err(error) => Err(error),
        }
    }
}

/// The last seal: its number and hash are what is exported outside.
pub fn last(tx: &mut Tx<'_>) -> Result<Option<Seal>, StoreError> {
    tx.one(&LAST, &[])
}

fn heads(tx: &mut Tx<'_>) -> Result<Heads, StoreError> {
    let mut heads = Heads::new();
    tx.each(&HEADS, &[], |row| {
        heads.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
        Ok(())
    })?;
    Ok(heads)
}

fn insert(tx: &mut Tx<'_>, seal: &Seal) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![seal.n, seal.at, &seal.heads, &seal.prev, &seal.hash, &seal.signature])
}

/// The heads as a text, a line each.
fn printed(heads: &Heads) -> String {
    let mut text = String::with_capacity(heads.len() * 90);
    for (chain, (n, hash)) in heads {
        write!(text, "{chain} {n} ").expect("a String takes any text");
        for byte in hash {
            write!(text, "{byte:02x}").expect("a String takes any text");
        }
        text.push('\n');
    }
    text
}

/// The heads of a text; none when it is not one.
pub(crate) fn parsed(text: &str) -> Option<Heads> {
    text.lines()
        .map(|line| {
            let mut words = line.split(' ');
            let (chain, n, hex) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?);
            let mut hash = [0; 32];
            for (at, byte) in hash.iter_mut().enumerate() {
                *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
            }
            (hex.len() == 64 && words.next().is_none()).then_some((chain, (n, hash)))
        })
        .collect()
}

/// SHA-256 over the hash before, the number and the time (microseconds) as 8 bytes, little end first, and the heads.
pub(crate) fn hash(prev: &[u8; 32], n: i64, at: Timestamp, heads: &str) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update(prev);
    sha.update(n.to_le_bytes());
    sha.update(at.as_microsecond().to_le_bytes());
    sha.update(heads.as_bytes());
    sha.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::{Heads, parsed, printed};

    #[test]
    fn heads_print_and_parse() {
        let heads = Heads::from([(1, (12, [7; 32])), (3, (1, [255; 32]))]);
        assert_eq!(parsed(&printed(&heads)), Some(heads));
        assert_eq!(parsed("1 2\n"), None);
        assert_eq!(parsed("1 2 zz\n"), None);
    }
}
