//! The ledger of vaccine on hand: only ever added to; and the doses that did not come out of it.

use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::stock::{EntryKind, Missed};
use iis_model::{LotId, ReportId, SiteId, SourceRecordId, Timestamp};

sql! {
    INSERT = "INSERT INTO stock_entry (lot_id, n, kind, doses, reason, actor, at, source_record_id, dose_key) \
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_LOT = "SELECT lot_id, n, kind, doses, reason, actor, at, source_record_id, dose_key FROM stock_entry \
              WHERE lot_id = $1 ORDER BY n";
    OF_DOSE = "SELECT lot_id, n, kind, doses, reason, actor, at, source_record_id, dose_key FROM stock_entry \
               WHERE source_record_id = $1 AND dose_key = $2 ORDER BY lot_id, n";
    OF_RECORD = "SELECT lot_id, n, kind, doses, reason, actor, at, source_record_id, dose_key FROM stock_entry \
                 WHERE source_record_id = $1 ORDER BY at, lot_id, n";
    PUT_MISSED = "INSERT INTO stock_missed (source_record_id, dose_key, site_id, report_id, reason, at) \
                  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (source_record_id, dose_key) DO UPDATE SET \
                  site_id = excluded.site_id, report_id = excluded.report_id, reason = excluded.reason, \
                  at = excluded.at";
    DELETE_MISSED = "DELETE FROM stock_missed WHERE source_record_id = $1 AND dose_key = $2";
    SUM_OF = "SELECT CAST(COALESCE(SUM(e.doses), 0) AS BIGINT) FROM stock_entry e JOIN stock_lot l ON l.id = e.lot_id \
              WHERE l.site_id = $1 AND e.kind = $2 AND e.at >= $3 AND e.at < $4";
    COUNT_MISSED = "SELECT COUNT(*) FROM stock_missed m JOIN report r ON r.source_record_id = m.source_record_id \
                    AND r.id = m.report_id WHERE m.site_id = $1 AND m.at >= $2 AND m.at < $3 AND m.reason <> $4 \
                    AND r.withdrawn_by IS NULL";
    MISSED_DOSE = "SELECT source_record_id, dose_key, site_id, report_id, reason, at FROM stock_missed \
                   WHERE source_record_id = $1 AND dose_key = $2";
    MISSED_OF_RECORD = "SELECT source_record_id, dose_key, site_id, report_id, reason, at FROM stock_missed \
                        WHERE source_record_id = $1 ORDER BY dose_key";
    MISSED = "SELECT m.source_record_id, m.dose_key, m.site_id, m.report_id, m.reason, m.at FROM stock_missed m \
              JOIN report r ON r.source_record_id = m.source_record_id AND r.id = m.report_id \
              WHERE m.site_id = $1 AND r.withdrawn_by IS NULL ORDER BY m.at DESC, m.source_record_id, m.dose_key LIMIT $2";
}

/// An entry to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The lot.
    pub lot_id: LotId,
    /// One more than its last entry.
    pub n: i64,
    /// What it is.
    pub kind: EntryKind,
    /// How many doses come (positive) or go (negative).
    pub doses: i64,
    /// Why, where somebody says so.
    pub reason: Box<str>,
    /// Who.
    pub actor: Box<str>,
    /// When.
    pub at: Timestamp,
    /// The dose it is for: its record and the reporter's identity of it.
    pub dose: Option<(SourceRecordId, Box<str>)>,
}

impl FromRow for NewEntry {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let kind: Box<str> = row.get(2)?;
        let dose: (Option<SourceRecordId>, Option<Box<str>>) = (row.get(7)?, row.get(8)?);
        Ok(Self {
            lot_id: row.get(0)?,
            n: row.get(1)?,
            kind: EntryKind::from_code(&kind)
                .ok_or_else(|| StoreError::internal("an entry of unknown kind"))?,
            doses: row.get(3)?,
            reason: row.get(4)?,
            actor: row.get(5)?,
            at: row.get(6)?,
            dose: dose.0.zip(dose.1),
        })
    }
}

