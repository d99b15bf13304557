//! Sets of weights side by side in the database, and which of them is in force.
//!
//! A set is a policy file with a number of its own, which every decision made with it names. It is imported, measured on
//! a labelled file ([`measure`]), tried on the stored persons beside the weights in force ([`shadow`]), and only
//! then may be put in force. Without a choice the weights that ship with the program are in force. Every process reads
//! the choice again and again ([`follow`]), so that an activation takes effect within seconds.

mod activate;
mod failure;
mod measure;
mod shadow;

pub use activate::activate;
pub use failure::WeightsFailure;
pub use measure::{Figures, Labelled, Measured, measure};
pub use shadow::{Between, Changed, Shadow, Verdict};

use crate::access::as_registry;
use crate::{Context, Failure};
use iis_matching::Weights;
use iis_matching::patient::names::Names;
use iis_model::Timestamp;
use iis_model::access::Permission;
use iis_store::match_release::{self, ReleaseRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, setting};
use sha2::{Digest, Sha256};

/// The setting that names the number of the weights in force.
const IN_FORCE: &str = "matching.release";

/// A set of weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The number that decisions name.
    pub version: i64,
    /// Its name.
    pub name: Box<str>,
    /// When it was imported; none for the one that ships with the program.
    pub imported_at: Option<Timestamp>,
    /// Whether it is in force.
    pub in_force: bool,
    /// What it was measured to do.
    pub measured: Option<Measured>,
    /// Which decisions it would change.
    pub shadow: Option<Shadow>,
}

/// The name of the weights that ship with the program.
pub const BUILT_IN: &str = "built-in";

/// What was done with an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It was stored.
    Stored,
    /// The same file is there already.
    AlreadyThere,
}

/// Reads a policy file completely and stores it beside the others; returns its number.
pub async fn import(
    cx: &Context,
    name: &str,
    text: &str,
    at: Timestamp,
) -> Result<(i64, ImportOutcome), Failure> {
    if !is_name(name) || name == BUILT_IN {
        return Err(WeightsFailure::Name.into());
    }
    let version = Weights::parse(text, Names::built_in()).map_err(WeightsFailure::from)?.version;
    let known = cx.store.read(match_release::list).await?;
    let sha256 = <[u8; 32]>::from(Sha256::digest(text));
    if known.iter().any(|row| row.version == version && &*row.name == name && row.sha256 == sha256) {
        return Ok((version, ImportOutcome::AlreadyThere));
    }
    if known.iter().any(|row| &*row.name == name) {
        return Err(WeightsFailure::NameTaken(name.into()).into());
    }
    let last = known.last().map_or(0, |row| row.version).max(Weights::default().version);
    if version <= last {
        return Err(WeightsFailure::NumberTaken { version, last }.into());
    }
    let row = ReleaseRow {
        version,
        name: name.into(),
        body: text.into(),
        sha256,
        imported_at: at,
        imported_by: "openiis".into(),
        measured: "".into(),
        shadowed: "".into(),
        in_force_since: None,
    };
    let entry = entry(at, "import-match-weights", &format!("{version} {name}"));
    cx.store
        .write(Lane::Web, move |tx| {
            match_release::insert(tx, &row)?;
            tx.audit(&entry)
        })
        .await?;
    Ok((version, ImportOutcome::Stored))
}

/// All sets, the one that ships with the program first.
pub async fn releases(cx: &Context) -> Result<Vec<Listed>, Failure> {
    let (rows, chosen) = cx.store.read(|tx| Ok((match_release::list(tx)?, chosen(tx)?))).await?;
    let mut listed = vec![Listed {
        version: Weights::default().version,
        name: BUILT_IN.into(),
        imported_at: None,
        in_force: chosen.is_none(),
        measured: None,
        shadow: None,
    }];
    listed.extend(rows.into_iter().map(|row| Listed {
        version: row.version,
        in_force: chosen == Some(row.version),
        measured: serde_json::from_str(&row.measured).ok(),
        shadow: serde_json::from_str(&row.shadowed).ok(),
        imported_at: Some(row.imported_at),
        name: row.name,
    }));
    Ok(listed)
}

/// Reads which weights are wanted, and puts them in force if they are others; says whether they were.
pub async fn follow(cx: &Context) -> Result<bool, Failure> {
    let wanted = cx.store.read(wanted).await??;
    Ok(take_over(cx, wanted))
}

/// The same at a start, before there are tasks. Blocks.
pub fn follow_blocking(cx: &Context) -> Result<bool, Failure> {
    let wanted = cx.store.read_blocking(wanted)??;
    Ok(take_over(cx, wanted))
}

fn take_over(cx: &Context, wanted: Weights) -> bool {
    let is_other = cx.matching.now().weights.version != wanted.version;
    if is_other {
        cx.matching.put_weights(wanted);
    }
    is_other
}

/// The number that was chosen; none: the weights that ship with the program.
fn chosen(tx: &mut Tx<'_>) -> Result<Option<i64>, StoreError> {
    let chosen = setting::get(tx, IN_FORCE)?;
    Ok(chosen.and_then(|number| number.parse().ok()).filter(|number| *number != Weights::default().version))
}

fn wanted(tx: &mut Tx<'_>) -> Result<Result<Weights, WeightsFailure>, StoreError> {
    match chosen(tx)? {
        None => Ok(Ok(Weights::default())),
        Some(version) => stored(tx, version).map(|stored| stored.map(|(_, weights)| weights)),
    }
}

/// A stored set, as it lies there and read.
fn stored(
    tx: &mut Tx<'_>,
    version: i64,
) -> Result<Result<(ReleaseRow, Weights), WeightsFailure>, StoreError> {
    let Some(row) = match_release::get(tx, version)? else {
        return Ok(Err(WeightsFailure::NoWeights(version)));
    };
    if <[u8; 32]>::from(Sha256::digest(&*row.body)) != row.sha256 {
        return Ok(Err(WeightsFailure::Damaged(version)));
    }
    Ok(Weights::parse(&row.body, Names::built_in()).map(|weights| (row, weights)).map_err(Into::into))
}

/// The stored set of a number.
async fn get(cx: &Context, version: i64) -> Result<(ReleaseRow, Weights), Failure> {
    Ok(cx.store.read(move |tx| stored(tx, version)).await??)
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=40).contains(&name.len()) && name.chars().all(fits)
}

fn entry(at: Timestamp, action: &'static str, detail: &str) -> AuditEntry {
    AuditEntry::of(&as_registry(Permission::Operate), at).action(action).detail(detail)
}
