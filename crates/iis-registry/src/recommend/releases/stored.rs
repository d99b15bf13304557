//! A release and its overlays as they lie in the database.

use super::super::schedules::Named;
use super::{ScheduleFailure, built_in_release};
use iis_cdsi::overlay::Overlay;
use iis_cdsi::supporting::model::Release;
use iis_cdsi::{Schedule, tables};
use iis_store::cdsi_overlay::{self, OverlayRow};
use iis_store::release::{ReleaseRow, SCHEDULES};
use iis_store::{StoreError, Tx};
use sha2::{Digest, Sha256};

/// A schedule as it is stored.
pub(super) struct Stored {
    name: Option<Box<str>>,
    row: Option<ReleaseRow>,
    overlays: Vec<Box<str>>,
}

pub(super) fn read(tx: &mut Tx<'_>, named: &Named) -> Result<Stored, StoreError> {
    let row = match &named.release {
        Some(name) => SCHEDULES.get(tx, name)?,
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
    pub(super) fn release(&self) -> Result<Release, ScheduleFailure> {
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

    pub(super) fn schedule(&self) -> Result<Schedule, ScheduleFailure> {
        compile(&self.release()?, self.overlays.iter().map(|body| &**body))
    }
}

pub(super) fn compile<'a>(
    release: &Release,
    overlays: impl Iterator<Item = &'a str>,
) -> Result<Schedule, ScheduleFailure> {
    let overlays = overlays.map(Overlay::parse).collect::<Result<Vec<_>, _>>()?;
    Schedule::compile(release, &overlays)
        .map_err(|cause| ScheduleFailure::Unusable { name: release.name.as_str().into(), cause })
}
