//! Which keys the seals of a database were signed with, in their order. Their public halves are kept in the database under the
//! signature of the last one, so that a server never goes on under a key that nobody has accepted, and seals made under
//! a lost key can still be checked.
//!
//! Who can write the database can put in its place a list of their own, and cannot sign it with the key of the file.

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

/// The setting with the keys: a line each, the first seal and the public half; then the signature in two halves.
const SETTING: &str = "audit-keys";
/// What begins the line of the signature.
const SIGNED: &str = "signed";

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
pub(crate) struct AuditKeys {
    keys: Vec<Used>,
    /// Whether the list is as the last key signed it.
    is_whole: bool,
}

/// A key, and from which seal on it is used.
#[derive(Debug, Clone)]
struct Used {
    from: i64,
    public: VerifyingKey,
}

impl AuditKeys {
    /// Those of a database; none in one that was sealed before they were kept, or never.
    pub(crate) fn kept(tx: &mut Tx<'_>) -> Result<Self, StoreError> {
        Ok(setting::get(tx, SETTING)?.map_or_else(Self::none, |text| Self::read(&text)))
    }

    fn none() -> Self {
        Self { keys: Vec::new(), is_whole: true }
    }

    fn read(text: &str) -> Self {
        let key = |line: &str| {
            let (from, public) = line.split_once(' ')?;
            let public = VerifyingKey::from_bytes(&unhex(public)?).ok()?;
            Some(Used { from: from.parse().ok()?, public })
        };
        let (list, signature) = text.rsplit_once(SIGNED).unwrap_or((text, ""));
        let keys: Option<Vec<Used>> = list.lines().map(key).collect();
        let keys = keys.unwrap_or_default();
        let halves: Option<Vec<[u8; 32]>> = signature.split_whitespace().map(unhex).collect();
        let signature = halves.unwrap_or_default().concat();
        let is_whole =
            keys.last().is_some_and(|last| audit_key::signed(&last.public, list.as_bytes(), &signature));
        Self { keys, is_whole }
    }

    /// The text of the setting, with one more key, which signs it.
    fn with(&self, from: i64, key: &SigningKey) -> String {
        let line = |from: i64, public: &VerifyingKey| format!("{from} {}\n", hex(public.as_bytes()));
        let mut list: String = self.keys.iter().map(|used| line(used.from, &used.public)).collect();
        list.push_str(&line(from, &key.verifying_key()));
        let signature = audit_key::sign(key, list.as_bytes());
        let halves: Vec<String> = signature.chunks(32).map(hex).collect();
        format!("{list}{SIGNED} {}\n", halves.join(" "))
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.keys.len()
    }

    /// Whether the list is as it was signed.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether this is the one in use.
    pub(crate) fn is_in_use(&self, public: &VerifyingKey) -> bool {
        self.is_whole && self.keys.last().is_some_and(|last| last.public == *public)
    }

    /// The key that a seal is signed with; none for seals older than the first key that is kept.
    pub(crate) fn of_seal(&self, n: i64) -> Option<&VerifyingKey> {
        self.keys.iter().rev().find(|used| used.from <= n).map(|used| &used.public)
    }

    /// Whether a seal was signed with the key of its time. The key of older ones is not known: they hold by their chain.
    pub(crate) fn signed(&self, n: i64, hash: &[u8], signature: &[u8]) -> bool {
        self.of_seal(n).is_none_or(|public| audit_key::signed(public, hash, signature))
    }

    /// How many seals are older than the first key that is kept.
    pub(crate) fn older(&self) -> i64 {
        self.keys.first().map_or(0, |first| first.from - 1)
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
    if keys.count() > 0 || !keys.is_whole() {
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
    if config.read_only || keep_first(store, &key)? { Ok(key) } else { Err(AuditKeyError::Other(path)) }
}

/// Keeps a key as the first one. `false`: another server was faster, with another one.
fn keep_first(store: &Store, key: &SigningKey) -> Result<bool, StoreError> {
    let (text, public) = (AuditKeys::none().with(1, key), key.verifying_key());
    store.write_blocking(Lane::Web, move |tx| setting::put_first(tx, SETTING, &text))?;
    store.read_blocking(move |tx| Ok(AuditKeys::kept(tx)?.is_in_use(&public)))
}

/// Has the database take the key that lies there now, or a new one if none does, from the next seal on. `false`: it is in
/// use already.
pub(crate) fn accept(config: &Config, store: &Store, now: Timestamp) -> anyhow::Result<bool> {
    let key = audit_key::read_or_make(&config.audit_key())?;
    let public = key.verifying_key();
    match store.read_blocking(move |tx| standing(tx, Some(&public)))? {
        Standing::InUse => return Ok(false),
        Standing::NotKept => return Ok(!keep_first(store, &key)?),
        Standing::Unused | Standing::Other => {}
    }
    let granted = operator(Permission::ReadAudit)?;
    let accepted = store.write_blocking(Lane::Web, move |tx| {
        let from = seal::last(tx)?.map_or(1, |last| last.n + 1);
        let text = AuditKeys::kept(tx)?.with(from, &key);
        setting::put(tx, SETTING, &text)?;
        let detail = format!("from seal {from} on: {}", hex(public.as_bytes()));
        tx.audit(&AuditEntry::of(&granted, now).action("accept-audit-key").detail(detail))
    });
    accepted?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::AuditKeys;
    use crate::audit_key::{hex, sign};
    use ed25519_dalek::SigningKey;

    #[test]
    fn each_seal_holds_under_the_key_of_its_time_and_the_list_under_the_last_one() {
        let [first, second, forged] = [1, 2, 3].map(|n| SigningKey::from_bytes(&[n; 32]));
        let once = AuditKeys::read(&AuditKeys::none().with(1, &first));
        let text = once.with(10, &second);
        let keys = AuditKeys::read(&text);
        assert!(once.is_whole() && keys.is_whole() && keys.count() == 2 && keys.older() == 0);
        #[rustfmt::skip]
        let table = [
            (1,  &first,  true),
            (9,  &first,  true),
            (9,  &second, false),
            (10, &second, true),
            (10, &first,  false),
            (1,  &forged, false),
        ];
        for (n, key, expected) in table {
            assert_eq!(keys.signed(n, b"hash", &sign(key, b"hash")), expected, "{n}");
        }
        assert!(keys.is_in_use(&second.verifying_key()) && !keys.is_in_use(&first.verifying_key()));

        // a key put in front, behind, or a line cut off, does not fit what the last one signed
        let mine = format!("1 {}\n", hex(forged.verifying_key().as_bytes()));
        let (cut, _) = text.split_once('\n').expect("two lines");
        for text in [
            format!("{mine}{text}"),
            text.replace("signed", &format!("{mine}signed")),
            cut.into(),
            "x".into(),
        ] {
            let forged = AuditKeys::read(&text);
            assert!(!forged.is_whole() && !forged.is_in_use(&second.verifying_key()), "{text}");
        }
        // a key accepted where none was kept says nothing about the seals before
        let late = AuditKeys::read(&AuditKeys::none().with(5, &second));
        assert!(late.older() == 4 && late.signed(4, b"hash", b"") && !late.signed(5, b"hash", b""));
    }
}
