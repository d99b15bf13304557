//! Releases of the code sets side by side in the database, and which of them is in force.
//!
//! Without a choice the release that ships with the program is in force. Every process reads the choice again and again
//! ([`follow`]), so that an activation takes effect within seconds and without a dropped request.

use crate::access::as_registry;
use crate::{Context, Failure};
use iis_codes::cdc::{self, Imported};
use iis_codes::{BUILT_IN, Changes, CodeSets, Facts};
use iis_model::Timestamp;
use iis_model::access::Permission;
use iis_store::release::{CODE_SETS, ReleaseRow};
use iis_store::{AuditEntry, Lane, Tx, setting};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The setting that names the release in force.
const IN_FORCE: &str = "codes.release";

/// Why code sets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CodesFailure {
    /// There is no release of this name.
    #[error("there is no release {0} of the code sets")]
    NoRelease(Box<str>),
    /// The stored bytes are not those that were stored, or cannot be read.
    #[error("the stored code sets {0} are damaged")]
    Damaged(Box<str>),
    /// The name is taken by another release.
    #[error("another release of the code sets is called {0}: choose another name")]
    NameTaken(Box<str>),
    /// The name cannot be a release's.
    #[error("a release is named by letters, digits, dots and dashes, at most 40")]
    Name,
}

/// What an import came to.
#[derive(Debug, Clone)]
pub struct Import {
    /// What was read, and what was noticed.
    pub imported: Imported,
    /// The release that the files were laid over.
    pub base: Box<str>,
    /// What changes against it.
    pub changes: Changes,
    /// What was done.
    pub outcome: ImportOutcome,
}

/// What was done with an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It was stored.
    Stored,
    /// The same release is there already.
    AlreadyThere,
    /// It was only looked at.
    Previewed,
    /// It cannot be used, so nothing was stored.
    Refused,
}

/// Reads CDC's files over the release in force, checks them completely, and stores the outcome as a release of its own
/// beside the others; with `dry_run` it is only looked at.
pub async fn import(
    cx: &Context,
    name: &str,
    files: &[(String, Vec<u8>)],
    dry_run: bool,
    at: Timestamp,
) -> Result<Import, Failure> {
    if !is_name(name) {
        return Err(CodesFailure::Name.into());
    }
    let (base, before) = in_force(cx).await?;
    let imported = cdc::import(&before, files);
    let changes = imported.changes(&before);
    let import = |outcome| Import {
        imported: imported.clone(),
        base: base.clone(),
        changes: changes.clone(),
        outcome,
    };
    if !imported.is_usable() {
        return Ok(import(ImportOutcome::Refused));
    }
    if dry_run {
        return Ok(import(ImportOutcome::Previewed));
    }
    let row = row(name, &imported.facts, at);
    let wanted = row.name.clone();
    match cx.store.read(move |tx| CODE_SETS.get(tx, &wanted)).await? {
        Some(stored) if stored.sha256 == row.sha256 => return Ok(import(ImportOutcome::AlreadyThere)),
        Some(_) => return Err(CodesFailure::NameTaken(name.into()).into()),
        None if name == BUILT_IN => return Err(CodesFailure::NameTaken(name.into()).into()),
        None => {}
    }
    let entry = entry(at, "import-codes", name);
    cx.store
        .write(Lane::Web, move |tx| {
            CODE_SETS.insert(tx, &row)?;
            tx.audit(&entry)
        })
        .await?;
    Ok(import(ImportOutcome::Stored))
}

/// A release of the code sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: Box<str>,
    /// When it was imported; none for the one that ships with the program.
    pub imported_at: Option<Timestamp>,
    /// How many codes each set has, by the set's word.
    pub counts: BTreeMap<Box<str>, u64>,
    /// Whether it is in force.
    pub in_force: bool,
}

/// All releases, the built-in one first.
pub async fn releases(cx: &Context) -> Result<Vec<Listed>, Failure> {
    let (rows, chosen) = cx.store.read(|tx| Ok((CODE_SETS.list(tx)?, setting::get(tx, IN_FORCE)?))).await?;
    let chosen = chosen.as_deref().unwrap_or(BUILT_IN);
    let mut listed = vec![Listed {
        name: BUILT_IN.into(),
        imported_at: None,
        counts: counts(&built_in()),
        in_force: chosen == BUILT_IN,
    }];
    listed.extend(rows.iter().map(|(name, _, counts, imported_at)| Listed {
        name: name.clone(),
        imported_at: Some(*imported_at),
        counts: serde_json::from_str(counts).unwrap_or_default(),
        in_force: chosen == &**name,
    }));
    Ok(listed)
}

