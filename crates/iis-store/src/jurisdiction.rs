//! Jurisdictions below the state, and where their residents live.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::JurisdictionId;

sql! {
    INSERT = "INSERT INTO jurisdiction (id, name) VALUES ($1, $2)";
    INSERT_AREA = "INSERT INTO jurisdiction_area (jurisdiction_id, kind, area) VALUES ($1, $2, $3)";
    LIST = "SELECT id, name FROM jurisdiction ORDER BY name";
    AREAS = "SELECT kind, area FROM jurisdiction_area WHERE jurisdiction_id = $1 ORDER BY kind, area";
}

/// A jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JurisdictionRow {
    /// Row key.
    pub id: JurisdictionId,
    /// Its name.
    pub name: Box<str>,
}
from_row!(JurisdictionRow { id, name });

/// What makes an address one of the jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AreaRow {
    /// "county", "zip" or "city".
    pub kind: Box<str>,
    /// The county, the first five digits of the ZIP code, or the city, in upper case.
    pub area: Box<str>,
}
from_row!(AreaRow { kind, area });

/// Adds a jurisdiction with its areas. A name that exists is refused by `jurisdiction_name`.
pub fn insert(tx: &mut Tx<'_>, row: &JurisdictionRow, areas: &[AreaRow]) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![row.id, &row.name])?;
    areas.iter().try_for_each(|area| tx.exec(&INSERT_AREA, vals![row.id, &area.kind, &area.area]))
}

/// All jurisdictions, by name.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<JurisdictionRow>, StoreError> {
    tx.all(&LIST, &[])
}

/// The areas of a jurisdiction.
pub fn areas(tx: &mut Tx<'_>, id: JurisdictionId) -> Result<Vec<AreaRow>, StoreError> {
    tx.all(&AREAS, vals![id])
}
