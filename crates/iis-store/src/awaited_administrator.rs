//! Enrolled sites whose administrator has not completed the required training: the role waits for that (S-4, S-6).

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    PUT = "INSERT INTO awaited_administrator (enrollment, since) VALUES ($1, $2)";
    ALL_OF = "SELECT enrollment FROM awaited_administrator WHERE enrollment > $1 ORDER BY enrollment LIMIT 500";
    GET = "SELECT since FROM awaited_administrator WHERE enrollment = $1";
    DELETE = "DELETE FROM awaited_administrator WHERE enrollment = $1";
}

/// The site of an enrollment waits for its administrator's training from now on.
pub fn put(tx: &mut Tx<'_>, enrollment: i64, at: Timestamp) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![enrollment, at])
}

/// The numbers of enrollments whose sites wait, after one of them: at most 500.
pub fn list(tx: &mut Tx<'_>, after: i64) -> Result<Vec<i64>, StoreError> {
    tx.all(&ALL_OF, vals![after])
}

/// Since when the site of an enrollment waits; none: it does not.
pub fn since(tx: &mut Tx<'_>, enrollment: i64) -> Result<Option<Timestamp>, StoreError> {
    tx.one(&GET, vals![enrollment])
}

/// It waits no more.
pub fn delete(tx: &mut Tx<'_>, enrollment: i64) -> Result<(), StoreError> {
    tx.exec(&DELETE, vals![enrollment])
}
