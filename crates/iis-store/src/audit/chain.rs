//! The hash chain of one writing connection.

use crate::audit::AuditEntry;
use crate::sql::sql;
use crate::tx::Tx;
use crate::val::{storable, vals};
use crate::{StoreError, backup_deed};
use iis_model::{MessageId, PersonId, Timestamp};
use sha2::{Digest, Sha256};

sql! {
    INSERT = "INSERT INTO audit (chain_id, n, at, actor_kind, actor, channel, action, person_id, message_id, purpose, \
              result, detail, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    HEAD = "SELECT n, hash FROM audit WHERE chain_id = $1 ORDER BY n DESC LIMIT 1";
}

/// The hash before the first row of a chain.
pub const ORIGIN: [u8; 32] = [0; 32];

/// Where a chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// The chain.
    pub id: i64,
    /// Its last row, 0 before the first.
    pub n: i64,
    /// The hash of its last row.
    pub hash: [u8; 32],
    /// Whether this is certain: another process may have written since, or a COMMIT's outcome is unknown.
    pub(crate) is_known: bool,
}

impl Chain {
    /// A chain whose end must be read first.
    pub(crate) fn unknown(id: i64) -> Self {
        Self { id, n: 0, hash: ORIGIN, is_known: false }
    }

    /// A chain before its first row.
    pub(crate) fn empty(id: i64) -> Self {
        Self { id, n: 0, hash: ORIGIN, is_known: true }
    }
}

/// Where the connection's chain ends.
fn head(tx: &mut Tx<'_>) -> Result<Chain, StoreError> {
    let chain = tx.chain.ok_or(StoreError::ReadOnly)?;
    if chain.is_known {
        return Ok(chain);
    }
    let head = tx.one::<(i64, [u8; 32])>(&HEAD, vals![chain.id])?;
    let (n, hash) = head.unwrap_or((0, ORIGIN));
    Ok(Chain { id: chain.id, n, hash, is_known: true })
}

/// Adds a row to the connection's chain.
pub(crate) fn append(tx: &mut Tx<'_>, entry: &AuditEntry) -> Result<(), StoreError> {
    let chain = head(tx)?;
    let n = chain.n + 1;
    let detail = entry.marked_detail();
    let hash = Facts {
        chain_id: chain.id,
        n,
        at: entry.at,
        texts: [
            &entry.actor_kind,
            &entry.actor,
            &entry.channel,
            &entry.action,
            &entry.purpose,
            &entry.result,
            &detail,
        ],
        person_id: entry.person_id,
        message_id: entry.message_id,
    }
    .hash(&chain.hash);
    tx.exec(
        &INSERT,
        vals![
            chain.id,
            n,
            entry.at,
            &entry.actor_kind,
            &entry.actor,
            &entry.channel,
            &entry.action,
            entry.person_id,
            entry.message_id,
            &entry.purpose,
            &entry.result,
            &*detail,
            &chain.hash,
            &hash
        ],
    )?;
    for site in &entry.stands_in_at {
        backup_deed::insert(tx, *site, entry.at, (chain.id, n))?;
    }
    tx.chain = Some(Chain { n, hash, ..chain });
    Ok(())
}

/// The facts of a row that its hash covers.
pub(crate) struct Facts<'a> {
    pub(crate) chain_id: i64,
    pub(crate) n: i64,
    pub(crate) at: Timestamp,
    /// Actor kind, actor, channel, action, purpose, result, detail.
    pub(crate) texts: [&'a str; 7],
    pub(crate) person_id: Option<PersonId>,
    pub(crate) message_id: Option<MessageId>,
}

impl Facts<'_> {
    /// SHA-256 over the hash before and the row: numbers as 8 bytes, little end first, an absent one as the smallest
    /// number (no key is that); texts each after their length.
    pub(crate) fn hash(&self, prev: &[u8; 32]) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(prev);
        for number in [
            self.chain_id,
            self.n,
            self.at.as_microsecond(),
            self.person_id.map_or(i64::MIN, i64::from),
            self.message_id.map_or(i64::MIN, i64::from),
        ] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        for text in self.texts {
            let text = storable(text);
            bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        Sha256::digest(&bytes).into()
    }
}
