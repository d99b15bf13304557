//! People who work at sites: who they are, on which staff lists they stand, and whose account is whose.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, SiteId, Timestamp};

sql! {
    INSERT = "INSERT INTO worker (id, name, email, license_kind, license_number, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    GET = "SELECT id, name, email, license_kind, license_number, created_at FROM worker WHERE id = $1";
    BY_EMAIL = "SELECT id, name, email, license_kind, license_number, created_at FROM worker WHERE email = $1";
    BY_LICENSE = "SELECT id, name, email, license_kind, license_number, created_at FROM worker \
                  WHERE (license_number = $1 AND license_kind = $2) OR (license_number = $3 AND license_kind = $4) \
                  ORDER BY id";
    OF_ACCOUNT = "SELECT w.id, w.name, w.email, w.license_kind, w.license_number, w.created_at \
                  FROM account_worker a JOIN worker w ON w.id = a.worker_id WHERE a.account_id = $1";
    HOLD = "UPDATE worker SET name = name WHERE id = $1";
    SET_LICENSE = "UPDATE worker SET license_kind = $2, license_number = $3 WHERE id = $1";
    SET_NAME = "UPDATE worker SET name = $2 WHERE id = $1";
    SET_EMAIL = "UPDATE worker SET email = $2 WHERE id = $1";
    LIST = "INSERT INTO staff_entry (id, site_id, worker_id, position, listed_at, listed_by, ended_at, ended_by) \
            VALUES ($1, $2, $3, $4, $5, $6, NULL, '')";
    END = "UPDATE staff_entry SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL";
    OF_SITE = "SELECT s.id, s.site_id, s.worker_id, s.position, s.listed_at, s.listed_by, s.ended_at, w.name, w.email \
               FROM staff_entry s JOIN worker w ON w.id = s.worker_id \
               WHERE s.site_id = $1 AND s.ended_at IS NULL ORDER BY w.name, s.id";
    OF_WORKER = "SELECT s.id, s.site_id, s.worker_id, s.position, s.listed_at, s.listed_by, s.ended_at, w.name, w.email \
                 FROM staff_entry s JOIN worker w ON w.id = s.worker_id \
                 WHERE s.worker_id = $1 AND s.ended_at IS NULL ORDER BY s.site_id, s.id";
    BIND = "INSERT INTO account_worker (account_id, worker_id) VALUES ($1, $2)";
    ACCOUNTS_OF = "SELECT account_id FROM account_worker WHERE worker_id = $1 ORDER BY account_id";
}

/// Somebody who works.
#[derive(Clone, PartialEq, Eq)]
pub struct WorkerRow {
    /// Row key.
    pub id: i64,
    /// Name.
    pub name: Box<str>,
    /// Address for mail, in lower case.
    pub email: Box<str>,
    /// Kind of license (MD, RN, ...); empty when none is known.
    pub license_kind: Box<str>,
    /// Its number.
    pub license_number: Box<str>,
    /// When this person became known.
    pub created_at: Timestamp,
}
from_row!(WorkerRow { id, name, email, license_kind, license_number, created_at });

/// An entry of a staff list.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// Row key.
    pub id: i64,
    /// Of which site.
    pub site_id: SiteId,
    /// Who.
    pub worker_id: i64,
    /// In which position.
    pub position: Box<str>,
    /// Since when.
    pub listed_at: Timestamp,
    /// By whom.
    pub listed_by: Box<str>,
    /// Until when.
    pub ended_at: Option<Timestamp>,
    /// Name of the person.
    pub name: Box<str>,
    /// Address for mail of the person.
    pub email: Box<str>,
}
from_row!(StaffRow { id, site_id, worker_id, position, listed_at, listed_by, ended_at, name, email });

/// Adds a person. An address that is known is refused by `worker_email`.
pub fn insert(tx: &mut Tx<'_>, row: &WorkerRow) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            row.id,
            &row.name,
            &row.email,
            plain(&row.license_kind),
            plain(&row.license_number),
            row.created_at
        ],
    )
}

/// A person.
pub fn get(tx: &mut Tx<'_>, id: i64) -> Result<Option<WorkerRow>, StoreError> {
    tx.one(&GET, vals![id])
}

/// The person with this address.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<WorkerRow>, StoreError> {
    tx.one(&BY_EMAIL, vals![email])
}

/// People with this license, however it is written: `M.D.` is `md`, and `MD 1001` is `md-1001`.
pub fn by_license(tx: &mut Tx<'_>, kind: &str, number: &str) -> Result<Vec<WorkerRow>, StoreError> {
    // rows of before licenses were kept plain are found as they were written
    tx.all(&BY_LICENSE, vals![plain(number), plain(kind), number, kind])
}

/// A license's kind or number without what people write differently: as it is kept.
pub fn plain(written: &str) -> String {
    written.chars().filter(|c| !matches!(c, ' ' | '-' | '.')).map(|c| c.to_ascii_uppercase()).collect()
}

/// The person whose account it is.
pub fn of_account(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<WorkerRow>, StoreError> {
    tx.one(&OF_ACCOUNT, vals![id])
}

/// Notes a person's license.
pub fn set_license(tx: &mut Tx<'_>, id: i64, kind: &str, number: &str) -> Result<(), StoreError> {
    tx.exec(&SET_LICENSE, vals![id, plain(kind), plain(number)])
}

/// Holds a person until the transaction ends, so that of two changes that depend on what is known of the person the second one reads
/// what the first one left.
pub fn hold(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.count(&HOLD, vals![id]).map(drop)
}

/// Sets a person's name.
pub fn set_name(tx: &mut Tx<'_>, id: i64, name: &str) -> Result<(), StoreError> {
    tx.exec(&SET_NAME, vals![id, name])
}

/// Sets a person's address for mail. One that is known is refused by `worker_email`.
pub fn set_email(tx: &mut Tx<'_>, id: i64, email: &str) -> Result<(), StoreError> {
    tx.exec(&SET_EMAIL, vals![id, email])
}

/// Puts a person on a site's staff list.
pub fn list(
    tx: &mut Tx<'_>,
    id: i64,
    site_id: SiteId,
    worker_id: i64,
    position: &str,
    by: (&str, Timestamp),
) -> Result<(), StoreError> {
    tx.exec(&LIST, vals![id, site_id, worker_id, position, by.1, by.0])
}

/// Ends an entry. False: it had ended.
pub fn end(tx: &mut Tx<'_>, id: i64, by: &str, at: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.count(&END, vals![id, at, by])? == 1)
}

/// The staff list of a site as it stands, by name.
pub fn of_site(tx: &mut Tx<'_>, id: SiteId) -> Result<Vec<StaffRow>, StoreError> {
    tx.all(&OF_SITE, vals![id])
}

/// The staff lists on which a person stands.
pub fn of_worker(tx: &mut Tx<'_>, id: i64) -> Result<Vec<StaffRow>, StoreError> {
    tx.all(&OF_WORKER, vals![id])
}

/// Says whose account it is.
pub fn bind(tx: &mut Tx<'_>, account: AccountId, worker_id: i64) -> Result<(), StoreError> {
    tx.exec(&BIND, vals![account, worker_id])
}

/// The accounts of a person.
pub fn accounts_of(tx: &mut Tx<'_>, worker_id: i64) -> Result<Vec<AccountId>, StoreError> {
    tx.all(&ACCOUNTS_OF, vals![worker_id])
}
