//! Importing: CDC's XML files are read and checked completely, and stored beside the other releases.

use super::{ScheduleFailure, built_in_release, entry};
use crate::{Context, Failure};
use iis_cdsi::Schedule;
use iis_cdsi::supporting::model::Release;
use iis_cdsi::supporting::{self, Counts, Finding};
use iis_cdsi::tables;
use iis_model::Timestamp;
use iis_store::Lane;
use iis_store::release::{ReleaseRow, SCHEDULES};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

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
            SCHEDULES.insert(tx, &row)?;
            tx.audit(&entry)
        })
        .await?;
    Ok(import(ImportOutcome::Stored))
}

/// Whether a release of the name is there, and if so, whether it is the same.
async fn same_name(cx: &Context, row: &ReleaseRow) -> Result<Option<bool>, Failure> {
    let name = row.name.clone();
    let stored = cx.store.read(move |tx| SCHEDULES.get(tx, &name)).await?;
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
