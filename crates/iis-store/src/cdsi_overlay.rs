//! Local overlays on the immunization schedule: dated, with author and reason.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{Date, Timestamp};

sql! {
    INSERT = "INSERT INTO cdsi_overlay (name, version, dated, author, reason, body, in_force, added_at, added_by) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIST = "SELECT name, version, dated, author, reason, body, in_force, added_at, added_by FROM cdsi_overlay \
            ORDER BY dated, name, version";
    IN_FORCE = "SELECT name, version FROM cdsi_overlay WHERE in_force = $1 ORDER BY dated, name, version";
    SET_IN_FORCE = "UPDATE cdsi_overlay SET in_force = $3 WHERE name = $1 AND version = $2";
}

/// An overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlayRow {
    /// Short name.
    pub name: Box<str>,
    /// Its version.
    pub version: Box<str>,
    /// The day it was made.
    pub dated: Date,
    /// Who answers for it.
    pub author: Box<str>,
    /// Why it was made.
    pub reason: Box<str>,
    /// Its text.
    pub body: Box<str>,
    /// Whether it is applied.
    pub in_force: bool,
    /// When it was added.
    pub added_at: Timestamp,
    /// By whom.
    pub added_by: Box<str>,
}
from_row!(OverlayRow { name, version, dated, author, reason, body, in_force, added_at, added_by });

/// Name and version of an overlay.
pub type Label = (Box<str>, Box<str>);

/// All overlays, in the order in which they are applied.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<OverlayRow>, StoreError> {
    tx.all(&LIST, &[])
}

/// Name and version of those that are applied, in that order: what tells whether the schedule in force has changed.
pub fn in_force(tx: &mut Tx<'_>) -> Result<Vec<Label>, StoreError> {
    tx.all(&IN_FORCE, vals![true])
}

/// Adds an overlay; the constraint `cdsi_overlay_pkey` refuses a second one of the same name and version.
pub fn insert(tx: &mut Tx<'_>, row: &OverlayRow) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            &row.name,
            &row.version,
            row.dated,
            &row.author,
            &row.reason,
            &row.body,
            row.in_force,
            row.added_at,
            &row.added_by
        ],
    )
}

/// Puts an overlay in force, or takes it out; says whether there is one.
pub fn set_in_force(tx: &mut Tx<'_>, name: &str, version: &str, in_force: bool) -> Result<bool, StoreError> {
    Ok(tx.count(&SET_IN_FORCE, vals![name, version, in_force])? > 0)
}
