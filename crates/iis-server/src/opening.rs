//! From a configuration to an open registry.

use crate::clock;
use crate::config::Config;
use crate::key_file::{self, KeyError};
use iis_quality::{NotAPolicy, Policy};
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

/// The operator's own severities of checks, in the data folder: as `policy/checks.toml`.
pub const OWN_CHECKS: &str = "checks.toml";

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
    /// There is none, and the database was used with one.
    #[error(
        "number key: {path} is not there, and this database was used with one: put its file back, or, if it is lost or \
         leaked, accept a new one with openiis migrate --accept-number-key",
        path = .0.display()
    )]
    NoNumberKey(PathBuf),
    /// It is not the key that the database was used with.
    #[error("number key: {0}")]
    OtherNumberKey(iis_registry::Failure),
    /// The roles.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The operator's own severities.
    #[error("{path}: {source}", path = path.display())]
    Checks {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        source: NotAPolicy,
    },
    /// The file with the operator's own severities.
    #[error("{path}: {source}", path = path.display())]
    ChecksFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
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
        _ => open(config),
    }
}

/// Opens the database, or makes an empty one. Blocks: not to be called from a task.
pub fn store_or_new(config: &Config) -> Result<Store, OpenError> {
    make_folder(config)?;
    open(config)
}

/// A new folder is for the server's own user alone: database, keys and results lie in it.
fn make_folder(config: &Config) -> Result<(), OpenError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data)
        .map_err(|source| OpenError::Folder { path: config.data.clone(), source })
}

fn open(config: &Config) -> Result<Store, OpenError> {
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
    let store = store(config)?;
    store.check_schema()?;
    let cx = with_number_key(config, store)?;
    number_key::check_blocking(&cx).map_err(OpenError::OtherNumberKey)?;
    with_what_is_in_force(cx)
}

/// Opens the registry to see whether what is in force can be used. Nothing is written, and no key is read or made.
pub fn registry_to_examine(config: &Config) -> Result<Context, OpenError> {
    let cx = context(config, store(&Config { read_only: true, ..config.clone() })?)?;
    cx.store.check_schema()?;
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
    let cx = with_number_key(config, store)?;
    number_key::check_blocking(&cx).map_err(OpenError::OtherNumberKey)?;
    let cx = with_what_is_in_force(cx)?;
    if !config.read_only {
        cx.store.keep_reserve(config.store.reserve_mib * 1024 * 1024);
    }
    Ok(cx)
}

/// Has the database take the key for social security numbers that lies there now, or a new one if none does.
pub fn accept_number_key(config: &Config) -> Result<(), OpenError> {
    let mut cx = context(config, store(config)?)?;
    cx.number_key = Some(Arc::new(NumberKey::new(&key_file::read_or_make(&config.number_key())?)));
    let accepted = number_key::accept_blocking(&cx);
    cx.store.clone().close_blocking();
    accepted.map_err(OpenError::OtherNumberKey)
}

fn context(config: &Config, store: Store) -> Result<Context, OpenError> {
    let identity = Identity {
        application: config.identity.application.as_str().into(),
        facility: config.identity.facility.as_str().into(),
        name: config.identity.jurisdiction.as_str().into(),
        address: config.public_url().into(),
        zone: TimeZone::get(&config.identity.time_zone).unwrap_or(TimeZone::UTC),
    };
    let rules = ExchangeRules {
        processing_ids: config.exchange.processing_ids.iter().map(|id| id.as_str().into()).collect(),
        candidate_limit: config.exchange.candidate_limit,
    };
    let mut cx = Context::new(store, identity, roles(config)?, rules);
    cx.checks = Arc::new(checks(config)?);
    cx.stranger_bytes_a_day = config.access.strangers_files_mib.saturating_mul(1024 * 1024);
    cx.letters_arrive = config.mail.is_sent() || config.has_mailbox();
    cx.stopwatch = clock::stopwatch();
    Ok(cx)
}

/// With the key for social security numbers. It is made only for a database that was never used with one: beside a
/// restored database a new key would be a wrong one.
fn with_number_key(config: &Config, store: Store) -> Result<Context, OpenError> {
    // asked before the file is looked for: another server may be making both
    let is_used = store.read_blocking(number_key::name_kept)?.is_some();
    let path = config.number_key();
    let key = match key_file::read(&path)? {
        Some(key) => Some(key),
        None if is_used => return Err(OpenError::NoNumberKey(path)),
        None if config.read_only => None,
        None => {
            make_folder(config)?;
            Some(key_file::read_or_make(&path)?)
        }
    };
    let mut cx = context(config, store)?;
    cx.number_key = key.map(|key| Arc::new(NumberKey::new(&key)));
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

/// The severities of the checks: those that ship with the program, with what the operator's own file in the data folder
/// changes.
pub(crate) fn checks(config: &Config) -> Result<Policy, OpenError> {
    let path = config.in_data(OWN_CHECKS);
    let wrong = |source: NotAPolicy| OpenError::Checks { path: path.clone(), source };
    let shipped = Policy::built_in().map_err(wrong)?;
    match std::fs::read_to_string(&path) {
        Ok(text) => shipped.changed_by(&text).map_err(wrong),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(shipped),
        Err(source) => Err(OpenError::ChecksFile { path, source }),
    }
}

pub(crate) fn roles(config: &Config) -> Result<Roles, OpenError> {
    if config.access.roles_file.is_empty() {
        return Ok(Roles::built_in()?);
    }
    let path = PathBuf::from(&config.access.roles_file);
    let text = std::fs::read_to_string(&path).map_err(|source| OpenError::RolesFile { path, source })?;
    Ok(Roles::parse(&text)?)
}
