//! Releases of the schedule side by side in the database, overlays on them, and which of them is in force.
//!
//! Without a choice the release that ships with the program is in force. Every process reads the choice again and again
//! ([`follow`]), so that an activation takes effect within seconds and without a dropped request.

mod failure;
mod import;
mod overlays;
mod stored;

pub use failure::ScheduleFailure;
pub use import::{Import, ImportOutcome, import};
pub use overlays::{add_overlay, overlays, withdraw_overlay};

use super::schedules::Named;
use crate::access::as_registry;
use crate::{Context, Failure};
use iis_cdsi::supporting::Counts;
use iis_cdsi::supporting::model::Release;
use iis_cdsi::{Schedule, tables};
use iis_model::Timestamp;
use iis_model::access::Permission;
use iis_store::release::SCHEDULES;
use iis_store::{AuditEntry, Lane, StoreError, Tx, cdsi_overlay, setting};
use std::collections::BTreeMap;
use stored::read;

/// The setting that names the release in force.
const IN_FORCE: &str = "cdsi.release";

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
    let (rows, chosen) = cx.store.read(|tx| Ok((SCHEDULES.list(tx)?, setting::get(tx, IN_FORCE)?))).await?;
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
    let named = named(cx).await?;
    let release = name.map_or(named.release, |name| Some(name.into()));
    load(cx, Named { release, ..named }).await
}

/// As [`schedule`], without overlays: as it was published.
pub async fn published(cx: &Context, name: Option<&str>) -> Result<Schedule, Failure> {
    let release = name.map_or(named(cx).await?.release, |name| Some(name.into()));
    load(cx, Named { release, overlays: Vec::new() }).await
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

/// The facts of the release in force, without overlays.
pub async fn release_in_force(cx: &Context) -> Result<Release, Failure> {
    let named = named(cx).await?;
    release(cx, named.release.as_deref()).await
}

async fn load(cx: &Context, named: Named) -> Result<Schedule, Failure> {
    let stored = cx.store.read(move |tx| read(tx, &named)).await?;
    Ok(stored.schedule()?)
}

fn built_in_release() -> Release {
    tables::built_in().expect("the tables of this program can be read: a test reads them")
}

fn entry(at: Timestamp, action: &'static str, detail: &str) -> AuditEntry {
    AuditEntry::of(&as_registry(Permission::Operate), at).action(action).detail(detail)
}
