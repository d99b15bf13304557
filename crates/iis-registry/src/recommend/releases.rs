//! Releases of the schedule side by side in the database, overlays on them, and which of them is in force.
//!
//! Without a choice the release that ships with the program is in force. Every process reads the choice again and again
//! ([`follow`]), so that an activation takes effect within seconds and without a dropped request.

use super::schedules::Named;
use crate::access::as_registry;
use crate::{Context, Failure};
use iis_cdsi::overlay::{Overlay, OverlayFailure};
use iis_cdsi::supporting::model::Release;
use iis_cdsi::supporting::{self, Counts, Finding};
use iis_cdsi::tables::{self, TableFailure};
use iis_cdsi::{CompileFailure, Schedule};
use iis_model::Timestamp;
use iis_model::access::Permission;
use iis_store::cdsi_overlay::{self, OverlayRow};
use iis_store::cdsi_release::{self, ReleaseRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, setting};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The setting that names the release in force.
const IN_FORCE: &str = "cdsi.release";

/// Why a schedule cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleFailure {
    /// There is no release of this name.
    #[error("there is no release {0}")]
    NoRelease(Box<str>),
    /// There is no overlay of this name and version.
    #[error("there is no overlay {0}")]
    NoOverlay(Box<str>),
    /// The tables of a stored release cannot be read.
    #[error("the tables of release {name} cannot be read")]
    Tables {
        /// The release.
        name: Box<str>,
        /// Why.
        #[source]
        cause: TableFailure,
    },
    /// The stored bytes of a release are not those that were stored.
    #[error("the stored bytes of release {0} are damaged")]
    Damaged(Box<str>),
    /// The release, or an overlay on it, cannot be used.
    #[error("release {name} cannot be used: {}", reason(.cause))]
    Unusable {
        /// The release.
        name: Box<str>,
        /// Why.
        #[source]
        cause: CompileFailure,
    },
    /// The text is no overlay.
    #[error(transparent)]
    Overlay(#[from] OverlayFailure),
    /// The name is taken by another release.
    #[error("another release is called {0}: choose another name")]
    NameTaken(Box<str>),
    /// The overlay is there with another text.
    #[error("overlay {0} is there with another text: give the changed one another version")]
    VersionTaken(Box<str>),
    /// The name cannot be a release's.
    #[error("a release is named by letters, digits, dots and dashes, at most 40")]
    Name,
}

fn reason(cause: &CompileFailure) -> String {
    match cause {
        CompileFailure::Overlay(overlay) => overlay.to_string(),
        other => other.to_string(),
    }
}

/// What an import came to.
#[derive(Debug, Clone)]
pub struct Import {
    /// How much was read.
    pub counts: Counts,
    /// What was noticed; with an error nothing was stored.
    pub findings: Vec<Finding>,
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
    /// It cannot be used, so nothing was stored.
    Refused,
}

/// Reads and checks CDC's XML files, and stores them as a release of its own beside the others.
pub async fn import(
    cx: &Context,
    name: &str,
    files: &[(String, Vec<u8>)],
    at: Timestamp,
) -> Result<Import, Failure> {
    if !is_name(name) {
        return Err(ScheduleFailure::Name.into());
    }
    let imported = supporting::read(name, files);
    let (counts, usable) = (imported.counts, imported.is_usable());
    let import = |outcome| Import { counts, findings: imported.findings.clone(), outcome };
    if !usable {
        return Ok(import(ImportOutcome::Refused));
    }
    let unusable = |cause| ScheduleFailure::Unusable { name: name.into(), cause };
    Schedule::compile(&imported.release, &[]).map_err(unusable)?;
    let row = row(&imported.release, counts, at);
    match same_name(cx, &row).await? {
        Some(true) => return Ok(import(ImportOutcome::AlreadyThere)),
        Some(false) => return Err(ScheduleFailure::NameTaken(name.into()).into()),
        None => {}
    }
    let entry = entry(at, "import-schedule", name);
    cx.store
        .write(Lane::Web, move |tx| {
            cdsi_release::insert(tx, &row)?;
            tx.audit(&entry)
        })
        .await?;
    Ok(import(ImportOutcome::Stored))
}

/// Whether a release of the name is there, and if so, whether it is the same.
async fn same_name(cx: &Context, row: &ReleaseRow) -> Result<Option<bool>, Failure> {
    let name = row.name.clone();
    let stored = cx.store.read(move |tx| cdsi_release::get(tx, &name)).await?;
    if let Some(stored) = stored {
        return Ok(Some(stored.sha256 == row.sha256));
    }
    let built_in = built_in_release();
    let is_other = *built_in.name == *row.name && body(&built_in) != row.body;
    Ok(is_other.then_some(false))
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=40).contains(&name.len()) && name.chars().all(fits)
}

fn built_in_release() -> Release {
    tables::built_in().expect("the tables of this program can be read: a test reads them")
}

