//! Vaccine on hand: refrigerators and lots, each lot with the sum of its ledger.

use crate::row::{FromRow, Row, from_row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::stock::{Funding, LotStanding, OnHand, StockLot, fold_lot};
use iis_model::{LotId, SiteId, StorageUnitId, Timestamp};

sql! {
    INSERT_UNIT = "INSERT INTO storage_unit (id, site_id, name, kind, status) VALUES ($1, $2, $3, $4, 'active')";
    UNITS = "SELECT id, site_id, name, kind FROM storage_unit WHERE site_id = $1 AND status = 'active' ORDER BY name";
    INSERT = "INSERT INTO stock_lot (id, site_id, unit_id, ndc, cvx, mvx, lot, lot_key, expires_on, funding, status, \
              created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    OF_SITE = "SELECT l.id, l.site_id, l.unit_id, l.ndc, l.cvx, l.mvx, l.lot, l.expires_on, l.funding, l.status, \
               CAST(COALESCE(SUM(e.doses), 0) AS BIGINT), COALESCE(MAX(e.n), 0) \
               FROM stock_lot l LEFT JOIN stock_entry e ON e.lot_id = l.id WHERE l.site_id = $1 \
               GROUP BY l.id, l.site_id, l.unit_id, l.ndc, l.cvx, l.mvx, l.lot, l.expires_on, l.funding, l.status \
               ORDER BY l.expires_on, l.id";
    OF_NUMBER = "SELECT l.id, l.site_id, l.unit_id, l.ndc, l.cvx, l.mvx, l.lot, l.expires_on, l.funding, l.status, \
                 (SELECT CAST(COALESCE(SUM(e.doses), 0) AS BIGINT) FROM stock_entry e WHERE e.lot_id = l.id), \
                 (SELECT COALESCE(MAX(e.n), 0) FROM stock_entry e WHERE e.lot_id = l.id) \
                 FROM stock_lot l WHERE l.site_id = $1 AND l.lot_key = $2 ORDER BY l.expires_on, l.id";
    ONE = "SELECT l.id, l.site_id, l.unit_id, l.ndc, l.cvx, l.mvx, l.lot, l.expires_on, l.funding, l.status, \
           (SELECT CAST(COALESCE(SUM(e.doses), 0) AS BIGINT) FROM stock_entry e WHERE e.lot_id = l.id), \
           (SELECT COALESCE(MAX(e.n), 0) FROM stock_entry e WHERE e.lot_id = l.id) \
           FROM stock_lot l WHERE l.id = $1";
}

/// A refrigerator or freezer of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageUnit {
    /// Row key.
    pub id: StorageUnitId,
    /// The site.
    pub site_id: SiteId,
    /// What the site calls it.
    pub name: Box<str>,
    /// "refrigerator", "freezer" or "ultra-cold".
    pub kind: Box<str>,
}
from_row!(StorageUnit { id, site_id, name, kind });

struct Found(OnHand);

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let (funding, standing): (Box<str>, Box<str>) = (row.get(8)?, row.get(9)?);
        let unknown = || StoreError::internal("a lot of unknown kind");
        Ok(Self(OnHand {
            lot: StockLot {
                id: row.get(0)?,
                site_id: row.get(1)?,
                unit_id: row.get(2)?,
                ndc: row.get(3)?,
                cvx: row.get(4)?,
                mvx: row.get(5)?,
                lot: row.get(6)?,
                expires_on: row.get(7)?,
                funding: Funding::from_code(&funding).ok_or_else(unknown)?,
                standing: LotStanding::from_code(&standing).ok_or_else(unknown)?,
            },
            doses: row.get(10)?,
            last_entry: row.get(11)?,
        }))
    }
}

fn on_hand(found: Vec<Found>) -> Vec<OnHand> {
    found.into_iter().map(|found| found.0).collect()
}

/// The refrigerators and freezers of a site that are in use, by name.
pub fn units(tx: &mut Tx<'_>, site_id: SiteId) -> Result<Vec<StorageUnit>, StoreError> {
    tx.all(&UNITS, vals![site_id])
}

/// The lots of a site with what is left of them, the first to expire first.
pub fn of_site(tx: &mut Tx<'_>, site_id: SiteId) -> Result<Vec<OnHand>, StoreError> {
    Ok(on_hand(tx.all(&OF_SITE, vals![site_id])?))
}

/// The lots of a site that have this number, however it is written, the first to expire first.
pub fn of_number(tx: &mut Tx<'_>, site_id: SiteId, lot: &str) -> Result<Vec<OnHand>, StoreError> {
    Ok(on_hand(tx.all(&OF_NUMBER, vals![site_id, fold_lot(lot)])?))
}

/// A lot with what is left of it.
pub fn get(tx: &mut Tx<'_>, id: LotId) -> Result<Option<OnHand>, StoreError> {
    Ok(tx.one::<Found>(&ONE, vals![id])?.map(|found| found.0))
}

pub(crate) fn insert_unit(tx: &mut Tx<'_>, row: &StorageUnit) -> Result<(), StoreError> {
    tx.exec(&INSERT_UNIT, vals![row.id, row.site_id, &row.name, &row.kind])
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &StockLot, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            row.id,
            row.site_id,
            row.unit_id,
            &row.ndc,
            row.cvx,
            &row.mvx,
            &row.lot,
            fold_lot(&row.lot),
            row.expires_on,
            row.funding.code(),
            row.standing.code(),
            at
        ],
    )
}