/// Puts a release in force.
pub async fn activate(cx: &Context, name: &str, at: Timestamp) -> Result<(), Failure> {
    let wanted: Box<str> = name.into();
    let facts = cx.store.read(move |tx| stored(tx, Some(&wanted))).await??;
    let (entry, chosen) = (entry(at, "activate-codes", name), Box::<str>::from(name));
    cx.store
        .write(Lane::Web, move |tx| {
            setting::put(tx, IN_FORCE, &chosen)?;
            tx.audit(&entry)
        })
        .await?;
    cx.codes.put(Some(name.into()), CodeSets::compile(&facts));
    Ok(())
}

/// Reads which release is wanted, and puts it in force if it is another one; says whether it was.
pub async fn follow(cx: &Context) -> Result<bool, Failure> {
    let chosen = cx.store.read(|tx| setting::get(tx, IN_FORCE)).await?;
    if cx.codes.is_named(chosen.as_deref()) {
        return Ok(false);
    }
    let wanted = chosen.clone();
    let facts = cx.store.read(move |tx| stored(tx, wanted.as_deref())).await??;
    cx.codes.put(chosen, CodeSets::compile(&facts));
    Ok(true)
}

/// The same at a start, before there are tasks. Blocks.
pub fn follow_blocking(cx: &Context) -> Result<bool, Failure> {
    let chosen = cx.store.read_blocking(|tx| setting::get(tx, IN_FORCE))?;
    if cx.codes.is_named(chosen.as_deref()) {
        return Ok(false);
    }
    let wanted = chosen.clone();
    let facts = cx.store.read_blocking(move |tx| stored(tx, wanted.as_deref()))??;
    cx.codes.put(chosen, CodeSets::compile(&facts));
    Ok(true)
}

/// Name and facts of the release in force.
async fn in_force(cx: &Context) -> Result<(Box<str>, Facts), Failure> {
    let chosen = cx.store.read(|tx| setting::get(tx, IN_FORCE)).await?;
    let name: Box<str> = chosen.clone().unwrap_or_else(|| BUILT_IN.into());
    let facts = cx.store.read(move |tx| stored(tx, chosen.as_deref())).await??;
    Ok((name, facts))
}

/// The facts of a release as they lie in the database; none named: the built-in ones.
fn stored(tx: &mut Tx<'_>, name: Option<&str>) -> Result<Result<Facts, CodesFailure>, iis_store::StoreError> {
    let Some(name) = name.filter(|name| *name != BUILT_IN) else { return Ok(Ok(built_in())) };
    let Some(row) = CODE_SETS.get(tx, name)? else {
        return Ok(Err(CodesFailure::NoRelease(name.into())));
    };
    let damaged = || CodesFailure::Damaged(name.into());
    if <[u8; 32]>::from(Sha256::digest(&row.body)) != row.sha256 {
        return Ok(Err(damaged()));
    }
    let files: Result<Vec<(String, String)>, _> = serde_json::from_slice(&row.body);
    Ok(files.map_err(|_| damaged()).and_then(|files| iis_codes::read(&files).map_err(|_| damaged())))
}

fn built_in() -> Facts {
    iis_codes::built_in().expect("the tables of this program can be read: a test reads them")
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=40).contains(&name.len()) && name.chars().all(fits)
}

fn row(name: &str, facts: &Facts, at: Timestamp) -> ReleaseRow {
    let body: Box<[u8]> = serde_json::to_vec(&iis_codes::write(facts)).unwrap_or_default().into();
    ReleaseRow {
        name: name.into(),
        sha256: Sha256::digest(&body).into(),
        body,
        counts: serde_json::to_string(&counts(facts)).unwrap_or_default().into(),
        imported_at: at,
        imported_by: "openiis".into(),
    }
}

fn counts(facts: &Facts) -> BTreeMap<Box<str>, u64> {
    facts.counts().into_iter().map(|(set, count)| (set.into(), count as u64)).collect()
}

fn entry(at: Timestamp, action: &'static str, detail: &str) -> AuditEntry {
    AuditEntry::of(&as_registry(Permission::Operate), at).action(action).detail(detail)
}