fn row(release: &Release, counts: Counts, at: Timestamp) -> ReleaseRow {
    let body = body(release);
    let counts: BTreeMap<_, _> = counts.rows().into_iter().collect();
    ReleaseRow {
        name: release.name.as_str().into(),
        sha256: Sha256::digest(&body).into(),
        body,
        counts: serde_json::to_string(&counts).unwrap_or_default().into(),
        imported_at: at,
        imported_by: "openiis".into(),
    }
}

fn body(release: &Release) -> Box<[u8]> {
    serde_json::to_vec(&tables::write(release)).unwrap_or_default().into()
}

fn entry(at: Timestamp, action: &'static str, detail: &str) -> AuditEntry {
    AuditEntry::of(&as_registry(Permission::Operate), at).action(action).detail(detail)
}

/// A release of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: Box<str>,
    /// When it was imported; none for the one that ships with the program.
    pub imported_at: Option<Timestamp>,
    /// How many rows of each kind it has, in words.
    pub counts: Vec<(Box<str>, u64)>,
    /// Whether it is in force.
    pub in_force: bool,
}

/// All releases, the built-in one first.
pub async fn releases(cx: &Context) -> Result<Vec<Listed>, Failure> {
    let (rows, chosen) =
        cx.store.read(|tx| Ok((cdsi_release::list(tx)?, setting::get(tx, IN_FORCE)?))).await?;
    let built_in = built_in_release();
    let is_stored = |name: &str| rows.iter().any(|(stored, ..)| **stored == *name);
    let is_chosen = |name: &str| chosen.as_deref().map_or(name == built_in.name, |chosen| chosen == name);
    let counts = Counts::of(&built_in).rows();
    let mut listed = vec![Listed {
        name: built_in.name.as_str().into(),
        imported_at: None,
        counts: counts.into_iter().map(|(words, n)| (words.into(), n as u64)).collect(),
        in_force: is_chosen(&built_in.name) && !is_stored(&built_in.name),
    }];
    listed.extend(rows.iter().map(|(name, _, counts, imported_at)| {
        let counts: BTreeMap<Box<str>, u64> = serde_json::from_str(counts).unwrap_or_default();
        Listed {
            name: name.clone(),
            imported_at: Some(*imported_at),
            counts: counts.into_iter().collect(),
            in_force: is_chosen(name),
        }
    }));
    Ok(listed)
}

/// Puts a release in force, with the overlays that are. It is compiled first: what cannot be used is not activated.
pub async fn activate(cx: &Context, name: &str, at: Timestamp) -> Result<(), Failure> {
    let overlays = cx.store.read(cdsi_overlay::in_force).await?;
    let named = Named { release: Some(name.into()), overlays };
    let schedule = load(cx, named.clone()).await?;
    let (entry, name) = (entry(at, "activate-schedule", name), Box::<str>::from(name));
    cx.store
        .write(Lane::Web, move |tx| {
            setting::put(tx, IN_FORCE, &name)?;
            tx.audit(&entry)
        })
        .await?;
    cx.schedules.put(named, schedule);
    Ok(())
}

/// All overlays, in the order in which they are applied.
pub async fn overlays(cx: &Context) -> Result<Vec<OverlayRow>, Failure> {
    Ok(cx.store.read(cdsi_overlay::list).await?)
}

/// Stores an overlay and puts it in force; it must fit the release in force. Other versions of it are taken out.
pub async fn add_overlay(cx: &Context, text: &str, at: Timestamp) -> Result<Overlay, Failure> {
    let overlay = Overlay::parse(text).map_err(ScheduleFailure::from)?;
    let label: Box<str> = overlay.label().into();
    let rows = cx.store.read(cdsi_overlay::list).await?;
    let version_of = |row: &OverlayRow| *row.name == *overlay.name && *row.version == *overlay.version;
    if rows.iter().any(|row| version_of(row) && &*row.body != text) {
        return Err(ScheduleFailure::VersionTaken(label).into());
    }
    let is_stored = rows.iter().any(version_of);
    let others = rows.into_iter().filter(|row| row.in_force && *row.name != *overlay.name);
    let mut bodies: Vec<(iis_model::Date, Box<str>)> = others.map(|row| (row.dated, row.body)).collect();
    bodies.push((overlay.dated.date(), text.into()));
    bodies.sort();
    let named = named(cx).await?;
    let release = release(cx, named.release.as_deref()).await?;
    compile(&release, bodies.iter().map(|(_, body)| &**body))?;
    let row = OverlayRow {
        name: overlay.name.as_str().into(),
        version: overlay.version.as_str().into(),
        dated: overlay.dated.date(),
        author: overlay.author.as_str().into(),
        reason: overlay.reason.as_str().into(),
        body: text.into(),
        in_force: true,
        added_at: at,
        added_by: "openiis".into(),
    };
    let entry = entry(at, "add-schedule-overlay", &label);
    cx.store
        .write(Lane::Web, move |tx| {
            for (name, version) in cdsi_overlay::in_force(tx)? {
                if name == row.name && version != row.version {
                    cdsi_overlay::set_in_force(tx, &name, &version, false)?;
                }
            }
            if is_stored {
                cdsi_overlay::set_in_force(tx, &row.name, &row.version, true)?;
            } else {
                cdsi_overlay::insert(tx, &row)?;
            }
            tx.audit(&entry)
        })
        .await?;
    follow(cx).await?;
    Ok(overlay)
}

