//! Sites: places where vaccine is given or stored, found by the code that messages name.

use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::organization::{Site, SiteKind};
use iis_model::{SenderId, SiteId};

sql! {
    HOLD = "UPDATE site SET status = status WHERE id = $1";
    PUT = "INSERT INTO site (id, organization_id, code, name, kind, pin, takes_ownership, status) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET \
           organization_id = excluded.organization_id, code = excluded.code, name = excluded.name, \
           kind = excluded.kind, pin = excluded.pin, takes_ownership = excluded.takes_ownership, \
           status = excluded.status";
    BY_CODE = "SELECT id, organization_id, code, name, pin, kind, takes_ownership, status FROM site WHERE code = $1";
    GET = "SELECT id, organization_id, code, name, pin, kind, takes_ownership, status FROM site WHERE id = $1";
    OF_SENDER = "SELECT s.id, s.organization_id, s.code, s.name, s.pin, s.kind, s.takes_ownership, s.status \
                 FROM sender_site x JOIN site s ON s.id = x.site_id WHERE x.sender_id = $1 ORDER BY s.code";
    LIST = "SELECT id, organization_id, code, name, pin, kind, takes_ownership, status FROM site \
            WHERE code > $1 ORDER BY code LIMIT $2";
    SET_TOWN = "UPDATE site SET town = $2 WHERE id = $1";
    TOWN = "SELECT COALESCE(town, '') FROM site WHERE id = $1";
    PLACES = "SELECT code, name, kind, COALESCE(town, '') FROM site WHERE status = 'active' AND code > $1 \
              ORDER BY code LIMIT $2";
}

/// A site as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRow {
    /// The site; its code is folded to upper case.
    pub site: Site,
    /// Whether it takes over the care of persons whose doses it gives.
    pub takes_ownership: bool,
    /// "active" or "inactive".
    pub status: Box<str>,
}

impl FromRow for SiteRow {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let kind: Box<str> = row.get(5)?;
        Ok(Self {
            site: Site {
                id: row.get(0)?,
                organization_id: row.get(1)?,
                code: row.get(2)?,
                name: row.get(3)?,
                pin: row.get(4)?,
                kind: SiteKind::from_code(&kind)
                    .ok_or_else(|| StoreError::internal("a site of unknown kind"))?,
            },
            takes_ownership: row.get(6)?,
            status: row.get(7)?,
        })
    }
}

/// A site as those see it who look for their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceRow {
    /// Its code.
    pub code: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// Its town; empty: not known.
    pub town: Box<str>,
}

impl FromRow for PlaceRow {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let kind: Box<str> = row.get(2)?;
        Ok(Self {
            code: row.get(0)?,
            name: row.get(1)?,
            kind: SiteKind::from_code(&kind).ok_or_else(|| StoreError::internal("a site of unknown kind"))?,
            town: row.get(3)?,
        })
    }
}

/// Adds the site, or changes it. A code that another site has is refused by `site_code`.
pub fn put(tx: &mut Tx<'_>, row: &SiteRow) -> Result<(), StoreError> {
    let site = &row.site;
    let code = site.code.to_uppercase();
    tx.exec(
        &PUT,
        vals![
            site.id,
            site.organization_id,
            &code,
            &site.name,
            site.kind.code(),
            site.pin.as_deref(),
            row.takes_ownership,
            &row.status
        ],
    )
}

/// The site of a code, in either case.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<SiteRow>, StoreError> {
    tx.one(&BY_CODE, vals![code.to_uppercase()])
}

/// The site of this id.
pub fn get(tx: &mut Tx<'_>, id: SiteId) -> Result<Option<SiteRow>, StoreError> {
    tx.one(&GET, vals![id])
}

/// The sites that a sender may submit for, by code.
pub fn of_sender(tx: &mut Tx<'_>, sender_id: SenderId) -> Result<Vec<SiteRow>, StoreError> {
    tx.all(&OF_SENDER, vals![sender_id])
}

/// Sites after the code `after`, at most `limit`.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<SiteRow>, StoreError> {
    tx.all(&LIST, vals![after, limit])
}

/// Holds a site until the transaction ends: whoever else wants to hold it waits.
pub fn hold(tx: &mut Tx<'_>, id: SiteId) -> Result<(), StoreError> {
    tx.exec(&HOLD, vals![id])
}

/// Says in which town a site is.
pub fn set_town(tx: &mut Tx<'_>, id: SiteId, town: &str) -> Result<(), StoreError> {
    tx.exec(&SET_TOWN, vals![id, town])
}

/// In which town a site is; empty: not known.
pub fn town(tx: &mut Tx<'_>, id: SiteId) -> Result<Box<str>, StoreError> {
    Ok(tx.one(&TOWN, vals![id])?.unwrap_or_default())
}

/// Active sites after the code `after` with their towns, at most `limit`.
pub fn places(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<PlaceRow>, StoreError> {
    tx.all(&PLACES, vals![after, limit])
}
