//! Which keys the seals of a database were signed with, in their order. Their public halves are kept in the database, so that
//! a server never goes on under a key that nobody has accepted, and seals made under a lost key can still be checked.
//!
//! Who can write the database could add a key here. What then does not fit any more is the key in the file, and the seals that
//! were exported.

use crate::audit_key::{self, hex, unhex};
use crate::config::Config;
use crate::key_file::KeyError;
use ed25519_dalek::{SigningKey, VerifyingKey};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_store::audit::seal;
use iis_store::{AuditEntry, Lane, Store, StoreError, Tx, setting};
use jiff::Timestamp;
use std::path::PathBuf;

/// The setting with the keys: a line each, the first seal and the public half.
const SETTING: &str = "audit-keys";

/// Why there is no key to seal with.
#[derive(Debug, thiserror::Error)]
pub enum AuditKeyError {
    /// The file.
    #[error("{0}")]
    File(#[from] KeyError),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// There is none, and the database was sealed with one.
    #[error(
        "{path} is not there, and the audit of this database was sealed with one: put its file back, or, if it is lost \
         or leaked, accept a new one with openiis migrate --accept-audit-key",
        path = .0.display()
    )]
    Missing(PathBuf),
    /// It is not the one that the database was sealed with.
    #[error(
        "{path} is not the key that the audit of this database is sealed with: put that one in its place, or, if it is \
         lost or leaked, accept this one with openiis migrate --accept-audit-key",
        path = .0.display()
    )]
    Other(PathBuf),
}

/// The keys of a database.
#[derive(Debug, Clone, Default)]
pub(crate) struct AuditKeys(Vec<Used>);

/// A key, and from which seal on it is used.
#[derive(Debug, Clone)]
struct Used {
    from: i64,
    public: VerifyingKey,
}

impl AuditKeys {
    /// Those of a database; none in one that was sealed before they were kept, or never.
    pub(crate) fn kept(tx: &mut Tx<'_>) -> Result<Self, StoreError> {
        let text = setting::get(tx, SETTING)?.unwrap_or_default();
        let key = |line: &str| {
            let (from, public) = line.split_once(' ')?;
            let public = VerifyingKey::from_bytes(&unhex(public)?).ok()?;
            Some(Used { from: from.parse().ok()?, public })
        };
        Ok(Self(text.lines().filter_map(key).collect()))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether this is the one in use.
    pub(crate) fn is_in_use(&self, public: &VerifyingKey) -> bool {
        self.0.last().is_some_and(|last| last.public == *public)
    }

    /// Whether a seal was signed with the key that was in use then.
    pub(crate) fn signed(&self, n: i64, hash: &[u8], signature: &[u8]) -> bool {
        let then = self.0.iter().rev().find(|used| used.from <= n);
        then.is_some_and(|used| audit_key::signed(&used.public, hash, signature))
    }

    fn put(tx: &mut Tx<'_>, mut keys: Self, used: Used) -> Result<(), StoreError> {
        keys.0.push(used);
        let line = |used: &Used| format!("{} {}\n", used.from, hex(used.public.as_bytes()));
        setting::put(tx, SETTING, &keys.0.iter().map(line).collect::<String>())
    }
}

/// How the key of the file stands to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is the one in use.
    InUse,
    /// The database was never sealed.
    Unused,
    /// The database was sealed with it, before keys were kept.
    NotKept,
    /// The database was sealed with another one.
    Other,
}

/// How a key stands to a database; without a key: how any one would that is not there.
pub(crate) fn standing(tx: &mut Tx<'_>, public: Option<&VerifyingKey>) -> Result<Standing, StoreError> {
    let (keys, last) = (AuditKeys::kept(tx)?, seal::last(tx)?);
    if keys.count() > 0 {
        let is_in_use = public.is_some_and(|public| keys.is_in_use(public));
        return Ok(if is_in_use { Standing::InUse } else { Standing::Other });
    }
    let Some(last) = last else { return Ok(Standing::Unused) };
    let is_its = public.is_some_and(|public| audit_key::signed(public, &last.hash, &last.signature));
    Ok(if is_its { Standing::NotKept } else { Standing::Other })
}

/// The key that a server seals with: the one in use, or a new one for a database that was never sealed.
pub(crate) fn for_sealing(config: &Config, store: &Store) -> Result<SigningKey, AuditKeyError> {
    let path = config.audit_key();
    let key = audit_key::read(&path)?;
    let public = key.as_ref().map(SigningKey::verifying_key);
    let key = match (store.read_blocking(move |tx| standing(tx, public.as_ref()))?, key) {
        (Standing::InUse, Some(key)) => return Ok(key),
        (Standing::Unused, None) => audit_key::read_or_make(&path)?,
        (Standing::Unused | Standing::NotKept, Some(key)) => key,
        (Standing::Other, Some(_)) => return Err(AuditKeyError::Other(path)),
        (_, None) => return Err(AuditKeyError::Missing(path)),
    };
    if !config.read_only {
        let public = key.verifying_key();
        // of two servers that begin together the first one's key holds
        let kept = store.write_blocking(Lane::Web, move |tx| {
            let keys = AuditKeys::kept(tx)?;
            if keys.count() == 0 {
                AuditKeys::put(tx, keys, Used { from: 1, public })?;
                return Ok(true);
            }
            Ok(keys.is_in_use(&public))
        });
        if !kept? {
            return Err(AuditKeyError::Other(path));
        }
    }
    Ok(key)
}

/// Has the database take the key that lies there now, or a new one if none does, from the next seal on. `false`: it is in
/// use already.
pub(crate) fn accept(config: &Config, store: &Store, now: Timestamp) -> anyhow::Result<bool> {
    let public = audit_key::read_or_make(&config.audit_key())?.verifying_key();
    let granted = operator(Permission::ReadAudit)?;
    let accepted = store.write_blocking(Lane::Web, move |tx| {
        if standing(tx, Some(&public))? == Standing::InUse {
            return Ok(false);
        }
        let from = seal::last(tx)?.map_or(1, |last| last.n + 1);
        let keys = AuditKeys::kept(tx)?;
        AuditKeys::put(tx, keys, Used { from, public })?;
        let detail = format!("from seal {from} on: {}", hex(public.as_bytes()));
        tx.audit(&AuditEntry::of(&granted, now).action("accept-audit-key").detail(detail))?;
        Ok(true)
    });
    Ok(accepted?)
}
