//! From a configuration to an open registry.

use crate::clock;
use crate::config::Config;
use crate::key_file::{self, KeyError};
use iis_registry::access::{PolicyError, Roles};
use iis_registry::context::ExchangeRules;
use iis_registry::matching::{population, releases as weights};
use iis_registry::number_key::{self, NumberKey};
use iis_registry::recommend::releases;
use iis_registry::{Context, Identity, codes};
use iis_store::{Store, StoreConfig, StoreError, Synchronous};
use jiff::tz::TimeZone;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

/// Why the registry could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder.
    #[error("{path}: {source}", path = path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is none, for a command that makes none.
    #[error(
        "there is no database at {path}; if that is the right place, run openiis migrate or openiis serve, which make one",
        path = .0.display()
    )]
    NoDatabase(PathBuf),
    /// The database.
    #[error("database: {0}")]
    Store(#[from] StoreError),
    /// The schedule.
    #[error("the schedule in force: {0}; see openiis cdsi releases and openiis cdsi activate")]
    Schedule(iis_registry::Failure),
    /// The code sets.
    #[error("the code sets in force: {0}; see openiis codes list and openiis codes activate")]
    Codes(iis_registry::Failure),
    /// The weights of patient matching.
    #[error("the weights in force: {0}; see openiis match weights list and openiis match weights activate")]
    Weights(iis_registry::Failure),
    /// The file with the key for social security numbers.
    #[error("number key: {0}")]
    NumberKey(#[from] KeyError),
    /// It is not the key that the database was used with.
    #[error("number key: {0}")]
    OtherNumberKey(iis_registry::Failure),
    /// The roles.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The file with the roles.
    #[error("{path}: {source}", path = path.display())]
    RolesFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Opens a database that is there already, for a command that works beside a server: a mistyped folder does not become a
/// new, empty registry. Blocks: not to be called from a task.
pub fn store(config: &Config) -> Result<Store, OpenError> {
    match config.sqlite_file() {
        Some(file) if !file.exists() => Err(OpenError::NoDatabase(file)),
        _ => store_or_new(config),
    }
}

/// Opens the database, or makes an empty one. Blocks: not to be called from a task.
pub fn store_or_new(config: &Config) -> Result<Store, OpenError> {
    // a new folder is for the server's own user alone: database, keys and results lie in it
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data)
        .map_err(|source| OpenError::Folder { path: config.data.clone(), source })?;
    let synchronous =
        if config.store.synchronous == "normal" { Synchronous::Normal } else { Synchronous::Full };
    Ok(Store::open(&StoreConfig {
        url: config.database_url(),
        readers: config.store.readers,
        writers: config.store.writers,
        queue: config.store.queue,
        synchronous,
        read_only: config.read_only,
    })?)
}

/// Opens the registry for a command that works beside a server.
pub fn registry(config: &Config) -> Result<Context, OpenError> {
    let cx = context(config, store(config)?)?;
    cx.store.check_schema()?;
    number_key::check_blocking(&cx).map_err(OpenError::OtherNumberKey)?;
    with_what_is_in_force(cx)
}

/// Opens the registry with the schedule that ships with the program, or makes an empty one: for the commands that choose
/// another schedule.
pub fn registry_without_schedule(config: &Config) -> Result<Context, OpenError> {
    context(config, store_or_new(config)?)
}

/// Opens the registry for a server: alone on its SQLite file, with an up-to-date schema.
pub fn for_serving(config: &Config) -> Result<Context, OpenError> {
    let store = store_or_new(config)?;
    store.lock_for_serving()?;
    if config.auto_migrate && !config.read_only {
        for step in store.migrate(clock::now())? {
            tracing::info!(step = &*step.name, "the schema was brought up to date");
        }
    }
    store.check_schema()?;
    let cx = context(config, store)?;
    number_key::check_blocking(&cx).map_err(OpenError::OtherNumberKey)?;
    with_what_is_in_force(cx)
}

/// Has the database take the key for social security numbers that lies there now.
pub fn accept_number_key(config: &Config) -> Result<(), OpenError> {
    let cx = context(config, store(config)?)?;
    let accepted = number_key::accept_blocking(&cx);
    cx.store.clone().close_blocking();
    accepted.map_err(OpenError::OtherNumberKey)
}

fn context(config: &Config, store: Store) -> Result<Context, OpenError> {
    let identity = Identity {
        application: config.identity.application.as_str().into(),
        facility: config.identity.facility.as_str().into(),
        name: config.identity.jurisdiction.as_str().into(),
        zone: TimeZone::get(&config.identity.time_zone).unwrap_or(TimeZone::UTC),
    };
    let rules = ExchangeRules {
        processing_ids: config.exchange.processing_ids.iter().map(|id| id.as_str().into()).collect(),
        candidate_limit: config.exchange.candidate_limit,
    };
    let number_key = NumberKey::new(&key_file::read_or_make(&config.number_key())?);
    let mut cx = Context::new(store, identity, roles(config)?, rules);
    cx.number_key = Some(Arc::new(number_key));
    Ok(cx)
}

/// Puts the schedule, the code sets and the weights of matching in force that were activated. A registry that cannot use
/// them does not serve: it would forecast, check and match by others and nobody would know. The same for what was counted of names.
fn with_what_is_in_force(cx: Context) -> Result<Context, OpenError> {
    releases::follow_blocking(&cx).map_err(OpenError::Schedule)?;
    codes::follow_blocking(&cx).map_err(OpenError::Codes)?;
    weights::follow_blocking(&cx).map_err(OpenError::Weights)?;
    population::load_blocking(&cx)?;
    Ok(cx)
}

pub(crate) fn roles(config: &Config) -> Result<Roles, OpenError> {
    if config.access.roles_file.is_empty() {
        return Ok(Roles::built_in()?);
    }
    let path = PathBuf::from(&config.access.roles_file);
    let text = std::fs::read_to_string(&path).map_err(|source| OpenError::RolesFile { path, source })?;
    Ok(Roles::parse(&text)?)
}