/// A dose that should have come out of a site's stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedDose {
    /// The record in which it was reported.
    pub source_record_id: SourceRecordId,
    /// The reporter's identity of the dose.
    pub dose_key: Box<str>,
    /// The site.
    pub site_id: SiteId,
    /// The version of the dose that was looked at.
    pub report_id: ReportId,
    /// Why it did not.
    pub reason: Missed,
    /// When.
    pub at: Timestamp,
}

impl FromRow for MissedDose {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let reason: Box<str> = row.get(4)?;
        Ok(Self {
            source_record_id: row.get(0)?,
            dose_key: row.get(1)?,
            site_id: row.get(2)?,
            report_id: row.get(3)?,
            reason: Missed::from_code(&reason)
                .ok_or_else(|| StoreError::internal("a reason that is not known"))?,
            at: row.get(5)?,
        })
    }
}

/// The ledger of a lot, oldest first.
pub fn of_lot(tx: &mut Tx<'_>, id: LotId) -> Result<Vec<NewEntry>, StoreError> {
    tx.all(&OF_LOT, vals![id])
}

/// What was entered for a dose, lot by lot.
pub fn of_dose(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    record: SourceRecordId,
    dose_key: &str,
) -> Result<Vec<NewEntry>, StoreError> {
    tx.all(&OF_DOSE, vals![record, dose_key])
}

/// What was entered for all doses of a source record, oldest first.
pub fn of_record(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    record: SourceRecordId,
) -> Result<Vec<NewEntry>, StoreError> {
    tx.all(&OF_RECORD, vals![record])
}

/// The sum of the entries of a kind in the ledgers of a site between two moments: what came is positive, what went negative.
pub fn sum_of(
    tx: &mut Tx<'_>,
    site_id: SiteId,
    kind: EntryKind,
    (from, until): (Timestamp, Timestamp),
) -> Result<i64, StoreError> {
    Ok(tx.one(&SUM_OF, vals![site_id, kind.code(), from, until])?.unwrap_or(0))
}

/// How many doses of a site between two moments should have come out of its stock and did not; those that were never of it
/// are not counted, nor are those whose report is withdrawn.
pub fn count_missed(
    tx: &mut Tx<'_>,
    site_id: SiteId,
    (from, until): (Timestamp, Timestamp),
) -> Result<i64, StoreError> {
    Ok(tx.one(&COUNT_MISSED, vals![site_id, from, until, Missed::Elsewhere.code()])?.unwrap_or(0))
}

/// The doses of a site that did not come out of its stock, the last first; not those whose report is withdrawn.
pub fn missed(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    site_id: SiteId,
    limit: i64,
) -> Result<Vec<MissedDose>, StoreError> {
    tx.all(&MISSED, vals![site_id, limit])
}

/// Why a dose did not come out of the stock; none: it did, or need not.
pub fn missed_dose(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    record: SourceRecordId,
    dose_key: &str,
) -> Result<Option<MissedDose>, StoreError> {
    tx.one(&MISSED_DOSE, vals![record, dose_key])
}

/// The doses of a source record that did not come out of the stock.
pub fn missed_of_record(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    record: SourceRecordId,
) -> Result<Vec<MissedDose>, StoreError> {
    tx.all(&MISSED_OF_RECORD, vals![record])
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &NewEntry) -> Result<(), StoreError> {
    let (record, dose_key) = row.dose.clone().unzip();
    tx.exec(
        &INSERT,
        vals![
            row.lot_id,
            row.n,
            row.kind.code(),
            row.doses,
            &row.reason,
            &row.actor,
            row.at,
            record,
            dose_key.as_deref()
        ],
    )
}

pub(crate) fn put_missed(tx: &mut Tx<'_>, row: &MissedDose) -> Result<(), StoreError> {
    tx.exec(
        &PUT_MISSED,
        vals![row.source_record_id, &row.dose_key, row.site_id, row.report_id, row.reason.code(), row.at],
    )
}

pub(crate) fn delete_missed(
    tx: &mut Tx<'_>,
    record: SourceRecordId,
    dose_key: &str,
) -> Result<(), StoreError> {
    tx.exec(&DELETE_MISSED, vals![record, dose_key])
}