/// Takes an overlay out of force; it stays in the list.
pub async fn withdraw_overlay(cx: &Context, name: &str, at: Timestamp) -> Result<(), Failure> {
    let in_force = cx.store.read(cdsi_overlay::in_force).await?;
    let Some((name, version)) = in_force.into_iter().find(|(known, _)| **known == *name) else {
        return Err(ScheduleFailure::NoOverlay(name.into()).into());
    };
    let entry = entry(at, "withdraw-schedule-overlay", &format!("{name} {version}"));
    cx.store
        .write(Lane::Web, move |tx| {
            cdsi_overlay::set_in_force(tx, &name, &version, false)?;
            tx.audit(&entry)
        })
        .await?;
    follow(cx).await?;
    Ok(())
}

/// Reads which schedule is wanted, and puts it in force if it is another one; says whether it was.
pub async fn follow(cx: &Context) -> Result<bool, Failure> {
    let named = named(cx).await?;
    if cx.schedules.is_named(&named) {
        return Ok(false);
    }
    let schedule = load(cx, named.clone()).await?;
    cx.schedules.put(named, schedule);
    Ok(true)
}

/// The same at a start, before there are tasks. Blocks.
pub fn follow_blocking(cx: &Context) -> Result<bool, Failure> {
    let named = cx.store.read_blocking(read_named)?;
    if cx.schedules.is_named(&named) {
        return Ok(false);
    }
    let wanted = named.clone();
    let stored = cx.store.read_blocking(move |tx| read(tx, &wanted))?;
    cx.schedules.put(named, stored.schedule()?);
    Ok(true)
}

/// A schedule by its release, with the overlays in force: to be asked beside the one in force.
pub async fn schedule(cx: &Context, name: Option<&str>) -> Result<Schedule, Failure> {
    let mut named = named(cx).await?;
    if let Some(name) = name {
        named.release = Some(name.into());
    }
    load(cx, named).await
}

async fn named(cx: &Context) -> Result<Named, StoreError> {
    cx.store.read(read_named).await
}

fn read_named(tx: &mut Tx<'_>) -> Result<Named, StoreError> {
    Ok(Named { release: setting::get(tx, IN_FORCE)?, overlays: cdsi_overlay::in_force(tx)? })
}

/// The facts of a release, without overlays; none named: the built-in one.
pub async fn release(cx: &Context, name: Option<&str>) -> Result<Release, Failure> {
    let wanted = Named { release: name.map(Into::into), overlays: Vec::new() };
    let stored = cx.store.read(move |tx| read(tx, &wanted)).await?;
    Ok(stored.release()?)
}

async fn load(cx: &Context, named: Named) -> Result<Schedule, Failure> {
    let stored = cx.store.read(move |tx| read(tx, &named)).await?;
    Ok(stored.schedule()?)
}

/// A schedule as it is stored.
struct Stored {
    name: Option<Box<str>>,
    row: Option<ReleaseRow>,
    overlays: Vec<Box<str>>,
}

fn read(tx: &mut Tx<'_>, named: &Named) -> Result<Stored, StoreError> {
    let row = match &named.release {
        Some(name) => cdsi_release::get(tx, name)?,
        None => None,
    };
    let is_named = |row: &OverlayRow| {
        named.overlays.iter().any(|(name, version)| (name, version) == (&row.name, &row.version))
    };
    let overlays = if named.overlays.is_empty() { Vec::new() } else { cdsi_overlay::list(tx)? };
    let overlays = overlays.into_iter().filter(is_named).map(|row| row.body).collect();
    Ok(Stored { name: named.release.clone(), row, overlays })
}

impl Stored {
    fn release(&self) -> Result<Release, ScheduleFailure> {
        let Some(row) = &self.row else {
            let built_in = built_in_release();
            return match &self.name {
                Some(name) if **name != *built_in.name => Err(ScheduleFailure::NoRelease(name.clone())),
                _ => Ok(built_in),
            };
        };
        let damaged = || ScheduleFailure::Damaged(row.name.clone());
        if <[u8; 32]>::from(Sha256::digest(&row.body)) != row.sha256 {
            return Err(damaged());
        }
        let files: Vec<(String, String)> = serde_json::from_slice(&row.body).map_err(|_| damaged())?;
        tables::read(&files).map_err(|cause| ScheduleFailure::Tables { name: row.name.clone(), cause })
    }

    fn schedule(&self) -> Result<Schedule, ScheduleFailure> {
        compile(&self.release()?, self.overlays.iter().map(|body| &**body))
    }
}

fn compile<'a>(
    release: &Release,
    overlays: impl Iterator<Item = &'a str>,
) -> Result<Schedule, ScheduleFailure> {
    let overlays = overlays.map(Overlay::parse).collect::<Result<Vec<_>, _>>()?;
    Schedule::compile(release, &overlays)
        .map_err(|cause| ScheduleFailure::Unusable { name: release.name.as_str().into(), cause })
}
