//! Overlays: dated local changes with author and reason, applied to whichever release is in force.

use super::stored::compile;
use super::{ScheduleFailure, entry, follow, release_in_force};
use crate::{Context, Failure};
use iis_cdsi::overlay::Overlay;
use iis_model::Timestamp;
use iis_store::Lane;
use iis_store::cdsi_overlay::{self, OverlayRow};

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
    let release = release_in_force(cx).await?;
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
