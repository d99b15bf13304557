//! Which keys a database was used with, and whether the ones that lie there fit it. Nothing is made or written.

use crate::audit_key;
use crate::audit_keys::{self, Standing};
use crate::config::Config;
use crate::key_file::{self, KeyError};
use ed25519_dalek::SigningKey;
use iis_registry::number_key::{self, NumberKey};
use iis_store::{Store, StoreError};
use std::path::PathBuf;

/// A key as it was found.
pub(crate) struct Key {
    /// "number key" or "audit key".
    pub(crate) what: &'static str,
    path: PathBuf,
    found: Found,
}

/// How a key fits the database.
enum Found {
    /// It is the one that the database was used with.
    Fits,
    /// It is there, and the database was used with none yet.
    Unused,
    /// It is not there, and the database was used with none yet.
    NotNeeded,
    /// It is not there, and the database was used with one.
    Missing,
    /// It is not the one that the database was used with.
    Other,
    /// Its file cannot be read.
    Unreadable(KeyError),
}

impl Found {
    fn of(is_needed: bool, fits: Result<Option<bool>, KeyError>) -> Self {
        match (fits, is_needed) {
            (Err(error), _) => Self::Unreadable(error),
            (Ok(None), true) => Self::Missing,
            (Ok(None), false) => Self::NotNeeded,
            (Ok(Some(_)), false) => Self::Unused,
            (Ok(Some(true)), true) => Self::Fits,
            (Ok(Some(false)), true) => Self::Other,
        }
    }
}

impl Key {
    /// Whether a server can work with what is there.
    pub(crate) fn is_good(&self) -> bool {
        matches!(self.found, Found::Fits | Found::Unused | Found::NotNeeded)
    }

    /// What was found, in one word for programs.
    pub(crate) fn word(&self) -> &'static str {
        match self.found {
            Found::Fits => "fits",
            Found::Unused => "unused",
            Found::NotNeeded => "not-needed",
            Found::Missing => "missing",
            Found::Other => "other",
            Found::Unreadable(_) => "unreadable",
        }
    }

    /// What remains when the right one is lost.
    fn way_out(&self) -> String {
        let option = self.what.replace(' ', "-");
        format!(", or, if it is lost, accept another with openiis migrate --accept-{option}")
    }

    /// What was found, and what to do about it.
    pub(crate) fn text(&self) -> String {
        let path = self.path.display();
        match &self.found {
            Found::Fits => format!("{path} fits the database"),
            Found::Unused => format!("{path}; the database was used with none yet"),
            Found::NotNeeded => "none yet; the first start makes one".to_owned(),
            Found::Missing => {
                format!(
                    "{path} is not there: bring along the one that this database was used with{}",
                    self.way_out()
                )
            }
            Found::Other => {
                format!(
                    "{path} is not the one that this database was used with: put that one in its place{}",
                    self.way_out()
                )
            }
            Found::Unreadable(error) => error.to_string(),
        }
    }
}

/// The two keys of the configuration, held against a database.
pub(crate) fn of(config: &Config, store: &Store) -> Result<[Key; 2], StoreError> {
    let key = audit_key::read(&config.audit_key());
    let public = key.as_ref().ok().and_then(Option::as_ref).map(SigningKey::verifying_key);
    let (name, standing) = store.read_blocking(move |tx| {
        Ok((number_key::name_kept(tx)?, audit_keys::standing(tx, public.as_ref())?))
    })?;
    let audit = key.map(|key| key.map(|_| standing != Standing::Other));
    let number = key_file::read(&config.number_key()).map(|key| {
        let key = key.map(|bytes| NumberKey::new(&bytes));
        key.map(|key| name.as_deref() == Some(key.name()))
    });
    Ok([
        Key { what: "number key", path: config.number_key(), found: Found::of(name.is_some(), number) },
        Key {
            what: "audit key",
            path: config.audit_key(),
            found: Found::of(standing != Standing::Unused, audit),
        },
    ])
}

/// The two keys before there is a database.
pub(crate) fn without_database(config: &Config) -> [Key; 2] {
    let number = key_file::read(&config.number_key()).map(|key| key.map(|_| true));
    let audit = audit_key::read(&config.audit_key()).map(|key| key.map(|_| true));
    [
        Key { what: "number key", path: config.number_key(), found: Found::of(false, number) },
        Key { what: "audit key", path: config.audit_key(), found: Found::of(false, audit) },
    ]
}
